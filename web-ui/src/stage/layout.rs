//! Which rectangle of the canvas belongs to which view.

use crate::workspace::{VIEW_COUNT, view_index};
use glam::DVec2;
use std::cell::RefCell;
use viewer_wasm::render::Rect;
use viewer_wasm::view::ViewId;
use web_sys::HtmlElement;

/// The cells in the page, by view.
#[derive(Default)]
pub(super) struct Cells {
    elements: RefCell<[Option<HtmlElement>; VIEW_COUNT]>,
}

/// A cell as it is laid out now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    /// On the canvas, device pixels.
    pub rect: Rect,
    /// CSS pixels.
    pub size_css: DVec2,
}

impl Cells {
    pub fn set(&self, id: ViewId, element: Option<HtmlElement>) {
        self.elements.borrow_mut()[view_index(id)] = element;
    }

    pub fn element(&self, id: ViewId) -> Option<HtmlElement> {
        self.elements.borrow()[view_index(id)].clone()
    }

    pub fn any(&self) -> bool {
        self.elements.borrow().iter().any(Option::is_some)
    }

    /// Where each cell is within `host`, `None` for those not shown. `scale` is device pixels per CSS pixel.
    pub fn place(&self, host: &HtmlElement, scale: f64) -> [Option<Placed>; VIEW_COUNT] {
        let outer = host.get_bounding_client_rect();
        let elements = self.elements.borrow();
        std::array::from_fn(|at| {
            let inner = elements[at].as_ref()?.get_bounding_client_rect();
            let left = ((inner.left() - outer.left()) * scale).round().max(0.0);
            let top = ((inner.top() - outer.top()) * scale).round().max(0.0);
            let right = ((inner.right() - outer.left()).min(outer.width()) * scale).round();
            let bottom = ((inner.bottom() - outer.top()).min(outer.height()) * scale).round();
            (right - left >= 1.0 && bottom - top >= 1.0).then(|| Placed {
                rect: Rect {
                    x: left as u32,
                    y: top as u32,
                    width: (right - left) as u32,
                    height: (bottom - top) as u32,
                },
                size_css: DVec2::new(inner.width(), inner.height()),
            })
        })
    }
}

/// Size of the canvas in device pixels.
pub(super) fn surface_size(host: &HtmlElement, scale: f64) -> (u32, u32) {
    let outer = host.get_bounding_client_rect();
    (
        (outer.width() * scale).round() as u32,
        (outer.height() * scale).round() as u32,
    )
}

/// Device pixels per CSS pixel.
pub(super) fn device_scale() -> f64 {
    web_sys::window()
        .map_or(1.0, |window| window.device_pixel_ratio())
        .max(0.1)
}
