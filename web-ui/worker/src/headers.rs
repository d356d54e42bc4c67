//! Recognising files and reading their headers.

use crate::blob_source::{BlobSource, READ_AHEAD, Source};
use crate::blob_stream;
use crate::entry::{Answer, Parcel};
use crate::messages::{FileRef, HeaderOutcome, ReadySlice, Reply, TaskFailure};
use crate::pixels::{kept, native_facts, needs_more};
use futures::stream::{self, StreamExt};
use js_sys::ArrayBuffer;
use sha2::{Digest, Sha256};
use viewer_wasm::codec;
use viewer_wasm::intake::Instance;
use viewer_wasm::intake::{Kind, RejectCode, Rejection, read_instance, sniff, zip};

/// Bytes hashed at once.
const HASH_STEP: u64 = 1024 * 1024;

/// Reads each file's header; one outcome for each, in order. The reads of all files are under way at once: one
/// after the other, most of the time would go by in waiting for the browser.
pub async fn read(
    files: &[FileRef],
    whole_below: u64,
    parcel: &Parcel,
) -> (Reply, Vec<ArrayBuffer>) {
    let mut outcomes = Vec::with_capacity(files.len());
    let mut buffers = Vec::new();
    let mut starts = stream::iter(files)
        .map(|file| async move { (file, start_of(file, whole_below, parcel).await) })
        .buffered(files.len().max(1));
    while let Some((file, start)) = starts.next().await {
        outcomes.push(read_one(file, start, parcel, &mut buffers));
    }
    (Reply::Headers(outcomes), buffers)
}

/// The first bytes of a file, or all if they are few. What failed is tried once more in opening it, which says why.
async fn start_of(file: &FileRef, whole_below: u64, parcel: &Parcel) -> Option<Vec<u8>> {
    let blob = parcel.blobs.get(file.blob)?;
    if file.entry.is_some() {
        return None;
    }
    let len = blob.size() as u64;
    let end = if len <= whole_below {
        len
    } else {
        len.min(READ_AHEAD)
    };
    blob_stream::read(blob, 0, end).await.ok()
}

fn open(file: &FileRef, start: Option<Vec<u8>>, parcel: &Parcel) -> Result<Source, TaskFailure> {
    match (start, parcel.blobs.get(file.blob)) {
        (Some(start), Some(blob)) => BlobSource::with_start(blob.clone(), start).map(Source::Blob),
        _ => Source::open(file, &parcel.blobs),
    }
}

fn read_one(
    file: &FileRef,
    start: Option<Vec<u8>>,
    parcel: &Parcel,
    buffers: &mut Vec<ArrayBuffer>,
) -> HeaderOutcome {
    let source = match open(file, start, parcel) {
        Ok(source) => source,
        Err(TaskFailure::Rejected(rejection)) => {
            return HeaderOutcome::Rejected(Rejection {
                file: file.name.clone(),
                ..rejection
            });
        }
        Err(failure) => return rejected(file, failure.to_string()),
    };
    let bytes = source.bytes();
    match sniff(bytes) {
        Err(_) => rejected(file, "The file could not be read.".to_owned()),
        Ok(Kind::DicomDir) => HeaderOutcome::Directory,
        // A zip within a zip stays closed: nobody sends a scan so, and it is how a small file becomes endless.
        Ok(Kind::Zip) if file.entry.is_none() => {
            zip::list(bytes).map_or_else(|rejection| named(file, rejection), HeaderOutcome::Zip)
        }
        Ok(_) => read_instance(bytes, &file.name).map_or_else(
            |rejection| named(file, rejection),
            |instance| {
                let ready = ready_slice(&instance, &source, buffers);
                HeaderOutcome::Instance(Box::new(instance), ready)
            },
        ),
    }
}

/// The file's one frame, if it is all there and needs no decoding.
fn ready_slice(
    instance: &Instance,
    source: &Source,
    buffers: &mut Vec<ArrayBuffer>,
) -> Option<ReadySlice> {
    let attributes = &instance.attributes;
    if attributes.frames != 1 || needs_more(attributes) {
        return None;
    }
    let (offset, len) = codec::native_range(instance, 0)?;
    let look = |bytes: &[u8]| {
        let facts = native_facts(attributes, bytes)?;
        Some((facts, kept(bytes, &facts)))
    };
    let (facts, values) = match source {
        Source::Blob(blob) => blob.with_cached(offset, len, look)??,
        Source::Bytes(bytes) => {
            let from = usize::try_from(offset).ok()?;
            look(bytes.get(from..from.checked_add(usize::try_from(len).ok()?)?)?)?
        }
    };
    buffers.push(values);
    Some(ReadySlice {
        buffer: buffers.len() - 1,
        facts,
    })
}

fn named(file: &FileRef, rejection: Rejection) -> HeaderOutcome {
    HeaderOutcome::Rejected(Rejection {
        file: file.name.clone(),
        ..rejection
    })
}

fn rejected(file: &FileRef, message: String) -> HeaderOutcome {
    HeaderOutcome::Rejected(Rejection {
        file: file.name.clone(),
        code: RejectCode::Malformed,
        message,
        patient_name: None,
    })
}

/// SHA-256 of a whole file, in steps, so that a large one is never in memory.
pub fn hash(file: &FileRef, parcel: &Parcel) -> Answer {
    let source = Source::open(file, &parcel.blobs)?;
    let bytes = source.bytes();
    let mut hash = Sha256::new();
    let mut step = vec![0; HASH_STEP.min(bytes.len()) as usize];
    let mut offset = 0;
    while offset < bytes.len() {
        let len = HASH_STEP.min(bytes.len() - offset) as usize;
        bytes
            .read_at(offset, &mut step[..len])
            .map_err(|_| TaskFailure::Unreadable)?;
        hash.update(&step[..len]);
        offset += len as u64;
    }
    Ok((Reply::Digest(hash.finalize().into()), Vec::new()))
}
