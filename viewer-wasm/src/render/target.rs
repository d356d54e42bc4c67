//! The picture of a view, before it is put on the canvas.

use super::device::Gpu;
use super::pipelines::{PICTURE_FORMAT, Pipelines};

/// A rectangle of the canvas in device pixels, from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// Room for the uniforms of any view.
const UNIFORM_BYTES: u64 = 512;

/// One view's picture and what draws it.
pub struct Target {
    pub rect: Rect,
    pub uniforms: wgpu::Buffer,
    pub picture: Option<Picture>,
    /// The screen shows the picture as it is.
    pub on_screen: bool,
}

/// Pixels on the GPU.
pub struct Picture {
    pub texture: wgpu::Texture,
    pub view: wgpu::TextureView,
    /// For putting it on the canvas.
    pub group: wgpu::BindGroup,
}

impl Target {
    pub fn new(gpu: &Gpu, rect: Rect) -> Self {
        let uniforms = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("view"),
            size: UNIFORM_BYTES,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        Self {
            rect,
            uniforms,
            picture: None,
            on_screen: false,
        }
    }

    /// Size of the picture at a share of the view's pixels, within what the device can draw to.
    pub fn picture_size(&self, gpu: &Gpu, resolution: f32) -> (u32, u32) {
        let limit = gpu.device.limits().max_texture_dimension_2d.max(1);
        let scale = if resolution.is_finite() {
            resolution.clamp(0.05, 1.0)
        } else {
            1.0
        };
        let scaled = |n: u32| ((n as f32 * scale).round() as u32).clamp(1, limit);
        (scaled(self.rect.width), scaled(self.rect.height))
    }

    /// Makes a picture of this size, unless there is one already.
    pub fn ensure_picture(
        &mut self,
        gpu: &Gpu,
        pipelines: &Pipelines,
        (width, height): (u32, u32),
    ) {
        let fits = |p: &Picture| (p.texture.width(), p.texture.height()) == (width, height);
        if self.picture.as_ref().is_some_and(fits) {
            return;
        }
        if let Some(old) = self.picture.take() {
            old.texture.destroy();
        }
        let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("picture"),
            size: wgpu::Extent3d {
                width,
                height,
                depth_or_array_layers: 1,
            },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: PICTURE_FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                | wgpu::TextureUsages::TEXTURE_BINDING
                | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        let group = gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("picture"),
            layout: &pipelines.picture_layout,
            entries: &[
                wgpu::BindGroupEntry {
                    binding: 0,
                    resource: wgpu::BindingResource::TextureView(&view),
                },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: wgpu::BindingResource::Sampler(&pipelines.linear),
                },
            ],
        });
        self.picture = Some(Picture {
            texture,
            view,
            group,
        });
    }
}
