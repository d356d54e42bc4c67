//! How fine a volume a view needs: where a pixel covers more than a voxel, single voxels would come and go as it moves.

use glam::DVec3;

use super::plane::slab_samples;
use super::{Interpolation, PlaneView, Rendering, SlabMode, ViewState, VolumeView};
use crate::series::Geometry;

/// From as many voxels per pixel on a view takes a part of the coarser level: late, since a view between the two samples both, ...
const BEGINS_AT: f64 = 1.9;
/// ... and from here on nothing else: a texel of it is two voxels wide.
const WHOLE_AT: f64 = 2.2;

/// The part of the coarser level, in which a texel is the mean of two voxels along each axis, in what a view samples: 0 for
/// the volume itself, 1 for the coarser level alone. Always 0 where single voxels are what is to be seen: the nearest voxel,
/// and the largest or least value.
pub fn coarser_part(state: &ViewState, geometry: &Geometry) -> f64 {
    let voxels_per_px = match state {
        ViewState::Plane(view) => of_plane(view, geometry),
        ViewState::Grid(view) => of_plane(&view.first, geometry),
        ViewState::Volume(view) => of_volume(view, geometry),
    };
    ((voxels_per_px - BEGINS_AT) / (WHOLE_AT - BEGINS_AT)).clamp(0.0, 1.0)
}

fn of_plane(view: &PlaneView, geometry: &Geometry) -> f64 {
    let extreme = view.slab_mode != SlabMode::Mean && slab_samples(view, geometry) > 1;
    if extreme || view.interpolation != Interpolation::Linear {
        return 0.0;
    }
    voxels_per_px(geometry, [view.right, view.down], view.mm_per_px)
}

fn of_volume(view: &VolumeView, geometry: &Geometry) -> f64 {
    if view.rendering == Rendering::Maximum {
        return 0.0;
    }
    let axes = view.axes();
    voxels_per_px(geometry, [axes.right, axes.down], view.mm_per_px)
}

/// Along the direction of the screen in which a pixel covers fewer.
fn voxels_per_px(geometry: &Geometry, across: [DVec3; 2], mm_per_px: f64) -> f64 {
    let voxel_from_patient = geometry.voxel_from_patient().matrix3;
    across
        .map(|direction| (voxel_from_patient * direction * mm_per_px).length())
        .into_iter()
        .fold(f64::INFINITY, f64::min)
}
