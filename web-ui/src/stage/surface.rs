//! The renderer and its one canvas.
//!
//! Every view is a pure function of volume and state, so drawing is: build each visible view's state from the
//! signals, compare with what was drawn last, draw what differs, show all. At most once per animation frame.
//! The renderer stands behind an asynchronous lock because waiting for the GPU takes several turns of the event
//! loop; a frame that finds it taken comes again.

use super::layout::{Cells, Placed, device_scale, surface_size};
use crate::loading::pace::{now_ms, sleep};
use crate::workspace::{ActiveScan, UiProblem, VIEWS, Workspace, view_index};
use futures::StreamExt;
use futures::channel::mpsc;
use futures::lock::Mutex;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use viewer_wasm::render::{GpuTier, RenderError, Renderer};
use viewer_wasm::series::Series;
use viewer_wasm::view::{PlaneView, RgbaImage, ViewId, ViewState, VolumeView};
use viewer_wasm::volume::SliceValues;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// The volume rendering is refined when the camera has been still for this long.
const STILL_AFTER_MS: f64 = 150.0;
/// While recovering a lost device: the page gets a turn after this long.
const TURN_MS: f64 = 12.0;

/// What the page draws with.
#[derive(Clone, Debug, PartialEq)]
pub struct RendererFacts {
    pub tier: GpuTier,
    pub adapter: String,
    pub texture_format: &'static str,
    pub bricks: usize,
}

/// The canvas and its renderer, for the life of the app: pages come and go, the volume stays on the GPU.
#[derive(Clone, Copy)]
pub struct Surface(StoredValue<Rc<Core>, LocalStorage>);

/// What was drawn last in a view.
#[derive(Clone, Copy, PartialEq)]
struct Drawn {
    state: ViewState,
    placed: Placed,
    content: u32,
}

struct Core {
    this: Weak<Self>,
    ws: Cell<Option<Workspace>>,
    canvas: RefCell<Option<HtmlCanvasElement>>,
    host: RefCell<Option<HtmlElement>>,
    renderer: Mutex<Option<Renderer>>,
    facts: RefCell<Option<RendererFacts>>,
    cells: Cells,
    placed: Cell<[Option<Placed>; 4]>,
    drawn: Cell<[Option<Drawn>; 4]>,
    layout_changed: Cell<bool>,
    /// Counts up when the volume on the GPU changes.
    content: Cell<u32>,
    /// The volume rendering waits until the volume is complete.
    filling: Cell<bool>,
    /// The volume rendering waits for this frame of the planes.
    planes_only: Cell<bool>,
    camera: Cell<Option<VolumeView>>,
    camera_moved_at: Cell<f64>,
    frame_asked: Cell<bool>,
    on_frame: RefCell<Option<Closure<dyn FnMut()>>>,
}

impl Surface {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new_local(Rc::new_cyclic(|this| Core {
            this: this.clone(),
            ws: Cell::new(None),
            canvas: RefCell::new(None),
            host: RefCell::new(None),
            renderer: Mutex::new(None),
            facts: RefCell::new(None),
            cells: Cells::default(),
            placed: Cell::new([None; 4]),
            drawn: Cell::new([None; 4]),
            layout_changed: Cell::new(true),
            content: Cell::new(0),
            filling: Cell::new(false),
            planes_only: Cell::new(false),
            camera: Cell::new(None),
            camera_moved_at: Cell::new(f64::NEG_INFINITY),
            frame_asked: Cell::new(false),
            on_frame: RefCell::new(None),
        })))
    }

    fn core(self) -> Rc<Core> {
        self.0.get_value()
    }

    /// Begins to draw a workspace; called once. The renderer comes up in the background.
    pub(crate) fn start(self, ws: Workspace) {
        let core = self.core();
        core.ws.set(Some(ws));
        core.listen_to_frames();
        Effect::new(move |_| {
            for id in VIEWS {
                if let Some(plane) = ws.plane(id) {
                    plane.track();
                }
            }
            ws.volume_view.track();
            ws.window.track();
            ws.invert.track();
            self.redraw();
        });
        Effect::new(move |_| {
            ws.mode.track();
            ws.maximised.track();
            self.layout_changed();
        });
        spawn_local(async move { core.create_renderer("no-gpu").await });
    }

    /// Asks for a frame.
    pub fn redraw(self) {
        self.core().ask_frame();
    }

    /// The layout may have changed: cells are measured again in the next frame.
    pub fn layout_changed(self) {
        let core = self.core();
        core.layout_changed.set(true);
        core.ask_frame();
    }

    /// Puts the canvas into the stage's element.
    pub(super) fn enter(self, host: HtmlElement) {
        let core = self.core();
        if let Some(canvas) = &*core.canvas.borrow() {
            // Behind the cells, which are already there.
            let _ = host.prepend_with_node_1(canvas);
        }
        core.host.replace(Some(host));
        self.layout_changed();
    }

    /// The stage's element goes away; the canvas stays alive without it.
    pub(super) fn leave(self, host: &HtmlElement) {
        let core = self.core();
        if core.host.borrow().as_ref() == Some(host) {
            core.host.replace(None);
        }
    }

    pub(super) fn set_cell(self, id: ViewId, element: Option<HtmlElement>) {
        self.core().cells.set(id, element);
        self.layout_changed();
    }

    pub(super) fn cell(self, id: ViewId) -> Option<HtmlElement> {
        self.core().cells.element(id)
    }

    /// Allocates a volume on the GPU; the views show nothing until slices come.
    ///
    /// # Errors
    /// `no-gpu` or `gpu-memory`.
    pub(crate) async fn begin_volume(
        self,
        series: &Series,
        expected_range: (f64, f64),
    ) -> Result<(), UiProblem> {
        let core = self.core();
        let mut renderer = core.renderer.lock().await;
        let renderer = renderer.as_mut().ok_or(UiProblem::new("no-gpu"))?;
        renderer
            .begin_volume(
                &series.geometry,
                &series.rescale,
                series.value_type,
                expected_range,
            )
            .map_err(|error| UiProblem::with_detail("gpu-memory", error.to_string()))?;
        core.filling.set(true);
        core.camera.set(None);
        core.content.set(core.content.get() + 1);
        Ok(())
    }

    /// Puts a slice on the GPU. The views show it after [`Surface::content_changed`].
    pub(crate) async fn upload_slice(self, k: usize, slice: &SliceValues) -> Result<(), UiProblem> {
        let core = self.core();
        let mut renderer = core.renderer.lock().await;
        let renderer = renderer.as_mut().ok_or(UiProblem::new("gpu-lost"))?;
        renderer
            .upload_slice(k, slice)
            .map_err(|error| problem_of(&error))
    }

    /// The slices put on the GPU since the last time are to be seen.
    pub(crate) fn content_changed(self) {
        let core = self.core();
        core.content.set(core.content.get() + 1);
        core.ask_frame();
    }

    /// All slices are there (or failed): the volume rendering may draw.
    pub(crate) async fn finish_volume(
        self,
        scan: &ActiveScan,
        range: (f64, f64),
    ) -> Result<(), UiProblem> {
        let core = self.core();
        {
            let mut renderer = core.renderer.lock().await;
            let renderer = renderer.as_mut().ok_or(UiProblem::new("gpu-lost"))?;
            renderer
                .finish_volume(range, &scan.volume.borrow())
                .map_err(|error| problem_of(&error))?;
            core.note_facts(renderer);
        }
        core.filling.set(false);
        self.content_changed();
        Ok(())
    }

    /// Frees the volume's memory on the GPU.
    pub(crate) fn drop_volume(self) {
        let core = self.core();
        core.filling.set(false);
        core.drawn.set([None; 4]);
        if let Some(mut renderer) = core.renderer.try_lock() {
            core.forget_volume(&mut renderer);
            return;
        }
        spawn_local(async move {
            let mut renderer = core.renderer.lock().await;
            // A volume that was begun meanwhile has dropped the old one itself.
            if core
                .ws
                .get()
                .is_some_and(|ws| ws.scan.with_value(Option::is_none))
            {
                core.forget_volume(&mut renderer);
            }
        });
    }

    /// Draws what changed now, and waits until the GPU has finished.
    pub(crate) async fn settle(self, quality: Quality) {
        let core = self.core();
        let mut renderer = core.renderer.lock().await;
        if let Some(renderer) = renderer.as_mut() {
            core.draw(renderer, quality);
            renderer.finish().await;
        }
    }

    /// Draws the planes that changed now, and waits until the GPU has finished.
    pub(crate) async fn settle_planes(self) {
        let core = self.core();
        core.planes_only.set(true);
        self.settle(Quality::Live).await;
        core.planes_only.set(false);
        core.ask_frame();
    }

    /// Whether the volume rendering is on screen.
    pub(crate) fn has_drawn_volume(self) -> bool {
        self.core().drawn.get()[view_index(ViewId::Volume)].is_some()
    }

    /// Draws one view in full quality, whether it changed or not, and waits for the GPU. Milliseconds.
    ///
    /// # Errors
    /// `draw-failed` when there is no renderer or the view is not on screen.
    pub async fn frame(self, id: ViewId) -> Result<f64, UiProblem> {
        let core = self.core();
        let mut renderer = core.renderer.lock().await;
        let renderer = renderer.as_mut().ok_or(UiProblem::new("no-gpu"))?;
        core.measure_cells(renderer);
        let began = now_ms();
        core.render(renderer, id, Quality::Still)
            .ok_or(not_shown(id))?;
        renderer.present().map_err(|error| problem_of(&error))?;
        renderer.finish().await;
        Ok(now_ms() - began)
    }

    /// The pixels of a view as it is now, in full quality.
    ///
    /// # Errors
    /// As [`Surface::frame`].
    pub async fn pixels(self, id: ViewId) -> Result<RgbaImage, UiProblem> {
        let core = self.core();
        let mut renderer = core.renderer.lock().await;
        let renderer = renderer.as_mut().ok_or(UiProblem::new("no-gpu"))?;
        core.measure_cells(renderer);
        core.render(renderer, id, Quality::Still)
            .ok_or(not_shown(id))?;
        renderer.present().map_err(|error| problem_of(&error))?;
        renderer
            .read_view(id)
            .await
            .map_err(|error| problem_of(&error))
    }

    /// What the page draws with; `None` until the renderer is up, and where there is none.
    pub fn facts(self) -> Option<RendererFacts> {
        self.core().facts.borrow().clone()
    }

    /// Waits until the renderer is up or has failed.
    pub async fn ready(self) {
        drop(self.core().renderer.lock().await);
    }
}

/// What a frame had to do.
#[derive(Clone, Copy)]
struct Drew {
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

fn not_shown(id: ViewId) -> UiProblem {
    UiProblem::with_detail(
        "draw-failed",
        format!("the view {} is not on screen", id.name()),
    )
}

fn problem_of(error: &RenderError) -> UiProblem {
    let code = if matches!(error, RenderError::DeviceLost(_)) {
        "gpu-lost"
    } else {
        "draw-failed"
    };
    UiProblem::with_detail(code, error.to_string())
}

impl Core {
    /// Makes a canvas and a renderer for it; reports `failure` if there is none to be had.
    async fn create_renderer(self: Rc<Self>, failure: &'static str) {
        let mut place = self.renderer.lock().await;
        let Some(canvas) = new_canvas() else { return };
        match Renderer::for_canvas(canvas.clone(), None).await {
            Ok(mut renderer) => {
                if let Some(old) = self.canvas.replace(Some(canvas.clone())) {
                    old.remove();
                }
                if let Some(host) = &*self.host.borrow() {
                    let _ = host.prepend_with_node_1(&canvas);
                }
                self.watch_device(&mut renderer);
                self.note_facts(&renderer);
                *place = Some(renderer);
                self.drawn.set([None; 4]);
                self.layout_changed.set(true);
                self.ask_frame();
            }
            Err(error) => {
                *place = None;
                self.facts.replace(None);
                if let Some(ws) = self.ws.get() {
                    ws.report(UiProblem::with_detail(failure, error.to_string()));
                }
            }
        }
    }

    fn note_facts(&self, renderer: &Renderer) {
        self.facts.replace(Some(RendererFacts {
            tier: renderer.tier(),
            adapter: renderer.adapter(),
            texture_format: renderer.texture_format(),
            bricks: renderer.bricks(),
        }));
    }

    /// When the device is lost (driver reset, sleep), everything is made anew from the copy in memory.
    fn watch_device(&self, renderer: &mut Renderer) {
        let (sender, mut lost) = mpsc::unbounded();
        renderer.set_on_device_lost(move |reason| {
            // Nobody listens once the renderer was dropped on purpose.
            let _ = sender.unbounded_send(reason);
        });
        let this = self.this.clone();
        spawn_local(async move {
            if lost.next().await.is_none() {
                return;
            }
            if let Some(core) = this.upgrade() {
                *core.renderer.lock().await = None;
                Rc::clone(&core).create_renderer("gpu-lost").await;
                core.restore().await;
            }
        });
    }

    /// Sends the volume in memory to the new device.
    async fn restore(&self) {
        let Some(ws) = self.ws.get() else { return };
        let Some(scan) = ws.scan.get_value() else {
            return;
        };
        let was_filling = self.filling.get();
        let range = scan.range.get().unwrap_or((0.0, 4095.0));
        if let Err(problem) = ws.surface.begin_volume(&scan.series, range).await {
            ws.report(problem);
            return;
        }
        let mut turn_began = now_ms();
        for source in &scan.series.slices {
            let slice = scan.volume.borrow().slice(source.index).cloned();
            if let Some(slice) = slice
                && let Err(problem) = ws.surface.upload_slice(source.index, &slice).await
            {
                ws.report(problem);
                return;
            }
            if now_ms() - turn_began > TURN_MS {
                sleep(0).await;
                turn_began = now_ms();
            }
        }
        // A load that still runs ends it itself.
        if !was_filling && let Err(problem) = ws.surface.finish_volume(&scan, range).await {
            ws.report(problem);
        }
        ws.surface.content_changed();
    }

    fn forget_volume(&self, renderer: &mut Option<Renderer>) {
        if let Some(renderer) = renderer {
            renderer.drop_volume();
        }
        self.content.set(self.content.get() + 1);
        self.ask_frame();
    }

    fn listen_to_frames(&self) {
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
        let Some(mut renderer) = self.renderer.try_lock() else {
            self.ask_frame();
            return;
        };
        if let Some(renderer) = renderer.as_mut()
            && self.draw(renderer, Quality::Live).volume
        {
            // A volume rendering may take longer than a frame. The next one waits for it, so that the queue of the
            // device stays short and the picture follows the hand.
            renderer.finish().await;
        }
    }

    fn ask_frame(&self) {
        if self.frame_asked.replace(true) {
            return;
        }
        if let (Some(window), Some(on_frame)) = (web_sys::window(), &*self.on_frame.borrow()) {
            let _ = window.request_animation_frame(on_frame.as_ref().unchecked_ref());
        }
    }

    /// Draws every view that changed, and shows them.
    fn draw(&self, renderer: &mut Renderer, quality: Quality) -> Drew {
        let mut drew = Drew {
            any: self.measure_cells(renderer),
            volume: false,
        };
        for id in VIEWS {
            let changed = self.render_if_changed(renderer, id, quality);
            drew.any |= changed;
            drew.volume |= changed && id == ViewId::Volume;
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
    fn measure_cells(&self, renderer: &mut Renderer) -> bool {
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
        let rects: Vec<_> = VIEWS
            .into_iter()
            .filter_map(|id| Some((id, placed[view_index(id)]?.rect)))
            .collect();
        renderer.set_layout(&rects);
        self.placed.set(placed);
        // A view that was hidden lost its texture.
        let mut drawn = self.drawn.get();
        for id in VIEWS {
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

    fn render_if_changed(&self, renderer: &mut Renderer, id: ViewId, quality: Quality) -> bool {
        let at = view_index(id);
        if id == ViewId::Volume && (self.filling.get() || self.planes_only.get()) {
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
    fn render(&self, renderer: &mut Renderer, id: ViewId, quality: Quality) -> Option<()> {
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
    fn next_state(&self, id: ViewId, quality: Quality) -> Option<Drawn> {
        let ws = self.ws.get()?;
        let placed = self.placed.get()[view_index(id)]?;
        let inverted = ws
            .scan
            .with_value(|scan| Some(scan.as_ref()?.series.photometric_inverted))?;
        // The signals count CSS pixels, the renderer device pixels.
        let to_device = placed.size_css.x / f64::from(placed.rect.width);
        let state = match ws.plane(id) {
            Some(plane) => {
                let plane = plane.get_untracked();
                ViewState::Plane(PlaneView {
                    mm_per_px: plane.mm_per_px * to_device,
                    window: ws.window.get_untracked(),
                    invert: ws.invert.get_untracked() != inverted,
                    ..plane
                })
            }
            None => {
                let view = ws.volume_view.get_untracked();
                let view = VolumeView {
                    mm_per_px: view.mm_per_px * to_device,
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

/// A canvas that fills the stage behind the cells and takes no events.
fn new_canvas() -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = web_sys::window()?
        .document()?
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()?;
    canvas.set_class_name("stage-canvas");
    let style = HtmlElement::style(&canvas);
    for (name, value) in [
        ("position", "absolute"),
        ("inset", "0"),
        ("width", "100%"),
        ("height", "100%"),
        ("pointer-events", "none"),
    ] {
        // Known names and values: cannot fail.
        let _ = style.set_property(name, value);
    }
    canvas.set_attribute("aria-hidden", "true").ok()?;
    Some(canvas)
}
