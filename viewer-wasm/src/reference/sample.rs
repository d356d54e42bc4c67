//! Values between voxels.

use glam::{DAffine3, DMat3, DVec3};

use crate::series::Geometry;
use crate::view::Interpolation;
use crate::view::manner::{axial_axes, surrounded};
use crate::view::shading::Shading;
use crate::volume::Volume;

/// Edge of a brick in voxels.
const BRICK: usize = 8;

/// A volume's rescaled values in double precision.
pub struct Sampler<'a> {
    volume: &'a Volume,
    /// Patient space (LPS, mm) to voxel indices.
    pub voxel_from_patient: DAffine3,
    patient_from_voxel: DAffine3,
    gradient_from_differences: DMat3,
    dims: [f64; 3],
    /// The part of the coarser level in what is sampled.
    coarser_part: f64,
    /// Of each brick of 8 voxels, whether tissue surrounds it; empty where that does not matter.
    surrounded: Vec<bool>,
    /// While slices are missing, for each slice position the one that is shown there; else empty.
    shown: Vec<usize>,
}

impl<'a> Sampler<'a> {
    pub fn new(volume: &'a Volume) -> Self {
        let geometry = volume.geometry();
        Self {
            volume,
            voxel_from_patient: geometry.voxel_from_patient(),
            patient_from_voxel: geometry.patient_from_voxel(),
            gradient_from_differences: Shading::gradient_from_differences(geometry),
            dims: geometry.dims.map(|n| n as f64),
            coarser_part: 0.0,
            surrounded: Vec::new(),
            shown: Vec::new(),
        }
    }

    /// For a view that takes this part of the coarser level; see `view::detail`.
    pub fn with_coarser(self, coarser_part: f64) -> Self {
        Self {
            coarser_part,
            ..self
        }
    }

    /// For a picture of the slices that have come: between them and beside them the nearest one's values go on.
    pub fn of_what_came(mut self) -> Self {
        let slices = self.volume.geometry().dims[2];
        let came: Vec<usize> = (0..slices)
            .filter(|k| self.volume.slice(*k).is_some())
            .collect();
        self.shown = (0..slices)
            .filter_map(|k| came.iter().copied().min_by_key(|other| other.abs_diff(k)))
            .collect();
        self
    }

    /// Whether the slice nearest to a position has come.
    pub fn is_there(&self, voxel: DVec3) -> bool {
        let k = (voxel.z + 0.5).floor().clamp(0.0, self.dims[2] - 1.0) as usize;
        self.shown.get(k).is_none_or(|shown| *shown == k)
    }

    /// For a picture of what tissue surrounds; from this value on it is tissue.
    pub fn with_tissue(mut self, tissue: Option<f64>) -> Self {
        let Some(tissue) = tissue else { return self };
        let bricks = self.bricks();
        let [columns, rows, _] = bricks;
        let is_full = |at: usize| {
            let brick = [at % columns, at / columns % rows, at / (columns * rows)];
            // Between voxels it reaches into the next brick.
            let [x, y, z] = [0, 1, 2].map(|axis| {
                let dims = self.dims[axis] as usize;
                (brick[axis] * BRICK).saturating_sub(1)..(brick[axis] * BRICK + BRICK + 1).min(dims)
            });
            z.clone().all(|k| {
                y.clone().all(|j| {
                    x.clone().all(|i| {
                        let value = self.volume.value_at(i, j, k);
                        value.is_some_and(|value| value >= tissue)
                    })
                })
            })
        };
        let full: Vec<bool> = (0..bricks.iter().product()).map(is_full).collect();
        let axes = axial_axes(self.volume.geometry());
        self.surrounded = surrounded(bricks, axes, |at| full[at]);
        self
    }

    fn bricks(&self) -> [usize; 3] {
        self.dims.map(|n| (n as usize).div_ceil(BRICK).max(1))
    }

    /// Whether a position is shown in a picture of what tissue surrounds.
    pub fn is_surrounded(&self, voxel: DVec3) -> bool {
        let bricks = self.bricks();
        let [x, y, z] = [0, 1, 2].map(|axis| {
            let brick = ((voxel[axis] + 0.5) / BRICK as f64).floor().max(0.0) as usize;
            brick.min(bricks[axis] - 1)
        });
        let at = (z * bricks[1] + y) * bricks[0] + x;
        self.surrounded.get(at).is_none_or(|is| *is)
    }

    /// Where the volume is.
    pub fn geometry(&self) -> &Geometry {
        self.volume.geometry()
    }

    /// The position of a point of the patient (LPS, mm) in voxel indices.
    pub fn voxel(&self, point_mm: DVec3) -> DVec3 {
        self.voxel_from_patient.transform_point3(point_mm)
    }

    /// The point at a position in voxel indices, LPS, mm.
    pub fn patient(&self, voxel: DVec3) -> DVec3 {
        self.patient_from_voxel.transform_point3(voxel)
    }

    /// A position as a share of the volume: 0 is the outer face of the first voxel, 1 that of the last.
    pub fn share(&self, voxel: DVec3) -> DVec3 {
        (voxel + 0.5) / DVec3::from_array(self.dims)
    }

    /// Whether a position in voxel indices lies in the volume's box, outer faces of the voxels included.
    pub fn inside(&self, voxel: DVec3) -> bool {
        (0..3).all(|axis| voxel[axis] >= -0.5 && voxel[axis] <= self.dims[axis] - 0.5)
    }

    /// Trilinear; beyond the outer voxel centres the outer voxels go on.
    pub fn linear(&self, voxel: DVec3) -> f64 {
        let fine = self.between_voxels(voxel);
        if self.coarser_part <= 0.0 {
            return fine;
        }
        let smoothed = Self::interpolated((voxel - 0.5) / 2.0, |texel| self.mean_of_two(texel));
        fine * (1.0 - self.coarser_part) + smoothed * self.coarser_part
    }

    /// Between the eight voxels around a position. Nearly all of a picture's time is spent here.
    fn between_voxels(&self, voxel: DVec3) -> f64 {
        let low = voxel.floor();
        let part = voxel - low;
        let two = |axis: usize| {
            let (one, share) = (low[axis], part[axis]);
            let (a, b) = (self.index(axis, one), self.index(axis, one + 1.0));
            [(a, 1.0 - share), (b, share)]
        };
        let (x, y, z) = (two(0), two(1), two(2));
        let mut sum = 0.0;
        for (k, of_z) in z {
            for (j, of_y) in y {
                for (i, of_x) in x {
                    sum += of_x * of_y * of_z * self.value(i, j, k);
                }
            }
        }
        sum
    }

    /// A texel of the coarser level: the mean of two voxels along each axis, or of the one that is left at an odd end.
    fn mean_of_two(&self, texel: DVec3) -> f64 {
        let last = DVec3::from_array(self.dims) - 1.0;
        let texel = texel.clamp(DVec3::ZERO, (last / 2.0).floor());
        let corners = (0..8).map(|corner: u8| {
            let step = DVec3::new(
                (corner & 1).into(),
                (corner >> 1 & 1).into(),
                (corner >> 2).into(),
            );
            self.nearest((texel * 2.0 + step).min(last))
        });
        corners.sum::<f64>() / 8.0
    }

    fn interpolated(voxel: DVec3, at: impl Fn(DVec3) -> f64) -> f64 {
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
            sum += weight.x * weight.y * weight.z * at(low + step);
        }
        sum
    }

    /// Tricubic (Catmull-Rom); beyond the outer voxel centres the outer voxels go on.
    pub fn cubic(&self, voxel: DVec3) -> f64 {
        let low = voxel.floor();
        let part = voxel - low;
        let [x, y, z] = part.to_array().map(Interpolation::cubic_weights);
        let mut sum = 0.0;
        for tap in 0..64 {
            let at = [tap & 3, tap >> 2 & 3, tap >> 4];
            let weight = x[at[0]] * y[at[1]] * z[at[2]];
            let step = DVec3::from_array(at.map(|n| n as f64 - 1.0));
            sum += weight * self.nearest(low + step);
        }
        sum
    }

    /// The nearest voxel's value; 0 where its slice is missing.
    pub fn nearest(&self, voxel: DVec3) -> f64 {
        let [i, j, k] = [0, 1, 2].map(|axis| self.index(axis, voxel[axis] + 0.5));
        self.value(i, j, k)
    }

    /// The voxel that a number begins with, or the outer one beyond.
    fn index(&self, axis: usize, number: f64) -> usize {
        // From 0 on, what is left of the point is the whole number below.
        number.clamp(0.0, self.dims[axis] - 1.0) as usize
    }

    /// A voxel's value; 0 where its slice is missing.
    fn value(&self, i: usize, j: usize, k: usize) -> f64 {
        let k = self.shown.get(k).copied().unwrap_or(k);
        let stored = self
            .volume
            .slice(k)
            .map(|slice| slice.get(j * self.dims[0] as usize + i));
        match (stored, self.volume.rescale().get(k)) {
            (Some(stored), Some(rescale)) => rescale.apply(stored.into()),
            _ => 0.0,
        }
    }

    /// Change of the value per mm in patient space, from the corners of a tetrahedron around the point.
    pub fn gradient_per_mm(&self, voxel: DVec3) -> DVec3 {
        let corners = [
            [1.0, -1.0, -1.0],
            [-1.0, -1.0, 1.0],
            [-1.0, 1.0, -1.0],
            [1.0, 1.0, 1.0],
        ];
        let differences: DVec3 = corners
            .map(DVec3::from_array)
            .iter()
            .map(|corner| *corner * self.linear(voxel + *corner * Shading::REACH_VOXELS))
            .sum();
        self.gradient_from_differences * differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phantom::Phantom;
    use crate::volume::SliceValues;

    /// A Catmull-Rom curve passes through its points, and through every point of a parabola (it reproduces quadratics).
    #[test]
    fn cubic_is_exact_at_voxels_and_for_parabolas() {
        let phantom = Phantom::dental(12);
        let jaw = phantom.volume();
        let sampler = Sampler::new(&jaw);
        for voxel in [DVec3::new(3.0, 5.0, 7.0), DVec3::ZERO, DVec3::splat(11.0)] {
            assert!((sampler.cubic(voxel) - sampler.nearest(voxel)).abs() < 1e-9);
        }
        let curve = |x: f64, y: f64, z: f64| 3.0 * x * x - 2.0 * y * y + z * z + 5.0 * x * y - 40.0;
        let mut volume = Volume::new(&phantom.series());
        for k in 0..12 {
            let value = |n: usize| curve((n % 12) as f64, (n / 12) as f64, k as f64);
            let values = (0..144).map(|n| value(n) as i16).collect();
            volume.insert(k, SliceValues::from_i16(values));
        }
        let sampler = Sampler::new(&volume);
        for voxel in [DVec3::new(4.3, 6.9, 5.5), DVec3::new(2.01, 8.5, 7.25)] {
            let off = sampler.cubic(voxel) - curve(voxel.x, voxel.y, voxel.z);
            assert!(off.abs() < 1e-9, "{voxel}: {off}");
            assert!((sampler.linear(voxel) - curve(voxel.x, voxel.y, voxel.z)).abs() > 0.1);
        }
    }

    /// A tilted stack's axes are not perpendicular; the gradient must be that of the patient's space all the same.
    #[test]
    fn the_gradient_of_a_sheared_volume_is_true() {
        let mut series = Phantom::dental(12).series();
        let tilted = DVec3::new(0.1, -0.35, 1.0).normalize();
        series.geometry.spacing_mm = [0.8, 0.5, 1.3];
        series.geometry.direction[6..].copy_from_slice(&tilted.to_array());
        let true_gradient = DVec3::new(70.0, -40.0, 90.0);
        let patient_from_voxel = series.geometry.patient_from_voxel();
        let mut volume = Volume::new(&series);
        for k in 0..12 {
            let value = |n: usize| {
                let voxel = DVec3::new((n % 12) as f64, (n / 12) as f64, k as f64);
                true_gradient.dot(patient_from_voxel.transform_point3(voxel))
            };
            let values = (0..144).map(|n| value(n).round() as i16).collect();
            volume.insert(k, SliceValues::from_i16(values));
        }
        let sampler = Sampler::new(&volume);
        for voxel in [DVec3::splat(5.0), DVec3::new(3.4, 6.1, 7.7)] {
            let off = sampler.gradient_per_mm(voxel) - true_gradient;
            assert!(off.length() < 3.0, "{off}");
        }
    }
}
