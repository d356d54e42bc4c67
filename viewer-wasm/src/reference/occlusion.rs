//! How hidden each place of a volume is, and how much around it is bone, cell by cell.

use glam::{DVec2, DVec3};

use super::sample::Sampler;
use crate::view::manner::ramp;
use crate::view::occlusion::OcclusionCells;
use crate::view::{TransferFunction, VolumeView};

/// Of what is around each cell's middle, the share that hides it, and the share that is bone.
pub struct Surroundings {
    cells: OcclusionCells,
    share: Vec<DVec2>,
}

impl Surroundings {
    pub fn new(sampler: &Sampler<'_>, transfer: &TransferFunction, view: &VolumeView) -> Self {
        let cells = OcclusionCells::new(sampler.geometry());
        let mut share = opacities(&cells, sampler, transfer, view);
        for axis in 0..3 {
            share = blurred(&cells, &share, axis);
        }
        Self { cells, share }
    }

    /// At a position in voxel indices, linear between the middles of cells.
    pub fn at(&self, voxel: DVec3) -> DVec2 {
        let cell = DVec3::from_array([0, 1, 2].map(|axis| {
            let last = self.cells.count[axis] as f64 - 1.0;
            ((voxel[axis] + 0.5) / self.cells.voxels[axis] as f64 - 0.5).clamp(0.0, last)
        }));
        let low = cell.floor();
        let part = cell - low;
        let mut sum = DVec2::ZERO;
        for corner in 0..8 {
            let step = DVec3::new(
                (corner & 1).into(),
                (corner >> 1 & 1).into(),
                (corner >> 2).into(),
            );
            let weight = part * step + (DVec3::ONE - part) * (DVec3::ONE - step);
            let index = (low + step).to_array().map(|n| n as usize);
            let share = self.share.get(place(&self.cells, index)).copied();
            sum += weight.x * weight.y * weight.z * share.unwrap_or(DVec2::ZERO);
        }
        sum
    }
}

fn place(cells: &OcclusionCells, [x, y, z]: [usize; 3]) -> usize {
    let last = cells.count.map(|n| n - 1);
    (z.min(last[2]) * cells.count[1] + y.min(last[1])) * cells.count[0] + x.min(last[0])
}

fn every_cell(cells: &OcclusionCells) -> impl Iterator<Item = [usize; 3]> + use<> {
    let [nx, ny, nz] = cells.count;
    (0..nx * ny * nz).map(move |at| [at % nx, at / nx % ny, at / (nx * ny)])
}

/// Of each cell the mean opacity at eight places in it, and how far they are bone that is shown at all, cut away or not.
fn opacities(
    cells: &OcclusionCells,
    sampler: &Sampler<'_>,
    transfer: &TransferFunction,
    view: &VolumeView,
) -> Vec<DVec2> {
    let edges = DVec3::from_array(cells.voxels.map(|n| n as f64));
    let dims = DVec3::from_array(sampler.geometry().dims.map(|n| n as f64));
    let manner = view.manner();
    let opacity = |cell: [usize; 3]| {
        let corner = DVec3::from_array(cell.map(|n| n as f64)) * edges - 0.5;
        let mut sum = DVec2::ZERO;
        for part in 0..8 {
            let share = DVec3::new(
                f64::from(part & 1) * 0.5 + 0.25,
                f64::from(part >> 1 & 1) * 0.5 + 0.25,
                f64::from(part >> 2) * 0.5 + 0.25,
            );
            let voxel = corner + share * edges;
            if !sampler.inside(voxel) || !sampler.is_surrounded(voxel) {
                continue;
            }
            let value = sampler.linear(voxel);
            let (_, opacity) = transfer.at(value);
            if view
                .clip
                .keeps((voxel + 0.5) / dims, sampler.patient(voxel))
            {
                let length_mm = cells.length_mm() * manner.least_share(value);
                sum.x += TransferFunction::opacity_over(opacity, length_mm);
            }
            if opacity > 0.0 {
                sum.y += ramp(manner.bone, value);
            }
        }
        sum / 8.0
    };
    every_cell(cells).map(opacity).collect()
}

/// The weighted mean along one axis; nothing hides beyond the volume.
fn blurred(cells: &OcclusionCells, share: &[DVec2], axis: usize) -> Vec<DVec2> {
    let reach = OcclusionCells::REACH as isize;
    let weight = |away: isize| (away, (cells.decay(axis) * (away * away) as f64).exp());
    let weights: Vec<(isize, f64)> = (-reach..=reach).map(weight).collect();
    let total: f64 = weights.iter().map(|(_, weight)| weight).sum();
    every_cell(cells)
        .map(|cell| {
            let sum: DVec2 = weights
                .iter()
                .filter_map(|&(away, weight)| {
                    let mut other = cell;
                    other[axis] = cell[axis].checked_add_signed(away)?;
                    let inside = other[axis] < cells.count[axis];
                    inside.then(|| share[place(cells, other)] * weight)
                })
                .sum();
            sum / total
        })
        .collect()
}
