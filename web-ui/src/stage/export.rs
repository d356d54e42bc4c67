//! The pixels of a view at any multiple of its size: drawn anew, not scaled up, and part by part, so that the page stays
//! alive meanwhile.

use super::device::{not_shown, problem_of};
use super::drawn::Drawn;
use super::flat;
use crate::loading::pace::next_turn;
use crate::workspace::{Linked, UiProblem, Workspace};
use leptos::prelude::*;
use viewer_wasm::render::RenderError;
use viewer_wasm::view::{PlaneView, RgbaImage, Tones, ViewId, Window};

/// Pixels of a flat image that are drawn in one turn of the event loop.
const FLAT_PIXELS: u32 = 1 << 19;
/// The longest side of a picture of a flat image, as far as browsers' canvases go.
const FLAT_LIMIT: u32 = 16_384;

/// What a picture shows, to compare with what is on screen.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Seen {
    of: View,
    scan: u32,
}

#[derive(Clone, Copy, PartialEq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there are two of them, for as long as a picture is made"
)]
enum View {
    Drawn(Drawn),
    Flat {
        size: (u32, u32),
        image: PlaneView,
        window: Window,
        tones: Tones,
        table: Option<usize>,
    },
}

impl Seen {
    /// What is on screen now.
    ///
    /// # Errors
    /// `draw-failed` if the view is not.
    pub fn now(ws: Workspace, id: ViewId) -> Result<Self, UiProblem> {
        let of = if id == ViewId::Image {
            View::Flat {
                size: flat::size_px(ws)?,
                image: ws.image.get_untracked(),
                window: ws.window.get_untracked(),
                tones: ws.tones.get_untracked(),
                table: ws.voi_table.get_untracked(),
            }
        } else {
            let core = ws.surface.core();
            let drawn = core.next_state(id).ok_or(not_shown(id))?;
            View::Drawn(drawn.whatever_came())
        };
        Ok(Self {
            of,
            scan: ws.scan_generation.get_untracked(),
        })
    }

    /// # Errors
    /// `picture-changed` if the view shows something else by now: a picture of both, or with the lines of the other,
    /// would be wrong.
    pub fn check(&self, ws: Workspace, id: ViewId) -> Result<(), UiProblem> {
        if Self::now(ws, id).as_ref() == Ok(self) {
            Ok(())
        } else {
            Err(UiProblem::new("picture-changed"))
        }
    }
}

/// The pixels of a view as it is now, at `scale` times its size, in full quality. `progress` is told how much of them
/// is drawn, from 0 to 1.
///
/// # Errors
/// `draw-failed`, `no-gpu`, `gpu-lost`, `picture-too-large`, `picture-changed`.
pub(super) async fn pixels(
    ws: Workspace,
    id: ViewId,
    scale: u32,
    progress: &dyn Fn(f64),
) -> Result<(RgbaImage, Seen), UiProblem> {
    if id == ViewId::Image {
        return flat_pixels(ws, scale, progress).await;
    }
    let losses = ws.surface.losses();
    match drawn_pixels(ws, id, scale, progress).await {
        // What was to be read went with its device: once more from the next one.
        Err(_) if ws.surface.core().is_lost_since(losses).await => {
            drawn_pixels(ws, id, scale, progress).await
        }
        read => read,
    }
}

async fn drawn_pixels(
    ws: Workspace,
    id: ViewId,
    scale: u32,
    progress: &dyn Fn(f64),
) -> Result<(RgbaImage, Seen), UiProblem> {
    let core = ws.surface.core();
    core.recovered().await;
    let (mut export, seen) = {
        let mut place = core.lock_renderer().await;
        let renderer = place.as_mut().ok_or(UiProblem::new("no-gpu"))?;
        core.measure_cells(renderer);
        let seen = Seen::now(ws, id)?;
        let View::Drawn(drawn) = seen.of else {
            return Err(not_shown(id));
        };
        let (state, width, height) = drawn.enlarged(scale);
        let export = renderer
            .begin_export(state, width, height)
            .map_err(|error| problem(&error))?;
        (export, seen)
    };
    let read = loop {
        let mut place = core.lock_renderer().await;
        let renderer = place.as_mut().ok_or(UiProblem::new("gpu-lost"))?;
        seen.check(ws, id)?;
        if !renderer.draw_export(&mut export) {
            break renderer.read_export(&export);
        }
        let finished = renderer.finish();
        drop(place);
        finished.await;
        progress(export.drawn());
    };
    let image = read.await.map_err(|error| problem(&error))?;
    // What is drawn over the pixels belongs to them.
    ws.linked.set(Linked::now(ws));
    ws.volume_seen.set(ws.volume_view.get_untracked());
    Ok((image, seen))
}

async fn flat_pixels(
    ws: Workspace,
    scale: u32,
    progress: &dyn Fn(f64),
) -> Result<(RgbaImage, Seen), UiProblem> {
    let seen = Seen::now(ws, ViewId::Image)?;
    let (width, height) = flat::size_px(ws)?;
    let (width, height) = (width * scale, height * scale);
    if width.max(height) > FLAT_LIMIT {
        return Err(problem(&RenderError::PictureTooLarge {
            width,
            height,
            limit: FLAT_LIMIT,
        }));
    }
    let mut image = RgbaImage::new(width, height);
    let rows = (FLAT_PIXELS / width).max(1);
    for from in (0..height).step_by(rows as usize) {
        if from > 0 {
            progress(f64::from(from) / f64::from(height));
            next_turn().await;
            seen.check(ws, ViewId::Image)?;
        }
        flat::draw_rows(ws, &mut image, from..(from + rows).min(height))?;
    }
    Ok((image, seen))
}

fn problem(error: &RenderError) -> UiProblem {
    match error {
        RenderError::PictureTooLarge {
            width,
            height,
            limit,
        } => UiProblem::with_detail("picture-too-large", format!("{width} × {height} > {limit}")),
        _ => problem_of(error),
    }
}

/// Size in pixels of a view's picture; `None` while it is not on screen.
pub(crate) fn size_px(ws: Workspace, id: ViewId, scale: u32) -> Option<(u32, u32)> {
    let (width, height) = match Seen::now(ws, id).ok()?.of {
        View::Flat { size, .. } => size,
        View::Drawn(drawn) => {
            let (_, width, height) = drawn.enlarged(1);
            (width, height)
        }
    };
    Some((width * scale, height * scale))
}
