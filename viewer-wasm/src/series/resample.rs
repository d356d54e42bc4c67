//! What lies between the slices of an irregular stack.
//!
//! Its grid is regular and finer than its slices ([`super::grid`]); a point between two slices gets the linear
//! interpolation of both, at its true distance from each. The volume makes these slices as their neighbours come.

use serde::{Deserialize, Serialize};

use crate::intake::{ImageAttributes, SampleKind};

use super::grid::{Fit, Grid};
use super::stack::Stack;
use super::{Rescale, ValueType};

/// A slice of the grid that no file has: made from the slices below and above it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interpolated {
    /// Position in the volume, `0..dims[2]`.
    pub index: usize,
    /// [`SliceSource::index`](super::SliceSource::index) of the slice below.
    pub below: usize,
    /// The same of the slice above.
    pub above: usize,
    /// How far it lies from the slice below, in parts of the way to the one above: above 0, below 1.
    pub part: f64,
}

/// Index of each slice: its point of the grid, or, for a slice between two points, one beyond the grid's last.
pub(super) fn indices(grid: &Grid) -> Vec<usize> {
    let mut next = grid.points();
    (grid.places.iter())
        .map(|place| {
            if place.fract() == 0.0 {
                *place as usize
            } else {
                next += 1;
                next - 1
            }
        })
        .collect()
}

/// The points of an irregular grid between its slices, in rising order; none across gaps.
pub(super) fn between(grid: &Grid, indices: &[usize]) -> Vec<Interpolated> {
    if grid.fit != Fit::Varying {
        return Vec::new();
    }
    let mut made = Vec::new();
    for (n, pair) in grid.places.windows(2).enumerate() {
        if grid.is_gap(n) {
            continue;
        }
        // Points strictly between the two slices.
        let (first, last) = (pair[0].floor() as usize + 1, pair[1].ceil() as usize);
        made.extend((first..last).map(|index| Interpolated {
            index,
            below: indices[n],
            above: indices[n + 1],
            part: (index as f64 - pair[0]) / (pair[1] - pair[0]),
        }));
    }
    made
}

/// The rescale of a slice between two others: theirs if they share one, otherwise one whose 16 bits span all values that
/// either can have.
fn rescale_between(
    below: Rescale,
    above: Rescale,
    stored: (f64, f64),
    value_type: ValueType,
) -> Rescale {
    if below == above {
        return below;
    }
    let ends = [below, above].map(|rescale| [rescale.apply(stored.0), rescale.apply(stored.1)]);
    let ends = ends.as_flattened();
    let low = ends.iter().copied().fold(f64::INFINITY, f64::min);
    let high = ends.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (least, most) = value_type.range();
    let (least, most) = (f64::from(least), f64::from(most));
    let slope = (high - low) / (most - least);
    if slope > 0.0 && slope.is_finite() {
        Rescale {
            slope,
            intercept: low - least * slope,
        }
    } else {
        below
    }
}

/// Least and greatest stored value that images can have.
fn stored_range(images: &[&ImageAttributes], value_type: ValueType) -> (f64, f64) {
    let (least, most) = value_type.range();
    let (least, most) = (f64::from(least), f64::from(most));
    images.iter().fold((0.0, 0.0), |(low, high), image| {
        let bits = i32::from(image.bits_stored.clamp(1, 16));
        let (from, to) = match (image.samples, image.signed) {
            _ if image.bits_stored > 16 => (least, most),
            (SampleKind::Integer, false) => (0.0, 2f64.powi(bits) - 1.0),
            (SampleKind::Integer, true) => (-(2f64.powi(bits - 1)), 2f64.powi(bits - 1) - 1.0),
            _ => (least, most),
        };
        (f64::min(low, from.max(least)), f64::max(high, to.min(most)))
    })
}

/// The rescale of each slice index. A gap is scaled as the slice before it.
pub(super) fn rescales(
    stack: &Stack,
    images: &[&ImageAttributes],
    value_type: ValueType,
) -> Vec<Rescale> {
    let beyond = stack.slices.iter().map(|(index, _)| index + 1);
    let count = beyond.max().unwrap_or(0).max(stack.geometry.dims[2]);
    let mut known: Vec<Option<Rescale>> = vec![None; count];
    for (index, frame) in &stack.slices {
        known[*index] = Some(frame.rescale);
    }
    let stored = stored_range(images, value_type);
    for made in &stack.interpolated {
        if let (Some(below), Some(above)) = (known[made.below], known[made.above]) {
            let rescale = rescale_between(below, above, stored, value_type);
            known[made.index] = Some(rescale);
        }
    }
    let mut last = known.iter().flatten().next().copied();
    known
        .into_iter()
        .map(|rescale| {
            last = rescale.or(last);
            last.unwrap_or(Rescale::IDENTITY)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_between_slices_has_its_true_distance() {
        let offsets = [0.0, 1.0, 2.414, 3.3137, 9.13, 10.0];
        let grid = super::super::grid::fit(&offsets);
        let indices = indices(&grid);
        assert!(indices.windows(2).all(|pair| pair[0] != pair[1]));
        let made = between(&grid, &indices);
        for point in &made {
            let at = |index| indices.iter().position(|other| *other == index).unwrap();
            let (a, b) = (offsets[at(point.below)], offsets[at(point.above)]);
            let mm = a + (b - a) * point.part;
            assert!(
                (mm - point.index as f64 * grid.step_mm).abs() < 0.03,
                "{point:?}"
            );
            assert!(point.part > 0.0 && point.part < 1.0);
            assert!(b - a < 3.0, "nothing lies in the gap");
        }
        let covered = made.len() + indices.iter().filter(|k| **k < grid.points()).count();
        assert!(covered < grid.points(), "the gap is empty");
        assert!(made.windows(2).all(|pair| pair[0].index < pair[1].index));
    }

    #[test]
    fn a_common_rescale_holds_both_ranges_finely() {
        let rescale = |slope, intercept| Rescale { slope, intercept };
        let (a, b) = (rescale(1.0, -1000.0), rescale(2.5, 0.0));
        let common = rescale_between(a, b, (0.0, 4095.0), ValueType::U16);
        assert!((common.apply(0.0) + 1000.0).abs() < 1e-9);
        assert!((common.apply(65535.0) - 2.5 * 4095.0).abs() < 1e-9);
        assert!(common.slope < 0.2);
        assert_eq!(rescale_between(a, a, (0.0, 4095.0), ValueType::U16), a);
    }
}
