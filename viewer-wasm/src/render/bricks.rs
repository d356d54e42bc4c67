//! The brick grid: least and greatest value of every little cube of the volume, so that rays step over what
//! can't be seen.
//!
//! A brick's range covers one voxel more on every side, since interpolation between voxels reaches there.

use crate::series::ValueType;
use crate::view::TransferFunction;

/// Edge of a brick in voxels.
pub const BRICK_EDGE: usize = 8;

/// Ranges of all bricks, in rescaled values.
pub struct BrickGrid {
    dims: [usize; 3],
    bricks: [usize; 3],
    low: Vec<f32>,
    high: Vec<f32>,
    /// Range of each brick of one slice while it is read.
    slice_low: Vec<u16>,
    slice_high: Vec<u16>,
}

/// The bricks that a voxel at `index` counts for: its own, and a neighbour if it lies on the border.
fn bricks_of(index: usize, bricks: usize) -> std::ops::RangeInclusive<usize> {
    let own = index / BRICK_EDGE;
    let first = if index.is_multiple_of(BRICK_EDGE) {
        own.saturating_sub(1)
    } else {
        own
    };
    let last = if index % BRICK_EDGE == BRICK_EDGE - 1 {
        (own + 1).min(bricks - 1)
    } else {
        own
    };
    first..=last
}

/// The voxels that count for a brick along one axis.
fn covered(brick: usize, voxels: usize) -> std::ops::Range<usize> {
    let last = ((brick + 1) * BRICK_EDGE + 1).min(voxels);
    (brick * BRICK_EDGE).saturating_sub(1).min(last)..last
}

impl BrickGrid {
    /// A grid for a volume of `dims` voxels (none of them 0), without any values yet.
    pub fn new(dims: [usize; 3]) -> Self {
        let bricks = dims.map(|n| n.div_ceil(BRICK_EDGE).max(1));
        let count = bricks[0] * bricks[1] * bricks[2];
        Self {
            dims,
            bricks,
            low: vec![f32::INFINITY; count],
            high: vec![f32::NEG_INFINITY; count],
            slice_low: vec![0; bricks[0] * bricks[1]],
            slice_high: vec![0; bricks[0] * bricks[1]],
        }
    }

    /// Bricks along each axis.
    pub fn bricks(&self) -> [usize; 3] {
        self.bricks
    }

    /// How many bricks there are.
    pub fn count(&self) -> usize {
        self.low.len()
    }

    /// Takes in slice `k`: the bits of its stored values, row by row, and how they become rescaled values.
    pub fn add_slice(
        &mut self,
        k: usize,
        bits: &[u16],
        value_type: ValueType,
        rescaled: impl Fn(i32) -> f64,
    ) {
        // Flipping the sign bit puts signed values in the order of unsigned ones.
        let flip = match value_type {
            ValueType::I16 => 0x8000,
            ValueType::U16 => 0,
        };
        let [columns, rows, _] = self.dims;
        let across = self.bricks[0];
        // Down the columns first, which goes many values at a time, then along the one row that is left.
        let (mut lows, mut highs) = (vec![0u16; columns], vec![0u16; columns]);
        let per_brick = self
            .slice_low
            .chunks_exact_mut(across)
            .zip(self.slice_high.chunks_exact_mut(across));
        for (by, (slice_low, slice_high)) in per_brick.enumerate() {
            lows.fill(u16::MAX);
            highs.fill(0);
            for row in covered(by, rows) {
                let Some(row) = bits.get(row * columns..(row + 1) * columns) else {
                    continue;
                };
                for ((low, high), bits) in lows.iter_mut().zip(&mut highs).zip(row) {
                    let ordered = bits ^ flip;
                    *low = (*low).min(ordered);
                    *high = (*high).max(ordered);
                }
            }
            for (bx, (low, high)) in slice_low.iter_mut().zip(slice_high).enumerate() {
                let covered = covered(bx, columns);
                *low = lows[covered.clone()]
                    .iter()
                    .copied()
                    .min()
                    .unwrap_or(u16::MAX);
                *high = highs[covered].iter().copied().max().unwrap_or(0);
            }
        }
        let stored = |ordered: u16| match value_type {
            ValueType::I16 => i32::from((ordered ^ flip) as i16),
            ValueType::U16 => i32::from(ordered),
        };
        let layer = self.bricks[0] * self.bricks[1];
        for bz in bricks_of(k, self.bricks[2]) {
            let bricks = bz * layer..(bz + 1) * layer;
            let (lows, highs) = (&mut self.low[bricks.clone()], &mut self.high[bricks]);
            for (i, (low, high)) in lows.iter_mut().zip(highs).enumerate() {
                let a = rescaled(stored(self.slice_low[i])) as f32;
                let b = rescaled(stored(self.slice_high[i])) as f32;
                *low = low.min(a.min(b));
                *high = high.max(a.max(b));
            }
        }
    }

    /// The range of every brick as it is shown: while slices are missing, a layer of bricks also shows the
    /// slices of `shown` (for each slice position the one shown there) from other layers.
    pub fn ranges(&self, shown: Option<&[usize]>) -> Vec<(f32, f32)> {
        let own = self.low.iter().copied().zip(self.high.iter().copied());
        let Some(shown) = shown else {
            return own.collect();
        };
        let layer = self.bricks[0] * self.bricks[1];
        let mut ranges = vec![(f32::INFINITY, f32::NEG_INFINITY); self.count()];
        for bz in 0..self.bricks[2] {
            let mut from: Vec<usize> = shown[covered(bz, shown.len())]
                .iter()
                .map(|k| k / BRICK_EDGE)
                .collect();
            from.dedup();
            for source in from.into_iter().filter(|source| *source < self.bricks[2]) {
                for i in 0..layer {
                    let (low, high) = (self.low[source * layer + i], self.high[source * layer + i]);
                    let range = &mut ranges[bz * layer + i];
                    *range = (range.0.min(low), range.1.max(high));
                }
            }
        }
        ranges
    }

    /// For every brick the Chebyshev distance, in bricks, to the nearest brick in which `transfer` shows
    /// something: 0 for those themselves, at most 255. `margin` widens each range, in rescaled values. Of bricks that `shown` leaves
    /// out nothing is shown.
    pub fn distances(
        &self,
        ranges: &[(f32, f32)],
        transfer: &TransferFunction,
        margin: f64,
        shown: Option<&[bool]>,
    ) -> Vec<u8> {
        let mut distance: Vec<u8> = ranges
            .iter()
            .enumerate()
            .map(|(at, &(low, high))| {
                let visible = low <= high
                    && shown.is_none_or(|shown| shown[at])
                    && transfer.visible_between(f64::from(low) - margin, f64::from(high) + margin);
                if visible { 0 } else { u8::MAX }
            })
            .collect();
        let [nx, ny, nz] = self.bricks.map(|n| n as isize);
        // Two sweeps over half of the neighbours each make the distance exact for this metric.
        let mut sweep = |forward: bool| {
            let order = |n: isize| (0..n).map(move |i| if forward { i } else { n - 1 - i });
            for z in order(nz) {
                for y in order(ny) {
                    for x in order(nx) {
                        let at = ((z * ny + y) * nx + x) as usize;
                        let mut best = distance[at];
                        if best == 0 {
                            continue;
                        }
                        for &[dx, dy, dz] in &HALF_NEIGHBOURS {
                            let (dx, dy, dz) = if forward {
                                (dx, dy, dz)
                            } else {
                                (-dx, -dy, -dz)
                            };
                            let (ox, oy, oz) = (x + dx, y + dy, z + dz);
                            let inside = (0..nx).contains(&ox)
                                && (0..ny).contains(&oy)
                                && (0..nz).contains(&oz);
                            if inside {
                                let other = distance[((oz * ny + oy) * nx + ox) as usize];
                                best = best.min(other.saturating_add(1));
                            }
                        }
                        distance[at] = best;
                    }
                }
            }
        };
        sweep(true);
        sweep(false);
        distance
    }
}

/// The 13 neighbours that a sweep in rising order has already passed.
const HALF_NEIGHBOURS: [[isize; 3]; 13] = [
    [-1, 0, 0],
    [-1, -1, 0],
    [0, -1, 0],
    [1, -1, 0],
    [-1, -1, -1],
    [0, -1, -1],
    [1, -1, -1],
    [-1, 0, -1],
    [0, 0, -1],
    [1, 0, -1],
    [-1, 1, -1],
    [0, 1, -1],
    [1, 1, -1],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{ControlPoint, VolumePreset};

    fn filled(dims: [usize; 3], value: impl Fn(usize, usize, usize) -> i16) -> BrickGrid {
        let mut grid = BrickGrid::new(dims);
        for k in 0..dims[2] {
            let mut bits = Vec::new();
            for j in 0..dims[1] {
                bits.extend((0..dims[0]).map(|i| value(i, j, k) as u16));
            }
            grid.add_slice(k, &bits, ValueType::I16, |stored| {
                f64::from(stored) * 2.0 - 1.0
            });
        }
        grid
    }

    #[test]
    fn ranges_hold_every_voxel_and_one_around() {
        let value = |i: usize, j: usize, k: usize| {
            ((i * 7919 + j * 104_729 + k * 1299) % 4001) as i16 - 2000
        };
        let dims = [21, 17, 26];
        let grid = filled(dims, value);
        assert_eq!(grid.bricks(), [3, 3, 4]);
        let ranges = grid.ranges(None);
        for (at, &(low, high)) in ranges.iter().enumerate() {
            let brick = [at % 3, at / 3 % 3, at / 9];
            let span = |axis: usize| {
                let first = (brick[axis] * BRICK_EDGE).saturating_sub(1);
                first..((brick[axis] + 1) * BRICK_EDGE + 1).min(dims[axis])
            };
            let mut expected = (f32::INFINITY, f32::NEG_INFINITY);
            for k in span(2) {
                for j in span(1) {
                    for i in span(0) {
                        let v = f32::from(value(i, j, k)) * 2.0 - 1.0;
                        expected = (expected.0.min(v), expected.1.max(v));
                    }
                }
            }
            assert_eq!((low, high), expected, "{brick:?}");
        }
    }

    #[test]
    fn distance_is_that_of_the_nearest_visible_brick() {
        let dims = [80, 72, 56];
        let grid = filled(dims, |i, j, k| {
            if (i, j, k) == (20, 20, 20) || (i, j, k) == (75, 3, 51) {
                1500
            } else {
                -500
            }
        });
        let transfer = TransferFunction::preset(VolumePreset::Bone);
        let distances = grid.distances(&grid.ranges(None), &transfer, 1.0, None);
        let visible = [[2usize, 2, 2], [9, 0, 6]];
        for (at, distance) in distances.iter().enumerate() {
            let brick = [at % 10, at / 10 % 9, at / 90];
            let expected = visible
                .iter()
                .filter_map(|v| (0..3).map(|axis| v[axis].abs_diff(brick[axis])).max())
                .min();
            assert_eq!(Some(usize::from(*distance)), expected, "{brick:?}");
        }
    }

    #[test]
    fn missing_layers_take_what_is_shown_there() {
        let mut grid = BrickGrid::new([8, 8, 40]);
        let bits = vec![300u16; 64];
        grid.add_slice(20, &bits, ValueType::U16, f64::from);
        let shown = vec![20; 40];
        assert!(
            grid.ranges(Some(&shown))
                .iter()
                .all(|range| *range == (300.0, 300.0))
        );
        let seen = TransferFunction::new([ControlPoint {
            value: 300.0,
            color: [1.0; 3],
            opacity: 1.0,
        }]);
        assert_eq!(
            grid.distances(&grid.ranges(None), &seen, 0.0, None),
            vec![2, 1, 0, 1, 2]
        );
    }
}
