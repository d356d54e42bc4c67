//! Pointer, wheel and touch to changes of the workspace.
//!
//! On a plane the primary button does what the chosen tool does; right drags the window, middle or Shift pans,
//! Ctrl zooms, the wheel scrolls (with Ctrl it zooms). On the volume rendering the primary button turns. Two
//! fingers zoom and pan; one finger does what the tool does, and with the crosshair tool a tap places it and a
//! drag scrolls. On the grid a press goes to that place, the wheel and a drag scroll. On a flat image the wheel zooms, a drag moves, and a double click fits. Whatever the number of events, the stage draws once a frame.

use super::{ToolEvent, ToolPhase};
use crate::workspace::{Tool, Workspace};
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::view::ViewId;
use web_sys::{HtmlElement, PointerEvent, WheelEvent};

/// Pixels of a drag for one layer.
const PX_PER_LAYER: f64 = 4.0;
/// Pixels of a drag for one row of the grid.
const PX_PER_ROW: f64 = 48.0;
/// Wheel travel of one notch; smaller steps come from trackpads and add up.
const NOTCH: f64 = 80.0;
/// Trackpad travel for one layer.
const TRACKPAD_PX_PER_LAYER: f64 = 24.0;
/// A finger that moved less than this was a tap.
const TAP_PX: f64 = 8.0;
/// Two presses further apart in time, ms, are never a double click.
const DOUBLE_CLICK_MS: f64 = 1000.0;
/// Pixels of a drag, or of the wheel, that zoom by e.
const ZOOM_PX: f64 = 200.0;
const WHEEL_ZOOM_PX: f64 = 400.0;

/// What a drag does, decided when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drag {
    Crosshair,
    Window,
    Scroll,
    Pan,
    Zoom,
    Turn,
    Tool,
    /// A finger with the crosshair tool: a tap places it, a drag scrolls.
    TapOrScroll,
}

/// A pointer that is down.
#[derive(Clone, Copy)]
struct Pressed {
    pointer: i32,
    start: DVec2,
    at: DVec2,
}

/// The crosshair before a press, or before the first of two at one place.
#[derive(Clone, Copy)]
struct Before {
    at_ms: f64,
    px: DVec2,
    crosshair_mm: DVec3,
}

/// The pointers on one cell.
pub(super) struct Hands {
    ws: Workspace,
    id: ViewId,
    on_tool: Option<Callback<(ViewId, ToolEvent)>>,
    pressed: Vec<Pressed>,
    drag: Option<Drag>,
    /// Travel that was not yet a whole layer.
    layers_due: f64,
    /// A double click makes a view large; that its presses moved the crosshair is taken back.
    before: Option<Before>,
}

impl Hands {
    pub fn new(ws: Workspace, id: ViewId, on_tool: Option<Callback<(ViewId, ToolEvent)>>) -> Self {
        Self {
            ws,
            id,
            on_tool,
            pressed: Vec::new(),
            drag: None,
            layers_due: 0.0,
            before: None,
        }
    }

    pub fn pointer_down(&mut self, event: &PointerEvent) {
        let Some(px) = self.position(event) else {
            return;
        };
        if let Some(cell) = self.ws.surface.cell(self.id) {
            // Moves outside the cell belong to the drag. Fails only for a pointer that is already gone.
            let _ = cell.set_pointer_capture(event.pointer_id());
            let _ = cell.focus();
        }
        event.prevent_default();
        self.ws.stop_cine();
        let pointer = event.pointer_id();
        self.pressed.retain(|pressed| pressed.pointer != pointer);
        self.pressed.push(Pressed {
            pointer,
            start: px,
            at: px,
        });
        if self.pressed.len() > 1 {
            // The second finger turns whatever the first did into a pinch.
            self.end_drag(px, ToolPhase::Cancel);
            return;
        }
        self.layers_due = 0.0;
        self.keep_crosshair(event.time_stamp(), px);
        let drag = self.choose(event);
        self.drag = Some(drag);
        match drag {
            Drag::Crosshair => self.put_crosshair(px),
            Drag::Tool => self.tell_tool(px, ToolPhase::Down),
            _ => {}
        }
    }

    pub fn pointer_move(&mut self, event: &PointerEvent) {
        let Some(px) = self.position(event) else {
            return;
        };
        let Some(at) = self
            .pressed
            .iter()
            .position(|pressed| pressed.pointer == event.pointer_id())
        else {
            if self.pressed.is_empty() && self.draws() {
                self.tell_tool(px, ToolPhase::Hover);
            }
            return;
        };
        let before = std::mem::replace(&mut self.pressed[at].at, px);
        if self.pressed.len() > 1 {
            self.pinch(at, before);
        } else if let Some(drag) = self.drag {
            self.drag_to(drag, before, px);
        }
    }

    pub fn pointer_up(&mut self, event: &PointerEvent) {
        let Some(at) = self
            .pressed
            .iter()
            .position(|pressed| pressed.pointer == event.pointer_id())
        else {
            return;
        };
        let pressed = self.pressed.remove(at);
        if self.drag == Some(Drag::TapOrScroll) && pressed.start.distance(pressed.at) < TAP_PX {
            if self.id == ViewId::Grid {
                self.ws.show_from_grid(pressed.at);
            } else {
                self.put_crosshair(pressed.at);
            }
        }
        self.end_drag(pressed.at, ToolPhase::Up);
    }

    /// The browser took the pointer away.
    pub fn pointer_lost(&mut self, event: &PointerEvent) {
        let Some(at) = self
            .pressed
            .iter()
            .position(|pressed| pressed.pointer == event.pointer_id())
        else {
            return;
        };
        let pressed = self.pressed.remove(at);
        self.end_drag(pressed.at, ToolPhase::Cancel);
    }

    /// Escape.
    pub fn cancel(&mut self) {
        let px = self
            .pressed
            .first()
            .map_or(DVec2::ZERO, |pressed| pressed.at);
        self.pressed.clear();
        self.drag = None;
        if self.draws() {
            self.tell_tool(px, ToolPhase::Cancel);
        }
    }

    pub fn wheel(&mut self, event: &WheelEvent) {
        event.prevent_default();
        self.ws.stop_cine();
        // Lines and pages, where a browser counts so, to pixels.
        let scale = match event.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => 33.0,
            WheelEvent::DOM_DELTA_PAGE => 300.0,
            _ => 1.0,
        };
        let delta = event.delta_y() * scale;
        if event.ctrl_key() || event.meta_key() || matches!(self.id, ViewId::Volume | ViewId::Image)
        {
            if let Some(px) = self.position(event) {
                self.ws.zoom(self.id, (-delta / WHEEL_ZOOM_PX).exp(), px);
            }
            return;
        }
        if delta.abs() >= NOTCH {
            self.layers_due = 0.0;
            self.ws.scroll(self.id, delta.signum());
        } else {
            self.scroll_by(delta / TRACKPAD_PX_PER_LAYER);
        }
    }

    pub fn double_click(&mut self, event: &web_sys::MouseEvent) {
        if event.button() == 0 && !self.draws() && self.id != ViewId::Grid {
            event.prevent_default();
            if self.id == ViewId::Image {
                self.ws.reset_view(self.id);
                return;
            }
            if let Some(before) = self.before.take() {
                self.ws.set_crosshair(before.crosshair_mm);
            }
            self.ws.toggle_maximised(self.id);
        }
    }

    fn choose(&self, event: &PointerEvent) -> Drag {
        let volume = self.id == ViewId::Volume;
        match event.button() {
            1 => return Drag::Pan,
            2 => return if volume { Drag::Pan } else { Drag::Window },
            _ => {}
        }
        if event.ctrl_key() || event.meta_key() {
            return Drag::Zoom;
        }
        if event.shift_key() {
            return Drag::Pan;
        }
        match self.ws.tool.get_untracked() {
            Tool::Pan => Drag::Pan,
            Tool::Zoom => Drag::Zoom,
            _ if volume => Drag::Turn,
            Tool::Window => Drag::Window,
            Tool::Scroll => Drag::Scroll,
            // An image has no other planes to point at.
            Tool::Crosshair if self.id == ViewId::Image => Drag::Pan,
            // Nothing is drawn on the grid.
            Tool::Crosshair | Tool::Length | Tool::Angle | Tool::Probe
                if self.id == ViewId::Grid =>
            {
                Drag::TapOrScroll
            }
            Tool::Crosshair if event.pointer_type() == "touch" => Drag::TapOrScroll,
            Tool::Crosshair => Drag::Crosshair,
            Tool::Length | Tool::Angle | Tool::Probe | Tool::Crop => Drag::Tool,
        }
    }

    fn drag_to(&mut self, drag: Drag, before: DVec2, px: DVec2) {
        let delta = px - before;
        match drag {
            Drag::Crosshair => self.put_crosshair(px),
            Drag::Window => {
                let window = self.ws.window.get_untracked();
                self.ws.set_window(window.dragged(delta.x, delta.y));
            }
            Drag::Scroll | Drag::TapOrScroll => {
                let grid = self.id == ViewId::Grid;
                self.scroll_by(delta.y / if grid { -PX_PER_ROW } else { PX_PER_LAYER });
            }
            Drag::Pan => self.ws.pan(self.id, delta),
            Drag::Zoom => {
                let anchor = self.pressed.first().map_or(px, |pressed| pressed.start);
                self.ws.zoom(self.id, (-delta.y / ZOOM_PX).exp(), anchor);
            }
            Drag::Turn => self.ws.rotate(delta),
            Drag::Tool => self.tell_tool(px, ToolPhase::Move),
        }
    }

    /// Two fingers: the picture follows both.
    fn pinch(&mut self, moved: usize, before: DVec2) {
        let other = usize::from(moved == 0);
        let (Some(now), Some(still)) = (self.pressed.get(moved), self.pressed.get(other)) else {
            return;
        };
        let (now, still) = (now.at, still.at);
        let (old, new) = (before.distance(still), now.distance(still));
        self.ws.pan(self.id, (now - before) / 2.0);
        if old > 1.0 && new > 1.0 {
            self.ws.zoom(self.id, new / old, now.midpoint(still));
        }
    }

    fn scroll_by(&mut self, layers: f64) {
        self.layers_due += layers;
        let whole = self.layers_due.trunc();
        if whole != 0.0 {
            self.layers_due -= whole;
            self.ws.scroll(self.id, whole);
        }
    }

    fn keep_crosshair(&mut self, at_ms: f64, px: DVec2) {
        let second = self.before.is_some_and(|before| {
            at_ms - before.at_ms < DOUBLE_CLICK_MS && before.px.distance(px) < TAP_PX
        });
        if !second {
            let crosshair_mm = self.ws.crosshair_mm.get_untracked();
            self.before = Some(Before {
                at_ms,
                px,
                crosshair_mm,
            });
        }
    }

    fn put_crosshair(&self, px: DVec2) {
        if let Some(plane) = self.ws.plane(self.id) {
            let size = self.ws.cell_size(self.id).get_untracked();
            let point = plane.with_untracked(|plane| plane.patient_from_px(px, size));
            self.ws.set_crosshair(point);
        }
    }

    fn end_drag(&mut self, px: DVec2, phase: ToolPhase) {
        if self.drag.take() == Some(Drag::Tool) {
            self.tell_tool(px, phase);
        }
    }

    fn draws(&self) -> bool {
        !matches!(self.id, ViewId::Volume | ViewId::Grid) && self.ws.tool.get_untracked().draws()
    }

    fn tell_tool(&self, px: DVec2, phase: ToolPhase) {
        let (Some(on_tool), Some(plane)) = (self.on_tool, self.ws.plane(self.id)) else {
            return;
        };
        let size = self.ws.cell_size(self.id).get_untracked();
        let patient_mm = plane.with_untracked(|plane| plane.patient_from_px(px, size));
        on_tool.run((
            self.id,
            ToolEvent {
                patient_mm,
                px,
                phase,
            },
        ));
    }

    /// Within the cell, CSS pixels.
    fn position(&self, event: &web_sys::MouseEvent) -> Option<DVec2> {
        let cell: HtmlElement = self.ws.surface.cell(self.id)?;
        let rect = cell.get_bounding_client_rect();
        Some(DVec2::new(
            f64::from(event.client_x()) - rect.left(),
            f64::from(event.client_y()) - rect.top(),
        ))
    }
}
