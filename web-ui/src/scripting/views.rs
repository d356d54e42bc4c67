//! Modes, views, frames, snapshots.

use super::convert::{Outcome, error, from_js, nothing_open, problem, to_js, view_id};
use super::volume;
use crate::loading::pace::now_ms;
use crate::stage::{Quality, VolumeShown, flat, snapshot as picture};
use crate::workspace::{Mode, SliceGrid, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use viewer_wasm::render::Fold;
use viewer_wasm::view::{Interpolation, Ordinal, PlaneView, SlabMode, Tones, ViewId, Window};
use wasm_bindgen::prelude::*;

pub(super) async fn set_mode(ws: Workspace, name: JsValue) -> Outcome {
    let name = name.as_string().unwrap_or_default();
    let mode = Mode::from_name(&name).ok_or_else(|| match name.as_str() {
        "pano" => error(
            "not-available",
            &format!("The mode {name} does not exist yet."),
        ),
        _ => error(
            "bad-argument",
            "A mode is one of mpr, volume, grid, compare and image.",
        ),
    })?;
    let flat = untrack(|| ws.active_image()).is_some();
    if flat != (mode == Mode::Image) {
        return Err(error(
            "not-available",
            if flat {
                "The series on screen is an image, which has the mode image alone."
            } else {
                "The series on screen is no flat image."
            },
        ));
    }
    if mode == Mode::Compare {
        ws.start_comparing();
    } else {
        ws.maximised.set(None);
        ws.mode.set(mode);
    }
    drawn(ws).await
}

pub(super) fn mode(ws: Workspace) -> Outcome {
    Ok(JsValue::from_str(ws.mode.get_untracked().name()))
}

/// Resolves when the change is on screen.
pub(super) async fn drawn(ws: Workspace) -> Outcome {
    // The layout follows a signal in its own time; the frame after it has the new one.
    crate::loading::pace::next_frame().await;
    ws.surface.settle(Quality::Still).await;
    if let Some(second) = super::compare::second(ws) {
        second.surface.settle(Quality::Still).await;
    }
    if untrack(|| ws.active_image()).is_some() {
        flat::draw(ws).map_err(|found| problem(&found))?;
    }
    Ok(JsValue::UNDEFINED)
}

/// A view of what is open, by name. An image has one view, which scripts that know planes alone find as `axial`.
/// `compare` is the view of a second scan, which has a workspace of its own.
fn shown_view(ws: Workspace, name: &JsValue) -> Result<(Workspace, ViewId), JsValue> {
    if name.as_string().as_deref() == Some("compare") {
        return super::compare::second(ws)
            .map(|second| (second, ws.compare.plane.get_untracked()))
            .ok_or_else(|| error("not-available", "No second scan is on screen."));
    }
    let id = view_id(name)?;
    if ws.scan.with_value(Option::is_none) {
        return Err(nothing_open());
    }
    match (id, untrack(|| ws.active_image()).is_some()) {
        (ViewId::Image | ViewId::Axial, true) => Ok((ws, ViewId::Image)),
        (ViewId::Image, false) | (_, true) => Err(error(
            "not-available",
            &format!("The series on screen has no view {}.", id.name()),
        )),
        _ => Ok((ws, id)),
    }
}

/// A view, as scripts see it.
#[derive(Serialize)]
struct SeenView {
    center_mm: [f64; 3],
    /// Into the screen.
    normal: [f64; 3],
    up: [f64; 3],
    /// Per CSS pixel.
    mm_per_px: f64,
    window: Window,
    tones: Tones,
    slab_mm: f64,
    /// Planes and the grid.
    #[serde(skip_serializing_if = "Option::is_none")]
    slab_mode: Option<SlabMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interpolation: Option<Interpolation>,
    /// Planes: which of how many layers, and whether those are the stored ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    ordinal: Option<Ordinal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grid: Option<SeenGrid>,
    /// Which frame of a flat image, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<usize>,
}

/// The grid's own, as scripts see it.
#[derive(Serialize)]
struct SeenGrid {
    plane: &'static str,
    columns: u32,
    rows: u32,
    spacing_mm: f64,
}

fn seen_plane(ws: Workspace, plane: &PlaneView) -> SeenView {
    SeenView {
        center_mm: plane.center_mm.to_array(),
        normal: plane.normal().to_array(),
        up: (-plane.down).to_array(),
        mm_per_px: plane.mm_per_px,
        window: ws.window.get_untracked(),
        tones: ws.tones.get_untracked(),
        slab_mm: plane.slab_mm,
        slab_mode: Some(plane.slab_mode),
        interpolation: Some(plane.interpolation),
        ordinal: None,
        grid: None,
        frame: untrack(|| ws.image_frame()).map(|(at, _)| at),
    }
}

pub(super) fn view(ws: Workspace, name: &JsValue) -> Outcome {
    let (ws, id) = shown_view(ws, name)?;
    to_js(&match ws.plane(id) {
        Some(plane) => {
            let plane = plane.get_untracked();
            let geometry = untrack(|| ws.geometry()).filter(|_| id != ViewId::Image);
            SeenView {
                ordinal: geometry.map(|geometry| plane.ordinal(&geometry)),
                ..seen_plane(ws, &plane)
            }
        }
        None if id == ViewId::Grid => {
            let (view, grid) = (untrack(|| ws.grid_view()), ws.grid.get_untracked());
            SeenView {
                grid: Some(SeenGrid {
                    plane: grid.of.name(),
                    columns: grid.columns,
                    rows: grid.rows,
                    spacing_mm: grid.spacing_mm,
                }),
                ..seen_plane(ws, &view.first)
            }
        }
        None => return volume::view(ws),
    })
}

/// What `setView` may change; what is absent stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    center_mm: Option<[f64; 3]>,
    /// Both together, perpendicular, in any length.
    normal: Option<[f64; 3]>,
    up: Option<[f64; 3]>,
    mm_per_px: Option<f64>,
    window: Option<Window>,
    /// Of all views.
    tones: Option<Tones>,
    slab_mm: Option<f64>,
    slab_mode: Option<SlabMode>,
    interpolation: Option<Interpolation>,
    /// The grid.
    plane: Option<String>,
    columns: Option<u32>,
    rows: Option<u32>,
    spacing_mm: Option<f64>,
    /// A flat image.
    frame: Option<usize>,
}

/// Resolves when the change is on screen.
pub(super) async fn set_view(ws: Workspace, name: JsValue, partial: JsValue) -> Outcome {
    let first = ws;
    let (ws, id) = shown_view(ws, &name)?;
    if id == ViewId::Volume {
        volume::set_view(ws, &partial)?;
        return drawn(first).await;
    }
    let change: Change = from_js(&partial)?;
    if change
        .mm_per_px
        .is_some_and(|size| !(size.is_finite() && size > 0.0))
    {
        return Err(error("bad-argument", "mm_per_px is a positive number."));
    }
    match ws.plane(id) {
        Some(plane) => ws.set_plane(id, changed_plane(plane.get_untracked(), &change)?),
        None => change_grid(ws, &change)?,
    }
    if let Some(frame) = change.frame {
        if id != ViewId::Image {
            return Err(error("bad-argument", "frame belongs to the image."));
        }
        ws.show_frame(frame);
    }
    set_tones(ws, change.tones)?;
    if let Some(window) = change.window {
        ws.set_window(window);
    }
    drawn(first).await
}

/// Changes the tones of all views.
pub(super) fn set_tones(ws: Workspace, tones: Option<Tones>) -> Result<(), JsValue> {
    let (least, most) = Tones::GAMMA_RANGE;
    match tones {
        Some(tones) if !(least..=most).contains(&tones.gamma) => {
            Err(error("bad-argument", "gamma is a number from 0.2 to 5."))
        }
        Some(tones) => {
            ws.tones.set(tones);
            Ok(())
        }
        None => Ok(()),
    }
}

/// Plane, layout and spacing place the slices around the crosshair; `center_mm`, the middle of the first tile, moves them.
fn change_grid(ws: Workspace, change: &Change) -> Result<(), JsValue> {
    if change.normal.is_some() || change.up.is_some() {
        return Err(error("bad-argument", "The grid is turned as its plane is."));
    }
    if change.slab_mm.is_some() || change.slab_mode.is_some() || change.interpolation.is_some() {
        return Err(error("bad-argument", "The grid is drawn as its plane is."));
    }
    let of = match &change.plane {
        None => None,
        Some(name) => {
            let id = ViewId::from_name(name).filter(|id| ViewId::PLANES.contains(id));
            Some(id.ok_or_else(|| {
                error(
                    "bad-argument",
                    "plane is one of axial, coronal and sagittal.",
                )
            })?)
        }
    };
    let counts = [change.columns, change.rows];
    if counts
        .into_iter()
        .flatten()
        .any(|n| !(1..=SliceGrid::MOST).contains(&n))
    {
        return Err(error("bad-argument", "columns and rows are from 1 to 8."));
    }
    let (least, most) = SliceGrid::SPACING_MM;
    if change
        .spacing_mm
        .is_some_and(|mm| !(least..=most).contains(&mm))
    {
        return Err(error("bad-argument", "spacing_mm is from 0.1 to 20."));
    }
    let center = change.center_mm.map(point).transpose()?;
    ws.change_grid(|grid| {
        grid.of = of.unwrap_or(grid.of);
        grid.columns = change.columns.unwrap_or(grid.columns);
        grid.rows = change.rows.unwrap_or(grid.rows);
        grid.spacing_mm = change.spacing_mm.unwrap_or(grid.spacing_mm);
    });
    ws.grid.update(|grid| {
        grid.center_mm = center.unwrap_or(grid.center_mm);
        grid.mm_per_px = change.mm_per_px.unwrap_or(grid.mm_per_px);
    });
    Ok(())
}

/// What only the grid has.
fn has_grid_parts(change: &Change) -> bool {
    change.plane.is_some()
        || change.columns.is_some()
        || change.rows.is_some()
        || change.spacing_mm.is_some()
}

fn changed_plane(plane: PlaneView, change: &Change) -> Result<PlaneView, JsValue> {
    if has_grid_parts(change) {
        return Err(error(
            "bad-argument",
            "plane, columns, rows and spacing_mm belong to the grid.",
        ));
    }
    let mut next = plane;
    if let Some(center) = change.center_mm {
        next.center_mm = point(center)?;
    }
    match (change.normal, change.up) {
        (None, None) => {}
        (Some(normal), Some(up)) => {
            let normal = point(normal)?.try_normalize();
            let up = point(up)?.try_normalize();
            let (Some(normal), Some(up)) = (normal, up) else {
                return Err(error("bad-argument", "normal and up are directions."));
            };
            if normal.dot(up).abs() > 1e-6 {
                return Err(error("bad-argument", "normal and up are perpendicular."));
            }
            next.down = -up;
            // right × down = normal
            next.right = next.down.cross(normal).normalize();
        }
        _ => return Err(error("bad-argument", "normal and up are given together.")),
    }
    next.mm_per_px = change.mm_per_px.unwrap_or(next.mm_per_px);
    next.slab_mm = change
        .slab_mm
        .filter(|slab| slab.is_finite())
        .map_or(next.slab_mm, |slab| slab.max(0.0));
    next.slab_mode = change.slab_mode.unwrap_or(next.slab_mode);
    next.interpolation = change.interpolation.unwrap_or(next.interpolation);
    Ok(next)
}

/// Three numbers, LPS.
pub(super) fn point(xyz: [f64; 3]) -> Result<DVec3, JsValue> {
    let point = DVec3::from_array(xyz);
    if point.is_finite() {
        Ok(point)
    } else {
        Err(error("bad-argument", "A position is three numbers."))
    }
}

pub(super) async fn frame(ws: Workspace, name: JsValue) -> Outcome {
    let (ws, id) = shown_view(ws, &name)?;
    if id == ViewId::Image {
        let began = now_ms();
        return flat::draw(ws)
            .map(|()| JsValue::from_f64(now_ms() - began))
            .map_err(|found| problem(&found));
    }
    ws.surface
        .frame(id)
        .await
        .map(JsValue::from_f64)
        .map_err(|found| problem(&found))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SnapshotOptions {
    overlay: Option<bool>,
    scale: Option<u32>,
}

/// The largest enlargement of a snapshot.
const MOST_SCALE: u32 = 8;

pub(super) async fn snapshot(ws: Workspace, name: JsValue, options: JsValue) -> Outcome {
    let options: SnapshotOptions = from_js(&options)?;
    let (ws, id) = shown_view(ws, &name)?;
    let scale = options.scale.unwrap_or(1);
    if !(1..=MOST_SCALE).contains(&scale) {
        return Err(error(
            "bad-argument",
            "A scale is a whole number from 1 to 8.",
        ));
    }
    picture::snapshot(ws, id, options.overlay.unwrap_or(true), scale, &|_| {})
        .await
        .map(JsValue::from)
        .map_err(|found| problem(&found))
}

pub(super) fn renderer(ws: Workspace) -> Outcome {
    #[derive(Serialize)]
    struct Facts<'a> {
        tier: &'a str,
        adapter: &'a str,
        texture_format: &'a str,
        bricks: usize,
        held: Option<Held>,
        /// Of the second scan.
        held_beside: Option<Held>,
        /// What draws planes along the volume's axes: `processor` or `device`.
        planes: &'a str,
        draws: Draws,
        volume: VolumeShown,
    }
    /// How the volume lies in textures.
    #[derive(Serialize)]
    struct Held {
        textures: usize,
        texture_size: [usize; 3],
        pieces: [usize; 3],
        bytes: usize,
    }
    #[derive(Serialize)]
    struct Draws {
        axial: u32,
        coronal: u32,
        sagittal: u32,
        volume: u32,
        grid: u32,
        compare: u32,
    }
    impl From<Fold> for Held {
        fn from(fold: Fold) -> Self {
            Self {
                textures: fold.textures,
                texture_size: fold.texture_size(),
                pieces: fold.pieces,
                bytes: fold.texels() * 2,
            }
        }
    }
    let second = ws.compare.second.get_value();
    let draws = |id| ws.surface.draws(id);
    let facts = ws.surface.facts().ok_or_else(|| {
        error(
            "no-gpu",
            "There is no graphics device, or it is not up yet.",
        )
    })?;
    to_js(&Facts {
        tier: facts.tier.name(),
        adapter: &facts.adapter,
        texture_format: facts.texture_format,
        bricks: facts.bricks,
        held: facts.held.map(Held::from),
        held_beside: second
            .and_then(|second| second.surface.facts()?.held)
            .map(Held::from),
        planes: facts.planes.name(),
        draws: Draws {
            axial: draws(ViewId::Axial),
            coronal: draws(ViewId::Coronal),
            sagittal: draws(ViewId::Sagittal),
            volume: draws(ViewId::Volume),
            grid: draws(ViewId::Grid),
            compare: second.map_or(0, |second| {
                ViewId::PLANES
                    .map(|id| second.surface.draws(id))
                    .iter()
                    .sum()
            }),
        },
        volume: ws.surface.volume_shown(),
    })
}
