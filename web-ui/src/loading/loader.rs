//! Which load is going on, and what stops a replaced one.

use super::FileHandles;
use super::preview::Preview;
use crate::workspace::{ActiveScan, Looks, Progress, SeriesId, Workspace};
use futures::channel::oneshot;
use leptos::prelude::*;
use std::rc::Rc;

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
    /// What is shown while headers are read.
    preview: Option<Rc<Preview>>,
    /// Whoever waits for the series on screen to be complete.
    waiting: Vec<oneshot::Sender<()>>,
    /// How a scan was looked at that comes back.
    looks: Option<(Rc<FileHandles>, SeriesId, Looks)>,
}

/// How far the series on screen is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Fill {
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
    /// With the time when its files were handed over.
    Filling(Workspace, u32, f64),
}

impl Ticket {
    /// Whether what this belongs to is still wanted.
    pub fn is_valid(&self) -> bool {
        match *self {
            Self::Opening(ws, number) => ws.loader.with_value(|loader| loader.opening == number),
            Self::Filling(ws, number, _) => ws.loader.with_value(|loader| loader.filling == number),
        }
    }

    /// Whether what this belongs to is of the last drop, whose times are noted: a scan goes on filling while the files of
    /// another one are read.
    pub fn is_of_last_drop(&self) -> bool {
        self.is_valid()
            && match *self {
                Self::Opening(..) => true,
                Self::Filling(ws, _, received_at) => ws
                    .timings
                    .with_untracked(|timings| timings.received_at == received_at),
            }
    }
}

/// A new drop replaces one whose headers are still being read. The scan on screen stays, and goes on filling, until
/// the new one has something to show: a wrong drop should not cost it. Nor does one that is stopped, see `before`.
pub(super) fn begin_opening(ws: Workspace) -> Ticket {
    discard_preview(ws);
    ws.loader.update_value(|loader| {
        loader.opening += 1;
        loader.reading = true;
    });
    Ticket::Opening(ws, ws.loader.with_value(|loader| loader.opening))
}

pub(super) fn begin_filling(ws: Workspace, received_at: f64) -> Ticket {
    end_what_fills(ws, Fill::Running);
    let number = ws.loader.with_value(|loader| loader.filling);
    Ticket::Filling(ws, number, received_at)
}

/// Something else takes the place of the series on screen.
pub(super) fn stop_filling(ws: Workspace) {
    end_what_fills(ws, Fill::Stopped);
}

fn end_what_fills(ws: Workspace, next: Fill) {
    ws.loader.update_value(|loader| {
        loader.filling += 1;
        loader.fill = next;
        loader.waiting.clear();
    });
}

/// Keeps how a scan was looked at until it is on screen again.
pub(super) fn keep_looks(ws: Workspace, files: Rc<FileHandles>, id: SeriesId, looks: Looks) {
    ws.loader
        .update_value(|loader| loader.looks = Some((files, id, looks)));
}

/// How a scan was looked at that is on screen again. Whatever else is there instead, nothing is kept any more.
pub(super) fn take_looks(ws: Workspace, scan: &ActiveScan) -> Option<Looks> {
    let kept = ws.loader.try_update_value(|loader| loader.looks.take());
    let (files, id, looks) = kept.flatten()?;
    (Rc::ptr_eq(&files, &scan.files) && id == scan.id).then_some(looks)
}

/// Ends a fill, unless a newer one has begun, and tells whoever waits.
pub(super) fn end_filling(ws: Workspace, ticket: Ticket, fill: Fill) {
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
pub(super) fn show_fill_progress(ws: Workspace, progress: Option<Progress>) {
    if !ws.loader.with_value(|loader| loader.reading) {
        ws.progress.set(progress);
    }
}

/// Whether headers are being read.
pub(super) fn is_reading(ws: Workspace) -> bool {
    ws.loader.with_value(|loader| loader.reading)
}

/// The headers are read, or nobody wants them any more.
pub(super) fn end_opening(ws: Workspace) {
    ws.loader.update_value(|loader| loader.reading = false);
}

pub(super) fn keep_preview(ws: Workspace, preview: Rc<Preview>) {
    ws.loader
        .update_value(|loader| loader.preview = Some(preview));
}

/// The preview, for whoever goes on from it.
pub(super) fn take_preview(ws: Workspace) -> Option<Rc<Preview>> {
    ws.loader
        .try_update_value(|loader| loader.preview.take())
        .flatten()
}

/// Takes the preview off the screen, if there is one.
pub(super) fn discard_preview(ws: Workspace) {
    if let Some(preview) = take_preview(ws) {
        preview.discard();
    }
}

/// Stops reading and filling.
pub(super) fn stop(ws: Workspace) {
    discard_preview(ws);
    ws.loader.update_value(|loader| {
        loader.opening += 1;
        loader.reading = false;
    });
    if ws.loader.with_value(|loader| loader.fill == Fill::Running) {
        stop_filling(ws);
    }
}

/// Nothing is on screen any more.
pub(super) fn forget(ws: Workspace) {
    ws.loader.update_value(|loader| loader.fill = Fill::Stopped);
}

/// Waits until the series on screen is complete; false if nobody fills it.
pub(super) async fn wait_for_fill(ws: Workspace) -> bool {
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
