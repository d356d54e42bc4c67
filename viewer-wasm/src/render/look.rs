//! What the volume rendering reads beside the volume: bricks and colours.

use super::device::Gpu;
use super::uniforms::{TABLE_LEN, transfer_table};
use super::volume_texture::{VolumeTexture, texture_3d};
use crate::view::{Rendering, TransferFunction};

/// What a [`Look`] was made from: transfer function, step in mm, rendering, and the volume's revision.
pub type LookSource = (TransferFunction, f64, Rendering, u64);

/// Bricks and colours, and what they were made from.
pub struct Look {
    pub made_from: LookSource,
    pub distance: wgpu::TextureView,
    pub maximum: wgpu::TextureView,
    pub table: wgpu::TextureView,
}

impl Look {
    pub fn new(gpu: &Gpu, volume: &VolumeTexture, made_from: LookSource) -> Self {
        let (transfer, step_mm, rendering, _) = &made_from;
        let bricks = volume.bricks.bricks().map(|n| n as u32);
        let ranges = volume.bricks.ranges(volume.shown());
        // Only one of the two is read; the other is a single brick.
        let (distances, maxima) = if *rendering == Rendering::Maximum {
            (vec![0], brick_maxima(volume, &ranges))
        } else {
            // The table is coarser than the function by an entry, and half floats round.
            let (low, high) = transfer.range();
            let margin = (high - low) / (TABLE_LEN - 1) as f64 + volume.coding.scale;
            (volume.bricks.distances(&ranges, transfer, margin), vec![0])
        };
        let sized = |used: bool| if used { bricks } else { [1; 3] };
        let distance = filled_3d(
            gpu,
            sized(distances.len() > 1),
            wgpu::TextureFormat::R8Unorm,
            &distances,
        );
        let maximum = filled_3d(
            gpu,
            sized(maxima.len() > 1),
            wgpu::TextureFormat::R16Float,
            bytemuck::cast_slice(&maxima),
        );
        let table = colors_1d(gpu, "transfer", &transfer_table(transfer, *step_mm));
        Self {
            made_from,
            distance,
            maximum,
            table,
        }
    }
}

fn brick_maxima(volume: &VolumeTexture, ranges: &[(f32, f32)]) -> Vec<u16> {
    let limit = f64::from(half::f16::MAX);
    ranges
        .iter()
        .map(|&(_, high)| {
            let texture = volume.coding.texture_from_value(f64::from(high));
            half::f16::from_f64(texture.clamp(-limit, limit)).to_bits()
        })
        .collect()
}

fn filled_3d(
    gpu: &Gpu,
    size: [u32; 3],
    format: wgpu::TextureFormat,
    bytes: &[u8],
) -> wgpu::TextureView {
    let texture = texture_3d(gpu, "bricks", size, format);
    let texel_bytes = if format == wgpu::TextureFormat::R8Unorm {
        1
    } else {
        2
    };
    let [width, height, depth] = size;
    gpu.queue.write_texture(
        texture.as_image_copy(),
        bytes,
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(width * texel_bytes),
            rows_per_image: Some(height),
        },
        wgpu::Extent3d {
            width,
            height,
            depth_or_array_layers: depth,
        },
    );
    texture.create_view(&wgpu::TextureViewDescriptor::default())
}

/// A row of colours: red, green, blue, alpha.
pub fn colors_1d(gpu: &Gpu, label: &str, table: &[half::f16]) -> wgpu::TextureView {
    let width = (table.len() / 4) as u32;
    let size = wgpu::Extent3d {
        width,
        height: 1,
        depth_or_array_layers: 1,
    };
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: Some(label),
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Rgba16Float,
        usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
        view_formats: &[],
    });
    gpu.queue.write_texture(
        texture.as_image_copy(),
        bytemuck::cast_slice(table),
        wgpu::TexelCopyBufferLayout {
            offset: 0,
            bytes_per_row: Some(width * 8),
            rows_per_image: Some(1),
        },
        size,
    );
    texture.create_view(&wgpu::TextureViewDescriptor::default())
}
