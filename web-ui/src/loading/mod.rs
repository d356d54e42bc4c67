//! From files to a volume on screen: what is read, in which order, and what happens meanwhile.
//!
//! ```text
//! files ─> headers (workers, in batches) ─> series::assemble ─> list, largest shown first
//!       ─> decode (workers, middle slice first) ─> Volume (JS buffers) ─> renderer
//! ```
//!
//! - [`picked`]: drops and file buttons to a flat list of files
//! - [`headers`]: recognising files and reading headers
//! - [`fill`]: decoding a series into its volume and the renderer
//! - [`files`], [`package`]: where bytes come from
//! - [`phantom`]: the built-in example
//! - [`thumbnails`], [`order`], [`pace`]: smaller parts

pub mod coarse;
pub mod files;
mod fill;
mod headers;
pub mod order;
pub mod pace;
pub mod package;
mod phantom;
pub mod picked;
mod thumbnails;

pub use files::{FileHandle, FileHandles};
pub use package::{CoarseDescription, CoarseVolume, PackageSource, Packing, PixelChunk};

use crate::workspace::{
    OpenedScan, Phase, PickedFile, Progress, ScanSource, SeriesEntry, SeriesId, Timings, UiProblem,
    Workspace,
};
use futures::channel::oneshot;
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::intake::{Instance, Rejection};
use viewer_wasm::series::{Series, assemble};
use wasm_bindgen_futures::spawn_local;

/// Which load is going on. Numbers that count up make the steps of a replaced one stop.
#[derive(Default)]
pub struct Loader {
    /// Counts up with each drop, cancel and close.
    opening: u32,
    /// Headers are being read; the progress is theirs.
    reading: bool,
    /// Counts up with each series put on screen, cancel and close.
    filling: u32,
    fill: Fill,
    /// Whoever waits for the series on screen to be complete.
    waiting: Vec<oneshot::Sender<()>>,
}

/// How far the series on screen is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Fill {
    /// Nothing is on screen, or its load was stopped.
    #[default]
    Stopped,
    Running,
    /// Complete, and drawn.
    Complete,
}

/// A permission to go on, taken back when something newer begins.
#[derive(Clone, Copy)]
pub(crate) enum Ticket {
    Opening(Workspace, u32),
    Filling(Workspace, u32),
}

impl Ticket {
    /// Whether what this belongs to is still wanted.
    pub fn is_valid(&self) -> bool {
        match *self {
            Self::Opening(ws, number) => ws.loader.with_value(|loader| loader.opening == number),
            Self::Filling(ws, number) => ws.loader.with_value(|loader| loader.filling == number),
        }
    }
}

/// A new drop replaces one whose headers are still being read. The scan on screen stays, and goes on filling, until
/// the new one has something to show: a wrong drop should not cost it.
fn begin_opening(ws: Workspace) -> Ticket {
    ws.loader.update_value(|loader| {
        loader.opening += 1;
        loader.reading = true;
    });
    Ticket::Opening(ws, ws.loader.with_value(|loader| loader.opening))
}

fn begin_filling(ws: Workspace) -> Ticket {
    ws.loader.update_value(|loader| {
        loader.filling += 1;
        loader.fill = Fill::Running;
        loader.waiting.clear();
    });
    Ticket::Filling(ws, ws.loader.with_value(|loader| loader.filling))
}

/// Ends a fill, unless a newer one has begun, and tells whoever waits.
fn end_filling(ws: Workspace, ticket: Ticket, fill: Fill) {
    if !ticket.is_valid() {
        return;
    }
    ws.loader.update_value(|loader| {
        loader.fill = fill;
        for waiting in loader.waiting.drain(..) {
            // Somebody who no longer waits need not be told.
            let _ = waiting.send(());
        }
    });
}

/// The progress of filling, unless that of reading is shown.
fn show_fill_progress(ws: Workspace, progress: Option<Progress>) {
    if !ws.loader.with_value(|loader| loader.reading) {
        ws.progress.set(progress);
    }
}

pub(crate) async fn open_files(ws: Workspace, files: Vec<PickedFile>) {
    let ticket = begin_opening(ws);
    note_received(ws);
    ws.progress.set(Some(Progress {
        phase: Phase::Reading,
        done: 0,
        total: files.len(),
    }));
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
    ws.loader.update_value(|loader| loader.reading = false);
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

/// Waits until the series on screen is complete; false if nobody fills it.
async fn wait_for_fill(ws: Workspace) -> bool {
    let receiver = ws.loader.try_update_value(|loader| match loader.fill {
        Fill::Running => {
            let (sender, receiver) = oneshot::channel();
            loader.waiting.push(sender);
            Some(receiver)
        }
        Fill::Complete | Fill::Stopped => None,
    });
    if let Some(Some(receiver)) = receiver {
        // An error means that something newer took its place.
        let _ = receiver.await;
        return true;
    }
    is_complete(ws)
}

/// Whether the series on screen is complete and drawn.
pub(crate) fn is_complete(ws: Workspace) -> bool {
    ws.loader.with_value(|loader| loader.fill == Fill::Complete)
}

pub(crate) fn cancel(ws: Workspace) {
    ws.loader.update_value(|loader| {
        loader.opening += 1;
        loader.reading = false;
        if loader.fill == Fill::Running {
            loader.filling += 1;
            loader.fill = Fill::Stopped;
            loader.waiting.clear();
        }
    });
    ws.progress.set(None);
}

pub(crate) fn close(ws: Workspace) {
    cancel(ws);
    ws.loader.update_value(|loader| loader.fill = Fill::Stopped);
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

fn note_received(ws: Workspace) {
    pace::mark("cuspid:files-received");
    ws.problem.set(None);
    ws.timings.set(Timings {
        received_at: pace::now_ms(),
        ..Timings::default()
    });
}
