//! Where the voxels of a volume are in the patient.

use glam::{DAffine3, DMat3, DVec3};
use serde::{Deserialize, Serialize};

/// Where the voxels of a volume are, in DICOM's patient space: LPS, in millimetres.
///
/// Voxel `(i, j, k)` is column `i`, row `j`, slice `k`; its centre lies at
/// `origin + i * sx * row + j * sy * column + k * sz * slice` (PS3.3 C.7.6.2.1.1). The slice direction is the one in
/// which the slices really step: with a gantry tilt it is not perpendicular to the image plane.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Geometry {
    /// Columns, rows, slices; slices include positions of the grid whose slice is missing.
    pub dims: [usize; 3],
    /// Distance between the centres of neighbouring voxels along row, column and slice direction.
    pub spacing_mm: [f64; 3],
    /// Whether the spacing is known to be millimetres. If not, it only keeps proportions.
    pub spacing_known: bool,
    /// Centre of voxel (0, 0, 0).
    pub origin_mm: [f64; 3],
    /// Three unit vectors: along a row (rising column), along a column (rising row), from slice to slice.
    pub direction: [f64; 9],
}

impl Geometry {
    /// Unit vector along a row, towards rising columns.
    pub fn row_direction(&self) -> DVec3 {
        DVec3::from_slice(&self.direction[0..3])
    }

    /// Unit vector along a column, towards rising rows.
    pub fn column_direction(&self) -> DVec3 {
        DVec3::from_slice(&self.direction[3..6])
    }

    /// Unit vector from slice to slice.
    pub fn slice_direction(&self) -> DVec3 {
        DVec3::from_slice(&self.direction[6..9])
    }

    /// Voxel indices (centres at integers) to patient space.
    pub fn patient_from_voxel(&self) -> DAffine3 {
        DAffine3::from_mat3_translation(
            DMat3::from_cols(
                self.row_direction() * self.spacing_mm[0],
                self.column_direction() * self.spacing_mm[1],
                self.slice_direction() * self.spacing_mm[2],
            ),
            DVec3::from_array(self.origin_mm),
        )
    }

    /// Patient space to voxel indices (centres at integers).
    pub fn voxel_from_patient(&self) -> DAffine3 {
        self.patient_from_voxel().inverse()
    }

    /// The middle of the volume.
    pub fn center_mm(&self) -> DVec3 {
        let last = DVec3::new(
            self.dims[0] as f64 - 1.0,
            self.dims[1] as f64 - 1.0,
            self.dims[2] as f64 - 1.0,
        );
        self.patient_from_voxel().transform_point3(last / 2.0)
    }

    /// Size along row, column and slice direction, from outer face to outer face of the voxels.
    pub fn extent_mm(&self) -> DVec3 {
        DVec3::new(
            self.dims[0] as f64 * self.spacing_mm[0],
            self.dims[1] as f64 * self.spacing_mm[1],
            self.dims[2] as f64 * self.spacing_mm[2],
        )
    }

    /// The longest straight line through the volume, from outer face to outer face: with a tilt its box is sheared.
    pub fn diagonal_mm(&self) -> f64 {
        let extent = self.extent_mm();
        let row = self.row_direction() * extent.x;
        let column = self.column_direction() * extent.y;
        let slice = self.slice_direction() * extent.z;
        [
            row + column + slice,
            row + column - slice,
            row - column + slice,
            row - column - slice,
        ]
        .into_iter()
        .map(DVec3::length)
        .fold(0.0, f64::max)
    }
}
