//! One view: what it should show now, what was drawn of it last, and drawing it if the two differ.

use super::core::Core;
use super::filling::while_filling;
use super::frame::Quality;
use super::layout::Placed;
use crate::workspace::view_index;
use leptos::prelude::*;
use viewer_wasm::render::Renderer;
use viewer_wasm::view::effort::FRAME_MS;
use viewer_wasm::view::{GridView, PlaneView, Tones, ViewId, ViewState, VolumeView};

/// What was drawn last in a view; of the volume rendering its full quality, whatever was left out.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    pub(super) state: ViewState,
    pub(super) placed: Placed,
    content: u32,
}

impl Drawn {
    /// The same view in the same place, whatever slices came since.
    pub(super) fn whatever_came(self) -> Self {
        Self { content: 0, ..self }
    }

    /// The same view in `scale` times as many pixels, and how many those are.
    pub(super) fn enlarged(self, scale: u32) -> (ViewState, u32, u32) {
        let by = f64::from(scale);
        let state = match self.state {
            ViewState::Plane(view) => ViewState::Plane(PlaneView {
                mm_per_px: view.mm_per_px / by,
                ..view
            }),
            ViewState::Grid(grid) => ViewState::Grid(GridView {
                first: PlaneView {
                    mm_per_px: grid.first.mm_per_px / by,
                    ..grid.first
                },
                ..grid
            }),
            ViewState::Volume(view) => ViewState::Volume(VolumeView {
                mm_per_px: view.mm_per_px / by,
                ..view
            }),
        };
        let rect = self.placed.rect;
        (state, rect.width * scale, rect.height * scale)
    }
}

/// What drew a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawnBy {
    Device,
    /// [`Straight`] planes.
    Processor,
}

impl DrawnBy {
    /// For scripts.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Processor => "processor",
        }
    }
}

impl Core {
    pub(super) fn render_if_changed(
        &self,
        renderer: &mut Renderer,
        id: ViewId,
        quality: Quality,
    ) -> Option<(Drawn, DrawnBy)> {
        let at = view_index(id);
        let later = quality == Quality::Live && self.volume_waits_for_slices()
            || self.is_recovering()
            || self.planes_only.get()
            || quality == Quality::Live && self.volume_busy.get();
        if id == ViewId::Volume && later {
            return None;
        }
        let next = self.next_state(id)?;
        let same = self.drawn.get()[at] == Some(next);
        match next.state {
            ViewState::Volume(view) => {
                self.note_camera(view, quality);
                if same && (self.volume_shown.get().full_quality || quality == Quality::Live) {
                    self.refine_if_still();
                    return None;
                }
            }
            _ if same => return None,
            _ => {}
        }
        let by = self.render_state(renderer, id, next, quality);
        Some((next, by))
    }

    /// Draws a view whether it changed or not, in full quality; `None` if it is not on screen.
    pub(super) fn render(&self, renderer: &mut Renderer, id: ViewId) -> Option<DrawnBy> {
        let next = self.next_state(id)?;
        if let ViewState::Volume(view) = next.state {
            self.note_camera(view, Quality::Still);
        }
        Some(self.render_state(renderer, id, next, Quality::Still))
    }

    /// Leaves depth shading out of a picture that cannot wait until a slow device knows what is around each place.
    fn without_unknown(&self, renderer: &Renderer, view: VolumeView) -> VolumeView {
        let is_slow = self.surroundings_ms.get().is_none_or(|ms| ms > FRAME_MS);
        let plain = VolumeView {
            occlusion: 0.0,
            ..view
        };
        if is_slow && !plain.needs_surroundings() && !renderer.knows_surroundings(&view) {
            plain
        } else {
            view
        }
    }

    fn render_state(
        &self,
        renderer: &mut Renderer,
        id: ViewId,
        next: Drawn,
        quality: Quality,
    ) -> DrawnBy {
        let state = match next.state {
            ViewState::Volume(view) if quality == Quality::Live => {
                let efforts = self.efforts.borrow();
                ViewState::Volume(if self.filling.lasts() {
                    while_filling(&view, &efforts)
                } else {
                    self.without_unknown(renderer, efforts.while_moving(&view))
                })
            }
            state => state,
        };
        let by = if self.draw_straight(id, &next) {
            renderer.forget_view(id);
            DrawnBy::Processor
        } else {
            self.straight.hide(id);
            renderer.render_view(id, &state);
            DrawnBy::Device
        };
        self.count_draw(id);
        let mut drawn = self.drawn.get();
        drawn[view_index(id)] = Some(next);
        self.drawn.set(drawn);
        if let (ViewState::Volume(drawn), ViewState::Volume(wanted)) = (state, next.state) {
            let before = self.volume_shown.get();
            self.volume_shown.set(before.picture(&drawn, &wanted));
            self.wake_when_still();
        }
        by
    }

    pub(super) fn count_draw(&self, id: ViewId) {
        let mut draws = self.draws.get();
        draws[view_index(id)] += 1;
        self.draws.set(draws);
    }

    /// What a view should show now; `None` if it is not on screen or nothing is open.
    pub(super) fn next_state(&self, id: ViewId) -> Option<Drawn> {
        let ws = self.ws.get()?;
        let placed = self.placed.get()[view_index(id)]?;
        let tones = ws.scan.with_value(|scan| {
            let scan = scan.as_ref()?;
            Some(untrack(|| ws.tones_of(&scan.series)))
        })?;
        // The signals count CSS pixels, the renderer device pixels.
        let to_device = placed.size_css.x / f64::from(placed.rect.width);
        let shown = |plane: PlaneView| PlaneView {
            mm_per_px: plane.mm_per_px * to_device,
            window: ws.window.get_untracked(),
            tones,
            ..plane
        };
        let state = match ws.plane(id) {
            Some(plane) => ViewState::Plane(shown(plane.get_untracked())),
            None if id == ViewId::Grid => {
                let grid = untrack(|| ws.grid_view());
                ViewState::Grid(GridView {
                    first: shown(grid.first),
                    ..grid
                })
            }
            None => {
                let view = ws.volume_view.get_untracked();
                // Where nothing is shown through the window it may change without a new picture.
                let (window, tones) = if view.is_windowed() {
                    (view.window, tones)
                } else {
                    (VolumeView::BLANK.window, Tones::PLAIN)
                };
                ViewState::Volume(VolumeView {
                    mm_per_px: view.mm_per_px * to_device,
                    window,
                    tones,
                    ..view
                })
            }
        };
        Some(Drawn {
            state,
            placed,
            content: self.content.get(),
        })
    }
}
