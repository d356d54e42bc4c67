//! The volume on the GPU.
//!
//! Values are half floats (`r16float`, which both tiers can interpolate), coded as `coding` says.

use half::f16;

use super::RenderError;
use super::bricks::BrickGrid;
use super::coding::{Coding, Conversion};
use super::device::Gpu;
use super::fold::Fold;
use super::pipelines::VOLUME_FORMAT;
use super::uniforms::FoldUniforms;
use crate::series::{Geometry, Rescale, ValueType};
use crate::volume::{SliceValues, Volume};

/// Bytes handed to the queue before it is told to start, so that staging memory stays small.
const SUBMIT_BYTES: usize = 2 << 20;

/// The volume texture, its brick grid, and what is needed to fill both.
pub struct VolumeTexture {
    pub geometry: Geometry,
    pub coding: Coding,
    pub bricks: BrickGrid,
    /// Rises whenever the content changes.
    pub revision: u64,
    /// How the volume lies in its textures.
    pub fold: Fold,
    /// The textures: one, if the volume is not folded by several.
    pub views: Vec<wgpu::TextureView>,
    /// For the shaders, where the volume is folded.
    pub fold_uniforms: Option<wgpu::Buffer>,
    pub shown_view: wgpu::TextureView,
    textures: Vec<wgpu::Texture>,
    shown_texture: wgpu::Texture,
    /// For each position the loaded slice that is shown there; empty until the first slice.
    shown: Vec<usize>,
    loaded: Vec<bool>,
    loaded_count: usize,
    finished: bool,
    rescale: Vec<Rescale>,
    value_type: ValueType,
    conversion: Option<Conversion>,
    bits: Vec<u16>,
    unsubmitted_bytes: usize,
}

impl VolumeTexture {
    pub fn new(
        gpu: &Gpu,
        geometry: &Geometry,
        rescale: &[Rescale],
        value_type: ValueType,
        expected_range: (f64, f64),
    ) -> Result<Self, RenderError> {
        let fold = fold_for(gpu, geometry.dims)?;
        let depth = geometry.dims[2] as u32;
        let textures: Vec<_> = (0..fold.textures)
            .map(|_| {
                texture_3d(
                    gpu,
                    "volume",
                    fold.texture_size().map(|n| n as u32),
                    VOLUME_FORMAT,
                )
            })
            .collect();
        let fold_uniforms = fold.is_folded().then(|| {
            let uniforms = FoldUniforms::new(&fold);
            let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("fold"),
                size: size_of::<FoldUniforms>() as u64,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            });
            gpu.queue
                .write_buffer(&buffer, 0, bytemuck::bytes_of(&uniforms));
            buffer
        });
        let shown_texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("shown slices"),
            size: wgpu::Extent3d {
                width: depth,
                height: 1,
                depth_or_array_layers: 1,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::R16Uint,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        Ok(Self {
            geometry: *geometry,
            coding: Coding::for_range(rescale, expected_range),
            bricks: BrickGrid::new(geometry.dims),
            revision: 0,
            fold,
            views: textures
                .iter()
                .map(|texture| texture.create_view(&wgpu::TextureViewDescriptor::default()))
                .collect(),
            fold_uniforms,
            shown_view: shown_texture.create_view(&wgpu::TextureViewDescriptor::default()),
            textures,
            shown_texture,
            shown: Vec::new(),
            loaded: vec![false; geometry.dims[2]],
            loaded_count: 0,
            finished: false,
            rescale: rescale.to_vec(),
            value_type,
            conversion: None,
            bits: Vec::new(),
            unsubmitted_bytes: 0,
        })
    }

    /// See `Renderer::keep_volume`.
    pub fn turned_out(&mut self, geometry: &Geometry, rescale: &[Rescale]) {
        if geometry.dims == self.geometry.dims {
            self.geometry = *geometry;
            self.rescale = rescale.to_vec();
            self.revision += 1;
        }
    }

    /// Whether anything can be shown.
    pub fn has_slices(&self) -> bool {
        self.loaded_count > 0
    }

    /// Whether positions are still shown by their neighbours.
    pub fn is_loading(&self) -> bool {
        !self.finished && self.loaded_count < self.loaded.len()
    }

    /// Whether all is there that will be.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// For each slice position the one that is shown there, while loading.
    pub fn shown(&self) -> Option<&[usize]> {
        self.is_loading().then_some(self.shown.as_slice())
    }

    pub fn upload(&mut self, gpu: &Gpu, k: usize, slice: &SliceValues) -> Result<(), RenderError> {
        let [columns, rows, slices] = self.geometry.dims;
        if k >= slices || slice.len() != columns * rows {
            return Err(RenderError::SliceMismatch {
                index: k,
                len: slice.len(),
            });
        }
        let rescale = self.rescale.get(k).copied().unwrap_or(Rescale::IDENTITY);
        let mut bits = std::mem::take(&mut self.bits);
        bits.resize(columns * rows, 0);
        slice.copy_to_i16_bits(&mut bits);
        self.bricks.add_slice(k, &bits, self.value_type, |stored| {
            rescale.apply(stored.into())
        });
        let conversion = self
            .conversion
            .take()
            .filter(|conversion| conversion.rescale == rescale)
            .unwrap_or_else(|| Conversion::new(rescale, self.value_type, self.coding));
        for value in &mut bits {
            *value = conversion.table[usize::from(*value)];
        }
        self.conversion = Some(conversion);
        self.write(gpu, k, &bits);
        self.bits = bits;
        if !self.loaded[k] {
            self.loaded[k] = true;
            self.loaded_count += 1;
            self.show_nearest(gpu);
        }
        self.revision += 1;
        Ok(())
    }

    fn write(&mut self, gpu: &Gpu, k: usize, half_floats: &[u16]) {
        let columns = self.geometry.dims[0];
        for part in self.fold.parts(k) {
            let [width, height] = part.size;
            let [x, y, z] = part.origin.map(|n| n as u32);
            let first = part.from[1] * columns + part.from[0];
            let values = &half_floats[first..first + (height - 1) * columns + width];
            gpu.queue.write_texture(
                wgpu::TexelCopyTextureInfo {
                    texture: &self.textures[part.texture],
                    mip_level: 0,
                    origin: wgpu::Origin3d { x, y, z },
                    aspect: wgpu::TextureAspect::All,
                },
                bytemuck::cast_slice(values),
                wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(columns as u32 * 2),
                    rows_per_image: Some(height as u32),
                },
                wgpu::Extent3d {
                    width: width as u32,
                    height: height as u32,
                    depth_or_array_layers: 1,
                },
            );
            self.unsubmitted_bytes += values.len() * 2;
        }
        if self.unsubmitted_bytes >= SUBMIT_BYTES {
            self.flush(gpu);
        }
    }

    /// Lets the GPU start on what was written, and frees staging memory it is done with.
    fn flush(&mut self, gpu: &Gpu) {
        self.unsubmitted_bytes = 0;
        gpu.queue.submit([]);
        // An error here shows again at the next check of the device.
        let _ = gpu.device.poll(wgpu::PollType::Poll);
    }

    /// Finds, for every position, the nearest loaded slice, and tells the shaders.
    fn show_nearest(&mut self, gpu: &Gpu) {
        if !self.is_loading() {
            return;
        }
        let mut shown: Vec<usize> = (self.loaded.iter().enumerate())
            .scan(usize::MAX, |last, (k, loaded)| {
                *last = if *loaded { k } else { *last };
                Some(*last)
            })
            .collect();
        let mut next = None;
        for (k, place) in shown.iter_mut().enumerate().rev() {
            if self.loaded[k] {
                next = Some(k);
            }
            if let Some(next) = next
                && (*place == usize::MAX || next - k < k - *place)
            {
                *place = next;
            }
        }
        // `fold_for` lets no volume through with more slices than 16 bits count.
        let indices: Vec<u16> = shown.iter().map(|k| *k as u16).collect();
        let width = indices.len() as u32;
        gpu.queue.write_texture(
            self.shown_texture.as_image_copy(),
            bytemuck::cast_slice(&indices),
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(width * 2),
                rows_per_image: Some(1),
            },
            wgpu::Extent3d {
                width,
                height: 1,
                depth_or_array_layers: 1,
            },
        );
        self.shown = shown;
    }

    /// Ends loading: sends the slices again if another centre makes them exact, and turns gaps of the series into
    /// the least value, so that they show as gaps.
    pub fn finish(
        &mut self,
        gpu: &Gpu,
        range: (f64, f64),
        volume: &Volume,
    ) -> Result<(), RenderError> {
        let better = Coding::for_range(&self.rescale, range);
        if !self.coding.holds(range) && better.holds(range) {
            self.coding = better;
            self.conversion = None;
            for k in 0..self.loaded.len() {
                if let Some(slice) = volume.slice(k) {
                    self.upload(gpu, k, slice)?;
                }
            }
        }
        self.finished = true;
        let least = self
            .coding
            .texture_from_value(range.0)
            .clamp(-65504.0, 65504.0);
        let gaps: Vec<usize> = (0..self.loaded.len())
            .filter(|k| !self.loaded[*k])
            .collect();
        if self.loaded_count > 0 && !gaps.is_empty() {
            let [columns, rows, _] = self.geometry.dims;
            let empty = vec![f16::from_f64(least).to_bits(); columns * rows];
            for k in gaps {
                self.write(gpu, k, &empty);
            }
        }
        self.flush(gpu);
        self.revision += 1;
        // What was only needed to fill the texture.
        self.bits = Vec::new();
        self.conversion = None;
        Ok(())
    }

    /// Frees the memory on the GPU now, not when the last reference goes.
    pub fn destroy(self) {
        for texture in &self.textures {
            texture.destroy();
        }
        self.shown_texture.destroy();
    }
}

/// How a volume is held on this device.
fn fold_for(gpu: &Gpu, dims: [usize; 3]) -> Result<Fold, RenderError> {
    if dims.contains(&0) {
        return Err(RenderError::Empty);
    }
    let too_large = |axis: usize, limit| RenderError::TooLarge {
        axis: ["columns", "rows", "slices"][axis],
        size: dims[axis],
        limit,
    };
    // The table of shown slices is a row of a texture, of 16-bit numbers.
    let in_a_row = gpu.device.limits().max_texture_dimension_2d as usize;
    let longest = in_a_row.min(usize::from(u16::MAX));
    if let Some(axis) = (0..3).find(|axis| dims[*axis] > longest) {
        return Err(too_large(axis, longest));
    }
    Fold::plan(dims, gpu.texture_edge).ok_or_else(|| {
        let axis = (0..3).max_by_key(|axis| dims[*axis]).unwrap_or_default();
        too_large(axis, gpu.texture_edge)
    })
}

/// An empty 3D texture to be sampled and written.
pub fn texture_3d(
    gpu: &Gpu,
    label: &str,
    [width, height, depth]: [u32; 3],
    format: wgpu::TextureFormat,
) -> wgpu::Texture {
    gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d {
            width,
            height,
            depth_or_array_layers: depth,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D3,
        format,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    })
}
