//! Probes and measurements.

use super::convert::{Outcome, error, from_js, nothing_open, to_js};
use crate::workspace::{Measurement, MeasurementShape, MeasurementValue, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use viewer_wasm::view::ViewId;
use viewer_wasm::volume::Probe;
use wasm_bindgen::prelude::*;

pub(super) fn probe(ws: Workspace, point: &JsValue) -> Outcome {
    let point: [f64; 3] = from_js(point)?;
    let scan = ws.scan.get_value().ok_or_else(nothing_open)?;
    scan.probe(DVec3::from_array(point))
        .map_or(Ok(JsValue::NULL), |probe| {
            let rgb = scan.color(&probe);
            to_js(&Probed { probe, rgb })
        })
}

#[derive(Serialize)]
struct Probed {
    #[serde(flatten)]
    probe: Probe,
    /// Of a flat image in colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    rgb: Option<[u8; 3]>,
}

/// A measurement, as scripts see it.
#[derive(Serialize)]
struct Listed {
    id: u32,
    kind: &'static str,
    view: &'static str,
    points_mm: Vec<[f64; 3]>,
    /// `null` where there is none: a probe outside the volume, or of a colour.
    value: Option<f64>,
    /// `mm`, `voxels` (when millimetres are not known; `pixels` on an image), `deg`, `HU` or `GV`.
    unit: Option<&'static str>,
    /// The millimetres are those at the detector.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    at_detector: bool,
    /// What a probe of an image in colour found.
    #[serde(skip_serializing_if = "Option::is_none")]
    rgb: Option<[u8; 3]>,
}

fn listed(ws: Workspace, measurement: &Measurement) -> Listed {
    let measured = untrack(|| ws.measured(&measurement.shape));
    let (value, unit) = match measured {
        MeasurementValue::Millimetres(value) | MeasurementValue::DetectorMillimetres(value) => {
            (Some(value), Some("mm"))
        }
        MeasurementValue::Voxels(value) if measurement.view == ViewId::Image => {
            (Some(value), Some("pixels"))
        }
        MeasurementValue::Voxels(value) => (Some(value), Some("voxels")),
        MeasurementValue::Degrees(value) => (Some(value), Some("deg")),
        MeasurementValue::Grey { value, unit, .. } => (Some(value), Some(unit.name())),
        MeasurementValue::Colour(_) | MeasurementValue::Nothing => (None, None),
    };
    Listed {
        id: measurement.id,
        kind: measurement.shape.name(),
        view: measurement.view.name(),
        points_mm: measurement
            .shape
            .points_mm()
            .into_iter()
            .map(|point| point.to_array())
            .collect(),
        value,
        unit,
        at_detector: matches!(measured, MeasurementValue::DetectorMillimetres(_)),
        rgb: match measured {
            MeasurementValue::Colour(rgb) => Some(rgb),
            _ => None,
        },
    }
}

pub(super) fn list(ws: Workspace) -> Outcome {
    let listed: Vec<_> = ws.measurements.with_untracked(|list| {
        list.iter()
            .map(|measurement| listed(ws, measurement))
            .collect()
    });
    to_js(&listed)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    kind: String,
    points_mm: Vec<[f64; 3]>,
    view: Option<String>,
}

pub(super) fn add(ws: Workspace, measurement: &JsValue) -> Outcome {
    if ws.scan.with_value(Option::is_none) {
        return Err(nothing_open());
    }
    let wanted: Wanted = from_js(measurement)?;
    let points: Vec<DVec3> = wanted
        .points_mm
        .iter()
        .copied()
        .map(DVec3::from_array)
        .collect();
    if !points.iter().all(|point| point.is_finite()) {
        return Err(error("bad-argument", "A position is three numbers."));
    }
    let shape = match (wanted.kind.as_str(), points.as_slice()) {
        ("length", &[from_mm, to_mm]) => MeasurementShape::Length { from_mm, to_mm },
        ("angle", &[from_mm, apex_mm, to_mm]) => MeasurementShape::Angle {
            from_mm,
            apex_mm,
            to_mm,
        },
        ("probe", &[at_mm]) => MeasurementShape::Probe { at_mm },
        ("length" | "angle" | "probe", _) => {
            return Err(error(
                "bad-argument",
                "A length has two points, an angle three, a probe one.",
            ));
        }
        (kind, _) => {
            return Err(error(
                "not-available",
                &format!("There is no measurement of the kind {kind} yet."),
            ));
        }
    };
    let flat = untrack(|| ws.active_image()).is_some();
    let view = match wanted.view.as_deref().map(ViewId::from_name) {
        None | Some(Some(ViewId::Axial | ViewId::Image)) if flat => ViewId::Image,
        None => ViewId::Axial,
        Some(Some(view)) if ViewId::PLANES.contains(&view) && !flat => view,
        Some(_) => {
            return Err(error(
                "bad-argument",
                "A measurement is on axial, coronal or sagittal, or on the image.",
            ));
        }
    };
    let id = ws.add_measurement(view, shape);
    to_js(&listed(ws, &Measurement { id, view, shape }))
}
