//! What the volume rendering reads beside the volume: bricks, colours, noise and occlusion. Each is made anew when what it
//! depends on has changed, and only then.

use half::f16;

use super::device::Gpu;
use super::maxima;
use super::occlusion::OcclusionMap;
use super::ray_uniforms::{TABLE_LEN, transfer_table};
use super::volume_texture::{VolumeTexture, texture_3d};
use crate::view::manner::{axial_axes, surrounded};
use crate::view::noise::{NOISE_EDGE, noise_tile};
use crate::view::{Rendering, TransferFunction, VolumeView};

/// What brick textures are made from: transfer function, whether maxima are wanted, from which value on tissue surrounds what is
/// shown, the volume's revision.
type BrickSource = (TransferFunction, bool, Option<f64>, u64);

/// What the volume rendering of one volume reads.
pub struct Look {
    bricks_from: BrickSource,
    table_from: (TransferFunction, f64),
    pub distance: wgpu::TextureView,
    pub maximum: wgpu::TextureView,
    pub table: wgpu::TextureView,
    pub noise: wgpu::TextureView,
    /// Stands in for an atlas.
    pub open: wgpu::TextureView,
    pub occlusion: Option<OcclusionMap>,
}

impl Look {
    pub fn new(
        gpu: &Gpu,
        volume: &VolumeTexture,
        view: &VolumeView,
        transfer: &TransferFunction,
    ) -> Self {
        let bricks_from = brick_source(volume, view, transfer);
        let table_from = (*transfer, view.step_mm(&volume.geometry));
        let (distance, maximum) = bricks(gpu, volume, &bricks_from);
        let edge = NOISE_EDGE as u32;
        Self {
            distance,
            maximum,
            table: transfer_texture(gpu, &table_from),
            bricks_from,
            table_from,
            noise: filled(
                gpu,
                "noise",
                (edge, edge),
                wgpu::TextureFormat::R8Unorm,
                noise_tile(),
            ),
            open: filled(gpu, "open", (1, 1), wgpu::TextureFormat::R8Unorm, &[0]),
            occlusion: None,
        }
    }

    /// Follows the volume and the view. The occlusion is only made room for: it is drawn.
    pub fn update(
        &mut self,
        gpu: &Gpu,
        volume: &VolumeTexture,
        view: &VolumeView,
        transfer: &TransferFunction,
    ) {
        let bricks_from = brick_source(volume, view, transfer);
        if self.bricks_from != bricks_from {
            (self.distance, self.maximum) = bricks(gpu, volume, &bricks_from);
            self.bricks_from = bricks_from;
        }
        let table_from = (*transfer, view.step_mm(&volume.geometry));
        if self.table_from != table_from {
            self.table = transfer_texture(gpu, &table_from);
            self.table_from = table_from;
        }
        if view.needs_surroundings() && self.occlusion.is_none() {
            self.occlusion = Some(OcclusionMap::new(gpu, &volume.geometry));
        }
    }
}

fn brick_source(
    volume: &VolumeTexture,
    view: &VolumeView,
    transfer: &TransferFunction,
) -> BrickSource {
    let maxima = view.rendering == Rendering::Maximum;
    (*transfer, maxima, view.manner().inside, volume.revision)
}

/// Distances and maxima. Only one of the two is read; the other is a single brick.
fn bricks(
    gpu: &Gpu,
    volume: &VolumeTexture,
    (transfer, maxima, inside, _): &BrickSource,
) -> (wgpu::TextureView, wgpu::TextureView) {
    let size = volume.bricks.bricks();
    let ranges = volume.bricks.ranges(volume.shown());
    let (distances, largest) = if *maxima {
        (vec![0], brick_maxima(volume, &ranges))
    } else {
        // The table is coarser than the function by an entry, and half floats round.
        let (low, high) = transfer.range();
        let margin = (high - low) / (TABLE_LEN - 1) as f64 + volume.coding.scale;
        let shown = inside.map(|tissue| {
            let axes = axial_axes(&volume.geometry);
            surrounded(volume.bricks.bricks(), axes, |at| {
                f64::from(ranges[at].0) >= tissue
            })
        });
        let distances = volume
            .bricks
            .distances(&ranges, transfer, margin, shown.as_deref());
        (distances, vec![f16::ZERO])
    };
    let sized = |used: bool, size: [usize; 3]| if used { size.map(|n| n as u32) } else { [1; 3] };
    let distance = filled_3d(
        gpu,
        sized(!*maxima, size),
        wgpu::TextureFormat::R8Unorm,
        &distances,
    );
    let maximum = filled_3d(
        gpu,
        sized(*maxima, maxima::texels(size)),
        wgpu::TextureFormat::R16Float,
        bytemuck::cast_slice(&largest),
    );
    (distance, maximum)
}

fn brick_maxima(volume: &VolumeTexture, ranges: &[(f32, f32)]) -> Vec<f16> {
    let coded = |value: f32| {
        let texture = volume.coding.texture_from_value(f64::from(value));
        f16::from_f64(texture.clamp(f16::MIN.into(), f16::MAX.into()))
    };
    let largest: Vec<_> = ranges.iter().map(|&(_, high)| coded(high)).collect();
    maxima::with_blocks(volume.bricks.bricks(), &largest, f16::MIN)
}

fn transfer_texture(gpu: &Gpu, (transfer, step_mm): &(TransferFunction, f64)) -> wgpu::TextureView {
    filled(
        gpu,
        "transfer",
        (TABLE_LEN as u32, 1),
        wgpu::TextureFormat::Rgba16Float,
        bytemuck::cast_slice(&transfer_table(transfer, *step_mm)),
    )
}

fn texel_bytes(format: wgpu::TextureFormat) -> u32 {
    match format {
        wgpu::TextureFormat::R8Unorm => 1,
        wgpu::TextureFormat::R16Float => 2,
        _ => 8,
    }
}

fn write(gpu: &Gpu, texture: &wgpu::Texture, bytes: &[u8]) -> wgpu::TextureView {
    gpu.queue.write_texture(
        texture.as_image_copy(),
        bytes,
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(texture.width() * texel_bytes(texture.format())),
            rows_per_image: Some(texture.height()),
        },
        texture.size(),
    );
    texture.create_view(&wgpu::TextureViewDescriptor::default())
}

fn filled_3d(
    gpu: &Gpu,
    size: [u32; 3],
    format: wgpu::TextureFormat,
    bytes: &[u8],
) -> wgpu::TextureView {
    write(gpu, &texture_3d(gpu, "bricks", size, format), bytes)
}

/// A texture with these texels.
pub fn filled(
    gpu: &Gpu,
    label: &str,
    size: (u32, u32),
    format: wgpu::TextureFormat,
    bytes: &[u8],
) -> wgpu::TextureView {
    let usage = wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST;
    write(gpu, &flat_texture(gpu, label, size, format, usage), bytes)
}

/// An empty texture.
pub fn flat_texture(
    gpu: &Gpu,
    label: &str,
    (width, height): (u32, u32),
    format: wgpu::TextureFormat,
    usage: wgpu::TextureUsages,
) -> wgpu::Texture {
    gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size: wgpu::Extent3d {
            width,
            height,
            depth_or_array_layers: 1,
        },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    })
}
