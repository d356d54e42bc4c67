//! The orientation cube: its faces are the sides of the patient, and it turns with the camera.

use super::colors;
use crate::locale::t_with;
use crate::viewer::space::Space;
use crate::viewer::words;
use crate::workspace::Workspace;
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::view::{StandardView, ViewId};

/// Half an edge.
const HALF_PX: f64 = 21.0;
/// From its middle to the right and the lower border of the view; the scale bar is below.
const FROM_CORNER: DVec2 = DVec2::new(50.0, 92.0);
/// A view that is smaller has no room for it.
const LEAST_VIEW_PX: f64 = 230.0;
/// A face that is turned further away is not drawn.
const EDGE_ON: f64 = 0.04;

/// The cube in the corner of the view; a press on a face looks from there.
#[component]
pub fn OrientationCube() -> impl IntoView {
    let workspace = Workspace::current();
    let size = workspace.cell_size(ViewId::Volume);
    let shown = Memo::new(move |_| {
        size.get().min_element() >= LEAST_VIEW_PX && workspace.overlay_visible.get()
    });
    view! {
        <Show when=move || shown.get()>
            <g class="cube" data-testid="orientation-cube" stroke-linejoin="round">
                {StandardView::ALL.map(|standard| view! { <Side standard /> }).collect_view()}
            </g>
        </Show>
    }
}

#[component]
fn Side(standard: StandardView) -> impl IntoView {
    let workspace = Workspace::current();
    let face =
        Memo::new(move |_| Space::of(workspace).and_then(|space| Face::of(&space, standard)));
    let middle = move || workspace.cell_size(ViewId::Volume).get() - FROM_CORNER;
    let label = t_with(
        "volume.look-at",
        &[("view", words::standard_name(standard))],
    );
    let drawing = move || {
        let (face, middle) = (face.get()?, middle());
        let [right, down, at] = [face.right, face.down, middle + face.middle];
        let matrix = format!(
            "matrix({:.3} {:.3} {:.3} {:.3} {:.2} {:.2})",
            right.x, right.y, down.x, down.y, at.x, at.y
        );
        let name = label.clone();
        Some(view! {
            <polygon
                class="cube-face"
                points=face.outline(middle)
                fill=face.fill()
                stroke="#53636d"
                stroke-width="1"
                pointer-events="all"
                data-testid=format!("cube-{}", standard.name())
                // The view must not take the press for a turn.
                on:pointerdown=|event| event.stop_propagation()
                on:dblclick=|event| event.stop_propagation()
                on:click=move |_| workspace.look_from(standard)
            >
                <title>{name}</title>
            </polygon>
            <text
                transform=matrix
                text-anchor="middle"
                dominant-baseline="central"
                fill=colors::INK
                font-size="22"
                font-weight="600"
                pointer-events="none"
            >
                {standard.letter()}
            </text>
        })
    };
    view! { {drawing} }
}

/// A side of the cube as it is seen, from the cube's middle.
#[derive(Clone, Copy, PartialEq)]
struct Face {
    middle: DVec2,
    /// Where its letter's directions go.
    right: DVec2,
    down: DVec2,
    /// How much it is turned to the viewer, 0 to 1.
    turned: f64,
}

impl Face {
    /// `None` for a side that is turned away.
    fn of(space: &Space, standard: StandardView) -> Option<Self> {
        let camera = space.axes();
        let on_screen = |v: DVec3| DVec2::new(v.dot(camera.right), v.dot(camera.down));
        let (outwards, side) = (standard.towards(), standard.axes());
        let turned = -outwards.dot(camera.forward);
        (turned > EDGE_ON).then(|| Self {
            middle: on_screen(outwards) * HALF_PX,
            right: on_screen(side.right),
            down: on_screen(side.down),
            turned,
        })
    }

    fn outline(&self, cube: DVec2) -> String {
        [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
            .map(|(x, y)| {
                let corner = cube + self.middle + (self.right * x + self.down * y) * HALF_PX;
                format!("{:.1},{:.1}", corner.x, corner.y)
            })
            .join(" ")
    }

    /// Brighter towards the viewer.
    fn fill(&self) -> String {
        let part = |dark: f64, bright: f64| (dark + (bright - dark) * self.turned).round();
        format!(
            "rgb({} {} {})",
            part(20.0, 44.0),
            part(27.0, 58.0),
            part(32.0, 66.0)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use viewer_wasm::view::VolumeView;

    #[test]
    fn a_standard_view_shows_its_own_side_upright() {
        for standard in StandardView::ALL {
            let (azimuth_deg, elevation_deg) = standard.angles_deg();
            let view = VolumeView {
                azimuth_deg,
                elevation_deg,
                ..VolumeView::BLANK
            };
            let space = Space::new(view, DVec2::splat(400.0));
            let seen: Vec<_> = StandardView::ALL
                .into_iter()
                .filter_map(|side| Some((side, Face::of(&space, side)?)))
                .collect();
            assert_eq!(seen.len(), 1);
            let (side, face) = seen[0];
            assert_eq!(side, standard);
            assert!(face.right.distance(DVec2::X) < 1e-9 && face.down.distance(DVec2::Y) < 1e-9);
        }
    }

    #[test]
    fn three_sides_show_from_a_corner() {
        let view = VolumeView {
            azimuth_deg: 30.0,
            elevation_deg: 20.0,
            ..VolumeView::BLANK
        };
        let space = Space::new(view, DVec2::splat(400.0));
        let letters: String = StandardView::ALL
            .into_iter()
            .filter(|side| Face::of(&space, *side).is_some())
            .map(StandardView::letter)
            .collect();
        assert_eq!(letters, "ALS");
    }
}
