//! The exact values of a volume, on the CPU's side: for probes, statistics and export.

mod between;
mod convert;
mod histogram;
mod packed;
mod plain;
mod range;
mod slice;
mod tissues;
mod twelve;

pub use convert::{SliceBuffer, slice_from_samples};
pub use histogram::Histogram;
pub use range::value_range;
pub use slice::SliceValues;
pub use twelve::Packing;

use std::collections::BTreeMap;

use glam::DVec3;
use serde::Serialize;

use crate::flat::tones::output_value;
use crate::intake::LookupTable;
use crate::series::{Geometry, Interpolated, Rescale, Series, Unit, ValueType};
use between::Between;
use range::{stored_range, widen};

/// The exact values of a volume, filled slice by slice.
#[derive(Clone, Debug)]
pub struct Volume {
    geometry: Geometry,
    rescale: Vec<Rescale>,
    value_type: ValueType,
    unit: Unit,
    padding: Option<(i32, i32)>,
    photometric_inverted: bool,
    modality_lut: Option<LookupTable>,
    /// For slices whose stored values did not fit ([`spread`](crate::flat::spread)): from kept values to stored ones.
    spread: BTreeMap<usize, Rescale>,
    /// For slices that keep what a modality's table gives: the values of the file, for probes alone.
    in_file: BTreeMap<usize, SliceValues>,
    expected: usize,
    /// By slice index: the grid's positions, then slices of an irregular stack that lie between two of them.
    slices: Vec<Option<SliceValues>>,
    /// Positions whose slice is made from two others.
    interpolated: Vec<Interpolated>,
}

/// What is at a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Probe {
    /// Column, row, slice of the nearest voxel.
    pub voxel: [usize; 3],
    /// Stored value, rounded, of an image of fractions; `None` where no file has one, because the voxel is interpolated.
    pub stored: Option<i32>,
    /// Rescaled value.
    pub value: f64,
    /// What the rescaled value is.
    pub unit: Unit,
    /// The voxel lies between the slices of an irregular stack: its value is the linear interpolation of both, not
    /// one that was measured.
    pub interpolated: bool,
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
            modality_lut: series.modality_lut().cloned(),
            spread: BTreeMap::new(),
            in_file: BTreeMap::new(),
            expected: series.slices.len(),
            slices: vec![None; series.rescale.len().max(series.geometry.dims[2])],
            interpolated: series.interpolated.clone(),
        }
    }

    /// Where the voxels are.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// For each slice index how stored values become grey values.
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
        self.padding.map(|(low, _)| low)
    }

    /// Low values are bright.
    pub fn photometric_inverted(&self) -> bool {
        self.photometric_inverted
    }

    /// Puts a slice at its index (that of its [`SliceSource`](crate::series::SliceSource)). Returns the positions of the grid
    /// that can be shown now: its own, if it has one, and those between it and a neighbour of an irregular stack that is
    /// there already. An index outside the volume, or a slice of another size or type, is ignored.
    pub fn insert(&mut self, k: usize, slice: SliceValues) -> Vec<usize> {
        let fits = slice.len() == self.geometry.dims[0] * self.geometry.dims[1]
            && slice.value_type() == self.value_type;
        let Some(place) = self.slices.get_mut(k).filter(|_| fits) else {
            return Vec::new();
        };
        *place = Some(slice);
        let mut shown = Vec::new();
        if k < self.geometry.dims[2] {
            shown.push(k);
        }
        for made in &self.interpolated {
            if (made.below == k || made.above == k)
                && let Some(slice) = self.make(made)
            {
                self.slices[made.index] = Some(slice);
                shown.push(made.index);
            }
        }
        shown
    }

    /// The slice between two others, if both are there.
    fn make(&self, made: &Interpolated) -> Option<SliceValues> {
        let [below, above] = [made.below, made.above].map(|k| self.slices.get(k)?.as_ref());
        let between = Between {
            rescale: [
                *self.rescale.get(made.below)?,
                *self.rescale.get(made.above)?,
                *self.rescale.get(made.index)?,
            ],
            part: made.part,
            padding: self.padding,
            value_type: self.value_type,
        };
        Some(between.slice(below?, above?))
    }

    /// Whether position `k` is made from two slices of an irregular stack.
    pub fn is_interpolated(&self, k: usize) -> bool {
        let made = &self.interpolated;
        made.binary_search_by_key(&k, |made| made.index).is_ok()
    }

    /// Says that slice `k` keeps its stored values spread: `stored = kept * slope + intercept`.
    pub fn spread(&mut self, k: usize, stored_from_kept: Rescale) {
        if let Some(rescale) = self.rescale.get_mut(k) {
            *rescale = Rescale {
                slope: rescale.slope * stored_from_kept.slope,
                intercept: rescale.apply(stored_from_kept.intercept),
            };
            self.spread.insert(k, stored_from_kept);
        }
    }

    /// Says what the file has where slice `k` keeps the output of its modality's table, from which it does not follow: a
    /// table may give one value for several. A slice of another size is ignored.
    pub fn keep_stored(&mut self, k: usize, stored: SliceValues) {
        if stored.len() == self.geometry.dims[0] * self.geometry.dims[1] {
            self.in_file.insert(k, stored);
        }
    }

    /// How slice `k`'s kept values become its stored ones, if they are not the same.
    pub fn stored_from_kept(&self, k: usize) -> Option<Rescale> {
        self.spread.get(&k).copied()
    }

    /// Slice `k`, if it is there.
    pub fn slice(&self, k: usize) -> Option<&SliceValues> {
        self.slices.get(k)?.as_ref()
    }

    /// How many of the series' slices are there; those made from others do not count.
    pub fn loaded(&self) -> usize {
        let there = self.slices.iter().flatten().count();
        let made = self.interpolated.iter();
        there - made.filter(|made| self.slice(made.index).is_some()).count()
    }

    /// Whether every slice that the series has is there. Gaps of the series stay empty.
    pub fn is_complete(&self) -> bool {
        self.loaded() >= self.expected
    }

    /// Exact value of the voxel nearest to a point of the patient (LPS, mm); `None` outside or where no slice is. Between the
    /// slices of an irregular stack it is what is shown there, and says so.
    pub fn probe(&self, patient_mm: DVec3) -> Option<Probe> {
        let at = self
            .geometry
            .voxel_from_patient()
            .transform_point3(patient_mm);
        let mut voxel = [0; 3];
        for (index, (at, dim)) in voxel
            .iter_mut()
            .zip(at.to_array().into_iter().zip(self.geometry.dims))
        {
            // Half a voxel around the outermost centres belongs to them.
            let nearest = at.round();
            if !(nearest >= 0.0 && nearest < dim as f64) {
                return None;
            }
            *index = nearest as usize;
        }
        let [i, j, k] = voxel;
        let kept = self.stored_at(i, j, k)?;
        let interpolated = self.is_interpolated(k);
        let in_file = match (self.in_file.get(&k), self.spread.get(&k)) {
            (Some(stored), _) => stored.get(j * self.geometry.dims[0] + i),
            (None, Some(spread)) => spread.apply(f64::from(kept)).round() as i32,
            (None, None) => kept,
        };
        Some(Probe {
            voxel,
            stored: (!interpolated).then_some(in_file),
            value: self.output(*self.rescale.get(k)?, kept),
            unit: self.unit,
            interpolated,
        })
    }

    /// Stored value of a voxel.
    pub fn stored_at(&self, i: usize, j: usize, k: usize) -> Option<i32> {
        let [columns, rows, _] = self.geometry.dims;
        if i >= columns || j >= rows {
            return None;
        }
        Some(self.slice(k)?.get(j * columns + i))
    }

    /// Rescaled value of a voxel.
    pub fn value_at(&self, i: usize, j: usize, k: usize) -> Option<f64> {
        let stored = self.stored_at(i, j, k)?;
        Some(self.output(*self.rescale.get(k)?, stored))
    }

    fn output(&self, rescale: Rescale, stored: i32) -> f64 {
        output_value(stored, rescale, self.modality_lut.as_ref())
    }

    /// Least and greatest rescaled value of the slices that are there, padding left out.
    pub fn value_range(&self) -> Option<(f64, f64)> {
        let mut range: Option<(f64, f64)> = None;
        self.each_slice(|_, rescale, value_type, bits| {
            let Some((low, high)) = stored_range(bits, value_type, self.padding) else {
                return;
            };
            let (a, b) = match &self.modality_lut {
                // A table need not rise: what it can give counts.
                Some(table) => (low..=high)
                    .map(|stored| f64::from(table.apply(stored)))
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                        (low.min(value), high.max(value))
                    }),
                None => (
                    rescale.apply(f64::from(low)),
                    rescale.apply(f64::from(high)),
                ),
            };
            let (low, high) = range.unwrap_or((a, a));
            range = Some((low.min(a).min(b), high.max(a).max(b)));
        });
        range
    }

    /// A window (centre, width) in rescaled values that shows the bulk of the slices that are there: from the 1st to the
    /// 99.5th percentile, padding left out. Of a large volume every so many-th value is looked at.
    pub fn auto_window(&self) -> Option<(f64, f64)> {
        let total = self.loaded() * self.geometry.dims[0] * self.geometry.dims[1];
        let stride = total.div_ceil(AUTO_WINDOW_VALUES).max(1);
        let mut values: Vec<f32> = Vec::with_capacity(total / stride + self.loaded());
        self.each_slice(|k, rescale, value_type, bits| {
            // The first value moves from slice to slice, so that no column is left out in all.
            for bits in bits.iter().skip(k % stride).step_by(stride) {
                let stored = widen(*bits, value_type);
                if self
                    .padding
                    .is_none_or(|(low, high)| stored < low || stored > high)
                {
                    values.push(self.output(rescale, stored) as f32);
                }
            }
        });
        if values.is_empty() {
            return None;
        }
        let mut percentile = |part: f64| {
            let rank = ((values.len() - 1) as f64 * part).round() as usize;
            f64::from(*values.select_nth_unstable_by(rank, f32::total_cmp).1)
        };
        let (low, high) = (percentile(0.01), percentile(0.995));
        Some(((low + high) / 2.0, (high - low).max(1.0)))
    }

    /// Calls `visit` with each slice that is there: its index, rescale, type, and the bits of its stored values.
    fn each_slice(&self, mut visit: impl FnMut(usize, Rescale, ValueType, &[u16])) {
        let mut bits = Vec::new();
        for (k, (slice, rescale)) in self.slices.iter().zip(&self.rescale).enumerate() {
            let Some(slice) = slice else { continue };
            bits.resize(slice.len(), 0u16);
            slice.copy_to_i16_bits(&mut bits);
            visit(k, *rescale, slice.value_type(), &bits);
        }
    }
}

/// About so many values decide the automatic window: they take a megabyte.
const AUTO_WINDOW_VALUES: usize = 250_000;

#[cfg(test)]
mod tests;
