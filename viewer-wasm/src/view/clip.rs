//! What the volume rendering leaves out: a box along the volume's axes, and free planes.

use glam::DVec3;
use serde::{Deserialize, Serialize};

use crate::series::Geometry;

/// How many free planes there are at most.
pub const CLIP_PLANES: usize = 3;

/// What is left of the volume: the inside of a box, on the visible side of every plane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// The box's lower corner along columns, rows and slices, as a share of the volume: 0 is the outer face of the
    /// first voxel, 1 that of the last.
    pub low: DVec3,
    /// The upper corner, likewise.
    pub high: DVec3,
    /// Free planes; what lies on the side of their normal is cut away.
    #[serde(default)]
    pub planes: [Option<ClipPlane>; CLIP_PLANES],
}

/// A plane that cuts away what lies on the side of its normal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClipPlane {
    /// A point of it, LPS, mm.
    pub point_mm: DVec3,
    /// Unit vector in LPS towards what is cut away.
    pub normal: DVec3,
}

impl Default for Clip {
    fn default() -> Self {
        Self::NONE
    }
}

impl Clip {
    /// Leaves everything.
    pub const NONE: Self = Self {
        low: DVec3::ZERO,
        high: DVec3::ONE,
        planes: [None; CLIP_PLANES],
    };

    /// Whether something is cut away.
    pub fn cuts(&self) -> bool {
        self.low.cmpgt(DVec3::ZERO).any()
            || self.high.cmplt(DVec3::ONE).any()
            || self.planes.iter().any(Option::is_some)
    }

    /// What is left lies behind all of these, the faces of the box first: each a point and the unit normal outwards,
    /// LPS, mm. A box that is inside out leaves nothing.
    pub fn faces(&self, geometry: &Geometry) -> Vec<ClipPlane> {
        let dims = DVec3::from_array(geometry.dims.map(|n| n as f64));
        let patient_from_voxel = geometry.patient_from_voxel();
        let voxel_from_patient = geometry.voxel_from_patient();
        let corner = |share: DVec3| {
            let voxel = share.clamp(DVec3::ZERO, DVec3::ONE) * dims - 0.5;
            patient_from_voxel.transform_point3(voxel)
        };
        let ends = [(self.low, -1.0), (self.high, 1.0)];
        let of_box = ends.into_iter().flat_map(|(share, sign)| {
            let point_mm = corner(share);
            // The rows of the map to voxels are perpendicular to the faces.
            [0, 1, 2].map(|axis| ClipPlane {
                point_mm,
                normal: voxel_from_patient.matrix3.row(axis).normalize() * sign,
            })
        });
        of_box
            .chain(self.planes.iter().flatten().copied())
            .collect()
    }

    /// Whether a point is left: `share` is its place in the volume as the box counts it, `patient_mm` in LPS.
    pub fn keeps(&self, share: DVec3, patient_mm: DVec3) -> bool {
        let in_box = share.cmpge(self.low).all() && share.cmple(self.high).all();
        in_box
            && self
                .planes
                .iter()
                .flatten()
                .all(|plane| (patient_mm - plane.point_mm).dot(plane.normal) <= 0.0)
    }
}
