//! The renderer and its canvases.
//!
//! The renderer stands behind an asynchronous lock because getting one takes several turns of the event loop;
//! whoever wants to draw or upload meanwhile waits for it. Nothing holds the lock while it waits for the GPU.

use super::core::Core;
use super::device::{not_shown, problem_of};
use super::drawn::DrawnBy;
use super::frame::{Quality, is_hidden};
use super::shown::VolumeShown;
use crate::loading::pace::{next_turn, now_ms};
use crate::workspace::{ActiveScan, UiProblem, VIEW_COUNT, VIEWS, Workspace, view_index};
use futures::channel::oneshot;
use futures::future::select;
use leptos::prelude::*;
use std::pin::pin;
use std::rc::Rc;
use viewer_wasm::render::{Fold, GpuTier, RenderError, Renderer};
use viewer_wasm::series::Series;
use viewer_wasm::view::ViewId;
use viewer_wasm::volume::SliceValues;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

/// Bytes of slices after which the device is asked to say when it has them.
const CONFIRM_BYTES: usize = 512 << 10;
/// How many of those answers may be outstanding.
const UPLOADS_AHEAD: usize = 2;
/// Turns of the event loop within which a page that was asked for is there.
const LAYOUT_TURNS: usize = 50;

/// A volume that was begun on the GPU. Whoever fills it may be overtaken by another scan at any wait; what is sent for a
/// volume that is no longer there must not end up in its successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GpuVolume(pub(super) u32);

/// Why a volume on the GPU was not changed.
#[derive(Debug)]
pub(crate) enum NotSent {
    /// Another volume has taken its place: nobody wants this one any more.
    Replaced,
    /// The device refused.
    Failed(UiProblem),
}

impl From<&RenderError> for NotSent {
    fn from(error: &RenderError) -> Self {
        Self::Failed(problem_of(error))
    }
}

/// What drawing waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The pictures themselves.
    Drawn,
    /// Everything that the device was given before, too.
    DeviceIdle,
}

/// What the page draws with.
#[derive(Clone, Debug, PartialEq)]
pub struct RendererFacts {
    pub tier: GpuTier,
    pub adapter: String,
    pub texture_format: &'static str,
    pub bricks: usize,
    /// How the volume lies in textures; `None` without one.
    pub held: Option<Fold>,
    /// What draws planes along the volume's axes.
    pub planes: DrawnBy,
}

/// The canvases and their renderer, for the life of the app: pages come and go, the volume stays on the GPU.
#[derive(Clone, Copy)]
pub struct Surface(StoredValue<Rc<Core>, LocalStorage>);

impl Surface {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new_local(Core::new(None)))
    }

    /// Canvases for the planes of another volume, which are drawn with the device of this one where the browser can.
    pub(crate) fn beside(self) -> Self {
        Self(StoredValue::new_local(Core::new(Some(self.core()))))
    }

    pub(super) fn core(self) -> Rc<Core> {
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
            ws.grid.track();
            ws.crosshair_mm.track();
            ws.window.track();
            ws.tones.track();
            self.redraw();
        });
        Effect::new(move |_| {
            ws.mode.track();
            ws.maximised.track();
            ws.compare.plane.track();
            self.layout_changed();
        });
        spawn_local(async move { core.start_renderer().await });
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
        core.host.replace(Some(host));
        core.put_canvases();
        self.layout_changed();
    }

    /// The stage's element goes away; the canvases stay alive without it.
    pub(super) fn leave(self, host: &HtmlElement) {
        let core = self.core();
        if core.host.borrow().as_ref() == Some(host) {
            core.host.replace(None);
        }
    }

    pub(super) fn set_cell(self, id: ViewId, element: Option<HtmlElement>) {
        let core = self.core();
        core.cells.set(id, element);
        core.waiting_for_cells.take().clear();
        self.layout_changed();
    }

    pub(super) fn cell(self, id: ViewId) -> Option<HtmlElement> {
        self.core().cells.element(id)
    }

    /// Allocates a volume on the GPU in place of the one there, if that is still `wanted` when the renderer is free; the
    /// views show nothing until slices come.
    ///
    /// # Errors
    /// [`NotSent::Replaced`] if not wanted; `no-gpu` or `gpu-memory`.
    pub(crate) async fn begin_volume(
        self,
        series: &Series,
        expected_range: (f64, f64),
        wanted: impl Fn() -> bool,
    ) -> Result<GpuVolume, NotSent> {
        let core = self.core();
        let mut renderer = core.lock_renderer().await;
        if !wanted() {
            return Err(NotSent::Replaced);
        }
        let renderer = renderer
            .as_mut()
            .ok_or(NotSent::Failed(UiProblem::new("no-gpu")))?;
        core.begun.replace(None);
        core.content.set(core.content.get() + 1);
        let begun = core.new_volume(series, expected_range);
        let volume = begun.volume;
        begun.begin(renderer).map_err(|error| {
            NotSent::Failed(UiProblem::with_detail("gpu-memory", error.to_string()))
        })?;
        core.begun.replace(Some(begun));
        core.filling.begin();
        core.uploads.borrow_mut().clear();
        core.camera.set(None);
        Ok(volume)
    }

    /// Goes on with a volume on the GPU for a series whose voxels lie where its own do.
    pub(crate) async fn keep_volume(self, volume: GpuVolume, series: &Series) {
        let core = self.core();
        let mut renderer = core.lock_renderer().await;
        if !core.holds(volume) {
            return;
        }
        if let Some(begun) = core.begun.borrow_mut().as_mut() {
            begun.turned_out(series);
        }
        if let Some(renderer) = renderer.as_mut() {
            renderer.keep_volume(&series.geometry, &series.rescale);
        }
    }

    /// Puts a slice on the GPU. The views show it after [`Surface::content_changed`]. Waits while the device is
    /// behind by more than a few MiB: otherwise the browser would block the page until there is room.
    pub(crate) async fn upload_slice(
        self,
        volume: GpuVolume,
        k: usize,
        slice: &SliceValues,
    ) -> Result<(), NotSent> {
        let core = self.core();
        {
            let mut renderer = core.lock_renderer().await;
            let renderer = core.holding(&mut renderer, volume)?;
            renderer
                .upload_slice(k, slice)
                .map_err(|error| NotSent::from(&error))?;
            let sent = core.unconfirmed_bytes.get() + slice.len() * 2;
            if sent < CONFIRM_BYTES {
                core.unconfirmed_bytes.set(sent);
                return Ok(());
            }
            core.unconfirmed_bytes.set(0);
            let uploaded = renderer.uploaded();
            core.uploads.borrow_mut().push_back(Box::pin(uploaded));
        }
        if core.uploads.borrow().len() > UPLOADS_AHEAD {
            let oldest = core.uploads.borrow_mut().pop_front();
            if let Some(oldest) = oldest {
                oldest.await;
            }
        }
        Ok(())
    }

    /// The slices put on the GPU since the last time are to be seen.
    pub(crate) fn content_changed(self) {
        let core = self.core();
        core.content.set(core.content.get() + 1);
        core.ask_frame();
    }

    /// All slices are there (or failed): the volume rendering may draw as always.
    pub(crate) async fn finish_volume(
        self,
        volume: GpuVolume,
        scan: &ActiveScan,
        range: (f64, f64),
    ) -> Result<(), NotSent> {
        let core = self.core();
        core.recovered().await;
        {
            let mut renderer = core.lock_renderer().await;
            let renderer = core.holding(&mut renderer, volume)?;
            renderer
                .finish_volume(range, &scan.volume.borrow())
                .map_err(|error| NotSent::from(&error))?;
            core.note_facts(renderer);
        }
        // The planes come first: see [`Surface::settle_planes`].
        core.planes_only.set(true);
        core.filling.end();
        self.content_changed();
        Ok(())
    }

    /// Frees the volume's memory on the GPU. What is still sent for it goes nowhere.
    pub(crate) fn drop_volume(self) {
        let core = self.core();
        core.filling.end();
        core.drawn.set([None; VIEW_COUNT]);
        core.straight.blank_all();
        core.begun.replace(None);
        if let Some(mut renderer) = core.renderer.try_lock() {
            core.forget_volume(&mut renderer);
            return;
        }
        spawn_local(async move {
            let mut renderer = core.renderer.lock().await;
            // A volume that was begun meanwhile has dropped the old one itself.
            if core.begun.borrow().is_none() {
                core.forget_volume(&mut renderer);
            }
        });
    }

    /// Draws what changed now, and waits until the GPU has finished.
    pub(crate) async fn settle(self, quality: Quality) {
        self.draw_now(quality, Until::DeviceIdle).await.await;
    }

    /// Draws the slices put on the GPU since the last time as well; see [`Surface::settle`].
    pub(crate) async fn draw_more(self) -> impl Future<Output = ()> + use<> {
        let core = self.core();
        core.content.set(core.content.get() + 1);
        self.draw_now(Quality::Live, Until::Drawn).await
    }

    /// Waits until the graphics device has finished what it was given, the browser's own work among it.
    pub(crate) async fn device_idle(self) {
        let core = self.core();
        let finished = core.lock_renderer().await.as_ref().map(Renderer::finish);
        if let Some(finished) = finished {
            finished.await;
        }
    }

    /// Draws what changed now; the inner future resolves when that is done.
    async fn draw_now(self, quality: Quality, until: Until) -> impl Future<Output = ()> + use<> {
        let core = self.core();
        core.recovered().await;
        // What nobody sees is drawn when somebody does, or asks for it.
        let idle = quality == Quality::Live && is_hidden();
        let mut renderer = core.lock_renderer().await;
        let began = now_ms();
        let finished = renderer.as_mut().filter(|_| !idle).map(|renderer| {
            let drew = core.draw(renderer, quality);
            let waits = drew.on_device || until == Until::DeviceIdle;
            (drew, waits.then(|| renderer.finish()))
        });
        drop(renderer);
        async move {
            if let Some((drew, finished)) = finished {
                if let Some(finished) = finished {
                    finished.await;
                }
                if drew.on_device {
                    core.filling.note(began, drew.volume.is_some());
                }
            }
        }
    }

    /// Draws the planes that changed now, and waits until the GPU has finished.
    pub(crate) async fn settle_planes(self) {
        let core = self.core();
        core.planes_only.set(true);
        let finished = self.draw_now(Quality::Live, Until::DeviceIdle).await;
        core.planes_only.set(false);
        finished.await;
        core.ask_frame();
    }

    /// Waits until the page has places for the views, for a few turns of the event loop: it may show another page.
    pub(crate) async fn laid_out(self) {
        let core = self.core();
        for _ in 0..LAYOUT_TURNS {
            if core.host.borrow().is_some() && core.cells.any() {
                return;
            }
            // Whoever draws within the frame in which the cells come is seen in that frame.
            let (waiting, changed) = oneshot::channel::<()>();
            core.waiting_for_cells.borrow_mut().push(waiting);
            select(pin!(next_turn()), changed).await;
        }
    }

    /// Draws the flat image, as soon as the page has a place for it. False if it shows another page.
    pub(crate) async fn draw_flat(self) -> bool {
        let ws = self.core().ws.get();
        for _ in 0..LAYOUT_TURNS {
            if ws.is_some_and(|ws| super::flat::draw(ws).is_ok()) {
                return true;
            }
            next_turn().await;
        }
        false
    }

    /// Whether a plane is on screen.
    pub(crate) fn has_drawn_plane(self) -> bool {
        let drawn = self.core().drawn.get();
        ViewId::PLANES
            .into_iter()
            .any(|id| drawn[view_index(id)].is_some())
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
        core.recovered().await;
        let mut place = core.lock_renderer().await;
        let renderer = place.as_mut().ok_or(UiProblem::new("no-gpu"))?;
        core.measure_cells(renderer);
        let began = now_ms();
        if core.render(renderer, id).ok_or(not_shown(id))? == DrawnBy::Processor {
            core.straight.wait_for(id);
            return Ok(now_ms() - began);
        }
        renderer.present().map_err(|error| problem_of(&error))?;
        let finished = renderer.finish();
        drop(place);
        finished.await;
        Ok(now_ms() - began)
    }

    /// What the page draws with; `None` until the renderer is up, and where there is none.
    pub fn facts(self) -> Option<RendererFacts> {
        self.core().facts.borrow().clone()
    }

    /// How many graphics devices were lost so far.
    pub(crate) fn losses(self) -> usize {
        self.core().losses()
    }

    /// How much was left out of the volume rendering that was drawn last.
    pub fn volume_shown(self) -> VolumeShown {
        self.core().volume_shown.get()
    }

    /// How often a view was drawn since the page was opened; a picture drawn in parts counts once for each part.
    pub fn draws(self, id: ViewId) -> u32 {
        self.core().draws.get()[view_index(id)]
    }

    /// Whether straight planes need no graphics device; false until there is one.
    pub(crate) fn draws_on_processor(self) -> bool {
        self.core().straight.drawn_by() == DrawnBy::Processor
    }

    /// Waits until the renderer is up or has failed.
    pub async fn ready(self) {
        drop(self.core().lock_renderer().await);
    }
}

impl Core {
    /// Whether a volume is the one on the GPU, or will be again on the next device.
    pub(super) fn holds(&self, volume: GpuVolume) -> bool {
        let now = self.begun.borrow();
        now.as_ref().is_some_and(|now| now.volume == volume)
    }

    /// The renderer, if it holds this volume.
    fn holding<'r>(
        &self,
        renderer: &'r mut Option<Renderer>,
        volume: GpuVolume,
    ) -> Result<&'r mut Renderer, NotSent> {
        if !self.holds(volume) {
            return Err(NotSent::Replaced);
        }
        renderer
            .as_mut()
            .ok_or(NotSent::Failed(UiProblem::new("gpu-lost")))
    }
}
