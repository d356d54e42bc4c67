//! From files to a volume on screen: what is read, in which order, and what happens meanwhile.
//!
//! ```text
//! files ─> headers (workers, in batches) ─> series::assemble ─> list, largest shown first
//!       ─> decode (workers, middle slice first) ─> Volume (JS buffers) ─> renderer
//! ```
//!
//! - [`picked`]: drops and file buttons to a flat list of files
//! - [`headers`]: recognising files and reading headers
//! - [`fill`]: decoding a series into its volume and the renderer; [`decode`]: one slice of it
//! - `preview`: what can be shown while headers are read; `pictures`: when it is drawn; `before`: what it takes the place of
//! - [`loader`]: which load is going on, and what stops a replaced one
//! - [`files`], [`package`]: where bytes come from
//! - [`patients`]: a drop with scans of several people
//! - [`phantom`]: the built-in example
//! - [`thumbnails`], `bitmap`, [`order`], [`pace`]: smaller parts

mod before;
mod bitmap;
mod coarse;
mod decode;
pub mod files;
mod fill;
mod headers;
mod loader;
pub mod order;
pub mod pace;
pub mod package;
pub(crate) mod patients;
mod phantom;
pub mod picked;
mod pictures;
mod preview;
mod thumbnails;

pub use files::{FileHandle, FileHandles};
pub use loader::Loader;
pub(crate) use loader::is_complete;
pub use package::{CoarseDescription, CoarseVolume, PackageSource, Packing, PixelChunk};
pub use patients::PatientFound;
pub(crate) use phantom::example_start_mm;

use loader::{Fill, Ticket, begin_filling, begin_opening, end_filling, wait_for_fill};

use crate::workspace::{
    OpenedScan, Phase, PickedFile, Progress, ScanSource, SeriesEntry, SeriesId, Timings, UiProblem,
    Workspace,
};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::intake::{Instance, Rejection};
use viewer_wasm::series::{Series, assemble};
use wasm_bindgen_futures::spawn_local;

/// Reading that takes less than this shows no progress.
const PROGRESS_AFTER_MS: i32 = 300;

pub(crate) async fn open_files(ws: Workspace, files: Vec<PickedFile>, ask: bool) {
    let ticket = begin_opening(ws);
    note_received(ws);
    ws.progress.set(None);
    show_progress_if_slow(ws, ticket, files.len());
    let Some(found) = headers::read_all(ws, files, ticket).await else {
        return;
    };
    pace::mark("cuspid:headers-read");
    // Assembling is a task of its own, and so is what follows the list.
    pace::next_turn().await;
    if !ticket.is_valid() {
        return;
    }
    opened(
        ws,
        found.instances,
        found.rejected,
        found.files,
        ScanSource::LocalFiles,
        ask,
    );
}

pub(crate) async fn open_package(
    ws: Workspace,
    package: Rc<dyn PackageSource>,
    source: ScanSource,
) {
    begin_opening(ws);
    note_received(ws);
    let instances = package.instances();
    let mut files = FileHandles::of_package(package);
    for instance in &instances {
        files.insert(instance.file.clone(), FileHandle::Package);
    }
    opened(ws, instances, Vec::new(), files, source, false);
}

pub(crate) async fn open_demo(ws: Workspace, size: usize) {
    begin_opening(ws);
    note_received(ws);
    let (series, files) = phantom::series(size);
    put_list(ws, vec![series], Vec::new(), files, ScanSource::Demo);
}

/// Assembles what was read and shows the largest series of the first patient; with several patients `ask` opens the
/// question whose to show instead.
fn opened(
    ws: Workspace,
    instances: Vec<Instance>,
    mut rejected: Vec<Rejection>,
    files: FileHandles,
    source: ScanSource,
    ask: bool,
) {
    let assembly = assemble(instances);
    rejected.extend(assembly.rejected);
    let several = assembly.series.iter().any(|series| series.patient > 0);
    put_list(ws, assembly.series, rejected, files, source);
    ws.choosing_patient.set(ask && several);
}

fn put_list(
    ws: Workspace,
    series: Vec<Series>,
    rejected: Vec<Rejection>,
    files: FileHandles,
    source: ScanSource,
) {
    loader::end_opening(ws);
    ws.progress.set(None);
    if series.is_empty() {
        // What was open stays open: a wrong drop should not cost the scan on screen.
        loader::discard_preview(ws);
        ws.report(UiProblem::new("nothing-readable"));
        ws.rejected.set(rejected);
        return;
    }
    ws.patients.set(patients::of(&series));
    let entries: Vec<SeriesEntry> = series
        .iter()
        .enumerate()
        .map(|(at, series)| entry(at, series))
        .collect();
    let first = patients::largest(series.iter(), 0);
    if let Some(largest) = series.get(first.0 as usize) {
        files.keep_slices_of(
            largest
                .instances
                .iter()
                .map(|instance| instance.file.as_str()),
        );
    }
    ws.opened.set_value(Some(Rc::new(OpenedScan {
        series: series.into_iter().map(Rc::new).collect(),
        files: Rc::new(files),
        received_at: ws.timings.with_untracked(|timings| timings.received_at),
    })));
    thumbnails::forget(ws);
    ws.problem.set(None);
    ws.source.set(Some(source));
    ws.rejected.set(rejected);
    ws.series.set(entries);
    ws.active.set(None);
    spawn_local(async move {
        show(ws, first).await;
        thumbnails::make_all(ws).await;
    });
}

fn entry(at: usize, series: &Series) -> SeriesEntry {
    SeriesEntry {
        id: SeriesId(at as u32),
        uid: series.uid.clone(),
        description: series.description.clone(),
        modality: series.modality.clone(),
        dims: series.geometry.dims,
        spacing_mm: series.geometry.spacing_mm,
        spacing_known: series.geometry.spacing_known,
        kind: series.kind,
        patient: series
            .instances
            .first()
            .map(|instance| instance.identity.clone())
            .unwrap_or_default(),
        patient_number: series.patient,
        warnings: series.warnings.clone(),
        thumbnail: None,
    }
}

/// Puts a series on screen, or waits for it if it is already being put there.
pub(crate) async fn show(ws: Workspace, id: SeriesId) {
    if ws.active.get_untracked() == Some(id) && wait_for_fill(ws).await {
        return;
    }
    let Some(opened) = ws.opened.get_value() else {
        return;
    };
    let Some(series) = opened.series(id).cloned() else {
        return;
    };
    let ticket = begin_filling(ws, opened.received_at);
    ws.active.set(Some(id));
    let complete = fill::fill(ws, id, series, Rc::clone(&opened.files), ticket).await;
    end_filling(
        ws,
        ticket,
        if complete {
            Fill::Complete
        } else {
            Fill::Stopped
        },
    );
}

pub(crate) fn cancel(ws: Workspace) {
    loader::stop(ws);
    ws.progress.set(None);
}

pub(crate) fn close(ws: Workspace) {
    cancel(ws);
    loader::forget(ws);
    thumbnails::forget(ws);
    ws.active.set(None);
    ws.series.set(Vec::new());
    ws.patients.set(Vec::new());
    ws.rejected.set(Vec::new());
    ws.source.set(None);
    ws.opened.set_value(None);
    ws.scan.set_value(None);
    ws.surface.drop_volume();
    ws.slices_loaded.set(0);
    ws.forget_measurements();
    ws.maximised.set(None);
    ws.forget_comparison();
    ws.scan_generation.update(|generation| *generation += 1);
}

/// What is read at once flashes no progress.
fn show_progress_if_slow(ws: Workspace, ticket: Ticket, total: usize) {
    spawn_local(async move {
        pace::sleep(PROGRESS_AFTER_MS).await;
        if ticket.is_valid() && loader::is_reading(ws) && ws.progress.get_untracked().is_none() {
            ws.progress.set(Some(Progress {
                phase: Phase::Reading,
                done: 0,
                total,
            }));
        }
    });
}

/// Notes when something happened for the first time since the files were handed over, unless it is about what was on
/// screen before them.
fn note(
    ws: Workspace,
    ticket: Ticket,
    name: &str,
    which: impl Fn(&mut Timings) -> &mut Option<f64>,
) {
    if !ticket.is_of_last_drop() {
        return;
    }
    let now = pace::now_ms();
    ws.timings.update(|timings| {
        let since = now - timings.received_at;
        let place = which(timings);
        if place.is_none() {
            *place = Some(since);
            pace::mark(name);
        }
    });
}

fn note_received(ws: Workspace) {
    pace::mark("cuspid:files-received");
    ws.problem.set(None);
    ws.timings.set(Timings {
        received_at: pace::now_ms(),
        ..Timings::default()
    });
}
