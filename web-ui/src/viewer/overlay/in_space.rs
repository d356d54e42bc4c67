//! Measurements in the 3D view, where they are: lines and values projected into it, faint behind the visible surface.

use super::colors;
use super::measurements::{label, lines};
use crate::viewer::behind;
use crate::viewer::space::Space;
use crate::viewer::{ViewerState, words};
use crate::workspace::{MeasurementShape, Workspace};
use glam::DVec2;
use leptos::prelude::*;

/// How much is left of what is behind the surface.
const FAINT: &str = "0.38";

/// All measurements of the scan.
#[component]
pub fn MeasurementsInSpace() -> impl IntoView {
    let workspace = Workspace::current();
    let ids = Memo::new(move |_| {
        workspace.measurements.with(|list| {
            list.iter()
                .map(|measurement| measurement.id)
                .collect::<Vec<_>>()
        })
    });
    let hidden = behind::hidden_measurements(workspace);
    view! {
        <g fill="none" stroke-linecap="round" data-part="measurements">
            <For each=move || ids.get() key=|id| *id let:id>
                <Measured id hidden />
            </For>
        </g>
    }
}

#[component]
fn Measured(id: u32, hidden: RwSignal<Vec<u32>>) -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let shape = Memo::new(move |_| {
        workspace.measurements.with(|list| {
            list.iter()
                .find(|measurement| measurement.id == id)
                .map(|measurement| measurement.shape)
        })
    });
    let color = move || {
        if state.selected.get() == Some(id) {
            colors::SELECTED
        } else {
            colors::MEASURE
        }
    };
    let drawing = move || {
        let shape = shape.get()?;
        let points = on_screen(&Space::of(workspace)?, &shape)?;
        Some(view! {
            {lines(&points, color())}
            {points
                .iter()
                .map(|point| view! { <circle cx=point.x cy=point.y r="2.5" fill=color() /> })
                .collect_view()}
            {label(&points, words::measured(workspace.measured(&shape)), color())}
        })
    };
    let faint = Memo::new(move |_| hidden.with(|hidden| hidden.contains(&id)));
    view! {
        <g data-measurement=id opacity=move || if faint.get() { FAINT } else { "1" }>
            {drawing}
        </g>
    }
}

/// Its points in the view; `None` if one is behind the eye.
fn on_screen(space: &Space, shape: &MeasurementShape) -> Option<Vec<DVec2>> {
    shape
        .points_mm()
        .into_iter()
        .map(|point| space.px(point))
        .collect()
}
