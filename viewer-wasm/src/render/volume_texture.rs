//! The volume on the GPU.
//!
//! Values are half floats (`r16float`, which both tiers can interpolate), coded as `coding` says.

use half::f16;

use super::RenderError;
use super::bricks::BrickGrid;
use super::coding::{Coding, Conversion};
use super::device::Gpu;
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
    pub view: wgpu::TextureView,
    pub shown_view: wgpu::TextureView,
    texture: wgpu::Texture,
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
        let limit = gpu.device.limits().max_texture_dimension_3d as usize;
        for (axis, size) in ["columns", "rows", "slices"].into_iter().zip(geometry.dims) {
            if size == 0 {
                return Err(RenderError::Empty);
            }
            if size > limit {
                return Err(RenderError::TooLarge { axis, size, limit });
            }
        }
        let [width, height, depth] = geometry.dims.map(|n| n as u32);
        let texture = texture_3d(
            gpu,
            "volume",
            [width, height, depth],
            wgpu::TextureFormat::R16Float,
        );
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
            format: wgpu::TextureFormat::R16Float,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        });
        Ok(Self {
            geometry: *geometry,
            coding: Coding::for_range(rescale, expected_range),
            bricks: BrickGrid::new(geometry.dims),
            revision: 0,
            view: texture.create_view(&wgpu::TextureViewDescriptor::default()),
            shown_view: shown_texture.create_view(&wgpu::TextureViewDescriptor::default()),
            texture,
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
        let [width, height, _] = self.geometry.dims.map(|n| n as u32);
        gpu.queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                texture: &self.texture,
                mip_level: 0,
                origin: wgpu::Origin3d {
                    x: 0,
                    y: 0,
                    z: k as u32,
                },
                aspect: wgpu::TextureAspect::All,
            },
            bytemuck::cast_slice(half_floats),
            wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(width * 2),
                rows_per_image: Some(height),
            },
            wgpu::Extent3d {
                width,
                height,
                depth_or_array_layers: 1,
            },
        );
        self.unsubmitted_bytes += half_floats.len() * 2;
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
        let halves: Vec<u16> = shown
            .iter()
            .map(|k| f16::from_f64(*k as f64).to_bits())
            .collect();
        let width = halves.len() as u32;
        gpu.queue.write_texture(
            self.shown_texture.as_image_copy(),
            bytemuck::cast_slice(&halves),
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
        self.texture.destroy();
        self.shown_texture.destroy();
    }
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
