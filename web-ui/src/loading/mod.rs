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
//! - [`loader`]: which load is going on, and what stops a replaced one
//! - [`files`], [`package`]: where bytes come from
//! - [`phantom`]: the built-in example
//! - [`thumbnails`], [`order`], [`pace`]: smaller parts

mod coarse;
mod decode;
pub mod files;
mod fill;
mod headers;
mod loader;
pub mod order;
pub mod pace;
pub mod package;
mod phantom;
pub mod picked;
mod thumbnails;

pub use files::{FileHandle, FileHandles};
pub use loader::Loader;
pub(crate) use loader::is_complete;
pub use package::{CoarseDescription, CoarseVolume, PackageSource, Packing, PixelChunk};
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

pub(crate) async fn open_files(ws: Workspace, files: Vec<PickedFile>) {
    let ticket = begin_opening(ws);
    note_received(ws);
    ws.progress.set(None);
    show_progress_if_slow(ws, ticket, files.len());
    let Some(found) = headers::read_all(ws, files, ticket).await else {
        return;
    };
    opened(
        ws,
        found.instances,
        found.rejected,
        found.files,
        ScanSource::LocalFiles,
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
    opened(ws, instances, Vec::new(), files, source);
}

pub(crate) async fn open_demo(ws: Workspace, size: usize) {
    begin_opening(ws);
    note_received(ws);
    let (series, files) = phantom::series(size);
    put_list(ws, vec![series], Vec::new(), files, ScanSource::Demo);
}

/// Assembles what was read and shows the largest series.
fn opened(
    ws: Workspace,
    instances: Vec<Instance>,
    mut rejected: Vec<Rejection>,
    files: FileHandles,
    source: ScanSource,
) {
    let assembly = assemble(instances);
    rejected.extend(assembly.rejected);
    put_list(ws, assembly.series, rejected, files, source);
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
        ws.report(UiProblem::new("nothing-readable"));
        ws.rejected.set(rejected);
        return;
    }
    let entries: Vec<SeriesEntry> = series
        .iter()
        .enumerate()
        .map(|(at, series)| entry(at, series))
        .collect();
    let largest = series
        .iter()
        .enumerate()
        .max_by_key(|(at, series)| (voxels(series), usize::MAX - at));
    let first = SeriesId(largest.map_or(0, |(at, _)| at as u32));
    if let Some((_, largest)) = largest {
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

fn voxels(series: &Series) -> usize {
    series.geometry.dims[0] * series.geometry.dims[1] * series.slices.len()
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
    let ticket = begin_filling(ws);
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
    ws.rejected.set(Vec::new());
    ws.source.set(None);
    ws.opened.set_value(None);
    ws.scan.set_value(None);
    ws.surface.drop_volume();
    ws.slices_loaded.set(0);
    ws.forget_measurements();
    ws.maximised.set(None);
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

fn note_received(ws: Workspace) {
    pace::mark("cuspid:files-received");
    ws.problem.set(None);
    ws.timings.set(Timings {
        received_at: pace::now_ms(),
        ..Timings::default()
    });
}
