//! A small picture of each series' middle slice.

use super::bitmap::bitmap;
use super::decode::one_slice;
use crate::workspace::{SeriesId, Workspace};
use glam::DVec2;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::flat::{self, Pixels, Voi, orientation};
use viewer_wasm::intake::VoiFunction;
use viewer_wasm::series::{Geometry, Series};
use viewer_wasm::view::{ColorMap, RgbaImage, Tones, Window};
use viewer_wasm::volume::Volume;
use web_sys::{Blob, BlobPropertyBag, Url};

/// Longest side, in pixels.
const EDGE: f64 = 96.0;

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
            scan.as_ref().filter(|scan| scan.id == id).and_then(|scan| {
                let volume = scan.volume.borrow();
                let values = volume.slice(slice.index).cloned()?;
                let rgb = scan.flat.borrow().rgb(slice.index);
                Some((values, volume.stored_from_kept(slice.index), rgb))
            })
        });
        let decoded = match kept {
            Some(kept) => Some(kept),
            // A saved scan would have to be fetched for it.
            None if opened.files.package().is_some() => None,
            None => one_slice(ws.pool, series, &opened.files, slice)
                .await
                .map(|decoded| (decoded.values, decoded.facts.spread, decoded.rgb)),
        };
        let still_open = |ws: Workspace| {
            ws.opened
                .with_value(|now| now.as_ref().is_some_and(|now| Rc::ptr_eq(now, &opened)))
        };
        let Some((values, spread, rgb)) = decoded.filter(|_| still_open(ws)) else {
            continue;
        };
        let mut volume = Volume::new(series);
        volume.insert(slice.index, values);
        if let Some(spread) = spread {
            volume.spread(slice.index, spread);
        }
        let picture = picture(series, &volume, slice.index, rgb);
        let Some(bitmap) = picture.as_ref().and_then(bitmap) else {
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

/// The slice as its rows and columns run, in the window of the header or an automatic one.
fn picture(
    series: &Series,
    volume: &Volume,
    k: usize,
    rgb: Option<ArrayBuffer>,
) -> Option<RgbaImage> {
    let geometry = Geometry {
        dims: [series.geometry.dims[0], series.geometry.dims[1], 1],
        ..series.geometry
    };
    let extent_mm = geometry.extent_mm().truncate();
    let size = (extent_mm * (EDGE / extent_mm.max_element()))
        .round()
        .max(DVec2::ONE);
    let view = orientation::fitted(&geometry, size);
    let [width, height] = size.to_array().map(|side| side as u32);
    let draw = |pixels| flat::draw(pixels, &view, &geometry, width, height);
    if let Some(rgb) = rgb {
        return Some(draw(Pixels::Rgb(&Uint8Array::new(&rgb).to_vec())));
    }
    let values = volume.slice(k)?;
    let mut bits = vec![0; values.len()];
    values.copy_to_i16_bits(&mut bits);
    let (center, width_gv) = series.window.or_else(|| volume.auto_window())?;
    let tones = flat::tones(
        series.value_type,
        *volume.rescale().get(k)?,
        series.modality_lut(),
        &Voi::Window(Window::new(center, width_gv), VoiFunction::LinearExact),
        &Tones {
            invert: series.photometric_inverted,
            ..Tones::PLAIN
        },
    );
    Some(draw(Pixels::Grey {
        bits: &bits,
        tones: &tones,
        palette: &ColorMap::Grey.palette(),
    }))
}
