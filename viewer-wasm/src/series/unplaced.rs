//! Frames whose planes are not known: their place in the patient is unknown, but often not their order and distance.

use glam::DVec3;

use crate::intake::Instance;

use super::checks::{check_grid, check_step, in_plane};
use super::frame::Frame;
use super::grid::{self, Fit, Grid};
use super::group::is_tomographic;
use super::resample;
use super::stack::{SAME_POSITION_MM, Stack, directions};
use super::{Geometry, Warning, WarningCode};

/// Orders frames by their positions where only the directions are missing, by _Slice Location_, or else by their numbers.
pub(super) fn order(instances: &[Instance], mut frames: Vec<Frame>) -> Stack {
    let mut warnings = Vec::new();
    let several = frames.len() > 1;
    let heights = heights(&frames);
    let mut along: Vec<(f64, Frame)> = match &heights {
        Some(heights) => heights.iter().copied().zip(frames.drain(..)).collect(),
        None => frames.drain(..).map(|frame| (0.0, frame)).collect(),
    };
    crate::order::sort(&mut along, |(a, one), (b, other)| {
        a.total_cmp(b)
            .then(one.number.cmp(&other.number))
            .then(
                instances[one.instance]
                    .file
                    .cmp(&instances[other.instance].file),
            )
            .then(one.frame.cmp(&other.frame))
    });
    let (heights, frames): (Vec<f64>, Vec<Frame>) = match heights {
        Some(_) => along.into_iter().unzip(),
        None => (
            Vec::new(),
            along.into_iter().map(|(_, frame)| frame).collect(),
        ),
    };

    let image = &instances[frames[0].instance].attributes;
    let volume = is_tomographic(&image.modality) && several;
    if volume {
        warnings.push(Warning::new(
            WarningCode::OrientationUnknown,
            "Position and direction in the patient are not stated: left and right, front and back are unknown.",
            Vec::new(),
        ));
    }
    let stated = frames[0].step_mm;
    let (grid, step_known) = if heights.is_empty() {
        let (step_mm, known) = match (stated, frames[0].thickness_mm) {
            (Some(stated), _) => (stated, true),
            (None, Some(thickness)) => (thickness, volume || !several),
            (None, None) => (1.0, !several),
        };
        let places = (0..frames.len()).map(|place| place as f64).collect();
        let fit = Fit::Regular;
        (
            Grid {
                step_mm,
                places,
                fit,
            },
            known,
        )
    } else {
        let offsets: Vec<f64> = heights.iter().map(|height| height - heights[0]).collect();
        let grid = grid::fit(&offsets);
        check_grid(instances, &frames, &heights, &grid, &mut warnings);
        let steps: Vec<f64> = offsets.windows(2).map(|pair| pair[1] - pair[0]).collect();
        check_step(instances, &frames, grid::median(&steps), 1.0, &mut warnings);
        (grid, true)
    };
    if volume && step_known && stated.is_none() {
        warnings.push(Warning::new(
            WarningCode::SpacingInferred,
            "The spacing between slices is not stated; it was taken from position, slice location or thickness.",
            Vec::new(),
        ));
    }
    let (spacing, known) = in_plane(instances, &frames, &mut warnings);
    if known && !step_known {
        warnings.push(Warning::new(
            WarningCode::SpacingUnknown,
            "The spacing between the images is not stated.",
            Vec::new(),
        ));
    }
    let geometry = Geometry {
        dims: [image.columns as usize, image.rows as usize, grid.points()],
        spacing_mm: [spacing[1], spacing[0], grid.step_mm],
        spacing_known: known && step_known,
        origin_mm: [0.0; 3],
        direction: directions(DVec3::X, DVec3::Y, DVec3::Z),
    };
    let indices = resample::indices(&grid);
    Stack {
        geometry,
        interpolated: resample::between(&grid, &indices),
        slices: indices.into_iter().zip(frames).collect(),
        unplaced: Vec::new(),
        warnings,
    }
}

/// How high each frame lies, if that is known and no two are alike: along the line through stated positions, upwards, to
/// the back or to the left; or by _Slice Location_, which one file has only once.
fn heights(frames: &[Frame]) -> Option<Vec<f64>> {
    let apart = |heights: Vec<f64>| {
        let mut sorted = heights.clone();
        crate::order::sort(&mut sorted, f64::total_cmp);
        let mut steps = sorted.windows(2).map(|pair| pair[1] - pair[0]);
        steps.all(|step| step > SAME_POSITION_MM).then_some(heights)
    };
    if frames.len() < 2 {
        return None;
    }
    let by_position = || {
        let positions: Option<Vec<DVec3>> = frames.iter().map(|frame| frame.position).collect();
        let positions = positions?;
        let farthest = positions.iter().copied().max_by(|a, b| {
            let from_first = |p: &DVec3| p.distance_squared(positions[0]);
            from_first(a).total_cmp(&from_first(b))
        })?;
        let line = (farthest - positions[0]).try_normalize()?;
        let strongest = line
            .to_array()
            .into_iter()
            .reduce(|a, b| if b.abs() >= a.abs() { b } else { a })?;
        let line = line * strongest.signum();
        apart(
            positions
                .iter()
                .map(|position| position.dot(line))
                .collect(),
        )
    };
    let by_location = || {
        let one_file = frames
            .iter()
            .all(|frame| frame.instance == frames[0].instance);
        let locations: Option<Vec<f64>> = frames.iter().map(|frame| frame.location_mm).collect();
        apart(locations.filter(|_| !one_file)?)
    };
    by_position().or_else(by_location)
}
