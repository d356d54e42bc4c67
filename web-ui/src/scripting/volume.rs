//! The volume rendering, for scripts.

use super::convert::{Outcome, error, from_js, to_js};
use super::views::{point, set_tones};
use crate::workspace::Workspace;
use leptos::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};
use viewer_wasm::view::clip::CLIP_PLANES;
use viewer_wasm::view::{
    Clip, ClipPlane, ControlPoint, Inset, Rendering, StandardView, Tones, TransferFunction, ViewId,
    VolumePreset, VolumeView, Window,
};
use wasm_bindgen::prelude::*;

/// The view, as scripts see it. Beyond what all views have, names and shapes are the engine's.
#[derive(Serialize)]
struct Seen {
    center_mm: [f64; 3],
    /// Into the screen.
    normal: [f64; 3],
    up: [f64; 3],
    /// Per CSS pixel, at `center_mm`.
    mm_per_px: f64,
    window: Window,
    tones: Tones,
    slab_mm: f64,
    azimuth_deg: f64,
    elevation_deg: f64,
    /// `front`, `left`, ... while it looks exactly from there.
    standard: Option<&'static str>,
    /// From `center_mm` to the eye; `null` without perspective.
    eye_mm: Option<f64>,
    rendering: Rendering,
    /// `mip` while the rendering is `maximum`.
    preset: &'static str,
    /// Edited points of the transfer function.
    custom: Option<TransferFunction>,
    /// Points that are in use: those edited, or the preset's.
    points: TransferFunction,
    shift: f64,
    surface_value: f64,
    occlusion: f64,
    clip: Clip,
    /// Axial, coronal, sagittal; `null` where the plane is not shown inside.
    insets: [Option<Inset>; 3],
}

pub(super) fn view(ws: Workspace) -> Outcome {
    let view = ws.volume_view.get_untracked();
    let axes = view.axes();
    let angles = (view.azimuth_deg, view.elevation_deg);
    to_js(&Seen {
        center_mm: view.target_mm.to_array(),
        normal: axes.forward.to_array(),
        up: (-axes.down).to_array(),
        mm_per_px: view.mm_per_px,
        window: view.window,
        tones: ws.tones.get_untracked(),
        slab_mm: 0.0,
        azimuth_deg: view.azimuth_deg,
        elevation_deg: view.elevation_deg,
        standard: StandardView::ALL
            .into_iter()
            .find(|standard| standard.angles_deg() == angles)
            .map(StandardView::name),
        eye_mm: view.eye_mm,
        rendering: view.rendering,
        preset: match view.rendering {
            Rendering::Maximum => "mip",
            _ => view.preset.name(),
        },
        custom: view.custom,
        points: view.transfer_function(),
        shift: view.shift,
        surface_value: view.surface_value,
        occlusion: view.occlusion,
        clip: view.clip,
        insets: view.insets,
    })
}

/// What `setView` may change; what is absent stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    center_mm: Option<[f64; 3]>,
    mm_per_px: Option<f64>,
    window: Option<Window>,
    /// Of all views.
    tones: Option<Tones>,
    azimuth_deg: Option<f64>,
    elevation_deg: Option<f64>,
    standard: Option<String>,
    perspective: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    eye_mm: Option<Option<f64>>,
    preset: Option<String>,
    rendering: Option<String>,
    #[serde(default, deserialize_with = "given")]
    custom: Option<Option<Vec<ControlPoint>>>,
    shift: Option<f64>,
    surface_value: Option<f64>,
    occlusion: Option<f64>,
    #[serde(default, deserialize_with = "given")]
    clip: Option<Option<ClipChange>>,
    /// Names of planes.
    insets: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClipChange {
    low: Option<[f64; 3]>,
    high: Option<[f64; 3]>,
    planes: Option<Vec<Option<ClipPlane>>>,
}

/// Tells `null` from what is absent.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

fn bad(message: &str) -> JsValue {
    error("bad-argument", message)
}

/// Changes the view; nothing of it if a part is wrong.
pub(super) fn set_view(ws: Workspace, partial: &JsValue) -> Result<(), JsValue> {
    let change: Change = from_js(partial)?;
    let size = ws.cell_size(ViewId::Volume).get_untracked();
    let mut next = ws.volume_view.get_untracked();
    place_camera(&mut next, &change)?;
    if let Some(perspective) = change.perspective {
        next = next.with_perspective(perspective, size);
    }
    if let Some(eye_mm) = change.eye_mm {
        next.eye_mm = eye_mm
            .map(|eye_mm| finite(eye_mm).filter(|eye_mm| *eye_mm > 0.0))
            .map(|eye_mm| eye_mm.ok_or_else(|| bad("eye_mm is a positive number, or null.")))
            .transpose()?;
    }
    change_look(&mut next, &change)?;
    if let Some(clip) = change.clip {
        next.clip = match clip {
            Some(clip) => changed_clip(next.clip, clip)?,
            None => Clip::NONE,
        };
    }
    let insets = change.insets.map(named_planes).transpose()?;
    set_tones(ws, change.tones)?;
    ws.set_volume_view(next);
    if let Some(insets) = insets {
        ws.set_insets(insets);
    }
    Ok(())
}

fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

fn place_camera(view: &mut VolumeView, change: &Change) -> Result<(), JsValue> {
    if let Some(center) = change.center_mm {
        view.target_mm = point(center)?;
    }
    if let Some(name) = &change.standard {
        let standard = StandardView::ALL
            .into_iter()
            .find(|standard| standard.name() == name)
            .ok_or_else(|| {
                bad("A standard view is one of front, left, right, back, top and bottom.")
            })?;
        (view.azimuth_deg, view.elevation_deg) = standard.angles_deg();
    }
    let number = |wanted: Option<f64>, now: f64| wanted.and_then(finite).unwrap_or(now);
    view.azimuth_deg = number(change.azimuth_deg, view.azimuth_deg);
    view.elevation_deg = number(change.elevation_deg, view.elevation_deg).clamp(-90.0, 90.0);
    if let Some(mm_per_px) = change.mm_per_px {
        if !(mm_per_px.is_finite() && mm_per_px > 0.0) {
            return Err(bad("mm_per_px is a positive number."));
        }
        view.mm_per_px = mm_per_px;
    }
    Ok(())
}

fn change_look(view: &mut VolumeView, change: &Change) -> Result<(), JsValue> {
    if let Some(window) = change.window {
        view.window = Window::new(window.center, window.width);
    }
    if let Some(name) = &change.preset {
        if name == "mip" {
            view.rendering = Rendering::Maximum;
        } else {
            let preset = VolumePreset::from_name(name).ok_or_else(|| {
                bad("A preset is one of bone, teeth, teeth-nerve, soft-tissue, airway, skin and mip.")
            })?;
            *view = VolumeView {
                rendering: Rendering::Composite,
                ..view.with_preset(preset)
            };
        }
    }
    if let Some(name) = &change.rendering {
        view.rendering = Rendering::from_name(name)
            .ok_or_else(|| bad("A rendering is one of composite, surface, maximum and average."))?;
    }
    if let Some(custom) = &change.custom {
        view.custom = match custom {
            Some(points) if points.is_empty() || points.len() > TransferFunction::MAX_POINTS => {
                return Err(bad("A transfer function has 1 to 16 points."));
            }
            Some(points) => Some(TransferFunction::new(points.iter().copied())),
            None => None,
        };
    }
    let number = |wanted: Option<f64>, now: f64| wanted.and_then(finite).unwrap_or(now);
    view.shift = number(change.shift, view.shift);
    view.surface_value = number(change.surface_value, view.surface_value);
    view.occlusion = number(change.occlusion, view.occlusion).clamp(0.0, 1.0);
    Ok(())
}

fn changed_clip(clip: Clip, change: ClipChange) -> Result<Clip, JsValue> {
    let mut next = clip;
    if let Some(low) = change.low {
        next.low = point(low)?;
    }
    if let Some(high) = change.high {
        next.high = point(high)?;
    }
    if next.low.cmpge(next.high).any() {
        return Err(bad(
            "The box of clip is from low to high, each between 0 and 1.",
        ));
    }
    if let Some(planes) = change.planes {
        if planes.len() > CLIP_PLANES {
            return Err(bad("There are at most three clip planes."));
        }
        next.planes = [None; CLIP_PLANES];
        for (place, plane) in next.planes.iter_mut().zip(planes) {
            *place = plane.map(usable).transpose()?;
        }
    }
    Ok(next)
}

fn usable(plane: ClipPlane) -> Result<ClipPlane, JsValue> {
    let normal = plane.normal.try_normalize();
    match normal.filter(|_| plane.point_mm.is_finite()) {
        Some(normal) => Ok(ClipPlane { normal, ..plane }),
        None => Err(bad("A clip plane has a point_mm and a normal.")),
    }
}

fn named_planes(names: Vec<String>) -> Result<[bool; 3], JsValue> {
    let mut shown = [false; 3];
    for name in names {
        let at = ViewId::PLANES
            .into_iter()
            .position(|id| id.name() == name)
            .ok_or_else(|| bad("insets names axial, coronal and sagittal."))?;
        shown[at] = true;
    }
    Ok(shown)
}
