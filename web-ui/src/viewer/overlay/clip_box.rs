//! The clip box in the 3D view: its edges, and a grip on each face that goes along its axis.

use super::colors;
use super::drag_point::DragPoint;
use crate::viewer::space::{FACES, Face, Space, patient_from_share};
use crate::viewer::words;
use crate::workspace::Workspace;
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::{Clip, VolumeView};

#[component]
pub fn ClipBox() -> impl IntoView {
    let workspace = Workspace::current();
    let edges = move || {
        let (space, geometry) = (Space::of(workspace)?, workspace.geometry()?);
        let clip = workspace.volume_seen.with(|view| view.clip);
        let [front, back] = edges(&space, &geometry, &clip);
        Some(view! {
            <path d=back stroke=colors::BOX stroke-opacity="0.3" stroke-width="1" />
            <path d=front.clone() stroke=colors::HALO stroke-opacity="0.5" stroke-width="3" />
            <path d=front stroke=colors::BOX stroke-width="1.25" />
        })
    };
    view! {
        <g fill="none" stroke-linecap="round" data-part="clip-box">
            {edges}
            {FACES.map(|face| view! { <FaceGrip face /> }).collect_view()}
        </g>
    }
}

/// What a drag of a face begins with.
#[derive(Clone, Copy)]
struct Start {
    space: Space,
    geometry: Geometry,
    clip: Clip,
}

#[component]
fn FaceGrip(face: Face) -> impl IntoView {
    let workspace = Workspace::current();
    let start = StoredValue::new(None::<Start>);
    let place = Signal::derive(move || {
        let (space, geometry) = (Space::of(workspace)?, workspace.geometry()?);
        let clip = workspace.volume_seen.with(|view| view.clip);
        space.px(face.middle_mm(&geometry, &clip))
    });
    let title = Signal::derive(move || {
        workspace
            .geometry()
            .map(|geometry| words::from_side(face.letter(&geometry)).to_owned())
            .unwrap_or_default()
    });
    let begin = Callback::new(move |()| {
        workspace.keep_look();
        let clip = workspace
            .volume_view
            .with_untracked(|view: &VolumeView| view.clip);
        let begun = Space::now(workspace).zip(untrack(|| workspace.geometry()));
        start.set_value(begun.map(|(space, geometry)| Start {
            space,
            geometry,
            clip,
        }));
    });
    let drag = Callback::new(move |delta_px| {
        if let Some(start) = start.get_value() {
            let middle = face.middle_mm(&start.geometry, &start.clip);
            let outwards = face.outwards(&start.geometry);
            let mm = start.space.along(middle, outwards, delta_px);
            let share = mm / start.geometry.extent_mm()[face.axis].max(f64::MIN_POSITIVE);
            let from = face.share(&start.clip);
            let to = if face.upper {
                from + share
            } else {
                from - share
            };
            workspace.set_clip_face(face.axis, face.upper, to);
        }
    });
    view! {
        <DragPoint
            place
            color=colors::BOX
            testid=format!("clip-face-{}", face.name())
            title
            on_begin=begin
            on_drag=drag
        />
    }
}

/// The twelve edges as two paths: those that belong to a face turned to the viewer, and those behind the box.
fn edges(space: &Space, geometry: &Geometry, clip: &Clip) -> [String; 2] {
    let faces_viewer = FACES.map(|face| {
        let middle = face.middle_mm(geometry, clip);
        face.outwards(geometry).dot(space.to_viewer(middle)) > 0.0
    });
    let mut paths = [String::new(), String::new()];
    for along in 0..3 {
        let (a, b) = ((along + 1) % 3, (along + 2) % 3);
        for (upper_a, upper_b) in [(false, false), (false, true), (true, true), (true, false)] {
            let corner = |upper: bool| {
                let mut share = DVec3::ZERO;
                for (axis, upper) in [(along, upper), (a, upper_a), (b, upper_b)] {
                    share[axis] = Face { axis, upper }.share(clip);
                }
                space.px(patient_from_share(geometry, share))
            };
            let (Some(from), Some(to)) = (corner(false), corner(true)) else {
                continue;
            };
            let seen = faces_viewer[2 * a + usize::from(upper_a)]
                || faces_viewer[2 * b + usize::from(upper_b)];
            paths[usize::from(!seen)].push_str(&format!(
                "M{:.1} {:.1}L{:.1} {:.1}",
                from.x, from.y, to.x, to.y
            ));
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec2;
    use viewer_wasm::phantom::Phantom;

    #[test]
    fn from_the_front_the_nearer_half_of_the_edges_is_seen() {
        let geometry = Phantom::dental(32).series().geometry;
        let view = VolumeView::fit(&geometry, DVec2::splat(400.0));
        let space = Space::new(view, DVec2::splat(400.0));
        let [seen, behind] = edges(&space, &geometry, &Clip::NONE);
        // Three faces show: nine edges; the corner behind has the other three.
        assert_eq!(seen.matches('M').count(), 9);
        assert_eq!(behind.matches('M').count(), 3);
    }
}
