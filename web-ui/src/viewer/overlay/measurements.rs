//! Measurements on a plane, with handles to move their points.

use super::FONT_PX;
use super::colors;
use crate::viewer::measuring::{self, shape_with_pointer};
use crate::viewer::{ViewerState, words};
use crate::workspace::{MeasurementShape, Workspace};
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::view::ViewId;
use viewer_wasm::view::layers::step_along_mm;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// Radius of what can be grabbed; the visible handle is smaller.
const GRAB_PX: f64 = 14.0;
const HANDLE_PX: f64 = 4.5;

/// The measurements that lie in the plane, and the one that is being drawn.
#[component]
pub fn Measurements(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let in_plane = Memo::new(move |_| {
        workspace.measurements.with(|list| {
            list.iter()
                .filter(|measurement| lies_in(workspace, id, &measurement.shape))
                .map(|measurement| measurement.id)
                .collect::<Vec<_>>()
        })
    });
    let draft = move || {
        let draft = state.draft.get().filter(|draft| draft.view == id)?;
        let shape = shape_with_pointer(workspace.tool.get(), &draft)?;
        let points = on_screen(workspace, id, &shape);
        Some(view! {
            {lines(&points, colors::SELECTED)}
            {label(&points, words::measured(workspace.measured(&shape)), colors::SELECTED)}
        })
    };
    view! {
        <g fill="none" stroke-linecap="round">
            <For each=move || in_plane.get() key=|measurement| *measurement let:measurement>
                <Measured id measurement />
            </For>
            {draft}
        </g>
    }
}

/// One measurement.
#[component]
fn Measured(id: ViewId, measurement: u32) -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let shape = Memo::new(move |_| {
        workspace.measurements.with(|list| {
            list.iter()
                .find(|other| other.id == measurement)
                .map(|other| other.shape)
        })
    });
    let color = move || {
        if state.selected.get() == Some(measurement) {
            colors::SELECTED
        } else {
            colors::MEASURE
        }
    };
    let count = shape
        .get_untracked()
        .map_or(0, |shape| shape.points_mm().len());
    let drawing = move || {
        let shape = shape.get()?;
        let points = on_screen(workspace, id, &shape);
        Some(view! {
            {lines(&points, color())}
            {label(&points, words::measured(workspace.measured(&shape)), color())}
        })
    };
    let handles = (0..count)
        .map(|at| {
            let place = Memo::new(move |_| {
                shape
                    .get()
                    .and_then(|shape| on_screen(workspace, id, &shape).get(at).copied())
                    .unwrap_or_default()
            });
            view! { <Handle id measurement at place /> }
        })
        .collect_view();
    view! {
        <g data-measurement=measurement>
            {drawing}
            {handles}
        </g>
    }
}

/// A point of a measurement that can be dragged.
#[component]
fn Handle(id: ViewId, measurement: u32, at: usize, place: Memo<DVec2>) -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let dragging = RwSignal::new(false);
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.stop_propagation();
        event.prevent_default();
        if let Some(handle) = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
        {
            // Fails only for a pointer that is already gone.
            let _ = handle.set_pointer_capture(event.pointer_id());
        }
        state.selected.set(Some(measurement));
        workspace.begin_reshaping();
        dragging.set(true);
    };
    let moved = move |event: PointerEvent| {
        if !dragging.get_untracked() {
            return;
        }
        event.stop_propagation();
        if let Some(point) = patient_under(workspace, id, &event) {
            measuring::move_point(workspace, measurement, at, point);
        }
    };
    let up = move |event: PointerEvent| {
        if dragging.get_untracked() {
            event.stop_propagation();
            dragging.set(false);
        }
    };
    view! {
        <circle
            cx=move || place.get().x
            cy=move || place.get().y
            r=HANDLE_PX
            fill=colors::HALO
            fill-opacity="0.55"
            stroke=move || if state.selected.get() == Some(measurement) { colors::SELECTED } else { colors::MEASURE }
            stroke-width="1.5"
        />
        <circle
            class="handle"
            cx=move || place.get().x
            cy=move || place.get().y
            r=GRAB_PX
            fill-opacity="0"
            pointer-events="all"
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=up
        />
    }
}

/// The patient point under an event, on the plane of the view.
fn patient_under(workspace: Workspace, id: ViewId, event: &PointerEvent) -> Option<DVec3> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let outer = target
        .closest("svg")
        .ok()
        .flatten()?
        .get_bounding_client_rect();
    let px = DVec2::new(
        f64::from(event.client_x()) - outer.left(),
        f64::from(event.client_y()) - outer.top(),
    );
    let size = workspace.cell_size(id).get_untracked();
    Some(
        workspace
            .plane(id)?
            .get_untracked()
            .patient_from_px(px, size),
    )
}

/// Whether all points are within half a voxel layer of the plane, or within its slab.
fn lies_in(workspace: Workspace, id: ViewId, shape: &MeasurementShape) -> bool {
    let (Some(plane), Some(geometry)) = (workspace.plane(id), workspace.geometry()) else {
        return false;
    };
    let plane = plane.get();
    let reach_mm = 0.5 * step_along_mm(&geometry, plane.normal()).max(plane.slab_mm) + 1e-6;
    shape
        .points_mm()
        .into_iter()
        .all(|point| plane.depth_mm(point).abs() <= reach_mm)
}

fn on_screen(workspace: Workspace, id: ViewId, shape: &MeasurementShape) -> Vec<DVec2> {
    let Some(plane) = workspace.plane(id) else {
        return Vec::new();
    };
    let (plane, size) = (plane.get(), workspace.cell_size(id).get());
    shape
        .points_mm()
        .into_iter()
        .map(|point| plane.px_from_patient(point, size))
        .collect()
}

pub(super) fn lines(points: &[DVec2], color: &'static str) -> impl IntoView + use<> {
    let mut path = String::new();
    for (at, point) in points.iter().enumerate() {
        let command = if at == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{command}{:.1} {:.1}", point.x, point.y));
    }
    match *points {
        [at] => path.push_str(&format!(
            "m-9 0h5m8 0h5M{:.1} {:.1}m0 -9v5m0 8v5",
            at.x, at.y
        )),
        [from, apex, to] => path.push_str(&arc(from, apex, to)),
        _ => {}
    }
    view! {
        <path d=path.clone() stroke=colors::HALO stroke-opacity="0.6" stroke-width="4" />
        <path d=path stroke=color stroke-width="1.75" />
    }
}

/// A part of a circle between the legs of an angle.
fn arc(from: DVec2, apex: DVec2, to: DVec2) -> String {
    let radius = ((from - apex).length().min((to - apex).length()) * 0.5).min(26.0);
    let (Some(first), Some(last)) = ((from - apex).try_normalize(), (to - apex).try_normalize())
    else {
        return String::new();
    };
    let (start, end) = (apex + first * radius, apex + last * radius);
    let sweep = u8::from(first.perp_dot(last) > 0.0);
    format!(
        "M{:.1} {:.1}A{radius:.1} {radius:.1} 0 0 {sweep} {:.1} {:.1}",
        start.x, start.y, end.x, end.y
    )
}

pub(super) fn label(
    points: &[DVec2],
    text: String,
    color: &'static str,
) -> Option<impl IntoView + use<>> {
    let (at, anchor) = match *points {
        [at] => (at + DVec2::new(14.0, 4.0), "start"),
        // Right of the rightmost point, where the line is not.
        [from, to] => (
            if from.x > to.x { from } else { to } + DVec2::new(12.0, 4.0),
            "start",
        ),
        [from, apex, to] => {
            // Behind the apex, where the legs are not.
            let legs = (from - apex).normalize_or_zero() + (to - apex).normalize_or_zero();
            let outwards = -legs.normalize_or(DVec2::NEG_Y);
            (
                apex + DVec2::new(outwards.x * 30.0, outwards.y * 20.0 + 4.0),
                "middle",
            )
        }
        _ => return None,
    };
    Some(view! {
        <text
            x=at.x
            y=at.y
            text-anchor=anchor
            fill=color
            stroke=colors::HALO
            stroke-width="3.5"
            stroke-opacity="0.8"
            paint-order="stroke"
            font-size=FONT_PX + 1.0
            font-weight="600"
        >
            {text}
        </text>
    })
}
