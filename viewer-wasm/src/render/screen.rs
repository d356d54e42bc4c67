//! Where pictures are seen.

use std::collections::BTreeMap;

use super::canvas::Canvas;
use super::device::Gpu;
use super::pipelines::Pipelines;
use super::target::Target;
use crate::view::ViewId;

/// The canvases of a page, by what its tier allows.
pub enum Screen {
    /// None, for tests and tools.
    Headless,
    /// One for each view (WebGPU), so that the browser composes anew only what changed.
    PerView(BTreeMap<ViewId, Canvas>),
    /// One for all (WebGL2): another canvas would be another context, with a volume of its own.
    Shared(Canvas),
}

impl Screen {
    /// Puts on screen what was drawn since the last time.
    pub fn present(
        &mut self,
        gpu: &Gpu,
        pipelines: &Pipelines,
        targets: &mut BTreeMap<ViewId, Target>,
    ) {
        match self {
            Self::Headless => {}
            Self::PerView(canvases) => {
                for (id, target) in targets.iter_mut().filter(|(_, target)| !target.on_screen) {
                    if let (Some(canvas), Some(picture)) = (canvases.get_mut(id), &target.picture) {
                        canvas.set_size(target.rect.width, target.rect.height);
                        target.on_screen = canvas.present_one(gpu, pipelines, picture);
                    }
                }
            }
            Self::Shared(canvas) => canvas.present_all(gpu, pipelines, targets.values()),
        }
    }

    /// Size of the canvas that all views share, in device pixels.
    pub fn set_shared_size(&mut self, width: u32, height: u32) {
        if let Self::Shared(canvas) = self {
            canvas.set_size(width, height);
        }
    }
}
