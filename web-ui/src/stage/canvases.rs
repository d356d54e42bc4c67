//! Where the canvases lie: behind the cells, each in the place of its view where each view has one.

use super::core::Core;
use super::layout::Placed;
use crate::workspace::view_index;
use viewer_wasm::render::GpuTier;
use viewer_wasm::view::ViewId;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlElement};

impl Core {
    /// Puts the canvases into the stage's element, behind the cells, which are already there. Those that the processor draws
    /// cover the device's.
    pub(super) fn put_canvases(&self) {
        if let Some(host) = &*self.host.borrow() {
            let (straight, device) = (self.straight.canvases(), self.canvases.borrow());
            for (_, canvas) in straight.iter().chain(&*device) {
                let _ = host.prepend_with_node_1(canvas);
            }
        }
    }

    /// Lays each canvas behind its view's cell, where each view has one. `scale` is device pixels per CSS pixel.
    pub(super) fn place_canvases(&self, tier: GpuTier, scale: f64) {
        let placed = |id: ViewId| self.placed.get()[view_index(id)];
        if tier == GpuTier::WebGpu {
            for (id, canvas) in &*self.canvases.borrow() {
                place(canvas, placed(*id), scale);
            }
        }
        for (id, canvas) in &*self.straight.canvases() {
            let shown = placed(*id).filter(|_| self.straight.is_shown(*id));
            place(canvas, shown, scale);
        }
    }
}

/// Lays a canvas where a view is, or hides it.
pub(super) fn place(canvas: &HtmlCanvasElement, placed: Option<Placed>, scale: f64) {
    let Some(Placed { rect, .. }) = placed else {
        set_style(canvas, "display", "none");
        return;
    };
    set_style(canvas, "display", "block");
    for (name, px) in [
        ("left", rect.x),
        ("top", rect.y),
        ("width", rect.width),
        ("height", rect.height),
    ] {
        set_style(canvas, name, &format!("{}px", f64::from(px) / scale));
    }
}

/// A canvas that takes no events; it fills the stage until it is given a cell's place.
pub(super) fn new_canvas() -> Option<HtmlCanvasElement> {
    let canvas: HtmlCanvasElement = web_sys::window()?
        .document()?
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()?;
    canvas.set_class_name("stage-canvas");
    for (name, value) in [
        ("position", "absolute"),
        ("inset", "0"),
        ("width", "100%"),
        ("height", "100%"),
        ("pointer-events", "none"),
    ] {
        set_style(&canvas, name, value);
    }
    canvas.set_attribute("aria-hidden", "true").ok()?;
    Some(canvas)
}

fn set_style(canvas: &HtmlCanvasElement, name: &str, value: &str) {
    // Known names and values: cannot fail.
    let _ = HtmlElement::style(canvas).set_property(name, value);
}
