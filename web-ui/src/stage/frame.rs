//! What a frame does: builds each visible view's state from the signals, compares it with what was drawn last, draws
//! what differs and shows all. At most once per animation frame.

use super::device::problem_of;
use super::layout::{Cells, Placed, device_scale, surface_size};
use super::surface::RendererFacts;
use crate::loading::pace::{now_ms, sleep};
use crate::workspace::{DRAWN, VIEW_COUNT, Workspace, view_index};
use futures::future::LocalBoxFuture;
use futures::lock::Mutex;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use viewer_wasm::render::{GpuTier, RenderError, Renderer};
use viewer_wasm::view::{GridView, PlaneView, Tones, ViewId, ViewState, VolumeView};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// The volume rendering is refined when the camera has been still for this long.
const STILL_AFTER_MS: f64 = 150.0;

/// What was drawn last in a view.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Drawn {
    state: ViewState,
    placed: Placed,
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
    pub(super) ws: Cell<Option<Workspace>>,
    /// One for each view, or one for all.
    pub(super) canvases: RefCell<Vec<(ViewId, HtmlCanvasElement)>>,
    pub(super) host: RefCell<Option<HtmlElement>>,
    pub(super) renderer: Mutex<Option<Renderer>>,
    pub(super) facts: RefCell<Option<RendererFacts>>,
    pub(super) cells: Cells,
    pub(super) placed: Cell<[Option<Placed>; VIEW_COUNT]>,
    pub(super) drawn: Cell<[Option<Drawn>; VIEW_COUNT]>,
    pub(super) layout_changed: Cell<bool>,
    /// Counts up when the volume on the GPU changes.
    pub(super) content: Cell<u32>,
    /// The volume rendering waits until the volume is complete.
    pub(super) filling: Cell<bool>,
    /// Bytes of slices sent since the device was last asked to confirm.
    pub(super) unconfirmed_bytes: Cell<usize>,
    /// Resolve when the device has what was sent before; oldest first.
    pub(super) uploads: RefCell<VecDeque<LocalBoxFuture<'static, ()>>>,
    /// The volume rendering waits for this frame of the planes.
    pub(super) planes_only: Cell<bool>,
    /// The device still draws a volume rendering.
    pub(super) volume_busy: Cell<bool>,
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
    any: bool,
    volume: bool,
}

/// How much care a frame takes with the volume rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quality {
    /// Coarse while the camera moves.
    Live,
    Still,
}

impl Core {
    pub(super) fn new() -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            ws: Cell::new(None),
            canvases: RefCell::default(),
            host: RefCell::new(None),
            renderer: Mutex::new(None),
            facts: RefCell::new(None),
            cells: Cells::default(),
            placed: Cell::new([None; VIEW_COUNT]),
            drawn: Cell::new([None; VIEW_COUNT]),
            layout_changed: Cell::new(true),
            content: Cell::new(0),
            filling: Cell::new(false),
            unconfirmed_bytes: Cell::new(0),
            uploads: RefCell::default(),
            planes_only: Cell::new(false),
            volume_busy: Cell::new(false),
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
        let this = self.this.clone();
        self.on_frame.replace(Some(Closure::new(move || {
            if let Some(core) = this.upgrade() {
                core.frame_asked.set(false);
                // Runs before the browser paints: at the end of this callback.
                spawn_local(core.on_frame());
            }
        })));
    }

    async fn on_frame(self: Rc<Self>) {
        let Some(mut place) = self.renderer.try_lock() else {
            self.ask_frame();
            return;
        };
        let Some(renderer) = place.as_mut() else {
            return;
        };
        let drew = self.draw(renderer, Quality::Live);
        if !drew.volume {
            return;
        }
        // A volume rendering may take longer than a frame. The next one waits for it, so that the queue of the device
        // stays short and the picture follows the hand.
        let finished = renderer.finish();
        drop(place);
        self.volume_busy.set(true);
        finished.await;
        self.volume_busy.set(false);
        self.ask_frame();
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
        let mut drew = Drew {
            any: self.measure_cells(renderer),
            volume: false,
        };
        for id in DRAWN {
            let changed = self.render_if_changed(renderer, id, quality);
            drew.any |= changed;
            drew.volume |= changed && id == ViewId::Volume;
        }
        if drew.any && !drew.volume {
            self.note_frame();
        }
        if let Some(ws) = self.ws.get() {
            self.link_planes(ws);
        }
        if drew.any
            && let Err(error) = renderer.present()
        {
            // A lost device is made anew; anything else is worth a sentence.
            if !matches!(error, RenderError::DeviceLost(_))
                && let Some(ws) = self.ws.get()
            {
                ws.report(problem_of(&error));
            }
        }
        drew
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

    /// Puts the canvases into the stage's element, behind the cells, which are already there.
    pub(super) fn put_canvases(&self) {
        if let Some(host) = &*self.host.borrow() {
            for (_, canvas) in &*self.canvases.borrow() {
                let _ = host.prepend_with_node_1(canvas);
            }
        }
    }

    /// Lays each canvas behind its view's cell, where each view has one.
    fn place_canvases(&self, tier: GpuTier, scale: f64) {
        if tier == GpuTier::WebGl2 {
            return;
        }
        for (id, canvas) in &*self.canvases.borrow() {
            let style = HtmlElement::style(canvas);
            let set = |name, value: &str| {
                // Known names and values: cannot fail.
                let _ = style.set_property(name, value);
            };
            let Some(Placed { rect, .. }) = self.placed.get()[view_index(*id)] else {
                set("display", "none");
                continue;
            };
            set("display", "block");
            for (name, px) in [
                ("left", rect.x),
                ("top", rect.y),
                ("width", rect.width),
                ("height", rect.height),
            ] {
                set(name, &format!("{}px", f64::from(px) / scale));
            }
        }
    }

    fn render_if_changed(&self, renderer: &mut Renderer, id: ViewId, quality: Quality) -> bool {
        let at = view_index(id);
        let later = self.filling.get()
            || self.planes_only.get()
            || quality == Quality::Live && self.volume_busy.get();
        if id == ViewId::Volume && later {
            return false;
        }
        let Some(next) = self.next_state(id, quality) else {
            return false;
        };
        if self.drawn.get()[at] == Some(next) {
            return false;
        }
        self.render_state(renderer, id, next);
        true
    }

    /// Draws a view whether it changed or not; `None` if it is not on screen.
    pub(super) fn render(
        &self,
        renderer: &mut Renderer,
        id: ViewId,
        quality: Quality,
    ) -> Option<()> {
        let next = self.next_state(id, quality)?;
        self.render_state(renderer, id, next);
        Some(())
    }

    fn render_state(&self, renderer: &mut Renderer, id: ViewId, next: Drawn) {
        renderer.render_view(id, &next.state);
        let mut drawn = self.drawn.get();
        drawn[view_index(id)] = Some(next);
        self.drawn.set(drawn);
    }

    /// What a view should show now; `None` if it is not on screen or nothing is open.
    pub(super) fn next_state(&self, id: ViewId, quality: Quality) -> Option<Drawn> {
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
                let view = VolumeView {
                    mm_per_px: view.mm_per_px * to_device,
                    window,
                    tones,
                    ..view
                };
                ViewState::Volume(self.with_care(view, quality))
            }
        };
        Some(Drawn {
            state,
            placed,
            content: self.content.get(),
        })
    }

    /// Coarse while the camera moves; a frame is asked for when it has been still.
    fn with_care(&self, view: VolumeView, quality: Quality) -> VolumeView {
        if quality == Quality::Still {
            self.camera.set(Some(view));
            self.camera_moved_at.set(f64::NEG_INFINITY);
            return view;
        }
        if self.camera.get() != Some(view) {
            self.camera.set(Some(view));
            self.camera_moved_at.set(now_ms());
            let this = self.this.clone();
            spawn_local(async move {
                sleep(STILL_AFTER_MS as i32 + 10).await;
                if let Some(core) = this.upgrade() {
                    core.ask_frame();
                }
            });
        }
        if now_ms() - self.camera_moved_at.get() < STILL_AFTER_MS {
            view.while_moving()
        } else {
            view
        }
    }
}
