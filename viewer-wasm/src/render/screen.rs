//! Where pictures are seen.

use std::collections::BTreeMap;

use super::canvas::Canvas;
use super::device::Gpu;
use super::pipelines::Pipelines;
use super::target::Target;
use crate::view::ViewId;

/// The canvases of a page; none for tests and tools.
#[derive(Default)]
pub struct Screen {
    /// One for each view (WebGPU), so that the browser composes anew only what changed.
    pub per_view: BTreeMap<ViewId, Canvas>,
    /// One for all (WebGL2): another canvas would be another context, with a volume of its own.
    pub shared: Option<Canvas>,
}

impl Screen {
    /// Whether planes are drawn straight to a view's canvas.
    pub fn draws_planes(&self, id: ViewId) -> bool {
        self.per_view
            .get(&id)
            .is_some_and(Canvas::has_picture_format)
    }

    /// Puts on screen the pictures that were drawn since the last time.
    pub fn present(
        &mut self,
        gpu: &Gpu,
        pipelines: &Pipelines,
        targets: &mut BTreeMap<ViewId, Target>,
    ) {
        if let Some(canvas) = &mut self.shared {
            canvas.present_all(gpu, pipelines, targets.values());
        }
        for (id, canvas) in &mut self.per_view {
            let waiting = targets.get_mut(id).filter(|target| !target.on_screen);
            if let Some(target) = waiting
                && let Some(picture) = target.picture()
            {
                // A coarse picture makes a coarse canvas, which the browser enlarges while it composes the page anyway.
                let (rect, size) = (target.rect, picture.texture.size());
                let is_coarse = size.width < rect.width && size.height < rect.height;
                let (width, height) = if is_coarse && canvas.has_picture_format() {
                    (size.width, size.height)
                } else {
                    (rect.width, rect.height)
                };
                canvas.set_size(width, height);
                target.on_screen = canvas.present_one(gpu, pipelines, picture);
            }
        }
    }

    /// Size of the canvas that all views share, in device pixels.
    pub fn set_shared_size(&mut self, width: u32, height: u32) {
        if let Some(canvas) = &mut self.shared {
            canvas.set_size(width, height);
        }
    }
}
