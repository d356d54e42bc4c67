//! The view of a flat image: drawn on the CPU, on a canvas in its cell, when something changed and at most once a frame.

use super::device::not_shown;
use super::layout::device_scale;
use super::snapshot::put_image;
use crate::loading::pace::{error_text, next_frame};
use crate::workspace::{UiProblem, Workspace};
use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::collections::HashMap;
use std::ops::Range;
use viewer_wasm::flat::{self, Pixels};
use viewer_wasm::view::{PlaneView, RgbaImage, ViewId};
use viewer_wasm::volume::Volume;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlCanvasElement;

/// The colours of an image's frames, and the pixels of the frame that is looked at.
#[derive(Default)]
pub struct FlatFrames {
    /// Red, green and blue, by frame; outside the module's memory.
    rgb: HashMap<usize, ArrayBuffer>,
    /// The frame that is looked at, in the module's memory.
    near: Option<(usize, Near)>,
}

enum Near {
    /// Bits of stored values.
    Grey(Vec<u16>),
    Rgb(Vec<u8>),
}

impl FlatFrames {
    /// Keeps a frame's colours, if it has any.
    pub(crate) fn keep(&mut self, k: usize, rgb: Option<ArrayBuffer>) {
        if let Some(rgb) = rgb {
            self.rgb.insert(k, rgb);
        }
    }

    /// A frame's red, green and blue, if it has colours.
    pub(crate) fn rgb(&self, k: usize) -> Option<ArrayBuffer> {
        self.rgb.get(&k).cloned()
    }

    /// Red, green and blue of pixel `at` of frame `k`; `None` of a grey image.
    pub(crate) fn color(&self, k: usize, at: usize) -> Option<[u8; 3]> {
        let rgb = Uint8Array::new(self.rgb.get(&k)?);
        let part = |n: usize| rgb.get_index((at * 3 + n) as u32);
        Some([part(0), part(1), part(2)])
    }

    /// The pixels of frame `k`; `None` while it is not there.
    fn near(&mut self, k: usize, volume: &Volume) -> Option<&Near> {
        if self.near.as_ref().is_none_or(|(at, _)| *at != k) {
            let pixels = match self.rgb.get(&k) {
                Some(rgb) => Near::Rgb(Uint8Array::new(rgb).to_vec()),
                None => {
                    let slice = volume.slice(k)?;
                    let mut bits = vec![0; slice.len()];
                    slice.copy_to_i16_bits(&mut bits);
                    Near::Grey(bits)
                }
            };
            self.near = Some((k, pixels));
        }
        self.near.as_ref().map(|(_, pixels)| pixels)
    }
}

/// The canvas, to stand first in the image's cell.
#[component]
pub fn FlatCanvas() -> impl IntoView {
    let ws = Workspace::current();
    let asked = StoredValue::new(false);
    Effect::new(move |_| {
        ws.image.track();
        ws.window.track();
        ws.voi_table.track();
        ws.tones.track();
        ws.flat_content.track();
        ws.scan_generation.track();
        ws.cell_size(ViewId::Image).track();
        if asked.get_value() {
            return;
        }
        asked.set_value(true);
        spawn_local(async move {
            next_frame().await;
            asked.try_set_value(false);
            // Not on screen, or its frame not there yet: whatever changes that asks again.
            let _ = draw(ws);
        });
    });
    view! { <canvas class="flat-canvas"></canvas> }
}

/// Draws the image now, on its canvas.
///
/// # Errors
/// `draw-failed` when it is not on screen, its frame is not there, or the browser has no canvas for it.
pub(crate) fn draw(ws: Workspace) -> Result<(), UiProblem> {
    let picture = picture(ws)?;
    let canvas = ws
        .surface
        .cell(ViewId::Image)
        .and_then(|cell| cell.query_selector("canvas").ok().flatten())
        .and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok())
        .ok_or(not_shown(ViewId::Image))?;
    put_image(&canvas, &picture)
        .map_err(|error| UiProblem::with_detail("draw-failed", error_text(&error)))
}

/// The pixels of the view as it is now.
///
/// # Errors
/// As [`draw`].
fn picture(ws: Workspace) -> Result<RgbaImage, UiProblem> {
    let (width, height) = size_px(ws)?;
    let mut picture = RgbaImage::new(width, height);
    draw_rows(ws, &mut picture, 0..height)?;
    Ok(picture)
}

/// Size of the view in device pixels.
///
/// # Errors
/// `draw-failed` when it is not on screen.
pub(super) fn size_px(ws: Workspace) -> Result<(u32, u32), UiProblem> {
    let cell = ws
        .surface
        .cell(ViewId::Image)
        .ok_or(not_shown(ViewId::Image))?;
    let rect = cell.get_bounding_client_rect();
    let [width, height] = [rect.width(), rect.height()].map(|side| (side * device_scale()).round());
    if width < 1.0 || height < 1.0 {
        return Err(not_shown(ViewId::Image));
    }
    Ok((width as u32, height as u32))
}

/// Draws some rows of the view into a picture of any size.
///
/// # Errors
/// As [`draw`].
pub(super) fn draw_rows(
    ws: Workspace,
    picture: &mut RgbaImage,
    rows: Range<u32>,
) -> Result<(), UiProblem> {
    let cell = ws
        .surface
        .cell(ViewId::Image)
        .ok_or(not_shown(ViewId::Image))?;
    let css_width = cell.get_bounding_client_rect().width();
    let css_per_px = css_width / f64::from(picture.width);
    untrack(|| try_draw(ws, css_per_px, picture, rows)).ok_or(not_shown(ViewId::Image))
}

fn try_draw(
    ws: Workspace,
    css_per_px: f64,
    picture: &mut RgbaImage,
    rows: Range<u32>,
) -> Option<()> {
    let scan = ws.active_image()?;
    let (k, _) = ws.image_frame()?;
    let series = &scan.series;
    let view = ws.image.get();
    let view = PlaneView {
        mm_per_px: view.mm_per_px * css_per_px,
        ..view
    };
    let mut frames = scan.flat.borrow_mut();
    let volume = scan.volume.borrow();
    let (places, palette);
    let pixels = match frames.near(k, &volume)? {
        Near::Rgb(rgb) => Pixels::Rgb(rgb),
        Near::Grey(bits) => {
            let tones = ws.tones_of(series);
            places = flat::tones(
                series.value_type,
                *volume.rescale().get(k)?,
                series.modality_lut(),
                &ws.image_voi(&series.instances.first()?.attributes.display),
                &tones,
            );
            palette = tones.color_map.palette();
            Pixels::Grey {
                bits,
                tones: &places,
                palette: &palette,
            }
        }
    };
    flat::draw_rows(pixels, &view, &series.geometry, picture, rows);
    Some(())
}
