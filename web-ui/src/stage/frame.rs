//! What a frame does: builds each visible view's state from the signals, compares it with what was drawn last, draws
//! what differs and shows all. At most once per animation frame.

use super::device::problem_of;
use super::filling::{Filling, while_filling};
use super::layout::{Cells, Placed, device_scale, surface_size};
use super::recovery::Begun;
use super::shown::VolumeShown;
use super::straight::Straight;
use super::surface::RendererFacts;
use crate::loading::pace::{now_ms, sleep};
use crate::workspace::{DRAWN, VIEW_COUNT, Workspace, view_index};
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use futures::lock::Mutex;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use viewer_wasm::render::{RenderError, Renderer};
use viewer_wasm::view::effort::{Efforts, FRAME_MS};
use viewer_wasm::view::{GridView, PlaneView, Rendering, Tones, ViewId, ViewState, VolumeView};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// The volume rendering is refined when the camera has been still for this long.
const STILL_AFTER_MS: f64 = 60.0;

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

/// The canvas, its renderer, and what is known about the last frame.
pub(super) struct Core {
    pub(super) this: Weak<Self>,
    /// Whose device this draws with, if it may.
    pub(super) lender: Option<Rc<Self>>,
    pub(super) ws: Cell<Option<Workspace>>,
    /// One for each view, or one for all.
    pub(super) canvases: RefCell<Vec<(ViewId, HtmlCanvasElement)>>,
    /// Planes that the processor draws.
    pub(super) straight: Straight,
    pub(super) host: RefCell<Option<HtmlElement>>,
    pub(super) renderer: Mutex<Option<Renderer>>,
    pub(super) facts: RefCell<Option<RendererFacts>>,
    pub(super) cells: Cells,
    /// Dropped when a cell comes or goes.
    pub(super) waiting_for_cells: RefCell<Vec<oneshot::Sender<()>>>,
    pub(super) placed: Cell<[Option<Placed>; VIEW_COUNT]>,
    pub(super) drawn: Cell<[Option<Drawn>; VIEW_COUNT]>,
    pub(super) layout_changed: Cell<bool>,
    /// How often each view was drawn, parts of a picture too.
    pub(super) draws: Cell<[u32; VIEW_COUNT]>,
    /// Counts up when the volume on the GPU changes.
    pub(super) content: Cell<u32>,
    /// What may be drawn until the volume is complete.
    pub(super) filling: Filling,
    /// Bytes of slices sent since the device was last asked to confirm.
    pub(super) unconfirmed_bytes: Cell<usize>,
    /// Resolve when the device has what was sent before; oldest first.
    pub(super) uploads: RefCell<VecDeque<LocalBoxFuture<'static, ()>>>,
    /// The volume rendering waits for this frame of the planes.
    pub(super) planes_only: Cell<bool>,
    /// The device still draws a frame's volume rendering; parts of a finer one don't hold a frame up.
    pub(super) volume_busy: Cell<bool>,
    /// The volume rendering that was drawn last.
    pub(super) volume_shown: Cell<VolumeShown>,
    /// What it took the last time to find out what is around each place of the volume.
    pub(super) surroundings_ms: Cell<Option<f64>>,
    /// What went into it so far where something else came in between.
    pub(super) surroundings_spent_ms: Cell<f64>,
    /// What is left out while the camera moves.
    pub(super) efforts: RefCell<Efforts>,
    /// A full picture of the volume is being drawn, part by part.
    pub(super) refining: Cell<bool>,
    /// The volume on the GPU, to begin it again on another device.
    pub(super) begun: RefCell<Option<Begun>>,
    /// Devices that were lost and whose volume is not there again yet.
    pub(super) recoveries: Cell<i32>,
    /// When a device was lost, each time.
    pub(super) lost_at: RefCell<Vec<f64>>,
    pub(super) camera: Cell<Option<VolumeView>>,
    pub(super) camera_moved_at: Cell<f64>,
    /// When something was drawn last, and how far apart such frames are.
    pub(super) frame_at: Cell<f64>,
    pub(super) frame_gap_ms: Cell<f64>,
    /// When the lines were moved last.
    pub(super) linked_at: Cell<f64>,
    pub(super) frame_asked: Cell<bool>,
    pub(super) on_frame: RefCell<Option<Closure<dyn FnMut()>>>,
}

/// What a frame had to do.
#[derive(Clone, Copy)]
pub(super) struct Drew {
    pub(super) any: bool,
    /// The graphics device drew a view.
    pub(super) on_device: bool,
    /// The kind of volume rendering, if that was drawn.
    pub(super) volume: Option<Rendering>,
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

/// How much care a frame takes with the volume rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quality {
    /// Coarse while the camera moves.
    Live,
    Still,
}

impl Core {
    pub(super) fn new(lender: Option<Rc<Self>>) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            lender,
            ws: Cell::new(None),
            canvases: RefCell::default(),
            straight: Straight::default(),
            host: RefCell::new(None),
            renderer: Mutex::new(None),
            facts: RefCell::new(None),
            cells: Cells::default(),
            waiting_for_cells: RefCell::default(),
            placed: Cell::new([None; VIEW_COUNT]),
            drawn: Cell::new([None; VIEW_COUNT]),
            layout_changed: Cell::new(true),
            draws: Cell::new([0; VIEW_COUNT]),
            content: Cell::new(0),
            filling: Filling::default(),
            unconfirmed_bytes: Cell::new(0),
            uploads: RefCell::default(),
            planes_only: Cell::new(false),
            volume_busy: Cell::new(false),
            volume_shown: Cell::new(VolumeShown::NOTHING),
            surroundings_ms: Cell::new(None),
            surroundings_spent_ms: Cell::new(0.0),
            efforts: RefCell::default(),
            refining: Cell::new(false),
            begun: RefCell::new(None),
            recoveries: Cell::new(0),
            lost_at: RefCell::default(),
            camera: Cell::new(None),
            camera_moved_at: Cell::new(f64::NEG_INFINITY),
            frame_at: Cell::new(f64::NEG_INFINITY),
            frame_gap_ms: Cell::new(0.0),
            linked_at: Cell::new(f64::NEG_INFINITY),
            frame_asked: Cell::new(false),
            on_frame: RefCell::new(None),
        })
    }

    pub(super) fn listen_to_frames(&self) {
        self.ask_frame_when_seen();
        let this = self.this.clone();
        self.on_frame.replace(Some(Closure::new(move || {
            if let Some(core) = this.upgrade() {
                core.frame_asked.set(false);
                // Runs before the browser paints: at the end of this callback.
                spawn_local(core.on_frame());
            }
        })));
    }

    /// A hidden page draws nothing; when it is looked at again it draws what changed meanwhile.
    fn ask_frame_when_seen(&self) {
        let this = self.this.clone();
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if let Some(core) = this.upgrade()
                && !is_hidden()
            {
                core.ask_frame();
            }
        });
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            // A known event with a function: cannot fail.
            let _ = document.add_event_listener_with_callback(
                "visibilitychange",
                on_change.as_ref().unchecked_ref(),
            );
        }
        // For the life of the page.
        on_change.forget();
    }

    async fn on_frame(self: Rc<Self>) {
        loop {
            // Whoever looks at the page again asks for a frame.
            if is_hidden() {
                return;
            }
            let Some(mut place) = self.renderer.try_lock() else {
                self.ask_frame();
                return;
            };
            let Some(renderer) = place.as_mut() else {
                return;
            };
            let began = now_ms();
            let drew = self.draw(renderer, Quality::Live);
            let Some(rendering) = drew.volume else {
                return;
            };
            // A volume rendering may take longer than a frame. The next one waits for it, so that the queue of the device
            // stays short and the picture follows the hand.
            let finished = renderer.finish();
            drop(place);
            self.volume_busy.set(true);
            finished.await;
            self.volume_busy.set(false);
            let took = now_ms() - began;
            if self.filling.lasts() {
                self.filling.note(began, true);
                self.ask_frame();
                return;
            }
            self.efforts.borrow_mut().note(rendering, took);
            self.volume_shown.set(VolumeShown {
                moving_ms: took,
                ..self.volume_shown.get()
            });
            if took <= FRAME_MS {
                self.ask_frame();
                return;
            }
            // The browser's next frame has been missed: what the hand did meanwhile does not wait for yet another.
        }
    }

    pub(super) fn ask_frame(&self) {
        if self.frame_asked.replace(true) {
            return;
        }
        if let (Some(window), Some(on_frame)) = (web_sys::window(), &*self.on_frame.borrow()) {
            let _ = window.request_animation_frame(on_frame.as_ref().unchecked_ref());
        }
    }

    /// Draws every view that changed, and shows them.
    pub(super) fn draw(&self, renderer: &mut Renderer, quality: Quality) -> Drew {
        let laid_out = self.measure_cells(renderer);
        let mut drew = Drew {
            any: laid_out,
            on_device: false,
            volume: None,
        };
        for id in DRAWN {
            if let Some((drawn, by)) = self.render_if_changed(renderer, id, quality) {
                drew.any = true;
                drew.on_device |= by == DrawnBy::Device;
                if let ViewState::Volume(view) = drawn.state {
                    drew.volume = Some(view.rendering);
                }
            }
        }
        if drew.any && drew.volume.is_none() {
            self.note_frame();
        }
        if let Some(ws) = self.ws.get() {
            self.link_planes(ws);
            if quality == Quality::Still || !self.volume_busy.get() {
                follow_volume(ws);
            }
        }
        if drew.on_device || laid_out {
            self.present(renderer);
        }
        drew
    }

    pub(super) fn present(&self, renderer: &mut Renderer) {
        let Err(error) = renderer.present() else {
            return;
        };
        let Some(core) = self.this.upgrade() else {
            return;
        };
        // A lost device is made anew; anything else is worth a sentence.
        let losses = self.losses();
        spawn_local(async move {
            if !matches!(error, RenderError::DeviceLost(_))
                && !core.is_lost_since(losses).await
                && let Some(ws) = core.ws.get()
            {
                ws.report(problem_of(&error));
            }
        });
    }

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

    fn render_if_changed(
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

    /// Notes whether the camera moves.
    fn note_camera(&self, view: VolumeView, quality: Quality) {
        let moved = self.camera.replace(Some(view)) != Some(view);
        if quality == Quality::Still {
            self.camera_moved_at.set(f64::NEG_INFINITY);
        } else if moved {
            self.camera_moved_at.set(now_ms());
        }
    }

    pub(super) fn camera_is_still(&self) -> bool {
        now_ms() - self.camera_moved_at.get() >= STILL_AFTER_MS
    }

    /// Asks for a frame at the time when the camera has been still for long enough, if nothing moves it.
    fn wake_when_still(&self) {
        if self.volume_shown.get().full_quality {
            return;
        }
        let this = self.this.clone();
        let pause = self.camera_moved_at.get() + STILL_AFTER_MS - now_ms();
        spawn_local(async move {
            sleep(pause.max(0.0).ceil() as i32).await;
            if let Some(core) = this.upgrade() {
                core.ask_frame();
            }
        });
    }
}

/// What is drawn over the volume rendering follows the picture, not the hand: the browser then composes the two once, and
/// they belong together.
fn follow_volume(ws: Workspace) {
    let next = ws.volume_view.get_untracked();
    if ws.volume_seen.get_untracked() != next {
        ws.volume_seen.set(next);
    }
}

/// Whether nobody can see the page.
pub(crate) fn is_hidden() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}
