//! Frames into stacks: each joins the first stack to whose first frame it is alike.
//!
//! Alike is decided by the tolerances of docs/GEOMETRY.md, which are about differences and not about ranges, so no two
//! frames may be told apart by a rounded number. But a frame need not be held against every stack either: each stack is
//! entered under every cell of a coarse grid in which a frame that is alike can lie, and a frame looks at the stacks of its
//! own cell alone. What it finds is what comparing with all of them would find.

use std::collections::HashMap;

use glam::DVec3;

use crate::intake::Instance;

use super::frame::{Frame, Plane};
use super::group::{PARALLEL_COSINE, SAME_SPACING, is_tomographic};

/// Side of a cell for the components of directions, which are unit vectors.
const DIRECTION_CELL: f64 = 0.01;

/// Side of a cell for the logarithm of a pixel spacing.
const SPACING_CELL: f64 = 0.005;

/// What rounding may add to how far apart two alike numbers are.
const MARGIN: f64 = 1.01;

/// Parts the frames of a cluster into stacks: same size, colours, spacing and direction. Frames whose place is not
/// known stack only if they are of a kind that makes volumes, or of one multi-frame file. The flag says whether
/// directions differ.
pub(super) fn stacks(instances: &[Instance], frames: Vec<Frame>) -> (Vec<Vec<Frame>>, bool) {
    let mut stacks: Vec<Vec<Frame>> = Vec::new();
    let mut cells: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut directions = Directions::default();
    let mut mixed = false;
    for frame in frames {
        let place = keys(instances, &frame)
            .iter()
            .filter_map(|key| {
                let mut near = cells.get(key)?.iter().copied();
                near.find(|at| alike(instances, &frame, &stacks[*at][0]))
            })
            .min();
        mixed = mixed || !directions.agree(&stacks, place.unwrap_or(stacks.len()), &frame);
        match place {
            Some(at) => stacks[at].push(frame),
            None => {
                enter(instances, &frame, &mut |key| {
                    cells.entry(key).or_default().push(stacks.len());
                });
                directions.widen(&frame);
                stacks.push(vec![frame]);
            }
        }
    }
    (stacks, mixed)
}

/// Whether a frame belongs to the stack that begins with the other one.
fn alike(instances: &[Instance], frame: &Frame, other: &Frame) -> bool {
    let image = &instances[frame.instance].attributes;
    let that = &instances[other.instance].attributes;
    (image.rows, image.columns, image.samples_per_pixel)
        == (that.rows, that.columns, that.samples_per_pixel)
        && same_spacing(frame, other)
        && match (&frame.plane, &other.plane) {
            (Some(a), Some(b)) => parallel(a, b),
            (None, None) => {
                frame.instance == other.instance
                    || image.frames == 1 && that.frames == 1 && is_tomographic(&image.modality)
            }
            _ => false,
        }
}

fn parallel(a: &Plane, b: &Plane) -> bool {
    a.row.dot(b.row) > PARALLEL_COSINE && a.column.dot(b.column) > PARALLEL_COSINE
}

fn same_spacing(a: &Frame, b: &Frame) -> bool {
    match (a.spacing.values(), b.spacing.values()) {
        (Some(a), Some(b)) => a
            .iter()
            .zip(b)
            .all(|(a, b)| (a - b).abs() <= SAME_SPACING * a.abs()),
        (None, None) => true,
        _ => false,
    }
}

/// Which stacks a frame without a place may join.
const PLACED: u64 = 0;
const OF_ONE_FILE: u64 = 1;
const OF_SINGLE_IMAGES: u64 = 2;

/// The cells in which the stacks are that a frame may join.
fn keys(instances: &[Instance], frame: &Frame) -> Vec<u64> {
    let numbers = numbers(frame);
    let key = |seed| {
        numbers
            .iter()
            .fold(seed, |key, (at, side, _)| mix(key, cell(*at, *side)))
    };
    let image = &instances[frame.instance].attributes;
    let seeds = seeds(instances, frame);
    match frame.plane {
        Some(_) => vec![key(seeds[0])],
        // An image of another kind begins a stack that such an image may join, but joins none.
        None if is_tomographic(&image.modality) => seeds.into_iter().map(key).collect(),
        None => vec![key(seeds[0])],
    }
}

/// Calls `visit` with the cells of all frames that may join the stack that begins with this one.
fn enter(instances: &[Instance], frame: &Frame, visit: &mut dyn FnMut(u64)) {
    let numbers = numbers(frame);
    for seed in seeds(instances, frame) {
        spread(seed, &numbers, visit);
    }
}

fn spread(key: u64, numbers: &[(f64, f64, f64)], visit: &mut dyn FnMut(u64)) {
    let Some(((at, side, reach), rest)) = numbers.split_first() else {
        return visit(key);
    };
    for cell in cell(at - reach, *side)..=cell(at + reach, *side) {
        spread(mix(key, cell), rest, visit);
    }
}

/// What has to be equal: size and colours, and of frames without a place the file, or that they are images of their own.
fn seeds(instances: &[Instance], frame: &Frame) -> Vec<u64> {
    let image = &instances[frame.instance].attributes;
    let seed = |kind: u64, of: usize| {
        [
            image.rows.into(),
            image.columns.into(),
            image.samples_per_pixel.into(),
            of as i64,
        ]
        .into_iter()
        .fold(kind, mix)
    };
    match frame.plane {
        Some(_) => vec![seed(PLACED, 0)],
        None if image.frames == 1 => {
            vec![seed(OF_ONE_FILE, frame.instance), seed(OF_SINGLE_IMAGES, 0)]
        }
        None => vec![seed(OF_ONE_FILE, frame.instance)],
    }
}

/// What has to be nearly equal: each number, the side of its cells, and how far from it an alike frame's may be.
fn numbers(frame: &Frame) -> Vec<(f64, f64, f64)> {
    let mut numbers = Vec::with_capacity(8);
    // Two spacings within a thousandth of one of them: their logarithms, whichever it is.
    let reach = -(1.0 - SAME_SPACING).ln() * MARGIN;
    match frame.spacing.values() {
        Some(spacing) => numbers.extend(spacing.map(|mm| (mm.ln(), SPACING_CELL, reach))),
        None => numbers.push((f64::MAX, SPACING_CELL, 0.0)),
    }
    if let Some(plane) = &frame.plane {
        // The distance of two unit vectors at that angle; no component differs by more.
        let reach = (2.0 - 2.0 * PARALLEL_COSINE).sqrt() * MARGIN;
        let components = [plane.row.to_array(), plane.column.to_array()];
        let components = components.into_iter().flatten();
        numbers.extend(components.map(|at| (at, DIRECTION_CELL, reach)));
    }
    numbers
}

/// Cells have 0 and the ends of a unit vector in their middles, where most directions are.
fn cell(at: f64, side: f64) -> i64 {
    (at / side).round() as i64
}

/// Keys of different cells may be the same: what is found under a key is compared.
fn mix(key: u64, part: i64) -> u64 {
    (key.rotate_left(5) ^ part as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The directions of the stacks' first frames, to see whether one is of another direction.
#[derive(Default)]
struct Directions {
    /// Least and greatest components of row and column; `None` before the first.
    bounds: Option<[(DVec3, DVec3); 2]>,
}

impl Directions {
    fn widen(&mut self, frame: &Frame) {
        let Some(plane) = &frame.plane else { return };
        let own = [plane.row, plane.column];
        let bounds = self.bounds.get_or_insert(own.map(|at| (at, at)));
        for ((low, high), own) in bounds.iter_mut().zip(own) {
            (*low, *high) = (low.min(own), high.max(own));
        }
    }

    /// Whether the frame lies parallel to all placed ones that begin the first `count` stacks. All of them are compared only
    /// where that does not follow from the bounds of all directions.
    fn agree(&self, stacks: &[Vec<Frame>], count: usize, frame: &Frame) -> bool {
        let (Some(plane), Some(bounds)) = (&frame.plane, &self.bounds) else {
            return true;
        };
        let within = bounds
            .iter()
            .zip([plane.row, plane.column])
            .all(|((low, high), own)| {
                // The corner at the widest angle.
                let corner = DVec3::select(own.cmpge(DVec3::ZERO), *low, *high);
                own.dot(corner) > PARALLEL_COSINE
            });
        within
            || stacks[..count]
                .iter()
                .filter_map(|stack| stack[0].plane.as_ref())
                .all(|other| parallel(plane, other))
    }
}

#[cfg(test)]
mod tests;
