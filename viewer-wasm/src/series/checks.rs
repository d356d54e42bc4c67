//! What is doubtful about the places of a stack's slices.

use glam::DVec3;

use crate::intake::Instance;

use super::frame::{Frame, Spacing};
use super::grid::{self, Fit};
use super::{Warning, WarningCode};

/// A shear below this is not worth a warning (it is in the geometry all the same).
const TILT_WARNING_DEG: f64 = 0.5;

/// A frame may lie this part of a pixel beside the line through the first and last.
const SIDEWAYS_PIXELS: f64 = 0.25;

/// Two statements of a spacing that differ by less agree.
const SPACING_AGREES: f64 = 0.05;

/// Said where slices could not keep their places.
pub(super) const NO_GRID: &str = "The steps between slices differ and fit no regular grid; distances across slices are not exact.";

/// Names of the files that some frames come from.
pub(super) fn files(instances: &[Instance], frames: &[Frame]) -> Vec<String> {
    let mut files: Vec<String> = frames
        .iter()
        .map(|frame| instances[frame.instance].file.clone())
        .collect();
    files.dedup();
    files
}

pub(super) fn check_line(
    instances: &[Instance],
    slices: &[Frame],
    first: DVec3,
    direction: DVec3,
    warnings: &mut Vec<Warning>,
) {
    let pixel = slices[0]
        .spacing
        .values()
        .map_or(1.0, |[rows, columns]| rows.min(columns));
    let astray: Vec<Frame> = slices
        .iter()
        .filter(|slice| {
            slice.plane.is_some_and(|plane| {
                let offset = plane.position - first;
                (offset - direction * offset.dot(direction)).length() > SIDEWAYS_PIXELS * pixel
            })
        })
        .cloned()
        .collect();
    if !astray.is_empty() {
        warnings.push(Warning::new(
            WarningCode::IrregularSpacing,
            format!(
                "{} slices are shifted sideways against the others.",
                astray.len()
            ),
            files(instances, &astray),
        ));
    }
}

pub(super) fn check_tilt(direction: DVec3, normal: DVec3, warnings: &mut Vec<Warning>) {
    let degrees = direction.angle_between(normal).to_degrees();
    if degrees >= TILT_WARNING_DEG {
        warnings.push(Warning::new(
            WarningCode::GantryTilt,
            format!(
                "The slices are tilted by {degrees:.1} degrees against the direction in which they are stacked; lengths and angles take that into account."
            ),
            Vec::new(),
        ));
    }
}

pub(super) fn check_grid(
    slices: &[Frame],
    grid: &grid::Grid,
    along: impl Fn(&Frame) -> f64,
    warnings: &mut Vec<Warning>,
) {
    let gaps: Vec<String> = grid
        .indices
        .windows(2)
        .zip(slices.windows(2))
        .filter(|(indices, _)| indices[1] - indices[0] > 1)
        .map(|(indices, pair)| {
            format!(
                "{} between {:.2} mm and {:.2} mm",
                indices[1] - indices[0] - 1,
                along(&pair[0]),
                along(&pair[1])
            )
        })
        .collect();
    match grid.fit {
        Fit::Regular => {}
        Fit::Gaps => warnings.push(Warning::new(
            WarningCode::MissingSlices,
            format!("Slices are missing: {} along the slice normal. The gap stays open.", gaps.join(", ")),
            Vec::new(),
        )),
        Fit::Varying => warnings.push(Warning::new(
            WarningCode::IrregularSpacing,
            format!(
                "The steps between slices differ. Each slice is shown at its own position, on a grid of {:.3} mm.",
                grid.step_mm
            ),
            Vec::new(),
        )),
        Fit::None => warnings.push(Warning::new(WarningCode::IrregularSpacing, NO_GRID, Vec::new())),
    }
}

/// Compares the step with what the header says. With a tilt, writers mean either the step or its part along the normal.
pub(super) fn check_step(slices: &[Frame], step_mm: f64, cosine: f64, warnings: &mut Vec<Warning>) {
    let Some(stated) = slices[0].step_mm else {
        return;
    };
    let agrees = |actual: f64| (stated - actual).abs() <= SPACING_AGREES * actual;
    if !agrees(step_mm) && !agrees(step_mm * cosine) {
        warnings.push(Warning::new(
            WarningCode::SpacingDisagrees,
            format!(
                "The header says {stated:.3} mm between slices, their positions say {step_mm:.3} mm; the positions count."
            ),
            Vec::new(),
        ));
    }
}

/// Pixel spacing (between rows, between columns) and whether it is in millimetres.
pub(super) fn in_plane(
    instances: &[Instance],
    slices: &[Frame],
    warnings: &mut Vec<Warning>,
) -> ([f64; 2], bool) {
    match slices[0].spacing {
        Spacing::Patient(spacing) => (spacing, true),
        Spacing::Imager(spacing) => {
            warnings.push(Warning::new(
                WarningCode::SpacingFromImager,
                "Millimetres are those at the detector; in the patient they are smaller.",
                files(instances, slices),
            ));
            (spacing, true)
        }
        Spacing::Unknown => {
            warnings.push(Warning::new(
                WarningCode::SpacingUnknown,
                "The size of a pixel is not stated: lengths cannot be measured in millimetres.",
                files(instances, slices),
            ));
            ([1.0, 1.0], false)
        }
    }
}
