//! The lines in which the other planes cut this one.
//!
//! They move with every step of a scroll, in all planes. So they are no part of the overlay's drawing, which the browser
//! would have to draw anew: each half of a line is an element of one pixel that is moved, turned and stretched, which
//! leaves everything else as it is. Near the ends of a line are the handles that turn it (`grips`).

use super::grips::{Grip, TurnReadout};
use crate::workspace::Workspace;
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::view::{PlaneView, ViewId};

/// Left free around the crosshair's point, so that what it points at is seen.
const GAP_PX: f64 = 14.0;

/// One line for each other plane, in that plane's colour, with the borders of its slab.
#[component]
pub fn Crosshair(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let shown = move || workspace.overlay_visible.get() && workspace.crosshair_visible.get();
    let lines = move || {
        shown().then(|| {
            ViewId::PLANES
                .into_iter()
                .filter(|other| *other != id)
                .map(|other| view! { <Line id other /> })
                .collect_view()
        })
    };
    view! {
        <div class="crosshair">
            {lines}
            <TurnReadout id />
        </div>
    }
}

/// The cut of one plane, open around the crosshair.
#[component]
fn Line(id: ViewId, other: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let halves = Memo::new(move |_| {
        let (this, linked) = (workspace.plane(id)?.get(), workspace.linked.get());
        let size = workspace.cell_size(id).get();
        halves(&this, linked.plane(other)?, linked.crosshair_mm, size)
    });
    let half = move |at: usize| {
        view! { <i style:transform=move || halves.with(|halves| transform(halves.map(|halves| halves[at]))) /> }
    };
    let borders = Memo::new(move |_| {
        let (this, linked) = (workspace.plane(id)?.get(), workspace.linked.get());
        let size = workspace.cell_size(id).get();
        let other = linked.plane(other).filter(|other| other.slab_mm > 0.0)?;
        Some([-0.5, 0.5].map(|side| {
            let border = PlaneView {
                center_mm: other.center_mm + other.normal() * (side * other.slab_mm),
                ..*other
            };
            this.crosshair_line(&border, size)
        }))
    });
    let border = move |at: usize| {
        let place = move || {
            let line = borders.with(|borders| borders.and_then(|borders| borders[at]));
            line.map_or("scale(0)".to_owned(), |(from, to)| placed(from, to - from))
        };
        view! { <i data-dashed style:transform=place /> }
    };
    let has_slab = Memo::new(move |_| borders.with(Option::is_some));
    view! {
        <div data-part="crosshair" class=format!("crosshair-line crosshair-{}", other.name())>
            {half(0)}
            {half(1)}
            {move || has_slab.get().then(|| [border(0), border(1)])}
        </div>
        <div class=format!("crosshair-{}", other.name())>
            <Grip id other end=Signal::derive(move || halves.with(|halves| halves.map(|[half, _]| (half.0, half.1)))) />
            <Grip id other end=Signal::derive(move || halves.with(|halves| halves.map(|[_, half]| (half.1, half.0)))) />
        </div>
    }
}

/// Start and end of a stroke, in pixels of the view.
type Stroke = (DVec2, DVec2);

/// The cut of `other` in `this` before and behind the crosshair's point; a half may have no length.
fn halves(
    this: &PlaneView,
    other: &PlaneView,
    point_mm: DVec3,
    size: DVec2,
) -> Option<[Stroke; 2]> {
    let (from, to) = this.crosshair_line(other, size)?;
    let along = (to - from).try_normalize()?;
    let length = from.distance(to);
    let middle = (this.px_from_patient(point_mm, size) - from).dot(along);
    let at = |px: f64| from + along * px.clamp(0.0, length);
    Some([
        (at(0.0), at(middle - GAP_PX)),
        (at(middle + GAP_PX), at(length)),
    ])
}

/// What makes an element of one pixel a stroke. Along an axis it covers whole pixels, so that it is sharp.
fn transform(stroke: Option<Stroke>) -> String {
    let Some((from, to)) = stroke.filter(|(from, to)| from.distance(*to) >= 0.5) else {
        return "scale(0)".to_owned();
    };
    let (along, length) = (to - from, from.distance(to));
    let level = |across: f64| (across - 0.5).round() + 0.5;
    let start = if along.y.abs() < 1e-6 {
        DVec2::new(from.x, level(from.y))
    } else if along.x.abs() < 1e-6 {
        DVec2::new(level(from.x), from.y)
    } else {
        from
    };
    format!("{} scaleX({length:.2})", placed(start, along))
}

/// Puts the left edge of a line one pixel high at a point, in a direction; half of it lies above and half below.
fn placed(start: DVec2, along: DVec2) -> String {
    format!(
        "translate({:.2}px,{:.2}px) rotate({:.4}rad) translateY(-0.5px)",
        start.x,
        start.y,
        along.to_angle(),
    )
}

#[cfg(test)]
mod tests {
    use super::transform;
    use glam::DVec2;

    #[test]
    fn strokes_along_an_axis_cover_whole_pixels() {
        let across = transform(Some((DVec2::new(0.0, 20.2), DVec2::new(90.0, 20.2))));
        assert!(
            across.starts_with("translate(0.00px,20.50px) rotate(0.0000rad)"),
            "{across}"
        );
        let down = transform(Some((DVec2::new(20.9, 0.0), DVec2::new(20.9, 50.0))));
        assert!(
            down.starts_with("translate(20.50px,0.00px) rotate(1.5708rad)"),
            "{down}"
        );
        assert_eq!(transform(None), "scale(0)");
        assert_eq!(transform(Some((DVec2::ONE, DVec2::ONE))), "scale(0)");
    }
}
