//! Keeps the two sides together: what one shows is what the other shows, moved by the offset.
//!
//! Both sides have their own signals, which gestures, keys, panels and loading change. One effect compares them with how
//! it left them, and so knows which side was moved.

use crate::workspace::{ActiveScan, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::series::Pair;
use viewer_wasm::view::plane::middle_voxel_mm;
use viewer_wasm::view::{PlaneView, ViewId, Window};

/// Where a side is, and through which window.
#[derive(Clone, Copy, PartialEq)]
struct Side {
    planes: [PlaneView; 3],
    crosshair_mm: DVec3,
    window: Window,
    /// Which scan of this side it is.
    scan: u32,
}

impl Side {
    /// Tracks.
    fn of(ws: Workspace) -> Self {
        Self {
            planes: [ws.axial.get(), ws.coronal.get(), ws.sagittal.get()],
            crosshair_mm: ws.crosshair_mm.get(),
            window: ws.window.get(),
            scan: ws.scan_generation.get(),
        }
    }

    fn is_where(&self, other: &Self) -> bool {
        self.planes == other.planes && self.crosshair_mm == other.crosshair_mm
    }

    fn plane(&self, id: ViewId) -> &PlaneView {
        match id {
            ViewId::Coronal => &self.planes[1],
            ViewId::Sagittal => &self.planes[2],
            _ => &self.planes[0],
        }
    }
}

/// Keeps the sides together for as long as the caller's owner lives.
pub(super) fn follow(first: Workspace, second: Workspace) {
    Effect::new(move |left: Option<[Side; 2]>| {
        let sides = [Side::of(first), Side::of(second)];
        let scans = (first.active_scan(), second.active_scan());
        let same = |left: &[Side; 2]| [0, 1].iter().all(|at| left[*at].scan == sides[*at].scan);
        match (scans, left.filter(same)) {
            ((Some(_), Some(_)), Some(left)) => move_together(first, second, left, sides),
            ((Some(a), Some(b)), None) => relate(first, second, &a, &b),
            _ => first.compare.pair.set(None),
        }
        untrack(|| [Side::of(first), Side::of(second)])
    });
}

/// Puts a scan that has just come beside the other: at the same place, where there is such a thing, or middle on middle.
fn relate(first: Workspace, second: Workspace, a: &Rc<ActiveScan>, b: &Rc<ActiveScan>) {
    let compare = first.compare;
    let (here, there) = (a.series.geometry, b.series.geometry);
    let pair = Pair::of(&a.series, &b.series, Rc::ptr_eq(&a.files, &b.files));
    let offset_mm = if pair.same_frame {
        DVec3::ZERO
    } else {
        middle_voxel_mm(&there) - middle_voxel_mm(&here)
    };
    compare.start_mm.set(offset_mm);
    compare.offset_mm.set(offset_mm);
    compare.linked.set(true);
    compare.accepted.set(false);
    compare.pair.set(Some(pair));
    compare.set_geometries([Some(here), Some(there)]);
    for id in ViewId::PLANES {
        if !first.is_moved(id) {
            first.refit(id);
        }
    }
    first.put_beside(second);
    if pair.same_unit {
        second.set_window(first.window.get_untracked());
    }
}

fn move_together(first: Workspace, second: Workspace, left: [Side; 2], now: [Side; 2]) {
    let compare = first.compare;
    let moved = [0, 1].map(|side| !now[side].is_where(&left[side]));
    if moved != [false; 2] {
        let leader = usize::from(!moved[0]);
        let id = compare.plane.get_untracked();
        let alone = !compare.linked.get_untracked()
            && is_shifted(left[leader].plane(id), now[leader].plane(id));
        if alone {
            compare
                .offset_mm
                .set(now[1].plane(id).center_mm - now[0].plane(id).center_mm);
        }
        if alone || leader == 0 {
            first.put_beside(second);
        } else {
            second.put_places_on(first, -compare.offset_mm.get_untracked());
        }
    }
    let same_unit = compare
        .pair
        .with_untracked(|pair| pair.is_some_and(|pair| pair.same_unit));
    if same_unit && now[0].window != now[1].window {
        if now[0].window != left[0].window {
            second.set_window(now[0].window);
        } else {
            first.set_window(now[1].window);
        }
    }
}

/// Whether a plane was moved, and neither turned nor zoomed: a zoom moves its middle as well, but nothing that it shows.
fn is_shifted(before: &PlaneView, now: &PlaneView) -> bool {
    before.center_mm != now.center_mm
        && (before.mm_per_px, before.right, before.down) == (now.mm_per_px, now.right, now.down)
}

#[cfg(test)]
mod tests {
    use super::is_shifted;
    use glam::{DVec2, DVec3};
    use viewer_wasm::phantom::Phantom;
    use viewer_wasm::view::PlaneView;

    #[test]
    fn a_zoom_is_no_shift() {
        let size = DVec2::splat(400.0);
        let plane = PlaneView::axial(&Phantom::dental(16).series().geometry, size);
        let zoomed = plane.zoomed(2.0, DVec2::new(30.0, 40.0), size);
        assert!(!is_shifted(&plane, &plane));
        assert!(!is_shifted(&plane, &zoomed) && zoomed.center_mm != plane.center_mm);
        let turned = plane.turned(DVec3::ZERO, DVec3::X, 0.2);
        assert!(!is_shifted(&plane, &turned));
        assert!(is_shifted(&plane, &plane.panned(DVec2::new(3.0, 0.0))));
    }
}
