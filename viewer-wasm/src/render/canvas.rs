//! Putting pictures on the screen.

use super::device::Gpu;
use super::pipelines::Pipelines;
use super::target::Target;

/// The one canvas, with every view in its rectangle.
pub struct Canvas {
    surface: wgpu::Surface<'static>,
    configuration: wgpu::SurfaceConfiguration,
    configured: bool,
}

impl Canvas {
    /// A canvas of (width, height) device pixels.
    #[cfg(target_arch = "wasm32")]
    pub fn new(
        surface: wgpu::Surface<'static>,
        adapter: &wgpu::Adapter,
        (width, height): (u32, u32),
    ) -> Result<Self, super::RenderError> {
        let mut configuration = surface
            .get_default_config(adapter, width.max(1), height.max(1))
            .ok_or_else(|| super::RenderError::Surface("the device cannot draw to it".into()))?;
        // Pictures hold what the screen shows; an sRGB format would brighten them once more.
        let formats = surface.get_capabilities(adapter).formats;
        configuration.format = formats
            .into_iter()
            .find(|f| !f.is_srgb())
            .unwrap_or(configuration.format);
        Ok(Self {
            surface,
            configuration,
            configured: false,
        })
    }

    /// Format of its pixels.
    #[cfg(target_arch = "wasm32")]
    pub fn format(&self) -> wgpu::TextureFormat {
        self.configuration.format
    }

    /// Takes effect with the next picture.
    pub fn set_size(&mut self, width: u32, height: u32) {
        let now = &mut self.configuration;
        if (now.width, now.height) != (width, height) {
            (now.width, now.height) = (width, height);
            self.configured = false;
        }
    }

    /// Draws every picture into its rectangle.
    pub fn present<'t>(
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
            let (width, height) = (self.configuration.width, self.configuration.height);
            for target in targets {
                let Some(picture) = &target.picture else {
                    continue;
                };
                // A layout can be a pixel ahead of the canvas while a window is resized.
                let (x, y) = (target.rect.x.min(width), target.rect.y.min(height));
                let (w, h) = (
                    target.rect.width.min(width - x),
                    target.rect.height.min(height - y),
                );
                let same_size = (picture.texture.width(), picture.texture.height()) == (w, h);
                let pipeline = pipelines.canvas(same_size);
                if let Some(pipeline) = pipeline.filter(|_| w > 0 && h > 0) {
                    pass.set_pipeline(pipeline);
                    pass.set_viewport(x as f32, y as f32, w as f32, h as f32, 0.0, 1.0);
                    pass.set_bind_group(0, &picture.group, &[]);
                    pass.draw(0..3, 0..1);
                }
            }
        }
        gpu.queue.submit([encoder.finish()]);
        gpu.queue.present(frame);
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
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: None,
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view,
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    })
}
