//! Recognising files and reading headers, in batches across the pool.

use super::decode::values_at;
use super::loader::Ticket;
use super::pace::now_ms;
use super::{FileHandle, FileHandles};
use crate::pool::{Done, Pool, Priority, Reply, Request, TaskError};
use crate::workspace::{Phase, PickedFile, Progress, Workspace};
use futures::stream::{self, StreamExt};
use js_sys::ArrayBuffer;
use leptos::prelude::*;
use std::cell::Cell;
use std::collections::HashMap;
use viewer_wasm::intake::zip::ZipEntry;
use viewer_wasm::intake::{Instance, RejectCode, Rejection};
use worker::messages::{FileRef, HeaderOutcome, ReadySlice};

/// Files in one message: enough that the message costs little, few enough that the progress moves and no worker
/// is left with the last batch while the others are done.
const BATCH: usize = 8;
/// Files of at most this many bytes are read whole: a trip to a file costs more than half a megabyte of it, and there
/// would be a second one for the pixels.
const WHOLE_BELOW: u64 = 4 << 20;
/// Bytes of slices kept from reading headers; beyond, pixels are read when they are shown.
const KEPT_AT_MOST: u64 = 1 << 30;

/// Between two steps of the progress bar.
const PROGRESS_MS: f64 = 200.0;

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
        let batches: Vec<Vec<Candidate>> = todo.chunks(BATCH).map(<[Candidate]>::to_vec).collect();
        let mut answers = stream::iter(batches)
            .map(|batch| {
                let whole_below = if kept.get() < KEPT_AT_MOST {
                    WHOLE_BELOW
                } else {
                    0
                };
                read_batch(ws.pool, batch, whole_below)
            })
            .buffer_unordered(ws.pool.in_flight());
        while let Some(answer) = answers.next().await {
            if !ticket.is_valid() {
                return None;
            }
            let (outcomes, buffers) = answer;
            for (candidate, outcome) in outcomes {
                done += 1;
                match outcome {
                    HeaderOutcome::Instance(instance, ready) => {
                        if let Some((ready, buffer)) =
                            ready.and_then(|ready| Some((ready, buffers.get(ready.buffer)?)))
                        {
                            let ReadySlice {
                                offset, len, facts, ..
                            } = ready;
                            let values = values_at(buffer.clone(), offset, len, facts.value_type);
                            kept.set(kept.get() + u64::from(len) * 2);
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
    found.instances.sort_by(|a, b| a.file.cmp(&b.file));
    found.rejected.sort_by(|a, b| a.file.cmp(&b.file));
    Some(found)
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
        Err(error) if batch.len() == 1 => {
            let outcomes = batch
                .into_iter()
                .map(|candidate| (candidate.clone(), failed(&candidate, &error)))
                .collect();
            (outcomes, Vec::new())
        }
        Err(_) => {
            let mut outcomes = Vec::with_capacity(batch.len());
            for candidate in batch {
                // Headers alone, so that there are no buffers to sort out.
                let outcome = match ask(pool, std::slice::from_ref(&candidate), 0).await {
                    Ok((mut list, _)) => list
                        .pop()
                        .unwrap_or_else(|| failed(&candidate, &TaskError::BadMessage)),
                    Err(error) => failed(&candidate, &error),
                };
                outcomes.push((candidate, outcome));
            }
            (outcomes, Vec::new())
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
