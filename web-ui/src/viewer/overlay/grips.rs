//! The handles near the ends of the crosshair's lines: a drag turns the planes about the crosshair.

use crate::locale::t_with;
use crate::viewer::words;
use crate::workspace::Workspace;
use glam::DVec2;
use leptos::prelude::*;
use viewer_wasm::view::ViewId;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// How far a handle is from the edge, where the letters are.
const FROM_EDGE_PX: f64 = 46.0;
/// A line shorter than this, on one side of the crosshair, has no handle there.
const LEAST_PX: f64 = 80.0;

/// The handle of one half of a line. `end` is that half's outer and inner end, in pixels of the view.
#[component]
pub fn Grip(id: ViewId, other: ViewId, end: Signal<Option<(DVec2, DVec2)>>) -> impl IntoView {
    let workspace = Workspace::current();
    let place = move || {
        let (outer, inner) = end.get().filter(|(a, b)| a.distance(*b) >= LEAST_PX)?;
        let inwards = (inner - outer).try_normalize()?;
        Some(outer + inwards * FROM_EDGE_PX)
    };
    let transform = move || match place() {
        Some(at) => format!("translate({:.1}px,{:.1}px)", at.x, at.y),
        None => "scale(0)".to_owned(),
    };
    let is_held = move || {
        let turning = workspace.turning.get();
        turning.is_some_and(|turning| turning.on == id && turning.held == other)
    };
    let down = move |event: PointerEvent| {
        let Some((cell, at_rad)) = about_crosshair(workspace, id, &event) else {
            return;
        };
        if event.button() != 0 {
            return;
        }
        event.stop_propagation();
        event.prevent_default();
        if let Some(grip) = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
        {
            // Fails only for a pointer that is already gone.
            let _ = grip.set_pointer_capture(event.pointer_id());
        }
        // For Escape.
        let _ = cell.focus();
        workspace.stop_cine();
        workspace.begin_turning(id, other, at_rad);
    };
    let moved = move |event: PointerEvent| {
        if !untrack(is_held) {
            return;
        }
        event.stop_propagation();
        if let Some((_, at_rad)) = about_crosshair(workspace, id, &event) {
            workspace.turn_on(at_rad, event.shift_key());
        }
    };
    let up = move |event: PointerEvent| {
        if untrack(is_held) {
            event.stop_propagation();
            workspace.end_turning(true);
        }
    };
    view! {
        <b
            class="crosshair-grip"
            class:crosshair-grip-held=is_held
            hidden=move || workspace.tool.get().draws()
            data-testid=format!("turn-{}", other.name())
            style:transform=transform
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
            // Not the view's double click.
            on:dblclick=|event| event.stop_propagation()
        />
    }
}

/// The cell of the view, and where a pointer is about the crosshair's point on it, as an angle clockwise from the right.
fn about_crosshair(
    workspace: Workspace,
    id: ViewId,
    event: &PointerEvent,
) -> Option<(HtmlElement, f64)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let cell: HtmlElement = target
        .closest(".view-cell")
        .ok()
        .flatten()?
        .dyn_into()
        .ok()?;
    let outer = cell.get_bounding_client_rect();
    let px = DVec2::new(
        f64::from(event.client_x()) - outer.left(),
        f64::from(event.client_y()) - outer.top(),
    );
    let size = workspace.cell_size(id).get_untracked();
    let crosshair = workspace.crosshair_mm.get_untracked();
    let middle = workspace
        .plane(id)?
        .get_untracked()
        .px_from_patient(crosshair, size);
    Some((cell, (px - middle).to_angle()))
}

/// How far a hand has turned the lines, beside the crosshair's point.
#[component]
pub fn TurnReadout(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let turned = Memo::new(move |_| {
        let turning = workspace.turning.get()?;
        (turning.on == id).then_some(turning.turned_rad)
    });
    let readout = move || {
        let degrees = turned.get()?.to_degrees();
        let size = workspace.cell_size(id).get_untracked();
        let at = workspace
            .plane(id)?
            .get_untracked()
            .px_from_patient(workspace.crosshair_mm.get_untracked(), size);
        let text = t_with("viewer.value-degrees", &[("n", &words::fixed(degrees, 1))]);
        let transform = format!("translate({:.0}px,{:.0}px)", at.x + 16.0, at.y - 40.0);
        Some(view! {
            <output class="turn-readout" style:transform=transform>
                {text}
            </output>
        })
    };
    view! { {readout} }
}
