//! Measuring where the views lie, once the layout has changed.

use super::core::Core;
use super::layout::{device_scale, surface_size};
use crate::workspace::{DRAWN, view_index};
use viewer_wasm::render::Renderer;
use viewer_wasm::view::ViewId;

impl Core {
    /// Measures the cells if the layout changed, and tells the renderer and the workspace.
    pub(super) fn measure_cells(&self, renderer: &mut Renderer) -> bool {
        let host = self.host.borrow().clone();
        let (Some(ws), Some(host)) = (self.ws.get(), host) else {
            return false;
        };
        if !self.layout_changed.replace(false) {
            return false;
        }
        let scale = device_scale();
        let placed = self.cells.place(&host, scale);
        let (width, height) = surface_size(&host, scale);
        if width > 0 && height > 0 {
            renderer.set_surface_size(width, height);
        }
        let rects: Vec<_> = DRAWN
            .into_iter()
            .filter_map(|id| Some((id, placed[view_index(id)]?.rect)))
            .collect();
        renderer.set_layout(&rects);
        self.placed.set(placed);
        self.place_canvases(renderer.tier(), scale);
        // A view that was hidden lost its texture.
        let mut drawn = self.drawn.get();
        for id in DRAWN.into_iter().chain([ViewId::Image]) {
            let at = view_index(id);
            if placed[at].is_none() {
                drawn[at] = None;
            }
            ws.on_cell_resized(
                id,
                placed[at].map_or(glam::DVec2::ZERO, |placed| placed.size_css),
            );
        }
        self.drawn.set(drawn);
        true
    }
}
