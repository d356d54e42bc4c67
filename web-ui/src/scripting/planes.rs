//! What the planes have together: their turn, linked zoom, cine.

use super::convert::{Outcome, error, from_js, nothing_open, to_js};
use super::views::drawn;
use crate::workspace::{Cine, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct SeenPlanes {
    /// Degrees about the patient's axes x, y, z.
    turns_deg: [f64; 3],
    perpendicular: bool,
    crosshair_mm: [f64; 3],
    link_zoom: bool,
    playing: bool,
    fps: f64,
    bounce: bool,
}

pub(super) fn planes(ws: Workspace) -> Outcome {
    let (turned, cine) = (untrack(|| ws.orientation()), ws.cine.get_untracked());
    to_js(&SeenPlanes {
        turns_deg: turned.turns_deg.to_array(),
        perpendicular: turned.perpendicular,
        crosshair_mm: ws.crosshair_mm.get_untracked().to_array(),
        link_zoom: ws.link_zoom.get_untracked(),
        playing: cine.playing,
        fps: cine.fps,
        bounce: cine.bounce,
    })
}

/// What is absent stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    turns_deg: Option<[f64; 3]>,
    crosshair_mm: Option<[f64; 3]>,
    link_zoom: Option<bool>,
    playing: Option<bool>,
    fps: Option<f64>,
    bounce: Option<bool>,
}

/// Resolves when the change is on screen.
pub(super) async fn set_planes(ws: Workspace, partial: JsValue) -> Outcome {
    if ws.scan.with_value(Option::is_none) {
        return Err(nothing_open());
    }
    let change: Change = from_js(&partial)?;
    let numbers = |wanted: Option<[f64; 3]>| match wanted.map(DVec3::from_array) {
        Some(numbers) if !numbers.is_finite() => Err(error(
            "bad-argument",
            "turns_deg and crosshair_mm are three numbers each.",
        )),
        numbers => Ok(numbers),
    };
    let (turns, crosshair) = (numbers(change.turns_deg)?, numbers(change.crosshair_mm)?);
    let (slowest, fastest) = Cine::FPS;
    if change
        .fps
        .is_some_and(|fps| !(slowest..=fastest).contains(&fps))
    {
        return Err(error("bad-argument", "fps is from 1 to 60."));
    }
    if let Some(crosshair) = crosshair {
        ws.set_crosshair(crosshair);
    }
    if let Some(turns) = turns {
        ws.set_turns(turns);
    }
    if let Some(link) = change.link_zoom {
        ws.link_zoom.set(link);
    }
    ws.cine.update(|cine| {
        cine.fps = change.fps.unwrap_or(cine.fps);
        cine.bounce = change.bounce.unwrap_or(cine.bounce);
    });
    match change.playing {
        Some(true) => ws.play_cine(),
        Some(false) => ws.stop_cine(),
        None => {}
    }
    drawn(ws).await
}
