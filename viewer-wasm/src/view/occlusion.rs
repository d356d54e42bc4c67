//! Ambient occlusion: how much of what is around a place hides it from light that comes from everywhere.
//!
//! The volume is divided into cells. A cell's opacity is that of its material over the cell's edge, by the transfer
//! function, and nothing where it is cut away; a place is hidden by the mean of the cells around it, weighted by
//! distance as a Gaussian. A flat wall is thus half hidden, a tip less, a socket or a canal more.

use crate::series::Geometry;

/// The cells of a volume.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OcclusionCells {
    /// Voxels along a cell's edges.
    pub voxels: [usize; 3],
    /// Cells along each axis.
    pub count: [usize; 3],
    /// Edges of a cell in mm.
    pub size_mm: [f64; 3],
}

impl OcclusionCells {
    /// Wanted edge of a cell, in mm: finer than what is to be told apart, and few enough to be made in no time.
    pub const EDGE_MM: f64 = 0.8;
    /// The most cells along an axis.
    pub const MOST: usize = 128;
    /// Standard deviation of the weight of what is around, in mm.
    pub const SIGMA_MM: f64 = 2.0;
    /// Cells farther away than this along an axis don't count.
    pub const REACH: usize = 6;

    /// The cells of a volume.
    pub fn new(geometry: &Geometry) -> Self {
        let voxels = [0, 1, 2].map(|axis| {
            let wanted = (Self::EDGE_MM / geometry.spacing_mm[axis]).round() as usize;
            let least = geometry.dims[axis].div_ceil(Self::MOST);
            wanted.clamp(1, 64).max(least)
        });
        Self {
            voxels,
            count: [0, 1, 2].map(|axis| geometry.dims[axis].div_ceil(voxels[axis]).max(1)),
            size_mm: [0, 1, 2].map(|axis| voxels[axis] as f64 * geometry.spacing_mm[axis]),
        }
    }

    /// The length that stands for a cell's size, in mm: its mean edge.
    pub fn length_mm(&self) -> f64 {
        self.size_mm.iter().sum::<f64>() / 3.0
    }

    /// The weight of a cell `cells` away along an axis is `exp(decay * cells²)`.
    pub fn decay(&self, axis: usize) -> f64 {
        -0.5 * (self.size_mm[axis] / Self::SIGMA_MM).powi(2)
    }
}
