//! The parallel layers of a volume that a plane is scrolled through.

use glam::DVec3;
use serde::Serialize;

use super::PlaneView;
use super::plane::extent_along;
use crate::series::Geometry;

/// A plane that leaves its voxel layer by less than this, in voxels, anywhere in the volume lies in that layer.
const SAME_LAYER: f64 = 0.5;

/// Where a plane is among the layers that it can be scrolled to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ordinal {
    /// From 1. In a voxel layer, that layer's; else counted in the same direction from where the volume begins along
    /// the plane's own normal.
    pub number: usize,
    /// Of how many.
    pub count: usize,
    /// The plane lies across voxel layers: its number is that of no stored slice, row or column.
    pub oblique: bool,
}

/// Voxels gained along each axis of the volume for one mm along the normal of a plane, as far as the plane sees them:
/// an axis that lies in the plane has none.
fn across(geometry: &Geometry, normal: DVec3) -> DVec3 {
    geometry.patient_from_voxel().matrix3.transpose() * normal
}

fn strongest_axis(v: DVec3) -> usize {
    let a = v.abs();
    if a.z >= a.x && a.z >= a.y {
        2
    } else if a.y >= a.x {
        1
    } else {
        0
    }
}

/// The volume's axis whose layers a plane with this normal lies in; `None` if it crosses them.
fn layer_axis(geometry: &Geometry, normal: DVec3) -> Option<usize> {
    let across = across(geometry, normal);
    let axis = strongest_axis(across);
    let leaves: f64 = (0..3)
        .filter(|other| *other != axis)
        .map(|other| across[other].abs() * 0.5 * geometry.dims[other] as f64)
        .sum();
    (leaves < SAME_LAYER * across[axis].abs()).then_some(axis)
}

/// Distance between voxel layers met along a direction, in mm.
pub fn step_along_mm(geometry: &Geometry, direction: DVec3) -> f64 {
    let voxels = geometry.voxel_from_patient().matrix3 * direction;
    // In a tilted stack the way from layer to layer leads along the layers as well.
    let voxels_per_mm = match layer_axis(geometry, direction) {
        Some(axis) => voxels[axis].abs(),
        None => voxels.length(),
    };
    if voxels_per_mm > 0.0 {
        1.0 / voxels_per_mm
    } else {
        1.0
    }
}

impl PlaneView {
    /// Whether the plane passes the volume by, so that it shows nothing of it.
    pub fn is_outside(&self, geometry: &Geometry) -> bool {
        let half_mm = 0.5 * extent_along(geometry, self.normal());
        self.depth_mm(geometry.center_mm()).abs() > half_mm + 1e-6
    }

    /// How far the plane can go along its normal: the outermost layers, as their places (LPS, mm) times the normal.
    pub fn reach_mm(&self, geometry: &Geometry) -> (f64, f64) {
        let normal = self.normal();
        let step_mm = step_along_mm(geometry, normal);
        let half_mm = (0.5 * extent_along(geometry, normal) - 0.5 * step_mm).max(0.0);
        let middle = geometry.center_mm().dot(normal);
        (middle - half_mm, middle + half_mm)
    }

    /// The plane moved by `steps` voxel layers along its normal, kept inside the volume.
    pub fn scrolled(&self, steps: f64, geometry: &Geometry) -> Self {
        self.shifted(steps * step_along_mm(geometry, self.normal()), geometry)
    }

    /// The plane moved along its normal, kept inside the volume.
    pub fn shifted(&self, by_mm: f64, geometry: &Geometry) -> Self {
        let normal = self.normal();
        let (low, high) = self.reach_mm(geometry);
        let now = self.center_mm.dot(normal);
        let moved = (now + by_mm).clamp(low, high);
        Self {
            center_mm: self.center_mm + normal * (moved - now),
            ..*self
        }
    }

    /// Where the plane is among the layers that it can be scrolled to.
    pub fn ordinal(&self, geometry: &Geometry) -> Ordinal {
        let normal = self.normal();
        let (index, last, oblique) = match layer_axis(geometry, normal) {
            Some(axis) => {
                let voxel = geometry
                    .voxel_from_patient()
                    .transform_point3(self.center_mm);
                (voxel[axis], geometry.dims[axis].max(1) - 1, false)
            }
            None => {
                let (low, high) = self.reach_mm(geometry);
                let step_mm = step_along_mm(geometry, normal);
                let now = self.center_mm.dot(normal);
                // Towards where the voxels' own numbers grow, so that a plane that is turned keeps its end.
                let across = across(geometry, normal);
                let grows = across[strongest_axis(across)] >= 0.0;
                let from_first = if grows { now - low } else { high - now };
                let last = ((high - low) / step_mm).round() as usize;
                (from_first / step_mm, last, true)
            }
        };
        Ordinal {
            number: index.round().clamp(0.0, last as f64) as usize + 1,
            count: last + 1,
            oblique,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phantom::Phantom;
    use glam::{DVec2, DVec3};

    const SIZE: DVec2 = DVec2::splat(200.0);

    fn geometry() -> Geometry {
        Geometry {
            dims: [40, 30, 20],
            spacing_mm: [0.5, 0.5, 1.0],
            ..Phantom::dental(20).series().geometry
        }
    }

    #[test]
    fn in_a_layer_the_number_is_the_layers() {
        let geometry = geometry();
        let sagittal = PlaneView::sagittal(&geometry, SIZE);
        let here = sagittal.ordinal(&geometry);
        assert_eq!((here.number, here.count, here.oblique), (21, 40, false));
        // Seen from the patient's left, the normal runs against the columns.
        let next = sagittal.scrolled(1.0, &geometry).ordinal(&geometry);
        assert_eq!((next.number, next.oblique), (20, false));
        let hardly_turned = sagittal.turned(sagittal.center_mm, DVec3::Z, 1e-3);
        assert_eq!(hardly_turned.ordinal(&geometry), here);
    }

    #[test]
    fn across_layers_the_number_counts_the_steps_of_a_scroll() {
        let geometry = geometry();
        let axial = PlaneView::axial(&geometry, SIZE);
        let tilted = axial.turned(geometry.center_mm(), DVec3::new(1.0, 0.4, 0.0), 0.5);
        let first = tilted.scrolled(-1e6, &geometry);
        assert!(first.ordinal(&geometry).oblique);
        assert_eq!(first.ordinal(&geometry).number, 1);
        let count = first.ordinal(&geometry).count;
        let mut now = first;
        for number in 1..count {
            assert_eq!(now.ordinal(&geometry).number, number);
            now = now.scrolled(1.0, &geometry);
        }
        assert_eq!(now.ordinal(&geometry).number, count);
        assert_eq!(
            now.scrolled(1.0, &geometry).ordinal(&geometry).number,
            count
        );
        assert!(count > 20, "more steps than slices: {count}");
    }

    #[test]
    fn a_step_through_a_tilted_stack_is_a_slice() {
        let mut geometry = geometry();
        let tilted = DVec3::new(0.0, 0.4, 1.0).normalize();
        geometry.direction[6..].copy_from_slice(&tilted.to_array());
        let step_mm = step_along_mm(&geometry, DVec3::Z);
        assert!((step_mm - tilted.z).abs() < 1e-12, "{step_mm}");
        let axial = PlaneView::axial(&geometry, SIZE);
        let (here, next) = (
            axial.ordinal(&geometry),
            axial.scrolled(1.0, &geometry).ordinal(&geometry),
        );
        assert_eq!((here.count, here.oblique), (20, false));
        assert_eq!(next.number, here.number + 1);
    }
}
