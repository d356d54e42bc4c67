//! Renderers for the canvases of a page.

use std::collections::BTreeMap;

use super::canvas::Canvas;
use super::device::{Gpu, GpuTier};
use super::pipelines::Pipelines;
use super::screen::Screen;
use super::{RenderError, Renderer};
use crate::view::ViewId;

impl Renderer {
    /// A renderer for a page's canvases, one for each view. WebGL2 takes the first for all of them:
    /// [`tier`](Self::tier) tells.
    ///
    /// # Errors
    /// [`RenderError::NoDevice`] without WebGPU and WebGL2, [`RenderError::Surface`] if a canvas is in use.
    pub async fn for_canvases(
        canvases: &[(ViewId, web_sys::HtmlCanvasElement)],
    ) -> Result<Self, RenderError> {
        let (gpu, surfaces, adapter) = Gpu::for_canvases(&elements(canvases)).await?;
        Self::on_screen(gpu, canvases, surfaces, &adapter)
    }

    /// A renderer for further canvases, with a volume of its own, that draws with the device of this one; if that is lost,
    /// both are. `None` where each canvas has a device of its own (WebGL2).
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`]; [`RenderError::Surface`] if a canvas is in use.
    pub fn beside(
        &self,
        canvases: &[(ViewId, web_sys::HtmlCanvasElement)],
    ) -> Result<Option<Self>, RenderError> {
        self.gpu
            .shared_with(&elements(canvases))?
            .map(|(gpu, surfaces, adapter)| Self::on_screen(gpu, canvases, surfaces, &adapter))
            .transpose()
    }

    fn on_screen(
        gpu: Gpu,
        canvases: &[(ViewId, web_sys::HtmlCanvasElement)],
        surfaces: Vec<wgpu::Surface<'static>>,
        adapter: &wgpu::Adapter,
    ) -> Result<Self, RenderError> {
        let mut made = surfaces
            .into_iter()
            .map(|surface| Canvas::new(surface, adapter, gpu.tier))
            .collect::<Result<Vec<_>, _>>()?;
        let format = made.first().map(Canvas::format);
        let pipelines = Pipelines::new(&gpu, format);
        let screen = match gpu.tier {
            GpuTier::WebGpu => Screen {
                per_view: canvases.iter().map(|(id, _)| *id).zip(made).collect(),
                shared: None,
            },
            GpuTier::WebGl2 => Screen {
                per_view: BTreeMap::new(),
                shared: made.pop(),
            },
        };
        Ok(Self::with(gpu, pipelines, screen))
    }
}

fn elements(canvases: &[(ViewId, web_sys::HtmlCanvasElement)]) -> Vec<web_sys::HtmlCanvasElement> {
    canvases.iter().map(|(_, canvas)| canvas.clone()).collect()
}
