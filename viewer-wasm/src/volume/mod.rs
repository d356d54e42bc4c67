//! The exact values of a volume, on the CPU's side: for probes, statistics and export.

mod convert;
mod slice;

pub use convert::{SliceBuffer, slice_from_samples};
pub use slice::SliceValues;

use glam::DVec3;
use serde::Serialize;

use crate::series::{Geometry, Rescale, Series, Unit, ValueType};

/// The exact values of a volume, filled slice by slice.
#[derive(Clone, Debug)]
pub struct Volume {
    geometry: Geometry,
    rescale: Vec<Rescale>,
    value_type: ValueType,
    unit: Unit,
    padding: Option<i32>,
    photometric_inverted: bool,
    expected: usize,
    slices: Vec<Option<SliceValues>>,
}

/// What is at a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Probe {
    /// Column, row, slice of the nearest voxel.
    pub voxel: [usize; 3],
    /// Stored value.
    pub stored: i32,
    /// Rescaled value.
    pub value: f64,
    /// What the rescaled value is.
    pub unit: Unit,
}

impl Volume {
    /// An empty volume for a series.
    pub fn new(series: &Series) -> Self {
        Self {
            geometry: series.geometry,
            rescale: series.rescale.clone(),
            value_type: series.value_type,
            unit: series.unit,
            padding: series.padding,
            photometric_inverted: series.photometric_inverted,
            expected: series.slices.len(),
            slices: vec![None; series.geometry.dims[2]],
        }
    }

    /// Where the voxels are.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// For each slice position how stored values become grey values.
    pub fn rescale(&self) -> &[Rescale] {
        &self.rescale
    }

    /// Type of the stored values.
    pub fn value_type(&self) -> ValueType {
        self.value_type
    }

    /// What rescaled values are.
    pub fn unit(&self) -> Unit {
        self.unit
    }

    /// Stored value of pixels outside the field of view.
    pub fn padding(&self) -> Option<i32> {
        self.padding
    }

    /// Low values are bright.
    pub fn photometric_inverted(&self) -> bool {
        self.photometric_inverted
    }

    /// Puts a slice at position `k`. A position outside the volume, or a slice of another size, is ignored.
    pub fn insert(&mut self, k: usize, slice: SliceValues) {
        if slice.len() == self.geometry.dims[0] * self.geometry.dims[1]
            && let Some(place) = self.slices.get_mut(k)
        {
            *place = Some(slice);
        }
    }

    /// Slice `k`, if it is there.
    pub fn slice(&self, k: usize) -> Option<&SliceValues> {
        self.slices.get(k)?.as_ref()
    }

    /// How many slices are there.
    pub fn loaded(&self) -> usize {
        self.slices.iter().flatten().count()
    }

    /// Whether every slice that the series has is there. Gaps of the series stay empty.
    pub fn is_complete(&self) -> bool {
        self.loaded() >= self.expected
    }

    /// Exact value of the voxel nearest to a point of the patient (LPS, mm); `None` outside or where no slice is.
    pub fn probe(&self, patient_mm: DVec3) -> Option<Probe> {
        let _ = patient_mm;
        None
    }

    /// Rescaled value of a voxel.
    pub fn value_at(&self, i: usize, j: usize, k: usize) -> Option<f64> {
        let _ = (i, j, k);
        None
    }

    /// Least and greatest rescaled value of the slices that are there, padding left out.
    pub fn value_range(&self) -> Option<(f64, f64)> {
        None
    }

    /// A window (centre, width) in rescaled values that shows the bulk of the slices that are there.
    pub fn auto_window(&self) -> Option<(f64, f64)> {
        None
    }
}
