//! Putting pictures on the screen.

use super::device::Gpu;
use super::pipelines::Pipelines;
use super::target::{Picture, Rect, Target};

/// A canvas: of one view (WebGPU), or with every view in its rectangle (WebGL2).
pub struct Canvas {
    surface: wgpu::Surface<'static>,
    configuration: wgpu::SurfaceConfiguration,
    configured: bool,
    /// Pictures can be copied to it as they are, and what draws them can draw to it.
    has_picture_format: bool,
}

impl Canvas {
    /// A canvas, of one pixel until it is given its size.
    #[cfg(target_arch = "wasm32")]
    pub fn new(
        surface: wgpu::Surface<'static>,
        adapter: &wgpu::Adapter,
        tier: super::GpuTier,
    ) -> Result<Self, super::RenderError> {
        use super::pipelines::PICTURE_FORMAT;
        let mut configuration = surface
            .get_default_config(adapter, 1, 1)
            .ok_or_else(|| super::RenderError::Surface("the device cannot draw to it".into()))?;
        let formats = surface.get_capabilities(adapter).formats;
        // Copying is far cheaper than drawing, most of all where the browser draws without a graphics card.
        let has_picture_format =
            tier == super::GpuTier::WebGpu && formats.contains(&PICTURE_FORMAT);
        if has_picture_format {
            configuration.format = PICTURE_FORMAT;
            configuration.usage |= wgpu::TextureUsages::COPY_DST;
        } else {
            // Pictures hold what the screen shows; an sRGB format would brighten them once more.
            configuration.format = formats
                .into_iter()
                .find(|f| !f.is_srgb())
                .unwrap_or(configuration.format);
        }
        Ok(Self {
            surface,
            configuration,
            configured: false,
            has_picture_format,
        })
    }

    /// Format of its pixels.
    #[cfg(target_arch = "wasm32")]
    pub fn format(&self) -> wgpu::TextureFormat {
        self.configuration.format
    }

    /// Whether what draws pictures can draw to it.
    pub fn has_picture_format(&self) -> bool {
        self.has_picture_format
    }

    /// Takes effect with the next picture.
    pub fn set_size(&mut self, width: u32, height: u32) {
        let now = &mut self.configuration;
        if (now.width, now.height) != (width, height) {
            (now.width, now.height) = (width, height);
            self.configured = false;
        }
    }

    /// Has its texture drawn to, with the pipelines of pictures; false if the canvas takes none now.
    pub fn draw_itself(&mut self, gpu: &Gpu, draw: impl FnOnce(&wgpu::TextureView)) -> bool {
        let Some(frame) = self.next_frame(gpu) else {
            return false;
        };
        draw(
            &frame
                .texture
                .create_view(&wgpu::TextureViewDescriptor::default()),
        );
        gpu.queue.present(frame);
        true
    }

    /// Puts one picture on the whole canvas; false if the canvas takes none now.
    pub fn present_one(&mut self, gpu: &Gpu, pipelines: &Pipelines, picture: &Picture) -> bool {
        let Some(frame) = self.next_frame(gpu) else {
            return false;
        };
        let (width, height) = (self.configuration.width, self.configuration.height);
        let size = picture.texture.size();
        let mut encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        if self.has_picture_format && (size.width, size.height) == (width, height) {
            encoder.copy_texture_to_texture(
                picture.texture.as_image_copy(),
                frame.texture.as_image_copy(),
                size,
            );
        } else {
            let view = frame
                .texture
                .create_view(&wgpu::TextureViewDescriptor::default());
            let rect = Rect {
                width,
                height,
                ..Rect::default()
            };
            let mut pass = begin_pass(&mut encoder, &view);
            self.draw(&mut pass, pipelines, picture, rect);
        }
        gpu.queue.submit([encoder.finish()]);
        gpu.queue.present(frame);
        true
    }

    /// Draws every picture into its rectangle.
    pub fn present_all<'t>(
        &mut self,
        gpu: &Gpu,
        pipelines: &Pipelines,
        targets: impl Iterator<Item = &'t Target>,
    ) {
        let Some(frame) = self.next_frame(gpu) else {
            return;
        };
        let view = frame
            .texture
            .create_view(&wgpu::TextureViewDescriptor::default());
        let mut encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = begin_pass(&mut encoder, &view);
            for target in targets {
                if let Some(picture) = target.picture() {
                    self.draw(&mut pass, pipelines, picture, target.rect);
                }
            }
        }
        gpu.queue.submit([encoder.finish()]);
        gpu.queue.present(frame);
    }

    fn draw(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        pipelines: &Pipelines,
        picture: &Picture,
        rect: Rect,
    ) {
        // A layout can be a pixel ahead of the canvas while a window is resized.
        let (width, height) = (self.configuration.width, self.configuration.height);
        let (x, y) = (rect.x.min(width), rect.y.min(height));
        let (w, h) = (rect.width.min(width - x), rect.height.min(height - y));
        let same_size = (picture.texture.width(), picture.texture.height()) == (w, h);
        let pipeline = pipelines.canvas(same_size);
        if let Some(pipeline) = pipeline.filter(|_| w > 0 && h > 0) {
            pass.set_pipeline(pipeline);
            pass.set_viewport(x as f32, y as f32, w as f32, h as f32, 0.0, 1.0);
            pass.set_bind_group(0, &picture.group, &[]);
            pass.draw(0..3, 0..1);
        }
    }

    /// The texture to draw to; `None` if the canvas has none now (hidden, or in between two sizes).
    fn next_frame(&mut self, gpu: &Gpu) -> Option<wgpu::SurfaceTexture> {
        use wgpu::CurrentSurfaceTexture::{Suboptimal, Success};
        if !self.configured {
            self.surface.configure(&gpu.device, &self.configuration);
            self.configured = true;
        }
        match self.surface.get_current_texture() {
            Success(frame) | Suboptimal(frame) => Some(frame),
            _ => {
                self.configured = false;
                None
            }
        }
    }
}

/// Starts drawing to a texture, which is black first.
pub fn begin_pass<'e>(
    encoder: &'e mut wgpu::CommandEncoder,
    view: &wgpu::TextureView,
) -> wgpu::RenderPass<'e> {
    pass(encoder, view, wgpu::LoadOp::Clear(wgpu::Color::BLACK))
}

/// Goes on drawing to a texture, which keeps what it shows.
pub fn continue_pass<'e>(
    encoder: &'e mut wgpu::CommandEncoder,
    view: &wgpu::TextureView,
) -> wgpu::RenderPass<'e> {
    pass(encoder, view, wgpu::LoadOp::Load)
}

fn pass<'e>(
    encoder: &'e mut wgpu::CommandEncoder,
    view: &wgpu::TextureView,
    load: wgpu::LoadOp<wgpu::Color>,
) -> wgpu::RenderPass<'e> {
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: None,
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load,
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    })
}
