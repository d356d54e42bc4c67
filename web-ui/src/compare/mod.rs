//! Two scans side by side: before and after a treatment, or two reconstructions of one scan.
//!
//! The scan that is open stays where it is, in its own workspace; the other one has a second workspace, through which it
//! is read, drawn, labelled and stopped like any scan. Nothing here is needed for the first picture, so that it comes with
//! the later part of the page.
//!
//! - [`follow`]: keeps both sides at the same place, in the same scale and window
//! - [`layout`]: both sides on screen; [`bar`]: what is common to them; [`chooser`]: which scan is shown beside the open one
//! - [`people`]: the question when the scans are of two people

mod bar;
mod chooser;
mod follow;
mod layout;
mod people;

pub(crate) use layout::CompareLayout;

use crate::loading;
use crate::workspace::{Mode, OpenedScan, PickedFile, SeriesId, UiProblem, Workspace};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::series::{SamePatient, SeriesKind};

/// What to show beside the open scan.
pub(crate) enum Beside {
    Series(SeriesId),
    Files(Vec<PickedFile>),
}

/// The workspace of the second side.
fn second(first: Workspace) -> Workspace {
    if let Some(second) = first.compare.second.get_value() {
        return second;
    }
    let home = first.compare.home.get_value();
    let second = home.map_or_else(|| first.beside(), |home| home.with(|| first.beside()));
    first.compare.second.set_value(Some(second));
    second
}

/// Reads a series of the open drop into the second side, in place of what was there.
async fn show(first: Workspace, id: SeriesId) {
    let second = second(first);
    let Some(opened) = first.opened.get_value() else {
        return;
    };
    loading::close(second);
    // Pictures of the list belong to the first side, which gives them back.
    let entries = first.series.with_untracked(|list| {
        let mut entries = list.clone();
        for entry in &mut entries {
            entry.thumbnail = None;
        }
        entries
    });
    second.mode.set(Mode::Compare);
    second.opened.set_value(Some(opened));
    second.series.set(entries);
    second.source.set(first.source.get_untracked());
    // What is timed is the drop, which has been shown.
    second.timings.set(first.timings.get_untracked());
    second.show(id).await;
}

/// The scan of the second side is one of the drop that is open.
fn is_of_same_drop(first: Workspace, second: Workspace) -> bool {
    let opened = |ws: Workspace| {
        ws.opened_scan()
            .map(|opened: Rc<OpenedScan>| Rc::as_ptr(&opened))
    };
    opened(first) == opened(second)
}

/// Whether a series can be shown beside another: what has slices.
fn is_volume(opened: &OpenedScan, id: SeriesId) -> bool {
    opened
        .series(id)
        .is_some_and(|series| series.kind == SeriesKind::Volume)
}

/// Compares as a script wants it, which is asked nothing, and resolves when both sides are drawn.
///
/// # Errors
/// `compare-flat` for what has no slices; what reading it reports.
pub(crate) async fn compare(first: Workspace, beside: Beside) -> Result<(), UiProblem> {
    let flat = UiProblem::new("compare-flat");
    let volume = |id| {
        let opened = first.opened.get_value();
        opened.is_some_and(|opened| is_volume(&opened, id))
    };
    if !first.active.get_untracked().is_some_and(volume) {
        return Err(flat);
    }
    let second = second(first);
    match beside {
        Beside::Series(id) if !volume(id) => return Err(flat),
        Beside::Series(id) => {
            first.start_comparing();
            show(first, id).await;
        }
        Beside::Files(files) => {
            first.start_comparing();
            second.mode.set(Mode::Compare);
            second.open_files(files, false).await;
            second.choose_patient(0).await;
        }
    }
    if let Some(problem) = first.problem.get_untracked() {
        return Err(problem);
    }
    if second.mode.get_untracked() != Mode::Compare {
        loading::close(second);
        return Err(flat);
    }
    // The sides are put together by an effect, in its own time.
    loading::pace::next_frame().await;
    first.compare.accepted.set(true);
    Ok(())
}

/// Both are of different people, as far as their files say.
fn are_strangers(first: Workspace) -> bool {
    let pair = first.compare.pair.get();
    pair.is_some_and(|pair| pair.patient == SamePatient::No)
}
