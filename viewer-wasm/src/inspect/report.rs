//! The names and shapes of the JSON.

use std::collections::HashMap;

use serde::Serialize;

use crate::intake::Rejection;
use crate::series::{Series, Warning, WarningCode};

use super::pixels::Pixels;

/// The whole answer.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What was read, the largest first.
    pub series: Vec<SeriesReport>,
    /// What was left out.
    pub rejected: Vec<Rejection>,
}

/// One series.
#[derive(Debug, Serialize)]
pub struct SeriesReport {
    /// _Series Instance UID_.
    pub uid: String,
    /// _Study Instance UID_.
    pub study_uid: String,
    /// _Series Description_.
    pub description: String,
    /// _Modality_.
    pub modality: String,
    /// Columns, rows, slices.
    pub dims: [usize; 3],
    /// Along row, column and slice direction.
    pub spacing_mm: [f64; 3],
    /// Whether these are millimetres.
    pub spacing_known: bool,
    /// Centre of the first voxel, LPS.
    pub origin_mm: [f64; 3],
    /// Unit vectors of row, column, slice.
    pub direction: [f64; 9],
    /// Names of the slices that exist, in order; `file#frame` (from 1) for multi-frame files.
    pub order: Vec<String>,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
    /// The files.
    pub instances: Vec<InstanceReport>,
}

/// One file.
#[derive(Debug, Serialize)]
pub struct InstanceReport {
    /// Path within what was given.
    pub file: String,
    /// _SOP Instance UID_.
    pub sop_instance_uid: String,
    /// _Transfer Syntax UID_.
    pub transfer_syntax: String,
    /// Rows.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Frames.
    pub frames: u32,
    /// _Bits Stored_.
    pub bits_stored: u16,
    /// Two's complement.
    pub signed: bool,
    /// Rescale of the first frame.
    pub slope: f64,
    /// Rescale of the first frame.
    pub intercept: f64,
    /// SHA-256 of all frames' stored values, little-endian in their allocated width, colour interleaved; 1-bit samples
    /// as bytes. `null` if a frame could not be decoded.
    pub sha256_pixels: Option<String>,
    /// Of the stored values.
    pub min: Option<f64>,
    /// Of the stored values.
    pub max: Option<f64>,
    /// Of the stored values.
    pub mean: Option<f64>,
    /// _Patient's Name_.
    pub patient_name: Option<String>,
}

impl SeriesReport {
    pub(super) fn new(series: &Series, decoded: &HashMap<String, Pixels>) -> Self {
        let mut warnings = series.warnings.clone();
        let failed: Vec<String> = series
            .instances
            .iter()
            .filter(|instance| {
                decoded
                    .get(&instance.file)
                    .is_some_and(|pixels| pixels.failure.is_some())
            })
            .map(|instance| instance.file.clone())
            .collect();
        if !failed.is_empty() {
            warnings.push(Warning::new(
                WarningCode::DecodeFailed,
                "Some frames could not be decoded.",
                failed,
            ));
        }
        let instances = series.instances.iter().map(|instance| {
            let attributes = &instance.attributes;
            let pixels = decoded.get(&instance.file);
            let of =
                |value: fn(&Pixels) -> f64| pixels.filter(|pixels| pixels.count > 0).map(value);
            let (slope, intercept) = attributes.per_frame.first().map_or((None, None), |frame| {
                (frame.rescale_slope, frame.rescale_intercept)
            });
            InstanceReport {
                file: instance.file.clone(),
                sop_instance_uid: instance.identity.sop_uid.clone().unwrap_or_default(),
                transfer_syntax: attributes.transfer_syntax.clone(),
                rows: attributes.rows,
                columns: attributes.columns,
                frames: attributes.frames,
                bits_stored: attributes.bits_stored,
                signed: attributes.signed,
                slope: slope.or(attributes.rescale_slope).unwrap_or(1.0),
                intercept: intercept.or(attributes.rescale_intercept).unwrap_or(0.0),
                sha256_pixels: pixels.and_then(|pixels| pixels.sha256.clone()),
                min: of(|pixels| pixels.min),
                max: of(|pixels| pixels.max),
                mean: of(|pixels| pixels.sum / pixels.count as f64),
                patient_name: instance.identity.patient_name.clone(),
            }
        });
        let order = series.slices.iter().map(|slice| {
            let instance = &series.instances[slice.instance];
            if instance.attributes.frames > 1 {
                format!("{}#{}", instance.file, slice.frame + 1)
            } else {
                instance.file.clone()
            }
        });
        Self {
            uid: series.uid.clone(),
            study_uid: series.study_uid.clone(),
            description: series.description.clone(),
            modality: series.modality.clone(),
            dims: series.geometry.dims,
            spacing_mm: series.geometry.spacing_mm,
            spacing_known: series.geometry.spacing_known,
            origin_mm: series.geometry.origin_mm,
            direction: series.geometry.direction,
            order: order.collect(),
            warnings,
            instances: instances.collect(),
        }
    }
}
