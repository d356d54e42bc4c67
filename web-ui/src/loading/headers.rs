//! Recognising files and reading headers, in batches across the pool.

use super::decode::values_of;
use super::loader::{self, Ticket};
use super::order::by_name;
use super::pace::{next_turn, now_ms};
use super::preview::{Preview, reading_order};
use super::{FileHandle, FileHandles};
use crate::pool::{Done, Pool, Priority, Reply, Request, TaskError};
use crate::workspace::{Phase, PickedFile, Progress, Workspace};
use futures::stream::{self, StreamExt};
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use viewer_wasm::intake::zip::ZipEntry;
use viewer_wasm::intake::{Instance, RejectCode, Rejection};
use worker::messages::{FileRef, HeaderOutcome};

/// Files in one message: enough that the message costs little, few enough that the progress moves and no worker
/// is left with the last batch while the others are done.
const BATCH: usize = 4;
/// Files of at most this many bytes are read whole: a trip to a file costs more than half a megabyte of it, and there
/// would be a second one for the pixels.
const WHOLE_BELOW: u64 = 4 << 20;
/// Bytes of slices kept from reading headers; beyond, pixels are read when they are shown.
const KEPT_AT_MOST: u64 = 1 << 30;

/// Files that a preview is made of: two ends and the middle.
const ENDS: usize = 3;

/// Between two steps of the progress bar.
const PROGRESS_MS: f64 = 400.0;

/// So often a file is read alone under which a worker died.
const TRIES_ALONE: u32 = 3;

/// What the headers of a drop gave.
pub(super) struct Found {
    pub instances: Vec<Instance>,
    pub rejected: Vec<Rejection>,
    pub files: FileHandles,
}

/// A file to be looked at.
#[derive(Clone)]
struct Candidate {
    name: String,
    handle: web_sys::File,
    entry: Option<ZipEntry>,
}

/// Reads all headers; zips give more files to read. `None` if something newer took its place.
pub(super) async fn read_all(
    ws: Workspace,
    files: Vec<PickedFile>,
    ticket: Ticket,
) -> Option<Found> {
    let mut found = Found {
        instances: Vec::new(),
        rejected: Vec::new(),
        files: FileHandles::default(),
    };
    let mut names = HashMap::new();
    let mut todo: Vec<Candidate> = files
        .into_iter()
        .map(|picked| Candidate {
            name: unique(&mut names, picked.path),
            handle: picked.file,
            entry: None,
        })
        .collect();
    let (mut done, mut total) = (0, todo.len());
    let kept = Cell::new(0);
    let mut told_at = 0.0;
    while !todo.is_empty() {
        let mut entries = Vec::new();
        let expected = put_in_reading_order(&mut todo);
        let preview: RefCell<Option<Rc<Preview>>> = RefCell::new(None);
        // The first batch is what a preview is made of.
        let (ends, rest) = todo.split_at(todo.len().min(ENDS));
        let batches: Vec<Vec<Candidate>> = std::iter::once(ends)
            .chain(rest.chunks(BATCH))
            .map(<[Candidate]>::to_vec)
            .collect();
        let mut answers = stream::iter(batches.into_iter().enumerate())
            .map(|(at, batch)| {
                let whole_below = if kept.get() < KEPT_AT_MOST {
                    WHOLE_BELOW
                } else {
                    0
                };
                let picture = preview
                    .borrow()
                    .as_ref()
                    .map(|preview| preview.first_picture());
                async move {
                    // Drawing it and reading on would share the processor, and the picture is what is waited for.
                    if let Some(picture) = picture {
                        picture.await;
                    }
                    (at, read_batch(ws.pool, batch, whole_below).await)
                }
            })
            .buffer_unordered(ws.pool.in_flight());
        while let Some((at, (outcomes, buffers))) = answers.next().await {
            if !ticket.is_valid() {
                return None;
            }
            let mut ends = Vec::new();
            for (candidate, outcome) in outcomes {
                done += 1;
                match outcome {
                    HeaderOutcome::Instance(instance, ready) => {
                        let came = ready.and_then(|ready| {
                            let buffer = buffers.get(ready.buffer)?;
                            kept.set(kept.get() + u64::from(buffer.byte_length()));
                            Some((ready.facts, values_of(buffer, &ready.facts)?))
                        });
                        if let Some((facts, values)) = came {
                            if let Some(preview) = &*preview.borrow() {
                                preview.take(&instance, &facts, &values);
                            } else if at == 0 {
                                ends.push(((*instance).clone(), facts, values.clone()));
                            }
                            found
                                .files
                                .keep_slice(candidate.name.clone(), facts, values);
                        }
                        found
                            .files
                            .insert(candidate.name, handle_of(candidate.handle, candidate.entry));
                        found.instances.push(*instance);
                    }
                    HeaderOutcome::Rejected(rejection) => found.rejected.push(rejection),
                    HeaderOutcome::Directory => {}
                    HeaderOutcome::Zip(list) => {
                        total += list.len();
                        entries.extend(list.into_iter().map(|entry| Candidate {
                            name: unique(&mut names, format!("{}/{}", candidate.name, entry.name)),
                            handle: candidate.handle.clone(),
                            entry: Some(entry),
                        }));
                    }
                }
            }
            if at == 0 {
                // Showing the first picture builds the viewer: a task of its own.
                next_turn().await;
                if !ticket.is_valid() {
                    return None;
                }
                let begun = Preview::begin(ws, ticket, &ends, expected);
                if let Some(begun) = &begun {
                    loader::keep_preview(ws, Rc::clone(begun));
                }
                preview.replace(begun);
            }
            // Until it is shown for the first time, reading may be over before anybody would have read it.
            if now_ms() - told_at > PROGRESS_MS && ws.progress.get_untracked().is_some() {
                ws.progress.set(Some(Progress {
                    phase: Phase::Reading,
                    done,
                    total,
                }));
                told_at = now_ms();
            }
        }
        todo = entries;
    }
    // Workers answer in any order; the drop's own order makes lists the same each time.
    viewer_wasm::order::sort(&mut found.instances, |a, b| a.file.cmp(&b.file));
    viewer_wasm::order::sort(&mut found.rejected, |a, b| a.file.cmp(&b.file));
    Some(found)
}

/// Sorts by name and puts those first that tell most: see [`reading_order`]. What is named unlike most (a DICOMDIR, a
/// report) comes last. Returns how many are named alike.
fn put_in_reading_order(todo: &mut Vec<Candidate>) -> usize {
    let mut counts: HashMap<Option<String>, usize> = HashMap::new();
    for candidate in &*todo {
        *counts.entry(kind_of_name(&candidate.name)).or_default() += 1;
    }
    let usual = counts
        .into_iter()
        .max_by(|(a, m), (b, n)| m.cmp(n).then(b.cmp(a)))
        .and_then(|(kind, _)| kind);
    let (mut alike, mut odd): (Vec<Candidate>, Vec<Candidate>) = std::mem::take(todo)
        .into_iter()
        .partition(|candidate| kind_of_name(&candidate.name) == usual);
    viewer_wasm::order::sort(&mut alike, |a, b| by_name(&a.name, &b.name));
    let count = alike.len();
    let mut alike: Vec<Option<Candidate>> = alike.into_iter().map(Some).collect();
    todo.extend(
        reading_order(count)
            .into_iter()
            .filter_map(|at| alike[at].take()),
    );
    todo.append(&mut odd);
    count
}

/// An extension of letters, or a whole name that is one word of letters; `None` for names that only number.
fn kind_of_name(path: &str) -> Option<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let last = name.rsplit('.').next().unwrap_or(name);
    let of_letters = !last.is_empty() && last.chars().all(|c| c.is_ascii_alphabetic());
    of_letters.then(|| last.to_ascii_lowercase())
}

fn handle_of(file: web_sys::File, entry: Option<ZipEntry>) -> FileHandle {
    match entry {
        None => FileHandle::File(file),
        Some(entry) => FileHandle::ZipEntry {
            archive: file,
            entry,
        },
    }
}

/// Two files of one name (from two folders of a picker that hides paths) stay apart.
fn unique(names: &mut HashMap<String, u32>, name: String) -> String {
    if let Some(count) = names.get(&name) {
        // Counted on from where it was: an archive may hold a hundred thousand files of one name.
        let mut count = *count;
        let free = loop {
            count += 1;
            let candidate = format!("{name} ({count})");
            if !names.contains_key(&candidate) {
                break candidate;
            }
        };
        names.insert(name, count);
        names.insert(free.clone(), 1);
        return free;
    }
    names.insert(name.clone(), 1);
    name
}

/// Reads a batch. If it costs the worker, each of its files is tried alone, so that the culprit is named and
/// the others are read.
async fn read_batch(
    pool: Pool,
    batch: Vec<Candidate>,
    whole_below: u64,
) -> (Vec<(Candidate, HeaderOutcome)>, Vec<ArrayBuffer>) {
    match ask(pool, &batch, whole_below).await {
        Ok((outcomes, buffers)) => (batch.into_iter().zip(outcomes).collect(), buffers),
        Err(error) if batch.len() == 1 && error != TaskError::WorkerDied => {
            let outcomes = batch
                .into_iter()
                .map(|candidate| (candidate.clone(), failed(&candidate, &error)))
                .collect();
            (outcomes, Vec::new())
        }
        Err(_) => {
            let mut outcomes = Vec::with_capacity(batch.len());
            for candidate in batch {
                let outcome = read_alone(pool, &candidate).await;
                outcomes.push((candidate, outcome));
            }
            (outcomes, Vec::new())
        }
    }
}

/// Reads one file's header, and not its pixels, so that there are no buffers to sort out. A worker reads the files of two
/// tasks at once, so that the wrong one may be blamed when it dies: only a file under which it dies again and again is lost.
async fn read_alone(pool: Pool, candidate: &Candidate) -> HeaderOutcome {
    let mut tries = 0;
    loop {
        tries += 1;
        match ask(pool, std::slice::from_ref(candidate), 0).await {
            Ok((mut list, _)) => {
                let outcome = list.pop();
                return outcome.unwrap_or_else(|| failed(candidate, &TaskError::BadMessage));
            }
            Err(TaskError::WorkerDied) if tries < TRIES_ALONE => {}
            Err(error) => return failed(candidate, &error),
        }
    }
}

async fn ask(
    pool: Pool,
    batch: &[Candidate],
    whole_below: u64,
) -> Result<(Vec<HeaderOutcome>, Vec<ArrayBuffer>), TaskError> {
    let files = batch
        .iter()
        .enumerate()
        .map(|(blob, candidate)| FileRef {
            name: candidate.name.clone(),
            blob,
            entry: candidate.entry.clone(),
        })
        .collect();
    let blobs = batch
        .iter()
        .map(|candidate| candidate.handle.clone().into())
        .collect();
    match pool
        .run(
            &Request::ReadHeaders { files, whole_below },
            blobs,
            Vec::new(),
            Priority::Normal,
        )
        .await?
    {
        Done {
            reply: Reply::Headers(outcomes),
            buffers,
        } if outcomes.len() == batch.len() => Ok((outcomes, buffers)),
        Done { .. } => Err(TaskError::BadMessage),
    }
}

fn failed(candidate: &Candidate, error: &TaskError) -> HeaderOutcome {
    let message = format!("The file could not be read: {error}.");
    HeaderOutcome::Rejected(Rejection::new(
        &candidate.name,
        RejectCode::Malformed,
        message,
    ))
}

#[cfg(test)]
mod tests {
    use super::kind_of_name;

    #[test]
    fn names_of_slices_are_of_one_kind_and_others_are_not() {
        assert_eq!(
            kind_of_name("scan/IM0001"),
            kind_of_name("scan/1.2.840.113")
        );
        assert_eq!(kind_of_name("scan/IM0001.dcm"), kind_of_name("IM2.DCM"));
        assert_ne!(kind_of_name("scan/DICOMDIR"), kind_of_name("scan/IM0001"));
        assert_ne!(
            kind_of_name("scan/readme.txt"),
            kind_of_name("scan/IM0001.dcm")
        );
    }
}
