//! The layers of voxels that a plane lies in or between, made one.

use std::ops::Range;

use super::taps::Taps;
use crate::series::{Rescale, ValueType};
use crate::volume::{SliceValues, Volume};

/// What is shown where a slice is not there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Missing {
    /// More are to come: the nearest slice that is there.
    Neighbours,
    /// The series has none: this value.
    Gap(f64),
}

/// Where layers come from.
pub struct Source<'v> {
    volume: &'v Volume,
    /// What each slice position shows: one of the slices, or `None` for a gap.
    shown: Vec<Option<usize>>,
    gap: f32,
    /// Which axis of the volume runs across the view, which down, and which through it.
    axes: [usize; 3],
}

impl<'v> Source<'v> {
    /// `None` while no slice is there.
    pub fn new(volume: &'v Volume, missing: Missing, axes: [usize; 3]) -> Option<Self> {
        let shown = (0..volume.geometry().dims[2]).map(|k| volume.slice(k).map(|_| k));
        let mut shown: Vec<_> = shown.collect();
        if shown.iter().all(Option::is_none) {
            return None;
        }
        let gap = match missing {
            Missing::Gap(value) => value as f32,
            Missing::Neighbours => {
                show_nearest(&mut shown);
                0.0
            }
        };
        Some(Self {
            volume,
            shown,
            gap,
            axes,
        })
    }

    /// The slice that is shown at a position, and how its values become grey values.
    fn slice(&self, k: usize) -> Option<(&SliceValues, Rescale)> {
        let shown = self.shown.get(k).copied().flatten()?;
        let rescale = self.volume.rescale().get(shown)?;
        Some((self.volume.slice(shown)?, *rescale))
    }

    /// Values from stored bits as `bits * scale + offset`, for a layer's part in the picture.
    fn coding(&self, rescale: Option<Rescale>, weight: f32) -> (f32, f32) {
        match rescale {
            Some(rescale) => (
                rescale.slope as f32 * weight,
                rescale.intercept as f32 * weight,
            ),
            None => (0.0, self.gap * weight),
        }
    }
}

/// Fills each empty position with the nearest one, the one after it where two are equally near.
fn show_nearest(shown: &mut [Option<usize>]) {
    let came = shown.to_vec();
    let mut before = None;
    for (place, came) in shown.iter_mut().zip(&came) {
        before = came.or(before);
        *place = before;
    }
    let mut after = None;
    for (k, (place, came)) in shown.iter_mut().zip(&came).enumerate().rev() {
        after = came.or(after);
        if let Some(after) = after
            && place.is_none_or(|before| after - k < k - before)
        {
            *place = Some(after);
        }
    }
}

/// Values of one layer, row by row as the view has them: across it, then down.
#[derive(Default)]
pub struct Layer {
    values: Vec<f32>,
    bits: Vec<u16>,
    /// Values in a row.
    across: usize,
    /// Which rows are there.
    down: Range<usize>,
}

impl Layer {
    /// Makes one layer of those that the plane lies between, of the rows in `down`.
    pub fn gather(&mut self, source: &Source<'_>, through: &Taps, down: Range<usize>) {
        self.across = source.volume.geometry().dims[source.axes[0]];
        self.values.clear();
        self.values.resize(self.across * down.len(), 0.0);
        self.down = down;
        for (at, weight) in through.of(0) {
            if source.axes[2] == 2 {
                self.add_slice(source, at, weight);
            } else {
                self.add_across_slices(source, at, weight);
            }
        }
    }

    /// Adds a layer that is a slice.
    fn add_slice(&mut self, source: &Source<'_>, k: usize, weight: f32) {
        let [columns, rows, _] = source.volume.geometry().dims;
        let slice = source.slice(k);
        let mut bits = std::mem::take(&mut self.bits);
        bits.clear();
        bits.resize(columns * rows, 0);
        if let Some((slice, _)) = slice {
            slice.copy_to_i16_bits(&mut bits);
        }
        let coding = source.coding(slice.map(|(_, rescale)| rescale), weight);
        for (line, bits) in bits.chunks_exact(columns.max(1)).enumerate() {
            self.add_line(source, 0, line, bits, coding);
        }
        self.bits = bits;
    }

    /// Adds a layer that has a line of each slice: a row, or a column.
    fn add_across_slices(&mut self, source: &Source<'_>, at: usize, weight: f32) {
        let [columns, rows, slices] = source.volume.geometry().dims;
        let (along, len, first, stride) = if source.axes[2] == 1 {
            (0, columns, at * columns, 1)
        } else {
            (1, rows, at, columns)
        };
        let mut bits = std::mem::take(&mut self.bits);
        bits.clear();
        bits.resize(len, 0);
        for k in 0..slices {
            if source.axes[1] == 2 && !self.down.contains(&k) {
                continue;
            }
            let slice = source.slice(k);
            if let Some((slice, _)) = slice {
                slice.copy_line(first, stride, &mut bits);
            }
            let coding = source.coding(slice.map(|(_, rescale)| rescale), weight);
            self.add_line(source, along, k, &bits, coding);
        }
        self.bits = bits;
    }

    /// Adds a line of voxels along an axis, which is a row of the view or, where the view is turned, a column.
    fn add_line(
        &mut self,
        source: &Source<'_>,
        along: usize,
        line: usize,
        bits: &[u16],
        (scale, offset): (f32, f32),
    ) {
        let is_signed = source.volume.value_type() == ValueType::I16;
        let value = move |bits: &u16| {
            let stored = if is_signed {
                f32::from(bits.cast_signed())
            } else {
                f32::from(*bits)
            };
            stored * scale + offset
        };
        if source.axes[0] == along {
            if self.down.contains(&line) {
                let start = (line - self.down.start) * self.across;
                let row = &mut self.values[start..][..self.across];
                for (sum, bits) in row.iter_mut().zip(bits) {
                    *sum += value(bits);
                }
            }
        } else {
            let column = self.values.iter_mut().skip(line).step_by(self.across);
            for (sum, bits) in column.zip(&bits[self.down.clone()]) {
                *sum += value(bits);
            }
        }
    }

    /// The row of voxels, across the whole volume, in which row `y` of the view lies.
    pub fn mix_rows(&self, down: &Taps, y: usize, row: &mut Vec<f32>) {
        row.clear();
        row.resize(self.across, 0.0);
        for (at, weight) in down.of(y) {
            let start = (at - self.down.start) * self.across;
            for (sum, value) in row.iter_mut().zip(&self.values[start..][..self.across]) {
                *sum += value * weight;
            }
        }
    }
}
