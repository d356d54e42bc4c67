//! A second scan beside the open one.

use super::convert::{Outcome, error, from_js, nothing_open, problem, to_js};
use super::open::{picked, series_id};
use super::views::{drawn, point};
use crate::compare::Beside;
use crate::later;
use crate::loading::is_complete;
use crate::workspace::{Mode, Workspace};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use viewer_wasm::series::SamePatient;
use viewer_wasm::view::ViewId;
use wasm_bindgen::prelude::*;

/// The second side, while it shows something.
pub(super) fn second(ws: Workspace) -> Option<Workspace> {
    let second = ws.compare.second.get_value()?;
    let shown = ws.mode.get_untracked() == Mode::Compare && second.scan.with_value(Option::is_some);
    shown.then_some(second)
}

/// Shows a series of the open drop, or files, beside the scan that is open; `null` ends that.
pub(super) async fn compare(ws: Workspace, beside: JsValue) -> Outcome {
    if beside.is_null() || beside.is_undefined() {
        if ws.mode.get_untracked() == Mode::Compare {
            ws.stop_comparing();
        }
        return drawn(ws).await;
    }
    if ws.scan.with_value(Option::is_none) {
        return Err(nothing_open());
    }
    let beside = if js_sys::Array::is_array(&beside) {
        Beside::Files(picked(&beside)?)
    } else {
        Beside::Series(series_id(ws, &beside)?)
    };
    let later = later::fetch()
        .await
        .map_err(|fault| error("not-available", &fault.sentence()))?;
    (later.compare)(ws, beside)
        .await
        .map_err(|found| problem(&found))?;
    if !second(ws).is_some_and(is_complete) {
        return Err(error("replaced", "Something else was shown meanwhile."));
    }
    drawn(ws).await
}

/// What is compared, and how; `null` while nothing is.
pub(super) fn comparison(ws: Workspace) -> Outcome {
    #[derive(Serialize)]
    struct Compared<'a> {
        id: Option<u32>,
        uid: &'a str,
        dims: [usize; 3],
        plane: &'a str,
        linked: bool,
        offset_mm: [f64; 3],
        alignment: &'a str,
        patients: &'a str,
        same_unit: bool,
        lengths_compare: bool,
    }
    let compare = ws.compare;
    let (Some(second), Some(pair)) = (second(ws), compare.pair.get_untracked()) else {
        return Ok(JsValue::NULL);
    };
    let Some(scan) = second.scan.get_value() else {
        return Ok(JsValue::NULL);
    };
    let open = |ws: Workspace| {
        ws.opened
            .with_value(|opened| opened.as_ref().map(std::rc::Rc::as_ptr))
    };
    to_js(&Compared {
        id: (open(ws) == open(second)).then_some(scan.id.0),
        uid: &scan.series.uid,
        dims: scan.series.geometry.dims,
        plane: compare.plane.get_untracked().name(),
        linked: compare.linked.get_untracked(),
        offset_mm: compare.offset_mm.get_untracked().to_array(),
        alignment: untrack(|| compare.alignment()).name(),
        patients: match pair.patient {
            SamePatient::Yes => "same",
            SamePatient::Unknown => "unknown",
            SamePatient::No => "different",
        },
        same_unit: pair.same_unit,
        lengths_compare: pair.lengths_compare,
    })
}

/// What `setComparison` may change; what is absent stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    plane: Option<String>,
    linked: Option<bool>,
    offset_mm: Option<[f64; 3]>,
}

pub(super) async fn set_comparison(ws: Workspace, partial: JsValue) -> Outcome {
    let change: Change = from_js(&partial)?;
    if second(ws).is_none() {
        return Err(error("not-available", "No second scan is on screen."));
    }
    let plane = change.plane.as_deref().map(|name| {
        ViewId::from_name(name)
            .filter(|id| ViewId::PLANES.contains(id))
            .ok_or_else(|| {
                error(
                    "bad-argument",
                    "plane is one of axial, coronal and sagittal.",
                )
            })
    });
    let (plane, offset_mm) = (plane.transpose()?, change.offset_mm.map(point).transpose()?);
    if let Some(plane) = plane {
        ws.compare.plane.set(plane);
    }
    if let Some(linked) = change.linked {
        ws.compare.linked.set(linked);
    }
    if let Some(offset_mm) = offset_mm {
        ws.align_with(offset_mm);
    }
    drawn(ws).await
}
