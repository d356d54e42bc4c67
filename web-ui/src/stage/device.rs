//! Getting the graphics device, and getting it again when it is lost.

use super::frame::Core;
use super::surface::RendererFacts;
use crate::loading::pace::{now_ms, sleep};
use crate::workspace::{DRAWN, UiProblem, VIEW_COUNT};
use futures::StreamExt;
use futures::channel::mpsc;
use glam::DVec2;
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::phantom::Phantom;
use viewer_wasm::render::{GpuTier, Rect, RenderError, Renderer};
use viewer_wasm::view::{PlaneView, ViewId, ViewState, VolumeView};
use viewer_wasm::volume::{SliceValues, Volume};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// While recovering a lost device: the page gets a turn after this long.
const TURN_MS: f64 = 12.0;

impl Core {
    /// Makes canvases and a renderer for them; reports `failure` if there is none to be had.
    pub(super) async fn create_renderer(self: Rc<Self>, failure: &'static str) {
        let mut place = self.renderer.lock().await;
        let mut canvases = Vec::new();
        for id in DRAWN {
            let Some(canvas) = new_canvas() else { return };
            canvases.push((id, canvas));
        }
        #[cfg(target_arch = "wasm32")]
        let made = Renderer::for_canvases(&canvases).await;
        // Only for tests of the pure parts, which are built natively: there is no canvas.
        #[cfg(not(target_arch = "wasm32"))]
        let made = Renderer::headless().await;
        match made {
            Ok(mut renderer) => {
                if renderer.tier() == GpuTier::WebGl2 {
                    canvases.truncate(1);
                }
                for (_, old) in self.canvases.replace(canvases) {
                    old.remove();
                }
                self.put_canvases();
                self.watch_device(&mut renderer);
                warm_up(&mut renderer);
                // Whoever waits for the renderer waits for its programs; reading files does not.
                renderer.finish().await;
                renderer.set_layout(&[]);
                self.note_facts(&renderer);
                *place = Some(renderer);
                self.drawn.set([None; VIEW_COUNT]);
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

    pub(super) fn note_facts(&self, renderer: &Renderer) {
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
        for k in 0..scan.series.geometry.dims[2] {
            let slice = scan.volume.borrow().slice(k).cloned();
            if let Some(slice) = slice
                && let Err(problem) = ws.surface.upload_slice(k, &slice).await
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

    pub(super) fn forget_volume(&self, renderer: &mut Option<Renderer>) {
        if let Some(renderer) = renderer {
            renderer.drop_volume();
        }
        self.content.set(self.content.get() + 1);
        self.ask_frame();
    }
}

pub(super) fn not_shown(id: ViewId) -> UiProblem {
    UiProblem::with_detail(
        "draw-failed",
        format!("the view {} is not on screen", id.name()),
    )
}

pub(super) fn problem_of(error: &RenderError) -> UiProblem {
    let code = if matches!(error, RenderError::DeviceLost(_)) {
        "gpu-lost"
    } else {
        "draw-failed"
    };
    UiProblem::with_detail(code, error.to_string())
}

/// Draws a tiny volume once in every way that the views do, so that the device has compiled its programs before the
/// first scan comes; otherwise the first image would wait for that.
fn warm_up(renderer: &mut Renderer) {
    const EDGE: u32 = 16;
    const SIZE: usize = 8;
    let series = Phantom::dental(SIZE).series();
    let mut volume = Volume::new(&series);
    for k in 0..SIZE {
        // Some bone in some air, so that rays have something to do.
        let values = (0..SIZE * SIZE).map(|at| if at % 3 == 0 { 1500 } else { -1000 });
        volume.insert(k, SliceValues::from_i16(values.collect()));
    }
    let begun = renderer.begin_volume(
        &series.geometry,
        &series.rescale,
        series.value_type,
        (0.0, 1.0),
    );
    if begun.is_err() {
        return;
    }
    let rect = |at: u32| Rect {
        x: at * EDGE,
        y: 0,
        width: EDGE,
        height: EDGE,
    };
    let size = DVec2::splat(f64::from(EDGE));
    let plane = PlaneView::axial(&series.geometry, size);
    let camera = VolumeView::fit(&series.geometry, size);
    renderer.set_surface_size(2 * EDGE, EDGE);
    renderer.set_layout(&[(ViewId::Axial, rect(0)), (ViewId::Volume, rect(1))]);
    let upload = |renderer: &mut Renderer, slices: std::ops::Range<usize>| {
        for k in slices {
            // A device that cannot do this says so when a scan is opened.
            let _ = volume.slice(k).map(|slice| renderer.upload_slice(k, slice));
        }
    };
    // The planes are drawn with other programs while slices are missing.
    upload(renderer, 0..1);
    renderer.render_view(ViewId::Axial, &ViewState::Plane(plane));
    let _ = renderer.present();
    upload(renderer, 1..series.geometry.dims[2]);
    let _ = renderer.finish_volume((-1000.0, 3071.0), &volume);
    renderer.render_view(ViewId::Axial, &ViewState::Plane(plane));
    renderer.render_view(ViewId::Volume, &ViewState::Volume(camera.while_moving()));
    renderer.render_view(ViewId::Volume, &ViewState::Volume(camera));
    let _ = renderer.present();
    renderer.drop_volume();
}

/// A canvas behind the cells that takes no events; it fills the stage until it is given a cell's place.
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
