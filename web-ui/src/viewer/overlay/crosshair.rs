//! The lines in which the other planes cut this one.

use super::colors;
use crate::workspace::Workspace;
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::view::{PlaneView, ViewId};

/// Left free around the crosshair's point, so that what it points at is seen.
const GAP_PX: f64 = 14.0;

/// One line for each other plane, in that plane's colour.
pub fn crosshair(
    workspace: Workspace,
    id: ViewId,
    this: &PlaneView,
    size: DVec2,
) -> impl IntoView + use<> {
    let point = workspace.crosshair_mm.get();
    ViewId::PLANES
        .into_iter()
        .filter(|other| *other != id)
        .filter_map(|other| {
            let plane = workspace.plane(other)?.get();
            let path = line(this, &plane, point, size)?;
            Some(view! {
                <path
                    d=path
                    fill="none"
                    stroke=colors::of_view(other)
                    stroke-width="1"
                    stroke-opacity="0.85"
                    data-part="crosshair"
                />
            })
        })
        .collect_view()
}

/// The cut of `other` in `this` as path data, open around the crosshair.
fn line(this: &PlaneView, other: &PlaneView, point_mm: DVec3, size: DVec2) -> Option<String> {
    let (from, to) = this.crosshair_line(other, size)?;
    let along = (to - from).try_normalize()?;
    let length = from.distance(to);
    let middle = (this.px_from_patient(point_mm, size) - from).dot(along);
    let mut path = String::new();
    let mut stroke = |start: f64, end: f64| {
        if end > start {
            let (a, b) = (from + along * start, from + along * end);
            path.push_str(&format!("M{:.1} {:.1}L{:.1} {:.1}", a.x, a.y, b.x, b.y));
        }
    };
    stroke(0.0, (middle - GAP_PX).min(length));
    stroke((middle + GAP_PX).max(0.0), length);
    Some(path)
}
