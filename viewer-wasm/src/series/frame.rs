//! One frame of one instance, with all that places and scales it.

use glam::DVec3;

use crate::intake::Instance;

use super::Rescale;

/// Position and directions of a frame's plane: LPS, mm; unit vectors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    pub position: DVec3,
    pub row: DVec3,
    pub column: DVec3,
}

impl Plane {
    /// The plane's normal, in the direction of a rising slice (PS3.3 C.7.6.2.1.1: row x column).
    pub fn normal(&self) -> DVec3 {
        self.row.cross(self.column)
    }
}

/// Where a frame's pixel spacing comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Spacing {
    /// Between rows, between columns, in the patient.
    Patient([f64; 2]),
    /// At the detector, or of a scanned film.
    Imager([f64; 2]),
    Unknown,
}

impl Spacing {
    pub fn values(self) -> Option<[f64; 2]> {
        match self {
            Self::Patient(values) | Self::Imager(values) => Some(values),
            Self::Unknown => None,
        }
    }
}

/// One frame of one instance. Indices are into the list of instances that is being assembled.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub instance: usize,
    pub frame: u32,
    pub plane: Option<Plane>,
    /// The position that is stated for this frame, be its directions known or not.
    pub position: Option<DVec3>,
    /// The position was not stated for this frame, but follows from the first one and the slice spacing.
    pub derived_position: bool,
    pub spacing: Spacing,
    pub thickness_mm: Option<f64>,
    pub step_mm: Option<f64>,
    pub location_mm: Option<f64>,
    pub number: i64,
    pub rescale: Rescale,
    pub window: Option<(f64, f64)>,
    /// What may tell repeated volumes apart: stack, time, acquisition, echo.
    pub marks: [Option<i64>; 4],
}

/// All frames of one instance.
pub(super) fn frames_of(index: usize, instance: &Instance) -> Vec<Frame> {
    let image = &instance.attributes;
    (0..image.frames)
        .map(|frame| {
            let own = image
                .per_frame
                .get(frame as usize)
                .cloned()
                .unwrap_or_default();
            let position = own.position_mm.or(image.position_mm);
            let orientation = own.orientation.or(image.orientation);
            let stated = own.position_mm.is_some() || image.frames == 1;
            let step_mm = own.slice_spacing_mm.or(image.slice_spacing_mm);
            let thickness_mm = own.slice_thickness_mm.or(image.slice_thickness_mm);
            let plane = position
                .zip(orientation)
                .and_then(|(position, orientation)| {
                    let (row, column) = orthonormal(orientation);
                    let mut plane = Plane {
                        position: DVec3::from_array(position),
                        row,
                        column,
                    };
                    if !stated {
                        let step = step_mm.or(thickness_mm)?;
                        plane.position += plane.normal() * step * f64::from(frame);
                    }
                    Some(plane)
                });
            let spacing = own.pixel_spacing_mm.or(image.pixel_spacing_mm);
            Frame {
                instance: index,
                frame,
                position: position.filter(|_| stated).map(DVec3::from_array),
                derived_position: !stated && plane.is_some(),
                plane,
                spacing: match (spacing, image.imager_spacing_mm) {
                    (Some(spacing), _) => Spacing::Patient(spacing),
                    (None, Some(spacing)) => Spacing::Imager(spacing),
                    (None, None) => Spacing::Unknown,
                },
                thickness_mm,
                step_mm,
                location_mm: image.slice_location_mm,
                number: image.instance_number.unwrap_or(0),
                rescale: rescale(
                    own.rescale_slope.or(image.rescale_slope),
                    own.rescale_intercept.or(image.rescale_intercept),
                ),
                window: own
                    .window_center
                    .or(image.window_center)
                    .zip(own.window_width.or(image.window_width)),
                marks: [
                    own.stack,
                    own.temporal_position.or(image.temporal_position),
                    own.acquisition_number.or(image.acquisition_number),
                    own.echo_number.or(image.echo_number),
                ],
            }
        })
        .collect()
}

/// Unit vectors, exactly perpendicular. The cosines were checked to be nearly so when the header was read; a package's
/// may be anything, and then stay as near as can be.
fn orthonormal(cosines: [f64; 6]) -> (DVec3, DVec3) {
    let row = DVec3::from_slice(&cosines[..3]).normalize_or(DVec3::X);
    let column = DVec3::from_slice(&cosines[3..]);
    let column = (column - row * row.dot(column)).normalize_or(row.any_orthonormal_vector());
    (row, column)
}

/// A slope of 0 would make every value the same, and is a known writer's mistake: then stored values count as they are.
fn rescale(slope: Option<f64>, intercept: Option<f64>) -> Rescale {
    match slope {
        Some(0.0) => Rescale::IDENTITY,
        slope => Rescale {
            slope: slope.unwrap_or(1.0),
            intercept: intercept.unwrap_or(0.0),
        },
    }
}
