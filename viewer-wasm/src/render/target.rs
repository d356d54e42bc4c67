//! What a view shows: a picture before it is put on the canvas, or what the canvas itself is drawn with.

use std::ops::Range;

use super::device::Gpu;
use super::pipelines::{PICTURE_FORMAT, Pipelines};
use super::ray_uniforms::RayUniforms;
use crate::view::{PlaneView, ViewState};

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
const UNIFORM_BYTES: u64 = 640;
const _: () = assert!(size_of::<RayUniforms>() as u64 <= UNIFORM_BYTES);

/// One view's content and what draws it.
pub struct Target {
    pub rect: Rect,
    pub uniforms: wgpu::Buffer,
    pub content: Content,
    /// A finer picture of the same, as far as it is drawn.
    pub finer: Option<Picture>,
    /// The screen shows the content as it is.
    pub on_screen: bool,
}

/// What a view was last asked to show.
pub enum Content {
    /// It was not drawn yet.
    Nothing,
    /// Pixels of its own, which are copied or stretched to the screen.
    Picture(Picture),
    /// A plane that is drawn straight to the view's canvas, which costs less than a picture and its copy. There are no
    /// pixels to read: whoever wants them draws it once more.
    Plane(PlaneView),
    /// As a plane, of a volume that is no more: black.
    Blank,
}

/// Pixels on the GPU.
pub struct Picture {
    pub texture: wgpu::Texture,
    pub view: wgpu::TextureView,
    /// For putting it on the canvas.
    pub group: wgpu::BindGroup,
}

/// Rows of a texture that are drawn at once.
pub struct Rows<'t> {
    pub to: &'t wgpu::TextureView,
    /// Width and height of the texture.
    pub size: (u32, u32),
    /// Which of its rows. With the first one the texture becomes black first.
    pub rows: Range<u32>,
}

impl<'t> Rows<'t> {
    /// The whole texture.
    pub fn all(to: &'t wgpu::TextureView, size: (u32, u32)) -> Self {
        Self {
            to,
            size,
            rows: 0..size.1,
        }
    }
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
            content: Content::Nothing,
            finer: None,
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

    /// Pixels of its own, if it has any.
    pub fn picture(&self) -> Option<&Picture> {
        match &self.content {
            Content::Picture(picture) => Some(picture),
            _ => None,
        }
    }

    /// What its canvas itself is drawn with, where it has no pixels of its own: a plane, or black for `Some(None)`.
    pub fn drawn_directly(&self) -> Option<Option<ViewState>> {
        match self.content {
            Content::Plane(plane) => Some(Some(ViewState::Plane(plane))),
            Content::Blank => Some(None),
            Content::Nothing | Content::Picture(_) => None,
        }
    }

    /// Makes a picture of this size, unless there is one already.
    pub fn ensure_picture(&mut self, gpu: &Gpu, pipelines: &Pipelines, size: (u32, u32)) {
        let fits = |p: &Picture| (p.texture.width(), p.texture.height()) == size;
        if !self.picture().is_some_and(fits) {
            self.replace(Content::Picture(Picture::new(gpu, pipelines, size)));
        }
    }

    /// Puts other content in place of what was there.
    pub fn replace(&mut self, content: Content) {
        if let Content::Picture(old) = std::mem::replace(&mut self.content, content) {
            old.texture.destroy();
        }
    }
}

impl Picture {
    /// Black pixels.
    pub fn new(gpu: &Gpu, pipelines: &Pipelines, (width, height): (u32, u32)) -> Self {
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
        Self {
            texture,
            view,
            group,
        }
    }
}
