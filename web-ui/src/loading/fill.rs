//! Decoding a series into its volume and the renderer.
//!
//! The middle slice comes first and is drawn at once. As many slices are under way as keep the workers busy; each is kept as it came (a buffer outside the module's memory), sent to the renderer and
//! counted. The views show the new slices a few times a second: drawing each at once would take the time that
//! decoding needs.

use super::decode::{Decoded, SliceError, decode};
use super::loader::{self, Ticket, show_fill_progress};
use super::order::decode_order;
use super::pace::{Turn, now_ms};
use super::pictures::Pictures;
use super::{FileHandles, coarse, note};
use crate::pool::{Pool, Priority, TaskError};
use crate::stage::{GpuVolume, NotSent, Quality};
use crate::workspace::{ActiveScan, Mode, Phase, Progress, SeriesId, UiProblem, Workspace};
use futures::stream::{self, StreamExt};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use viewer_wasm::series::{Series, SeriesKind, SliceSource, Warning, WarningCode};
use wasm_bindgen_futures::spawn_local;
use worker::messages::TaskFailure;

/// Between two steps of the progress bar. The browser composes the page anew for each, which takes long where there
/// is no graphics card.
const PROGRESS_MS: f64 = 500.0;
/// Frames of a saved scan fetched ahead of what the workers decode.
const FETCH_AHEAD: usize = 6;

/// Fills a series' volume and shows it. True when it is complete and drawn; false when something newer took its
/// place or there is nothing to draw with.
pub(super) async fn fill(
    ws: Workspace,
    id: SeriesId,
    series: Rc<Series>,
    files: Rc<FileHandles>,
    ticket: Ticket,
) -> bool {
    let scan = Rc::new(ActiveScan::new(id, Rc::clone(&series), Rc::clone(&files)));
    let total = series.slices.len();
    let phase = if files.package().is_some() {
        Phase::Downloading
    } else {
        Phase::Decoding
    };
    // Before a preview is taken over, which waits for what is on its way to the GPU: that can be stopped too.
    show_fill_progress(
        ws,
        Some(Progress {
            phase,
            done: 0,
            total,
        }),
    );
    let preview = loader::take_preview(ws);
    let mut volume = match &preview {
        Some(preview) => preview.becomes(&series).await,
        None => None,
    };
    if !ticket.is_valid() {
        // Stopped meanwhile: the scan says so, and a preview would not.
        if preview.is_some_and(|preview| preview.is_on_screen()) {
            ws.surface.drop_volume();
            put_on_screen(ws, &scan);
        }
        return false;
    }
    let preview = preview.filter(|_| volume.is_some());
    let losses = ws.surface.losses();
    match volume {
        Some(volume) => ws.surface.keep_volume(volume, &series).await,
        None => ws.surface.drop_volume(),
    }
    // An image is drawn on the CPU: the graphics device has no part in it.
    let flat = series.kind == SeriesKind::Image;
    put_on_screen(ws, &scan);
    // Uploads that failed, because the device was lost under them.
    let mut unsent = Vec::new();
    let mut first = preview.is_none();
    let filling = Filling {
        ws,
        scan: Rc::clone(&scan),
        ticket,
        pictures: Rc::default(),
        decoder_missing: Cell::new(false),
    };
    if !flat && volume.is_none() {
        volume = filling.show_coarse().await;
    }
    let order: Vec<SliceSource> = if flat {
        series.slices.clone()
    } else {
        decode_order(total)
            .into_iter()
            .map(|at| series.slices[at])
            .collect()
    };
    let mut results = stream::iter(order)
        .map(|slice| {
            decode(
                ws.pool,
                Rc::clone(&series),
                Rc::clone(&files),
                slice,
                Priority::Normal,
            )
        })
        .buffer_unordered(ahead(ws.pool, &files));
    let mut frames = false;
    let (mut done, mut counted_at) = (0, 0.0);
    // Slices that came with their headers wait for nothing else.
    let mut turn = Turn::begin();
    while let Some((slice, result)) = results.next().await {
        if !ticket.is_valid() {
            return false;
        }
        done += 1;
        match result {
            Ok(Decoded {
                facts,
                values,
                rgb,
                in_file,
            }) => {
                scan.note_range(slice.index, facts.range);
                if facts.clipped {
                    filling.warn(
                        WarningCode::ValueRangeClipped,
                        slice,
                        "Values do not fit 16 bits and were clipped.",
                    );
                }
                let shown = scan.volume.borrow_mut().insert(slice.index, values);
                if let Some(in_file) = in_file {
                    scan.volume.borrow_mut().keep_stored(slice.index, in_file);
                }
                if flat {
                    frames = true;
                    if let Some(rescale) = facts.spread {
                        scan.volume.borrow_mut().spread(slice.index, rescale);
                    }
                    scan.flat.borrow_mut().keep(slice.index, rgb);
                    filling
                        .show_frame(slice.index, std::mem::take(&mut first))
                        .await;
                } else {
                    if volume.is_none() {
                        volume = filling.begin().await;
                    }
                    let Some(volume) = volume else { return false };
                    let file = &series.instances[slice.instance].file;
                    let some = !shown.is_empty();
                    for k in shown {
                        // A device that was lost since has taken it along.
                        let is_there = k == slice.index
                            && ws.surface.losses() == losses
                            && preview
                                .as_ref()
                                .is_some_and(|preview| preview.shows(k, file));
                        let values = scan.volume.borrow().slice(k).cloned();
                        let Some(values) = values.filter(|_| !is_there) else {
                            continue;
                        };
                        match ws.surface.upload_slice(volume, k, &values).await {
                            Ok(()) => {}
                            Err(NotSent::Replaced) => return false,
                            Err(NotSent::Failed(_)) => unsent.push(k),
                        }
                    }
                    // A slice between two points of an irregular stack's grid shows nothing alone.
                    if some && std::mem::take(&mut first) {
                        spawn_local(filling.pictures.draw_first(ws, ticket).await);
                    }
                }
            }
            Err(error) => {
                if filling.fail(slice, error) {
                    return false;
                }
            }
        }
        let due = !first && !flat && filling.pictures.is_due();
        if due || done == total || now_ms() - counted_at > PROGRESS_MS {
            show_fill_progress(ws, Some(Progress { phase, done, total }));
            ws.slices_loaded.set(scan.volume.borrow().loaded());
            counted_at = now_ms();
        }
        if due {
            spawn_local(filling.pictures.draw(ws, ticket).await);
        }
        turn.give_way().await;
    }
    drop(results);
    match volume {
        Some(volume) => filling.finish_volume(volume, &unsent).await,
        None => filling.finish_image(frames),
    }
}

/// How many slices are under way at once.
fn ahead(pool: Pool, files: &FileHandles) -> usize {
    if files.package().is_some() {
        pool.in_flight() + FETCH_AHEAD
    } else {
        pool.in_flight()
    }
}

/// Makes the scan the one that views and probes see.
pub(super) fn put_on_screen(ws: Workspace, scan: &Rc<ActiveScan>) {
    let before = ws.scan.get_value();
    if before.is_some_and(|before| !Rc::ptr_eq(&before.files, &scan.files)) {
        ws.forget_comparison();
    }
    ws.scan.set_value(Some(Rc::clone(scan)));
    ws.scan_generation.update(|generation| *generation += 1);
    ws.slices_loaded.set(0);
    ws.maximised.set(None);
    ws.mode.update(|mode| {
        *mode = match (scan.series.kind, *mode) {
            (SeriesKind::Image, _) => Mode::Image,
            (SeriesKind::Volume, Mode::Image | Mode::Grid) => Mode::Mpr,
            (SeriesKind::Volume, mode) => mode,
        }
    });
    ws.reset_views();
    // What was there before the reset belongs to another scan.
    ws.forget_measurements();
    if let Some(looks) = loader::take_looks(ws, scan) {
        ws.put_looks(looks);
    }
}

struct Filling {
    ws: Workspace,
    scan: Rc<ActiveScan>,
    ticket: Ticket,
    pictures: Rc<Pictures>,
    /// The decoder of JPEG XL could not be fetched, and the page has said so.
    decoder_missing: Cell<bool>,
}

impl Filling {
    /// Gets the texture, when the first slice tells the range of values.
    async fn begin(&self) -> Option<GpuVolume> {
        let range = self.scan.expected_range();
        let wanted = || self.ticket.is_valid();
        let begun = self
            .ws
            .surface
            .begin_volume(&self.scan.series, range, wanted);
        match begun.await {
            Ok(volume) => Some(volume),
            Err(reason) => {
                if self.ticket.is_valid() {
                    show_fill_progress(self.ws, None);
                }
                self.report(reason);
                None
            }
        }
    }

    /// Shows the small volume of a saved scan, if it is of this series.
    async fn show_coarse(&self) -> Option<GpuVolume> {
        let coarse = self.scan.files.package()?.coarse().await?;
        let slices = coarse::enlarged(&coarse, self.scan.series.geometry.dims)?;
        let volume = self.begin().await?;
        for (k, slice) in &slices {
            let sent = self.ws.surface.upload_slice(volume, *k, slice).await;
            if sent.is_err() {
                break;
            }
        }
        self.ws.surface.content_changed();
        Some(volume)
    }

    /// A frame of a flat image is there; the view draws it when it is the one that is looked at.
    async fn show_frame(&self, index: usize, first: bool) {
        if first {
            self.ws.choose_window();
        }
        self.ws
            .slices_loaded
            .set(self.scan.volume.borrow().loaded());
        self.ws.flat_content.set(index);
        if first && self.ws.surface.draw_flat().await {
            note(self.ws, self.ticket, "cuspid:first-image", |timings| {
                &mut timings.first_image
            });
        }
    }

    /// Notes a slice that is not there. True if going on is no use.
    fn fail(&self, slice: SliceSource, error: SliceError) -> bool {
        self.scan.failed.borrow_mut().push(slice.index);
        match error {
            SliceError::Decode(TaskError::NoWorkers) => {
                show_fill_progress(self.ws, None);
                self.ws.report(UiProblem::new("workers-failed"));
                return true;
            }
            SliceError::Decode(TaskError::Cancelled) => return true,
            SliceError::Decode(error) => {
                if error == TaskError::Failed(TaskFailure::DecoderMissing) {
                    self.decoder_missing.set(true);
                    self.ws.report(UiProblem::new("decoder-missing"));
                }
                self.warn(
                    WarningCode::DecodeFailed,
                    slice,
                    &format!("A slice could not be decoded: {error}."),
                );
            }
            SliceError::Package(problem) => {
                let ended = self
                    .scan
                    .files
                    .package()
                    .and_then(|package| package.ended());
                if let Some(ended) = ended {
                    show_fill_progress(self.ws, None);
                    self.ws.report(ended);
                    return true;
                }
                self.warn(
                    WarningCode::DecodeFailed,
                    slice,
                    "A slice of the saved scan could not be read.",
                );
                self.ws.report(problem);
            }
        }
        false
    }

    /// Adds a file to a warning of the series in the list.
    fn warn(&self, code: WarningCode, slice: SliceSource, message: &str) {
        let file = self
            .scan
            .series
            .instances
            .get(slice.instance)
            .map(|instance| instance.file.clone());
        let Some(file) = file else { return };
        let file = if self.scan.series.instances[slice.instance].attributes.frames > 1 {
            format!("{file}#{}", slice.frame)
        } else {
            file
        };
        let id = self.scan.id;
        self.ws.series.update(|list| {
            let Some(entry) = list.iter_mut().find(|entry| entry.id == id) else {
                return;
            };
            match entry
                .warnings
                .iter_mut()
                .find(|warning| warning.code == code)
            {
                Some(warning) if !warning.files.is_empty() => {
                    Arc::make_mut(&mut warning.files).push(file);
                }
                Some(_) => {}
                None => entry.warnings.push(Warning::new(code, message, vec![file])),
            }
        });
    }

    /// All frames of an image came, or failed; or nothing of a volume.
    fn finish_image(&self, frames: bool) -> bool {
        let ws = self.ws;
        self.all_came();
        if frames {
            ws.choose_window();
            note(ws, self.ticket, "cuspid:volume-ready", |timings| {
                &mut timings.volume_ready
            });
        } else if !self.decoder_missing.get() {
            ws.report(UiProblem::new("decode-failed"));
        }
        self.ticket.is_valid()
    }

    fn all_came(&self) {
        show_fill_progress(self.ws, None);
        let loaded = self.scan.volume.borrow().loaded();
        self.ws.slices_loaded.set(loaded);
    }

    /// Says what the device could not do, if the scan is still wanted.
    fn report(&self, reason: NotSent) {
        if let NotSent::Failed(problem) = reason
            && self.ticket.is_valid()
        {
            self.ws.report(problem);
        }
    }

    async fn finish_volume(&self, volume: GpuVolume, unsent: &[usize]) -> bool {
        let ws = self.ws;
        self.all_came();
        for &k in unsent {
            let slice = self.scan.volume.borrow().slice(k).cloned();
            if let Some(slice) = slice
                && let Err(reason) = ws.surface.upload_slice(volume, k, &slice).await
            {
                self.report(reason);
                return false;
            }
        }
        let range = self.scan.value_range();
        if let Err(reason) = ws.surface.finish_volume(volume, &self.scan, range).await {
            self.report(reason);
            return false;
        }
        ws.choose_window();
        // The planes first: the volume rendering may take long on a slow device.
        ws.surface.settle_planes().await;
        if !self.ticket.is_valid() {
            return false;
        }
        note(ws, self.ticket, "cuspid:volume-ready", |timings| {
            &mut timings.volume_ready
        });
        ws.surface.settle(Quality::Live).await;
        if ws.surface.has_drawn_volume() {
            note(
                ws,
                self.ticket,
                "cuspid:first-volume-rendering",
                |timings| &mut timings.first_volume_rendering,
            );
        }
        self.ticket.is_valid()
    }
}
