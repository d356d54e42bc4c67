//! Lengths, angles and grey-value probes in patient space.

use super::{ActiveScan, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::measure;
use viewer_wasm::series::{Calibration, SeriesKind, Unit};
use viewer_wasm::view::ViewId;

/// Points in millimetres, LPS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeasurementShape {
    Length {
        from_mm: DVec3,
        to_mm: DVec3,
    },
    /// The angle at `apex_mm`.
    Angle {
        from_mm: DVec3,
        apex_mm: DVec3,
        to_mm: DVec3,
    },
    Probe {
        at_mm: DVec3,
    },
}

impl MeasurementShape {
    /// `length`, `angle` or `probe`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Length { .. } => "length",
            Self::Angle { .. } => "angle",
            Self::Probe { .. } => "probe",
        }
    }

    pub fn points_mm(&self) -> Vec<DVec3> {
        match *self {
            Self::Length { from_mm, to_mm } => vec![from_mm, to_mm],
            Self::Angle {
                from_mm,
                apex_mm,
                to_mm,
            } => vec![from_mm, apex_mm, to_mm],
            Self::Probe { at_mm } => vec![at_mm],
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// Counts up, never used twice.
    pub id: u32,
    /// The plane it was drawn on.
    pub view: ViewId,
    pub shape: MeasurementShape,
}

/// What a measurement says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MeasurementValue {
    Millimetres(f64),
    /// At the detector of a radiograph; in the patient it is less.
    DetectorMillimetres(f64),
    /// The scan does not say how large a voxel is, so a length is in voxels.
    Voxels(f64),
    Degrees(f64),
    Grey {
        value: f64,
        unit: Unit,
        /// Between two slices of an irregular stack: not a value that was measured.
        interpolated: bool,
        /// The stored value of a flat image, where it is another one.
        stored: Option<i32>,
    },
    /// Red, green, blue.
    Colour([u8; 3]),
    /// An angle without a leg; a probe outside the volume, or where its slice is not there yet.
    Nothing,
}

impl Workspace {
    /// Adds a measurement and returns its id.
    pub fn add_measurement(self, view: ViewId, shape: MeasurementShape) -> u32 {
        let before = self.measurements.get_untracked();
        let mut id = 0;
        self.history.update(|history| {
            history.keep_measurements(before);
            history.last_id += 1;
            id = history.last_id;
        });
        self.measurements
            .update(|list| list.push(Measurement { id, view, shape }));
        id
    }

    /// Keeps the state before a drag of a measurement's point, so that the drag is one step of undo.
    pub fn begin_reshaping(self) {
        let before = self.measurements.get_untracked();
        self.history
            .update(|history| history.keep_measurements(before));
    }

    /// Gives a measurement another shape; see [`Workspace::begin_reshaping`].
    pub fn reshape_measurement(self, id: u32, shape: MeasurementShape) {
        self.measurements.update(|list| {
            if let Some(measurement) = list.iter_mut().find(|measurement| measurement.id == id) {
                measurement.shape = shape;
            }
        });
    }

    pub fn remove_measurement(self, id: u32) {
        let before = self.measurements.get_untracked();
        if before.iter().any(|measurement| measurement.id == id) {
            self.history
                .update(|history| history.keep_measurements(before));
            self.measurements
                .update(|list| list.retain(|measurement| measurement.id != id));
        }
    }

    pub fn clear_measurements(self) {
        let before = self.measurements.get_untracked();
        if !before.is_empty() {
            self.history
                .update(|history| history.keep_measurements(before));
            self.measurements.set(Vec::new());
        }
    }

    /// Forgets measurements and their history, because another scan is shown.
    pub(crate) fn forget_measurements(self) {
        self.measurements.set(Vec::new());
        self.history.update(super::History::forget);
    }

    /// What a shape measures in the active scan.
    pub fn measured(self, shape: &MeasurementShape) -> MeasurementValue {
        let scan = self.active_scan();
        match *shape {
            MeasurementShape::Length { from_mm, to_mm } => {
                let length = measure::length_mm(from_mm, to_mm);
                let known = |scan: &Rc<ActiveScan>| scan.series.geometry.spacing_known;
                match scan
                    .as_ref()
                    .map(|scan| (known(scan), scan.series.calibration))
                {
                    Some((false, _)) => MeasurementValue::Voxels(length),
                    Some((_, Calibration::Detector | Calibration::Estimated(_))) => {
                        MeasurementValue::DetectorMillimetres(length)
                    }
                    _ => MeasurementValue::Millimetres(length),
                }
            }
            MeasurementShape::Angle {
                from_mm,
                apex_mm,
                to_mm,
            } => measure::angle_deg(from_mm, apex_mm, to_mm)
                .map_or(MeasurementValue::Nothing, MeasurementValue::Degrees),
            MeasurementShape::Probe { at_mm } => {
                let probed = scan.and_then(|scan| Some((scan.probe(at_mm)?, scan)));
                probed.map_or(MeasurementValue::Nothing, |(probe, scan)| {
                    if let Some(rgb) = scan.color(&probe) {
                        return MeasurementValue::Colour(rgb);
                    }
                    let differs = probe.stored.map(f64::from) != Some(probe.value);
                    let flat = scan.series.kind == SeriesKind::Image;
                    MeasurementValue::Grey {
                        value: probe.value,
                        unit: probe.unit,
                        interpolated: probe.interpolated,
                        stored: probe.stored.filter(|_| flat && differs),
                    }
                })
            }
        }
    }
}
