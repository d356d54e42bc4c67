//! One stack of frames in order, and where it lies.

use glam::DVec3;

use crate::intake::Instance;

use super::checks::{check_grid, check_line, check_step, check_tilt, files, in_plane};
use super::frame::{Frame, Plane};
use super::grid::{self, Fit};
use super::resample::{self, Interpolated};
use super::{Geometry, Warning, WarningCode, unplaced};

/// Frames nearer to each other than this claim one position.
pub(super) const SAME_POSITION_MM: f64 = 1e-3;

/// A sideways drift over the whole stack below this is rounding, and the slices count as stacked along their normal.
pub(super) const DRIFT_MM: f64 = 0.01;

/// Frames with their places on the grid.
pub(super) struct Stack {
    pub geometry: Geometry,
    /// Slice index and frame, in the order in which they lie.
    pub slices: Vec<(usize, Frame)>,
    /// Slices that are made from two others.
    pub interpolated: Vec<Interpolated>,
    /// Frames whose position another one has.
    pub unplaced: Vec<Frame>,
    pub warnings: Vec<Warning>,
}

/// Orders a stack's frames and finds their places.
pub(super) fn order(instances: &[Instance], frames: Vec<Frame>) -> Stack {
    let plane = frames.first().and_then(|frame| frame.plane);
    match plane {
        Some(plane) => placed(instances, plane, frames),
        None => unplaced::order(instances, frames),
    }
}

/// Frames whose planes are known: sorted along the normal, on a grid along the direction in which they really step.
fn placed(instances: &[Instance], plane: Plane, mut frames: Vec<Frame>) -> Stack {
    let normal = plane.normal();
    let position = |frame: &Frame| frame.plane.map_or(DVec3::ZERO, |plane| plane.position);
    let along = |frame: &Frame| position(frame).dot(normal);
    crate::order::sort(&mut frames, |a, b| {
        along(a)
            .total_cmp(&along(b))
            .then(a.number.cmp(&b.number))
            .then(instances[a.instance].file.cmp(&instances[b.instance].file))
            .then(a.frame.cmp(&b.frame))
    });
    let mut warnings = Vec::new();
    let mut slices: Vec<Frame> = Vec::new();
    let mut repeated = Vec::new();
    for frame in frames {
        let taken = slices
            .last()
            .is_some_and(|last| along(&frame) - along(last) < SAME_POSITION_MM);
        if !taken {
            slices.push(frame);
        } else if let Some(last) = slices.last_mut() {
            // The one with the lower number came first.
            if frame.number < last.number {
                repeated.push(std::mem::replace(last, frame));
            } else {
                repeated.push(frame);
            }
        }
    }
    if !repeated.is_empty() {
        warnings.push(Warning::new(
            WarningCode::DuplicatePosition,
            format!(
                "{} images lie where another one lies already; the one with the lowest number is shown.",
                repeated.len()
            ),
            files(instances, &repeated),
        ));
    }

    let (first, last) = (position(&slices[0]), position(&slices[slices.len() - 1]));
    let (direction, grid) = if slices.len() == 1 {
        let step = slices[0].step_mm.or(slices[0].thickness_mm);
        let grid = grid::Grid {
            step_mm: step.unwrap_or(1.0),
            places: vec![0.0],
            fit: Fit::Regular,
        };
        (normal, grid)
    } else {
        let drift = (last - first) - normal * (last - first).dot(normal);
        let offsets = |direction: DVec3| -> Vec<f64> {
            slices
                .iter()
                .map(|slice| (position(slice) - first).dot(direction))
                .collect()
        };
        let stacked = (last - first).normalize_or(normal);
        let rises = |offsets: &[f64]| {
            let mut steps = offsets.windows(2).map(|pair| pair[1] - pair[0]);
            steps.all(|step| step > 0.5 * SAME_POSITION_MM)
        };
        // Slices that lie about sideways have no common direction but their normal.
        let direction = if drift.length() < DRIFT_MM || !rises(&offsets(stacked)) {
            normal
        } else {
            stacked
        };
        let offsets = offsets(direction);
        let grid = grid::fit(&offsets);
        check_line(instances, &slices, first, direction, &mut warnings);
        check_tilt(direction, normal, &mut warnings);
        let heights: Vec<f64> = slices.iter().map(along).collect();
        check_grid(instances, &slices, &heights, &grid, &mut warnings);
        let step_mm = match grid.fit {
            Fit::Regular | Fit::Gaps => grid.step_mm,
            Fit::Varying => {
                let steps: Vec<f64> = offsets.windows(2).map(|pair| pair[1] - pair[0]).collect();
                grid::median(&steps)
            }
        };
        check_step(
            instances,
            &slices,
            step_mm,
            direction.dot(normal),
            &mut warnings,
        );
        (direction, grid)
    };
    if slices.len() > 1
        && slices
            .iter()
            .any(|slice| slice.derived_position && slice.step_mm.is_none())
    {
        warnings.push(Warning::new(
            WarningCode::SpacingInferred,
            "The spacing between slices is not stated; it was taken from the slice thickness.",
            Vec::new(),
        ));
    }
    let (spacing, known) = in_plane(instances, &slices, &mut warnings);
    let image = &instances[slices[0].instance].attributes;
    let geometry = Geometry {
        dims: [image.columns as usize, image.rows as usize, grid.points()],
        spacing_mm: [spacing[1], spacing[0], grid.step_mm],
        spacing_known: known,
        // Minus zero would be printed as such.
        origin_mm: first.to_array().map(|mm| mm + 0.0),
        direction: directions(plane.row, plane.column, direction),
    };
    let indices = resample::indices(&grid);
    Stack {
        geometry,
        interpolated: resample::between(&grid, &indices),
        slices: indices.into_iter().zip(slices).collect(),
        unplaced: repeated,
        warnings,
    }
}

pub(super) fn directions(row: DVec3, column: DVec3, slice: DVec3) -> [f64; 9] {
    let mut all = [0.0; 9];
    for (value, from) in all
        .iter_mut()
        .zip([row, column, slice].iter().flat_map(|v| v.to_array()))
    {
        *value = from + 0.0;
    }
    all
}
