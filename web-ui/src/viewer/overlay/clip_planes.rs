//! Free clip planes in the 3D view: a disc with its normal. One grip moves it along the normal, one turns it.

use super::colors;
use super::drag_point::DragPoint;
use crate::locale::t;
use crate::viewer::space::Space;
use crate::workspace::Workspace;
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use std::f64::consts::TAU;
use viewer_wasm::view::ClipPlane;
use viewer_wasm::view::clip::CLIP_PLANES;

/// Radius of the disc as seen from the front, and how long its normal is.
const DISC_PX: f64 = 44.0;
const NORMAL_PX: f64 = 62.0;
/// A normal that points at the viewer has its grip this far beside the middle.
const BESIDE_PX: f64 = 34.0;
/// Pieces of the disc's outline.
const PIECES: usize = 40;

#[component]
pub fn ClipPlanes() -> impl IntoView {
    view! {
        <g fill="none" stroke-linecap="round" data-part="clip-planes">
            {(0..CLIP_PLANES).map(|place| view! { <Disc place /> }).collect_view()}
        </g>
    }
}

#[component]
fn Disc(place: usize) -> impl IntoView {
    let workspace = Workspace::current();
    let plane = Memo::new(move |_| workspace.volume_seen.with(|view| view.clip.planes[place]));
    let seen = Signal::derive(move || Seen::of(&Space::of(workspace)?, &plane.get()?));
    let start = StoredValue::new(None::<(Space, ClipPlane)>);
    let begin = Callback::new(move |()| {
        workspace.keep_look();
        start.set_value(Space::now(workspace).zip(plane.get_untracked()));
    });
    let slide = Callback::new(move |delta_px| {
        if let Some((space, plane)) = start.get_value() {
            let mm = space.along(plane.point_mm, plane.normal, delta_px);
            workspace.set_clip_plane(
                place,
                ClipPlane {
                    point_mm: plane.point_mm + plane.normal * mm,
                    ..plane
                },
            );
        }
    });
    let turn = Callback::new(move |delta_px| {
        if let Some((space, plane)) = start.get_value() {
            workspace.set_clip_plane(place, turned(&space, &plane, delta_px));
        }
    });
    let drawing = move || {
        seen.get().map(|seen| {
            view! {
                <path d=seen.outline.clone() fill=colors::CUT fill-opacity="0.12" stroke=colors::HALO stroke-opacity="0.5" stroke-width="3" />
                <path d=seen.outline stroke=colors::CUT stroke-width="1.25" />
                <path d=seen.normal stroke=colors::CUT stroke-width="2" />
            }
        })
    };
    view! {
        {drawing}
        <DragPoint
            place=Signal::derive(move || seen.get().map(|seen| seen.middle))
            color=colors::CUT
            testid=format!("clip-plane-move-{place}")
            title=Signal::derive(|| t("volume.plane-move").to_owned())
            on_begin=begin
            on_drag=slide
        />
        <DragPoint
            place=Signal::derive(move || seen.get().map(|seen| seen.tip))
            color=colors::CUT
            testid=format!("clip-plane-turn-{place}")
            title=Signal::derive(|| t("volume.plane-turn").to_owned())
            on_begin=begin
            on_drag=turn
        />
    }
}

/// A plane's disc as it is seen.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    middle: DVec2,
    tip: DVec2,
    outline: String,
    /// From the middle to the tip.
    normal: String,
}

impl Seen {
    fn of(space: &Space, plane: &ClipPlane) -> Option<Self> {
        let middle = space.px(plane.point_mm)?;
        let mm_per_px = 1.0 / space.px_per_mm_at(plane.point_mm)?;
        let (u, v) = plane.normal.any_orthonormal_pair();
        let radius_mm = DISC_PX * mm_per_px;
        let mut outline = String::new();
        for piece in 0..PIECES {
            let (sin, cos) = (TAU * piece as f64 / PIECES as f64).sin_cos();
            let at = space.px(plane.point_mm + (u * cos + v * sin) * radius_mm)?;
            let command = if piece == 0 { 'M' } else { 'L' };
            outline.push_str(&format!("{command}{:.1} {:.1}", at.x, at.y));
        }
        outline.push('Z');
        let end = space.px(plane.point_mm + plane.normal * (NORMAL_PX * mm_per_px))?;
        let tip = if end.distance(middle) < BESIDE_PX {
            let beside = (end - middle).normalize_or(DVec2::new(0.6, -0.8));
            middle + beside * BESIDE_PX
        } else {
            end
        };
        Some(Self {
            middle,
            tip,
            outline,
            normal: format!("M{:.1} {:.1}L{:.1} {:.1}", middle.x, middle.y, tip.x, tip.y),
        })
    }
}

/// The plane with the tip of its normal dragged across the screen.
fn turned(space: &Space, plane: &ClipPlane, delta_px: DVec2) -> ClipPlane {
    let Some(px_per_mm) = space.px_per_mm_at(plane.point_mm) else {
        return *plane;
    };
    let tip: DVec3 = plane.normal * (NORMAL_PX / px_per_mm);
    let normal = tip + space.across(plane.point_mm, delta_px);
    ClipPlane {
        normal: normal.try_normalize().unwrap_or(plane.normal),
        ..*plane
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use viewer_wasm::view::VolumeView;

    fn space() -> Space {
        Space::new(VolumeView::BLANK, DVec2::splat(400.0))
    }

    #[test]
    fn a_plane_that_faces_the_viewer_keeps_its_two_grips_apart() {
        let plane = ClipPlane {
            point_mm: DVec3::ZERO,
            normal: DVec3::NEG_Y,
        };
        let seen = Seen::of(&space(), &plane).expect("it is before the eye");
        assert_eq!(seen.middle, DVec2::splat(200.0));
        assert!((seen.tip.distance(seen.middle) - BESIDE_PX).abs() < 1e-9);
    }

    #[test]
    fn the_tip_goes_where_it_is_dragged() {
        let plane = ClipPlane {
            point_mm: DVec3::ZERO,
            normal: DVec3::NEG_Y,
        };
        let right = turned(&space(), &plane, DVec2::new(62.0, 0.0));
        assert!(
            right
                .normal
                .distance(DVec3::new(1.0, -1.0, 0.0).normalize())
                < 1e-9
        );
        let up = turned(&space(), &plane, DVec2::new(0.0, -62.0));
        assert!(up.normal.distance(DVec3::new(0.0, -1.0, 1.0).normalize()) < 1e-9);
    }
}
