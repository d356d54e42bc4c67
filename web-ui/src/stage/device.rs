//! Getting the graphics device, and getting it again when it is lost.

use super::frame::Core;
use super::surface::RendererFacts;
use crate::loading::pace::{now_ms, sleep};
use crate::workspace::UiProblem;
use futures::StreamExt;
use futures::channel::mpsc;
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::render::{RenderError, Renderer};
use viewer_wasm::view::ViewId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// While recovering a lost device: the page gets a turn after this long.
const TURN_MS: f64 = 12.0;

impl Core {
    /// Makes a canvas and a renderer for it; reports `failure` if there is none to be had.
    pub(super) async fn create_renderer(self: Rc<Self>, failure: &'static str) {
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
