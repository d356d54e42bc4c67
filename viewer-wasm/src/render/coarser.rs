//! The volume at half its resolution, for views in which a pixel covers more than a voxel.
//!
//! Each texel is the mean of two voxels along each axis. It is made by the graphics device when a view first needs it, so
//! that loading pays nothing for it and most scans never need its memory, an eighth of the volume's.

use bytemuck::{Pod, Zeroable};

use super::device::Gpu;
use super::pipelines::{Pipelines, VOLUME_FORMAT};
use super::volume_texture::{VolumeTexture, texture_3d};

/// The coarser level of a volume, as it was at some time.
pub struct Coarser {
    texture: wgpu::Texture,
    view: wgpu::TextureView,
    detail: wgpu::Buffer,
    /// Of the volume that it was made from.
    pub revision: u64,
}

/// `struct Halved` of `halve.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Halved {
    last: [f32; 4],
    inv_dims: [f32; 4],
}

/// `struct Detail` of `coarser.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
struct Detail {
    half_inv_size: [f32; 4],
}

/// Half of a volume's size, rounded up.
fn halved(dims: [usize; 3]) -> [usize; 3] {
    dims.map(|n| n.div_ceil(2))
}

impl Coarser {
    /// Makes it from a complete volume; `None` where the device cannot draw it or it is too long itself.
    /// `volume_group` is what programs read the volume by.
    pub fn new(
        gpu: &Gpu,
        pipelines: &Pipelines,
        volume: &VolumeTexture,
        volume_group: &wgpu::BindGroup,
    ) -> Option<Self> {
        let dims = volume.geometry.dims;
        let size = halved(dims);
        if !gpu.draws_halves || size.iter().any(|n| *n > gpu.texture_edge) {
            return None;
        }
        let device = &gpu.device;
        let [width, height, depth] = size.map(|n| n as u32);
        let texture = texture_3d(gpu, "coarser", [width, height, depth], VOLUME_FORMAT);
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        // Slices are drawn here and copied: a browser's device is not told which slice of a 3D texture to draw to.
        let slice_size = wgpu::Extent3d {
            width,
            height,
            depth_or_array_layers: 1,
        };
        let slice = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("coarser slice"),
            size: slice_size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: VOLUME_FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let slice_view = slice.create_view(&wgpu::TextureViewDescriptor::default());
        let buffer = |label, bytes| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: bytes,
                usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let uniforms = buffer("halved", size_of::<Halved>() as u64);
        let own = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("halved"),
            layout: &pipelines.plane_layout,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: uniforms.as_entire_binding(),
            }],
        });
        let pipeline = pipelines.halving(gpu, volume.fold.is_folded());
        let [x, y, z] = dims.map(|n| n as f32 - 1.0);
        let inv_dims = [0, 1, 2, 3].map(|axis| dims.get(axis).map_or(0.0, |n| 1.0 / *n as f32));
        for k in 0..depth {
            let halved = Halved {
                last: [x, y, z, k as f32],
                inv_dims,
            };
            gpu.queue
                .write_buffer(&uniforms, 0, bytemuck::bytes_of(&halved));
            let mut encoder =
                device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            {
                let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                    label: None,
                    color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                        view: &slice_view,
                        depth_slice: None,
                        resolve_target: None,
                        ops: wgpu::Operations::default(),
                    })],
                    ..Default::default()
                });
                pass.set_pipeline(&pipeline);
                pass.set_bind_group(0, volume_group, &[]);
                pass.set_bind_group(1, &own, &[]);
                pass.draw(0..3, 0..1);
            }
            encoder.copy_texture_to_texture(
                slice.as_image_copy(),
                wgpu::TexelCopyTextureInfo {
                    origin: wgpu::Origin3d { x: 0, y: 0, z: k },
                    ..texture.as_image_copy()
                },
                slice_size,
            );
            gpu.queue.submit([encoder.finish()]);
        }
        slice.destroy();
        Some(Self {
            view,
            texture,
            detail: buffer("detail", size_of::<Detail>() as u64),
            revision: volume.revision,
        })
    }

    /// What programs read it by, for a view that takes this part of it.
    pub fn group(&self, gpu: &Gpu, pipelines: &Pipelines, part: f64) -> wgpu::BindGroup {
        let [x, y, z] = [
            self.texture.width(),
            self.texture.height(),
            self.texture.depth_or_array_layers(),
        ]
        .map(|n| 0.5 / n as f32);
        let detail = Detail {
            half_inv_size: [x, y, z, part as f32],
        };
        gpu.queue
            .write_buffer(&self.detail, 0, bytemuck::bytes_of(&detail));
        gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("coarser"),
            layout: &pipelines.volume.coarser,
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: wgpu::BindingResource::TextureView(&self.view),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: self.detail.as_entire_binding(),
                },
            ],
        })
    }

    /// Bytes on the GPU.
    pub fn bytes(&self) -> usize {
        [
            self.texture.width(),
            self.texture.height(),
            self.texture.depth_or_array_layers(),
        ]
        .iter()
        .map(|n| *n as usize)
        .product::<usize>()
            * 2
    }

    /// Frees the memory on the GPU now, not when the last reference goes.
    pub fn destroy(self) {
        self.texture.destroy();
    }
}
