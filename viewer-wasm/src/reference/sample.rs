//! Values between voxels.

use glam::{DAffine3, DVec3};

use crate::view::camera::Shading;
use crate::volume::Volume;

/// A volume's rescaled values in double precision.
pub struct Sampler<'a> {
    volume: &'a Volume,
    /// Patient space (LPS, mm) to voxel indices.
    pub voxel_from_patient: DAffine3,
    dims: [f64; 3],
}

impl<'a> Sampler<'a> {
    pub fn new(volume: &'a Volume) -> Self {
        let geometry = volume.geometry();
        Self {
            volume,
            voxel_from_patient: geometry.voxel_from_patient(),
            dims: geometry.dims.map(|n| n as f64),
        }
    }

    /// Whether a position in voxel indices lies in the volume's box, outer faces of the voxels included.
    pub fn inside(&self, voxel: DVec3) -> bool {
        (0..3).all(|axis| voxel[axis] >= -0.5 && voxel[axis] <= self.dims[axis] - 0.5)
    }

    /// Trilinear; beyond the outer voxel centres the outer voxels go on.
    pub fn linear(&self, voxel: DVec3) -> f64 {
        let low = voxel.floor();
        let part = voxel - low;
        let mut sum = 0.0;
        for corner in 0..8 {
            let step = DVec3::new(
                (corner & 1).into(),
                (corner >> 1 & 1).into(),
                (corner >> 2).into(),
            );
            let weight = part * step + (DVec3::ONE - part) * (DVec3::ONE - step);
            sum += weight.x * weight.y * weight.z * self.nearest(low + step);
        }
        sum
    }

    /// The nearest voxel's value; 0 where its slice is missing.
    pub fn nearest(&self, voxel: DVec3) -> f64 {
        let index = |axis: usize| {
            (voxel[axis] + 0.5)
                .floor()
                .clamp(0.0, self.dims[axis] - 1.0) as usize
        };
        let (i, j, k) = (index(0), index(1), index(2));
        let stored = self
            .volume
            .slice(k)
            .map(|slice| slice.get(j * self.dims[0] as usize + i));
        match (stored, self.volume.rescale().get(k)) {
            (Some(stored), Some(rescale)) => rescale.apply(stored.into()),
            _ => 0.0,
        }
    }

    /// Change of the value per mm along the voxel axes, from the corners of a tetrahedron around the point.
    pub fn gradient_per_mm(&self, voxel: DVec3) -> DVec3 {
        let corners = [
            [1.0, -1.0, -1.0],
            [-1.0, -1.0, 1.0],
            [-1.0, 1.0, -1.0],
            [1.0, 1.0, 1.0],
        ];
        let per_voxel: DVec3 = corners
            .map(DVec3::from_array)
            .iter()
            .map(|corner| *corner * self.linear(voxel + *corner * Shading::REACH_VOXELS))
            .sum();
        let spacing = DVec3::from_array(self.volume.geometry().spacing_mm);
        per_voxel / (4.0 * Shading::REACH_VOXELS * spacing)
    }
}
