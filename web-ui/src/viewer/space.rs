//! Between the patient and the pixels of the volume rendering, for what is drawn over it and dragged in it.

use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::camera::CameraAxes;
use viewer_wasm::view::{Clip, StandardView, ViewId, VolumeView};

use crate::workspace::Workspace;

/// Along a direction that hardly moves on the screen, a drag goes by its height instead: below this share of what a
/// direction across the screen moves.
const HEAD_ON: f64 = 0.3;

/// The camera of the volume rendering and its cell, in CSS pixels.
#[derive(Clone, Copy, PartialEq)]
pub struct Space {
    view: VolumeView,
    axes: CameraAxes,
    size: DVec2,
}

impl Space {
    pub fn new(view: VolumeView, size: DVec2) -> Self {
        Self {
            view,
            axes: view.axes(),
            size,
        }
    }

    /// As it is on screen; `None` while it is not. Tracks.
    pub fn of(workspace: Workspace) -> Option<Self> {
        let size = workspace.cell_size(ViewId::Volume).get();
        (size.min_element() >= 1.0).then(|| Self::new(workspace.volume_seen.get(), size))
    }

    /// As [`of`](Self::of), without tracking.
    pub fn now(workspace: Workspace) -> Option<Self> {
        untrack(|| Self::of(workspace))
    }

    pub fn axes(&self) -> CameraAxes {
        self.axes
    }

    /// Where a patient point falls on the view; `None` behind the eye of a perspective.
    pub fn px(&self, patient_mm: DVec3) -> Option<DVec2> {
        self.view.px_from_patient(patient_mm, self.size)
    }

    /// Pixels of a millimetre across the screen, at a point's depth.
    pub fn px_per_mm_at(&self, patient_mm: DVec3) -> Option<f64> {
        let enlarged = match self.view.eye_position_mm() {
            Some(eye_mm) => {
                let ahead_mm = |point: DVec3| (point - eye_mm).dot(self.axes.forward);
                let in_front_mm = ahead_mm(patient_mm);
                if in_front_mm < VolumeView::NEAR_MM {
                    return None;
                }
                ahead_mm(self.view.target_mm) / in_front_mm
            }
            None => 1.0,
        };
        Some(enlarged / self.view.mm_per_px)
    }

    /// Unit vector from a point towards the viewer.
    pub fn to_viewer(self, patient_mm: DVec3) -> DVec3 {
        match self.view.eye_position_mm() {
            Some(eye_mm) => (eye_mm - patient_mm).normalize_or(-self.axes.forward),
            None => -self.axes.forward,
        }
    }

    /// How far a drag moves a point along a unit direction, in mm: as far as the pointer went along the direction's
    /// picture. A direction that points at the viewer has no such picture; then up is away from the viewer.
    pub fn along(&self, patient_mm: DVec3, direction: DVec3, drag_px: DVec2) -> f64 {
        let Some(scale) = self.px_per_mm_at(patient_mm) else {
            return 0.0;
        };
        let picture = DVec2::new(
            direction.dot(self.axes.right),
            direction.dot(self.axes.down),
        );
        if picture.length() >= HEAD_ON {
            return drag_px.dot(picture) / (scale * picture.length_squared());
        }
        let away = direction.dot(self.axes.forward).signum();
        -drag_px.y * away / scale
    }

    /// A drag across the screen at a point's depth, in the patient.
    pub fn across(&self, patient_mm: DVec3, drag_px: DVec2) -> DVec3 {
        let mm = self
            .px_per_mm_at(patient_mm)
            .map_or(DVec2::ZERO, |scale| drag_px / scale);
        self.axes.right * mm.x + self.axes.down * mm.y
    }
}

/// A face of the clip box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face {
    /// 0 to 2: across columns, rows, slices.
    pub axis: usize,
    /// The one at the end of the axis.
    pub upper: bool,
}

/// The six faces, in pairs.
pub const FACES: [Face; 6] = [
    Face {
        axis: 0,
        upper: false,
    },
    Face {
        axis: 0,
        upper: true,
    },
    Face {
        axis: 1,
        upper: false,
    },
    Face {
        axis: 1,
        upper: true,
    },
    Face {
        axis: 2,
        upper: false,
    },
    Face {
        axis: 2,
        upper: true,
    },
];

impl Face {
    /// For test ids: `0-low`.
    pub fn name(self) -> String {
        format!("{}-{}", self.axis, if self.upper { "high" } else { "low" })
    }

    /// Outwards, a unit vector in LPS.
    pub fn outwards(self, geometry: &Geometry) -> DVec3 {
        let along = geometry
            .patient_from_voxel()
            .matrix3
            .col(self.axis)
            .normalize_or_zero();
        if self.upper { along } else { -along }
    }

    /// The side of the patient that it is nearest to.
    pub fn letter(self, geometry: &Geometry) -> &'static str {
        let outwards = self.outwards(geometry);
        let mut best = StandardView::Front;
        for standard in StandardView::ALL {
            if standard.towards().dot(outwards) > best.towards().dot(outwards) {
                best = standard;
            }
        }
        best.letter()
    }

    /// Where it is, as a share of the volume.
    pub fn share(self, clip: &Clip) -> f64 {
        if self.upper {
            clip.high[self.axis]
        } else {
            clip.low[self.axis]
        }
    }

    /// What it cuts away, as a share of the volume.
    pub fn cut(self, clip: &Clip) -> f64 {
        if self.upper {
            1.0 - clip.high[self.axis]
        } else {
            clip.low[self.axis]
        }
    }

    /// Its middle, LPS, mm.
    pub fn middle_mm(self, geometry: &Geometry, clip: &Clip) -> DVec3 {
        let mut middle = (clip.low + clip.high) * 0.5;
        middle[self.axis] = self.share(clip);
        patient_from_share(geometry, middle)
    }
}

/// A point of the volume as the clip box counts: 0 and 1 are the outer faces of the outermost voxels.
pub fn patient_from_share(geometry: &Geometry, share: DVec3) -> DVec3 {
    let dims = DVec3::from_array(geometry.dims.map(|n| n as f64));
    geometry
        .patient_from_voxel()
        .transform_point3(share * dims - 0.5)
}

/// The other way.
pub fn share_from_patient(geometry: &Geometry, patient_mm: DVec3) -> DVec3 {
    let dims = DVec3::from_array(geometry.dims.map(|n| n.max(1) as f64));
    let voxel = geometry.voxel_from_patient().transform_point3(patient_mm);
    (voxel + 0.5) / dims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(standard: StandardView, eye_mm: Option<f64>) -> Space {
        let (azimuth_deg, elevation_deg) = standard.angles_deg();
        let view = VolumeView {
            azimuth_deg,
            elevation_deg,
            mm_per_px: 0.5,
            target_mm: DVec3::new(1.0, 2.0, 3.0),
            eye_mm,
            ..VolumeView::BLANK
        };
        Space::new(view, DVec2::new(200.0, 100.0))
    }

    #[test]
    fn what_is_nearer_is_larger_in_a_perspective_alone() {
        let near = DVec3::new(11.0, -48.0, 3.0);
        let far = DVec3::new(11.0, 52.0, 3.0);
        let flat = space(StandardView::Front, None);
        assert_eq!(flat.px(near), Some(DVec2::new(120.0, 50.0)));
        assert_eq!(flat.px(far), Some(DVec2::new(120.0, 50.0)));
        let deep = space(StandardView::Front, Some(100.0));
        assert_eq!(deep.px(near), Some(DVec2::new(140.0, 50.0)));
        assert!(
            deep.px(far)
                .unwrap_or_default()
                .distance(DVec2::new(113.333, 50.0))
                < 0.01
        );
        assert_eq!(deep.px(DVec3::new(1.0, -100.0, 3.0)), None);
    }

    #[test]
    fn a_drag_moves_a_point_under_the_pointer() {
        for eye_mm in [None, Some(150.0)] {
            let space = space(StandardView::Left, eye_mm);
            let (point, axis) = (
                DVec3::new(20.0, 10.0, -5.0),
                DVec3::new(0.3, 0.4, 0.866).normalize(),
            );
            let from = space.px(point).unwrap_or_default();
            let drag = (space.px(point + axis * 0.01).unwrap_or_default() - from) * 100.0;
            let moved = space.along(point, axis, drag);
            assert!((moved - 1.0).abs() < 0.02, "{moved}");
            let across = space.across(point, DVec2::new(8.0, -4.0));
            let to = space.px(point + across).unwrap_or_default();
            assert!((to - from).distance(DVec2::new(8.0, -4.0)) < 1e-9);
        }
    }

    #[test]
    fn towards_the_viewer_up_is_away() {
        let space = space(StandardView::Front, None);
        let moved = space.along(DVec3::ZERO, DVec3::Y, DVec2::new(0.0, -10.0));
        assert!((moved - 5.0).abs() < 1e-9, "{moved}");
        let moved = space.along(DVec3::ZERO, DVec3::NEG_Y, DVec2::new(3.0, -10.0));
        assert!((moved + 5.0).abs() < 1e-9, "{moved}");
    }
}
