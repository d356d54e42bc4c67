//! Planes that the processor draws, on canvases of their own over the device's: where the graphics device is a program on the
//! same processor, it takes several times as long, and the browser as long again to fetch the picture from it.
//!
//! Planes along the volume's axes are drawn so, which is what most are: `viewer_wasm::straight`. The others, slabs, the grid
//! and the volume rendering are the device's.

use super::canvases::{new_canvas, place};
use super::core::Core;
use super::drawn::{Drawn, DrawnBy};
use super::layout::device_scale;
use super::snapshot::{fit_canvas, image_data};
use crate::workspace::{VIEW_COUNT, view_index};
use js_sys::{Object, Reflect};
use leptos::prelude::GetValue;
use std::cell::{Cell, Ref, RefCell};
use viewer_wasm::straight::{Missing, Scratch, StraightPlane};
use viewer_wasm::view::{RgbaImage, ViewId, ViewState};
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas of so many pixels along a side is kept where larger ones are.
const WARM_UP_PX: u32 = 300;

/// The canvases, and memory that one picture leaves to the next.
#[derive(Default)]
pub(super) struct Straight {
    /// For each plane one; none where a graphics card draws.
    canvases: RefCell<Vec<(ViewId, HtmlCanvasElement)>>,
    /// Which of them cover the device's.
    shown: Cell<[bool; VIEW_COUNT]>,
    memory: RefCell<(Scratch, Vec<u8>)>,
}

impl Straight {
    /// Gets canvases, if the graphics device is a program on the processor; gives those up that were there.
    pub(super) fn set_up(&self, is_software: bool) {
        let new = |id| Some((id, new_canvas()?));
        let planes = ViewId::PLANES.into_iter().filter(|_| is_software);
        for (_, old) in self.canvases.replace(planes.filter_map(new).collect()) {
            old.remove();
        }
        self.hide_all();
        // The browser gets ready for them now, and not when the first scan comes.
        let black = RgbaImage::new(WARM_UP_PX, WARM_UP_PX);
        for (id, canvas) in &*self.canvases.borrow() {
            // A browser that cannot do this has the device draw.
            let _ = put(canvas, &black);
            self.wait_for(*id);
        }
    }

    /// Returns when the browser has drawn a view's picture: it answers what a pixel is.
    pub(super) fn wait_for(&self, id: ViewId) {
        let context = self.canvas(id).and_then(|canvas| context_of(&canvas).ok());
        if let Some(context) = context {
            // What it answers does not matter.
            let _ = context.get_image_data(0.0, 0.0, 1.0, 1.0);
        }
    }

    pub(super) fn canvases(&self) -> Ref<'_, Vec<(ViewId, HtmlCanvasElement)>> {
        self.canvases.borrow()
    }

    /// What draws straight planes.
    pub(super) fn drawn_by(&self) -> DrawnBy {
        if self.canvases.borrow().is_empty() {
            DrawnBy::Device
        } else {
            DrawnBy::Processor
        }
    }

    pub(super) fn is_shown(&self, id: ViewId) -> bool {
        self.shown.get()[view_index(id)]
    }

    /// Lets the device's canvas of a view be seen.
    pub(super) fn hide(&self, id: ViewId) {
        if self.is_shown(id) {
            self.set_shown(id, false);
            if let Some(canvas) = self.canvas(id) {
                place(&canvas, None, 1.0);
            }
        }
    }

    /// Nothing of a scan that is gone may be seen: what was shown becomes black, and covers what lies under it until something
    /// else is drawn.
    pub(super) fn blank_all(&self) {
        for (_, canvas) in &*self.canvases.borrow() {
            // Setting a size, even the same one, empties a canvas.
            canvas.set_width(canvas.width());
        }
    }

    fn hide_all(&self) {
        for (id, canvas) in &*self.canvases.borrow() {
            self.set_shown(*id, false);
            place(canvas, None, 1.0);
        }
    }

    fn canvas(&self, id: ViewId) -> Option<HtmlCanvasElement> {
        let canvases = self.canvases.borrow();
        let found = canvases.iter().find(|(of, _)| *of == id);
        found.map(|(_, canvas)| canvas.clone())
    }

    fn set_shown(&self, id: ViewId, is_shown: bool) {
        let mut shown = self.shown.get();
        shown[view_index(id)] = is_shown;
        self.shown.set(shown);
    }
}

impl Core {
    /// Draws a plane on the processor and shows it; false if the device has to.
    pub(super) fn draw_straight(&self, id: ViewId, drawn: &Drawn) -> bool {
        self.try_straight(id, drawn).is_some()
    }

    fn try_straight(&self, id: ViewId, drawn: &Drawn) -> Option<()> {
        let canvas = self.straight.canvas(id)?;
        let ViewState::Plane(view) = drawn.state else {
            return None;
        };
        let scan = self.ws.get()?.scan.get_value()?;
        // A saved scan is there as a small volume first, on the device alone.
        if scan.files.package().is_some() && self.filling.lasts() {
            return None;
        }
        let volume = scan.volume.borrow();
        let size = (drawn.placed.rect.width, drawn.placed.rect.height);
        let plane = StraightPlane::of(&view, volume.geometry(), size)?;
        let missing = if scan.is_settled() {
            Missing::Gap(scan.value_range().0)
        } else {
            Missing::Neighbours
        };
        let (scratch, pixels) = &mut *self.straight.memory.borrow_mut();
        let mut picture = RgbaImage {
            width: size.0,
            height: size.1,
            pixels: std::mem::take(pixels),
        };
        plane.draw(&volume, missing, scratch, &mut picture);
        let is_put = put(&canvas, &picture);
        *pixels = picture.pixels;
        is_put.ok()?;
        if !self.straight.is_shown(id) {
            self.straight.set_shown(id, true);
            place(&canvas, Some(drawn.placed), device_scale());
        }
        Some(())
    }
}

/// What draws on a canvas that nothing shines through, with its pixels where the browser composes the page: of all kinds the
/// one that costs it least for each picture.
fn context_of(canvas: &HtmlCanvasElement) -> Result<CanvasRenderingContext2d, JsValue> {
    let options = Object::new();
    for name in ["alpha", "willReadFrequently"] {
        Reflect::set(&options, &name.into(), &JsValue::FALSE)?;
    }
    canvas
        .get_context_with_context_options("2d", &options)?
        .ok_or("no 2d context")?
        .dyn_into()
        .map_err(JsValue::from)
}

fn put(canvas: &HtmlCanvasElement, picture: &RgbaImage) -> Result<(), JsValue> {
    fit_canvas(canvas, picture);
    context_of(canvas)?.put_image_data(&image_data(picture)?, 0.0, 0.0)
}
