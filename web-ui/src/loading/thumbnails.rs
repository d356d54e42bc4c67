//! A small picture of each series' middle slice.

use super::bitmap::grey_bitmap;
use super::decode::one_slice;
use crate::workspace::{SeriesId, Workspace};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::series::Series;
use viewer_wasm::view::Window;
use viewer_wasm::volume::{SliceValues, Volume};
use web_sys::{Blob, BlobPropertyBag, Url};

/// Longest side, in pixels.
const EDGE: usize = 96;

/// Makes the pictures that are missing, one after the other, as long as the same scan is open.
pub(super) async fn make_all(ws: Workspace) {
    let Some(opened) = ws.opened.get_value() else {
        return;
    };
    for (at, series) in opened.series.iter().enumerate() {
        let id = SeriesId(at as u32);
        let Some(slice) = series.slices.get(series.slices.len() / 2).copied() else {
            continue;
        };
        let kept = ws.scan.with_value(|scan| {
            scan.as_ref()
                .filter(|scan| scan.id == id)
                .and_then(|scan| scan.volume.borrow().slice(slice.index).cloned())
        });
        let values = match kept {
            Some(values) => Some(values),
            // A saved scan would have to be fetched for it.
            None if opened.files.package().is_some() => None,
            None => one_slice(ws.pool, series, &opened.files, slice).await,
        };
        let still_open = |ws: Workspace| {
            ws.opened
                .with_value(|now| now.as_ref().is_some_and(|now| Rc::ptr_eq(now, &opened)))
        };
        let Some(values) = values.filter(|_| still_open(ws)) else {
            continue;
        };
        let Some(bitmap) = picture(series, slice.index, values) else {
            continue;
        };
        let options = BlobPropertyBag::new();
        options.set_type("image/bmp");
        let parts = Array::of1(&Uint8Array::from(bitmap.as_slice()));
        let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) else {
            continue;
        };
        if let Ok(url) = Url::create_object_url_with_blob(&blob) {
            ws.series.update(|list| {
                if let Some(entry) = list.iter_mut().find(|entry| entry.id == id) {
                    entry.thumbnail = Some(url);
                }
            });
        }
    }
}

/// Gives the pictures' memory back.
pub(super) fn forget(ws: Workspace) {
    ws.series.with_untracked(|list| {
        for url in list.iter().filter_map(|entry| entry.thumbnail.as_ref()) {
            // Only fails for an address that is none.
            let _ = Url::revoke_object_url(url);
        }
    });
}

/// The slice in its window, as a bitmap.
fn picture(series: &Rc<Series>, k: usize, values: SliceValues) -> Option<Vec<u8>> {
    let [columns, rows, _] = series.geometry.dims;
    let [wide_mm, high_mm] = [
        columns as f64 * series.geometry.spacing_mm[0],
        rows as f64 * series.geometry.spacing_mm[1],
    ];
    let longest = wide_mm.max(high_mm);
    let (width, height) = (
        ((EDGE as f64 * wide_mm / longest).round() as u32).max(1),
        ((EDGE as f64 * high_mm / longest).round() as u32).max(1),
    );
    let mut volume = Volume::new(series);
    volume.insert(k, values.clone());
    let (center, width_gv) = series.window.or_else(|| volume.auto_window())?;
    let window = Window::new(center, width_gv);
    let rescale = series.rescale.get(k)?;
    let mut pixels = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        for x in 0..width {
            let column = (x as usize * columns / width as usize).min(columns - 1);
            let row = (y as usize * rows / height as usize).min(rows - 1);
            let value = rescale.apply(f64::from(values.get(row * columns + column)));
            let bright = window.brightness(value);
            let bright = if series.photometric_inverted {
                1.0 - bright
            } else {
                bright
            };
            pixels.push((bright * 255.0).round() as u8);
        }
    }
    grey_bitmap(width, height, &pixels)
}
