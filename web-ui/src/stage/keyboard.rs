//! Keys on a focused view.

use crate::workspace::{Mode, VIEWS, Workspace};
use glam::DVec2;
use leptos::prelude::*;
use viewer_wasm::view::ViewId;
use web_sys::KeyboardEvent;

/// Layers for Page Up and Page Down.
const PAGE_LAYERS: f64 = 10.0;
/// Zoom of one press of + or -.
const ZOOM_STEP: f64 = 1.25;
/// Drag, in pixels, that an arrow key stands for on the volume rendering.
const TURN_PX: f64 = 11.0;
/// Degrees that a key turns the planes, and with Shift.
const TURN_DEG: f64 = 1.0;
const TURN_MORE_DEG: f64 = 10.0;
/// Pixels that an arrow key moves an image.
const PAN_PX: f64 = 40.0;

pub(super) fn on_key(ws: Workspace, id: ViewId, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let middle = ws.cell_size(id).get_untracked() / 2.0;
    if event.key() != " " {
        ws.stop_cine();
    }
    let done = match event.key().as_str() {
        "Escape" if ws.turning.with_untracked(Option::is_some) => act(|| ws.end_turning(false)),
        "+" | "=" => act(|| ws.zoom(id, ZOOM_STEP, middle)),
        "-" | "_" => act(|| ws.zoom(id, 1.0 / ZOOM_STEP, middle)),
        "0" => act(|| ws.reset_view(id)),
        key @ ("1" | "2" | "3" | "4") if id != ViewId::Image => act(|| maximise(ws, key)),
        "Escape" if ws.maximised.get_untracked().is_some() => act(|| ws.maximised.set(None)),
        key if id == ViewId::Volume => turn(ws, key),
        key if id == ViewId::Grid => scroll_grid(ws, key),
        _ if ViewId::PLANES.contains(&id) && turn_planes(ws, id, event) => true,
        key if id == ViewId::Image && is_single(ws) => pan(ws, key),
        key => scroll(ws, id, key),
    };
    if done {
        event.prevent_default();
    }
}

fn act(act: impl FnOnce()) -> bool {
    act();
    true
}

fn maximise(ws: Workspace, key: &str) {
    let Some(id) = key
        .parse::<usize>()
        .ok()
        .and_then(|number| VIEWS.get(number.wrapping_sub(1)).copied())
    else {
        return;
    };
    if ws.mode.get_untracked() == Mode::Compare {
        if ViewId::PLANES.contains(&id) {
            ws.compare.plane.set(id);
        }
        return;
    }
    if ws.mode.get_untracked() != Mode::Mpr {
        ws.mode.set(Mode::Mpr);
    }
    ws.toggle_maximised(id);
}

fn turn(ws: Workspace, key: &str) -> bool {
    arrow(key).is_some_and(|way| act(|| ws.rotate(way * TURN_PX)))
}

/// The keys of comma and full stop turn the other planes about this one's normal.
fn turn_planes(ws: Workspace, id: ViewId, event: &KeyboardEvent) -> bool {
    let way = match event.code().as_str() {
        "Comma" => -1.0,
        "Period" => 1.0,
        _ => return false,
    };
    let degrees = if event.shift_key() {
        TURN_MORE_DEG
    } else {
        TURN_DEG
    };
    let angle_rad = (way * degrees).to_radians();
    act(|| {
        // A key that is held is one step of undo.
        if event.repeat() {
            ws.turn_planes(id, angle_rad, None);
        } else {
            ws.turn_planes_once(id, angle_rad);
        }
    })
}

/// Slice by slice, row by row, page by page.
fn scroll_grid(ws: Workspace, key: &str) -> bool {
    let grid = ws.grid.get_untracked();
    let (row, page) = (f64::from(grid.columns), f64::from(grid.columns * grid.rows));
    let slices = match key {
        "ArrowLeft" => -1.0,
        "ArrowRight" => 1.0,
        "ArrowUp" => -row,
        "ArrowDown" => row,
        "PageUp" => -page,
        "PageDown" => page,
        "Home" => -1e6,
        "End" => 1e6,
        _ => return false,
    };
    act(|| ws.scroll_grid(slices))
}

fn arrow(key: &str) -> Option<DVec2> {
    match key {
        "ArrowLeft" => Some(DVec2::NEG_X),
        "ArrowRight" => Some(DVec2::X),
        "ArrowUp" => Some(DVec2::NEG_Y),
        "ArrowDown" => Some(DVec2::Y),
        _ => None,
    }
}

fn is_single(ws: Workspace) -> bool {
    untrack(|| ws.image_frame()).is_none_or(|(_, count)| count == 1)
}

/// An image without other frames moves under the arrows.
fn pan(ws: Workspace, key: &str) -> bool {
    arrow(key).is_some_and(|way| act(|| ws.pan(ViewId::Image, -way * PAN_PX)))
}

fn scroll(ws: Workspace, id: ViewId, key: &str) -> bool {
    let layers = match key {
        "ArrowUp" | "ArrowLeft" => -1.0,
        "ArrowDown" | "ArrowRight" => 1.0,
        "PageUp" => -PAGE_LAYERS,
        "PageDown" => PAGE_LAYERS,
        // Further than any volume is deep: the workspace stops at the last layer.
        "Home" => -1e6,
        "End" => 1e6,
        _ => return false,
    };
    act(|| ws.scroll(id, layers))
}
