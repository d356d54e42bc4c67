//! Opening, listing, showing, saving, sharing.

use super::convert::{Outcome, error, from_js, nothing_open, problem, to_js};
use crate::loading::picked::from_file;
use crate::stage::Quality;
use crate::workspace::{PickedFile, SeriesEntry, SeriesId, ShareOptions, Workspace};
use js_sys::{Array, Reflect};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use viewer_wasm::intake::Rejection;
use viewer_wasm::series::Warning;
use wasm_bindgen::prelude::*;

/// Voxels on a side of the phantom, where none is asked for.
const DEMO_SIZE: usize = 256;

/// A series, as scripts see it.
#[derive(Serialize)]
struct ListedSeries<'a> {
    id: u32,
    uid: &'a str,
    description: &'a str,
    modality: &'a str,
    patient: usize,
    dims: [usize; 3],
    spacing_mm: [f64; 3],
    spacing_known: bool,
    origin_mm: [f64; 3],
    direction: [f64; 9],
    warnings: &'a [Warning],
    rejected: &'a [Rejection],
}

pub(super) async fn open_files(ws: Workspace, files: JsValue) -> Outcome {
    ws.open_files(picked(&files)?, false).await;
    opened(ws)
}

/// A list of `File` objects.
pub(super) fn picked(files: &JsValue) -> Result<Vec<PickedFile>, JsValue> {
    Array::from(files)
        .iter()
        .map(|file| file.dyn_into::<web_sys::File>().map(from_file))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| error("bad-argument", "Files are a list of File objects."))
}

pub(super) async fn open_demo(ws: Workspace, size: JsValue) -> Outcome {
    let size = size.as_f64().map_or(DEMO_SIZE, |size| size as usize);
    ws.open_demo(size).await;
    opened(ws)
}

/// The list after opening; an error when nothing could be read. What was left out is on the list as `rejected`.
fn opened(ws: Workspace) -> Outcome {
    match ws.problem.get_untracked() {
        Some(found) if found.code == "nothing-readable" => {
            let failure = problem(&found);
            let rejected = ws.rejected.with_untracked(to_js)?;
            Reflect::set(&failure, &JsValue::from_str("rejected"), &rejected)?;
            Err(failure)
        }
        _ => series(ws),
    }
}

pub(super) fn series(ws: Workspace) -> Outcome {
    let Some(opened) = ws.opened.get_value() else {
        return Ok(Array::new().into());
    };
    ws.rejected.with_untracked(|rejected| {
        ws.series.with_untracked(|list| {
            let listed: Vec<_> = list
                .iter()
                .filter_map(|entry: &SeriesEntry| {
                    let geometry = &opened.series(entry.id)?.geometry;
                    Some(ListedSeries {
                        id: entry.id.0,
                        uid: &entry.uid,
                        description: &entry.description,
                        modality: &entry.modality,
                        patient: entry.patient_number,
                        dims: entry.dims,
                        spacing_mm: entry.spacing_mm,
                        spacing_known: entry.spacing_known,
                        origin_mm: geometry.origin_mm,
                        direction: geometry.direction,
                        warnings: &entry.warnings,
                        rejected,
                    })
                })
                .collect();
            to_js(&listed)
        })
    })
}

/// A series of what is open.
pub(super) fn series_id(ws: Workspace, id: &JsValue) -> Result<SeriesId, JsValue> {
    let id = id
        .as_f64()
        .filter(|id| id.fract() == 0.0 && *id >= 0.0)
        .map(|id| SeriesId(id as u32));
    let known = |id: &SeriesId| {
        ws.series
            .with_untracked(|list| list.iter().any(|entry| entry.id == *id))
    };
    id.filter(known)
        .ok_or_else(|| error("bad-argument", "There is no series with this id."))
}

/// Resolves when the volume is complete and every visible view has drawn it.
pub(super) async fn show(ws: Workspace, id: JsValue) -> Outcome {
    let id = series_id(ws, &id)?;
    ws.choosing_patient.set(false);
    ws.show(id).await;
    if let Some(found) = ws.problem.get_untracked() {
        return Err(problem(&found));
    }
    if ws.active.get_untracked() != Some(id) || !crate::loading::is_complete(ws) {
        return Err(error("replaced", "Something else was opened meanwhile."));
    }
    if untrack(|| ws.active_image()).is_some() {
        return super::views::drawn(ws).await;
    }
    ws.surface.settle(Quality::Still).await;
    Ok(JsValue::UNDEFINED)
}

pub(super) fn timings(ws: Workspace) -> Outcome {
    #[derive(Serialize)]
    struct Milliseconds {
        first_image: Option<f64>,
        volume_ready: Option<f64>,
        first_volume_rendering: Option<f64>,
    }
    let timings = ws.timings.get_untracked();
    to_js(&Milliseconds {
        first_image: timings.first_image,
        volume_ready: timings.volume_ready,
        first_volume_rendering: timings.first_volume_rendering,
    })
}

pub(super) async fn save(ws: Workspace) -> Outcome {
    if ws.scan.with_value(Option::is_none) {
        return Err(nothing_open());
    }
    let hook = ws
        .save_hook()
        .ok_or_else(|| error("not-available", "Saving is not ready in this page."))?;
    hook()
        .await
        .map(JsValue::from)
        .map_err(|found| problem(&found))
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ShareArguments {
    expires_hours: Option<u32>,
    password: Option<String>,
    include_identity: bool,
    max_opens: Option<u32>,
}

pub(super) async fn share(ws: Workspace, options: JsValue) -> Outcome {
    #[derive(Serialize)]
    struct Made {
        url: String,
        id: String,
    }
    if ws.scan.with_value(Option::is_none) {
        return Err(nothing_open());
    }
    let arguments: ShareArguments = from_js(&options)?;
    let hook = ws
        .share_hook()
        .ok_or_else(|| error("not-available", "Sharing is not ready in this page."))?;
    let options = ShareOptions {
        expires_hours: arguments.expires_hours,
        password: arguments.password,
        include_identity: arguments.include_identity,
        max_opens: arguments.max_opens,
    };
    let made = hook(options).await.map_err(|found| problem(&found))?;
    to_js(&Made {
        url: made.url,
        id: made.id,
    })
}
