//! The clip box on a plane, while the crop tool is chosen: a rectangle with grips on its sides and corners.

use super::colors;
use super::drag_point::DragPoint;
use crate::locale::t;
use crate::stage::{ToolEvent, ToolPhase};
use crate::viewer::space::{patient_from_share, share_from_patient};
use crate::workspace::{Tool, Workspace};
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::{Clip, PlaneView, ViewId};

/// Where the grips are: shares of the rectangle's width and height. One in the middle of a side leaves the other two.
const GRIPS: [(f64, f64); 8] = [
    (0.0, 0.0),
    (0.5, 0.0),
    (1.0, 0.0),
    (1.0, 0.5),
    (1.0, 1.0),
    (0.5, 1.0),
    (0.0, 1.0),
    (0.0, 0.5),
];
/// A press that moved less draws no box.
const DRAG_PX: f64 = 5.0;

/// The rectangle on a plane.
#[component]
pub fn Crop(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let shown = Memo::new(move |_| workspace.tool.get() == Tool::Crop);
    view! {
        <Show when=move || shown.get()>
            <Rectangle id />
        </Show>
    }
}

#[component]
fn Rectangle(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let frame = Signal::derive(move || Frame::of(workspace, id));
    let path = move || {
        let frame = frame.get()?;
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(u, v)| frame.px(u, v));
        let mut path = String::new();
        for (at, corner) in corners.into_iter().enumerate() {
            let command = if at == 0 { 'M' } else { 'L' };
            path.push_str(&format!("{command}{:.1} {:.1}", corner.x, corner.y));
        }
        path.push('Z');
        let DVec2 { x, y } = frame.size;
        let around = format!("M0 0H{x:.0}V{y:.0}H0Z{path}");
        Some(view! {
            <path d=around fill=colors::HALO fill-opacity="0.45" fill-rule="evenodd" />
            <path d=path stroke=colors::BOX stroke-width="1.5" />
        })
    };
    view! {
        <g fill="none" data-part="crop">
            {path}
            {GRIPS.map(|(u, v)| view! { <Side id frame u v /> }).collect_view()}
        </g>
    }
}

#[component]
fn Side(id: ViewId, frame: Signal<Option<Frame>>, u: f64, v: f64) -> impl IntoView {
    let workspace = Workspace::current();
    let start = StoredValue::new(None::<Frame>);
    let begin = Callback::new(move |()| {
        workspace.keep_look();
        start.set_value(frame.get_untracked());
    });
    let drag = Callback::new(move |delta_px: DVec2| {
        let Some(start) = start.get_value() else {
            return;
        };
        let to = start.share(start.px(u, v) + delta_px);
        for (axis, part) in [(start.axes[0], u), (start.axes[1], v)] {
            if part != 0.5 {
                let reversed = start.reversed[usize::from(axis == start.axes[1])];
                let upper = (part == 1.0) != reversed;
                workspace.set_clip_face(axis, upper, to[axis]);
            }
        }
    });
    view! {
        <DragPoint
            place=Signal::derive(move || Some(frame.get()?.px(u, v)))
            color=colors::BOX
            testid=format!("crop-{}-{u}-{v}", id.name())
            title=Signal::derive(|| t("volume.crop").to_owned())
            on_begin=begin
            on_drag=drag
        />
    }
}

/// The clip box where a plane cuts it, along the two axes of the volume that run across the screen.
#[derive(Clone, Copy, PartialEq)]
struct Frame {
    plane: PlaneView,
    size: DVec2,
    geometry: Geometry,
    clip: Clip,
    /// The axes nearest to the screen's right and down.
    axes: [usize; 2],
    /// Whether they run against the screen.
    reversed: [bool; 2],
    /// The plane's place along the third.
    at: DVec3,
}

impl Frame {
    /// Tracks.
    fn of(workspace: Workspace, id: ViewId) -> Option<Self> {
        let (plane, geometry) = (workspace.plane(id)?.get(), workspace.geometry()?);
        let clip = workspace.volume_view.with(|view| view.clip);
        Some(Self::new(
            plane,
            workspace.cell_size(id).get(),
            geometry,
            clip,
        ))
    }

    fn new(plane: PlaneView, size: DVec2, geometry: Geometry, clip: Clip) -> Self {
        let along = |direction: DVec3| {
            let columns = geometry.patient_from_voxel().matrix3;
            [0, 1, 2].map(|axis| columns.col(axis).normalize_or_zero().dot(direction))
        };
        let (right, down) = (along(plane.right), along(plane.down));
        let strongest = |parts: [f64; 3], not: usize| {
            (0..3)
                .filter(|axis| *axis != not)
                .max_by(|a, b| parts[*a].abs().total_cmp(&parts[*b].abs()))
                .unwrap_or(0)
        };
        let u = strongest(right, 3);
        let v = strongest(down, u);
        Self {
            plane,
            size,
            geometry,
            clip,
            axes: [u, v],
            reversed: [right[u] < 0.0, down[v] < 0.0],
            at: share_from_patient(&geometry, plane.center_mm),
        }
    }

    /// A place of the rectangle, from 0 to 1 across and down.
    fn px(&self, u: f64, v: f64) -> DVec2 {
        let mut share = self.at;
        for (n, part) in [u, v].into_iter().enumerate() {
            let axis = self.axes[n];
            let (low, high) = (self.clip.low[axis], self.clip.high[axis]);
            let part = if self.reversed[n] { 1.0 - part } else { part };
            share[axis] = low + (high - low) * part;
        }
        self.plane
            .px_from_patient(patient_from_share(&self.geometry, share), self.size)
    }

    /// What lies under a place of the view, as a share of the volume.
    fn share(&self, px: DVec2) -> DVec3 {
        share_from_patient(&self.geometry, self.plane.patient_from_px(px, self.size))
    }
}

/// A box that is being drawn.
#[derive(Clone, Copy, PartialEq)]
pub struct Draft {
    from: DVec2,
    /// It is more than a press, and the step of undo is kept.
    drawn: bool,
}

/// A new box, drawn on a plane.
pub fn on_tool(workspace: Workspace, draft: RwSignal<Option<Draft>>, id: ViewId, event: ToolEvent) {
    match event.phase {
        ToolPhase::Down => draft.set(Some(Draft {
            from: event.px,
            drawn: false,
        })),
        ToolPhase::Cancel | ToolPhase::Up => draft.set(None),
        ToolPhase::Hover => {}
        ToolPhase::Move => {
            let frame = untrack(|| Frame::of(workspace, id));
            let (Some(Draft { from, drawn }), Some(frame)) = (draft.get_untracked(), frame) else {
                return;
            };
            if !drawn && from.distance(event.px) < DRAG_PX {
                return;
            }
            if !drawn {
                workspace.keep_look();
                draft.set(Some(Draft { from, drawn: true }));
            }
            workspace.crop(frame.axes, frame.share(from), frame.share(event.px));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use viewer_wasm::phantom::Phantom;

    #[test]
    fn the_rectangle_is_the_box_where_the_plane_cuts_it() {
        let geometry = Phantom::dental(32).series().geometry;
        let size = DVec2::new(300.0, 200.0);
        let mut clip = Clip::NONE;
        clip.low.z = 0.25;
        clip.high.x = 0.5;
        let plane = PlaneView::coronal(&geometry, size);
        let frame = Frame::new(plane, size, geometry, clip);
        assert_eq!(frame.axes, [0, 2]);
        // The slices rise upwards, so that what is left below is cut at the lower edge.
        assert_eq!(frame.reversed, [false, true]);
        let (corner, opposite) = (frame.px(0.0, 0.0), frame.px(1.0, 1.0));
        let share = frame.share(opposite);
        assert!((share.x - 0.5).abs() < 1e-9 && (share.z - 0.25).abs() < 1e-9);
        assert!(corner.x < opposite.x && corner.y < opposite.y);
    }
}
