//! What is doubtful about the places of a stack's slices.

use glam::DVec3;

use crate::intake::Instance;

use super::frame::{Frame, Spacing};
use super::grid::{Fit, Grid};
use super::{Warning, WarningCode};

/// A shear below this is not worth a warning (it is in the geometry all the same).
pub(super) const TILT_WARNING_DEG: f64 = 0.5;

/// A frame may lie this part of a pixel beside the line through the first and last.
pub(super) const SIDEWAYS_PIXELS: f64 = 0.25;

/// Two statements of a spacing that differ by less agree.
pub(super) const SPACING_AGREES: f64 = 0.05;

/// Names of the files that some frames come from.
pub(super) fn files(instances: &[Instance], frames: &[Frame]) -> Vec<String> {
    let mut files: Vec<String> = frames
        .iter()
        .map(|frame| instances[frame.instance].file.clone())
        .collect();
    let mut seen = std::collections::HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
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
                "The slices are tilted by {degrees:.1} degrees against the direction in which they are stacked. They are shown deskewed: every view, length and angle follows their true positions."
            ),
            Vec::new(),
        ));
    }
}

/// Says where slices are missing, with the files on both sides, and where steps differ, with the files beside them.
/// `heights` are where the slices lie along their normal, in mm.
pub(super) fn check_grid(
    instances: &[Instance],
    slices: &[Frame],
    heights: &[f64],
    grid: &Grid,
    warnings: &mut Vec<Warning>,
) {
    let beside = |concerns: &dyn Fn(usize) -> bool| {
        let near = |n: usize| concerns(n) || n > 0 && concerns(n - 1);
        let frames: Vec<Frame> = (0..slices.len())
            .filter(|n| near(*n))
            .map(|n| slices[n].clone())
            .collect();
        files(instances, &frames)
    };
    let gaps: Vec<String> = (0..slices.len())
        .filter(|n| grid.is_gap(*n))
        .map(|n| {
            let (below, above) = (grid.places[n], grid.places[n + 1]);
            let between = format!("between {:.2} mm and {:.2} mm", heights[n], heights[n + 1]);
            match grid.fit {
                Fit::Varying => between,
                Fit::Regular | Fit::Gaps => format!("{:.0} {between}", above - below - 1.0),
            }
        })
        .collect();
    if !gaps.is_empty() {
        warnings.push(Warning::new(
            WarningCode::MissingSlices,
            format!(
                "Slices are missing: {} along the slice normal. The gap stays open.",
                gaps.join(", ")
            ),
            beside(&|n| grid.is_gap(n)),
        ));
    }
    if grid.fit == Fit::Varying {
        let width = |n: usize| grid.places.get(n + 1).map(|next| next - grid.places[n]);
        let widths: Vec<f64> = (0..slices.len()).filter_map(width).collect();
        let usual = super::grid::median(&widths);
        let unusual = |n: usize| {
            let tolerance =
                super::grid::ON_POINT_MM.min(super::grid::ON_POINT_STEPS * usual * grid.step_mm);
            width(n).is_some_and(|wide| (wide - usual).abs() * grid.step_mm > tolerance)
        };
        warnings.push(Warning::new(
            WarningCode::IrregularSpacing,
            format!(
                "The steps between slices differ. They are resampled to a regular grid of {:.3} mm at their true positions; what lies between two slices is interpolated.",
                grid.step_mm
            ),
            beside(&unusual),
        ));
    }
}

/// Compares the step with what the header says. With a tilt, writers mean either the step or its part along the normal.
pub(super) fn check_step(
    instances: &[Instance],
    slices: &[Frame],
    step_mm: f64,
    cosine: f64,
    warnings: &mut Vec<Warning>,
) {
    let agrees = |stated: f64| {
        [step_mm, step_mm * cosine]
            .iter()
            .any(|actual| (stated - actual).abs() <= SPACING_AGREES * actual)
    };
    let wrong: Vec<Frame> = slices
        .iter()
        .filter(|slice| slice.step_mm.is_some_and(|stated| !agrees(stated)))
        .cloned()
        .collect();
    if let Some(stated) = wrong.first().and_then(|slice| slice.step_mm) {
        warnings.push(Warning::new(
            WarningCode::SpacingDisagrees,
            format!(
                "The header says {stated:.3} mm between slices, their positions say {step_mm:.3} mm; the positions count."
            ),
            files(instances, &wrong),
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
