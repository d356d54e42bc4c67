//! Recognising files and reading their headers.

use crate::blob_source::{BlobSource, READ_AHEAD, Source};
use crate::entry::{Answer, Parcel};
use crate::messages::{FileRef, HeaderOutcome, ReadySlice, Reply, TaskFailure};
use crate::pixels::{native_facts, needs_more};
use js_sys::{ArrayBuffer, Uint8Array};
use sha2::{Digest, Sha256};
use viewer_wasm::codec;
use viewer_wasm::intake::Instance;
use viewer_wasm::intake::{Kind, RejectCode, Rejection, read_instance, sniff, zip};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Bytes hashed at once.
const HASH_STEP: u64 = 1024 * 1024;

/// Reads each file's header; one outcome for each, in order. The reads of all files are under way at once: one
/// after the other, most of the time would go by in waiting for the browser.
pub async fn read(
    files: &[FileRef],
    whole_below: u64,
    parcel: &Parcel,
) -> (Reply, Vec<ArrayBuffer>) {
    let begun: Vec<Option<JsFuture>> = files
        .iter()
        .map(|file| begin_reading(file, whole_below, parcel))
        .collect();
    let mut outcomes = Vec::with_capacity(files.len());
    let mut buffers = Vec::new();
    for (file, begun) in files.iter().zip(begun) {
        let start = match begun {
            // What failed is tried once more below, and says why.
            Some(read) => read.await.ok().and_then(|read| read.dyn_into().ok()),
            None => None,
        };
        outcomes.push(read_one(file, start, parcel, &mut buffers));
    }
    (Reply::Headers(outcomes), buffers)
}

fn begin_reading(file: &FileRef, whole_below: u64, parcel: &Parcel) -> Option<JsFuture> {
    let blob = parcel.blobs.get(file.blob)?;
    if file.entry.is_some() {
        return None;
    }
    let promise = if blob.size() as u64 <= whole_below {
        blob.array_buffer()
    } else {
        blob.slice_with_f64_and_f64(0.0, READ_AHEAD as f64)
            .ok()?
            .array_buffer()
    };
    Some(JsFuture::from(promise))
}

fn open(
    file: &FileRef,
    start: Option<&ArrayBuffer>,
    parcel: &Parcel,
) -> Result<Source, TaskFailure> {
    match (start, parcel.blobs.get(file.blob)) {
        (Some(start), Some(blob)) => BlobSource::with_start(blob.clone(), start).map(Source::Blob),
        _ => Source::open(file, &parcel.blobs),
    }
}

fn read_one(
    file: &FileRef,
    start: Option<ArrayBuffer>,
    parcel: &Parcel,
    buffers: &mut Vec<ArrayBuffer>,
) -> HeaderOutcome {
    let source = match open(file, start.as_ref(), parcel) {
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
                let ready = ready_slice(&instance, &source, start, buffers);
                HeaderOutcome::Instance(Box::new(instance), ready)
            },
        ),
    }
}

/// The file's one frame, if it is all there and needs no decoding.
fn ready_slice(
    instance: &Instance,
    source: &Source,
    start: Option<ArrayBuffer>,
    buffers: &mut Vec<ArrayBuffer>,
) -> Option<ReadySlice> {
    let attributes = &instance.attributes;
    if attributes.frames != 1 || needs_more(attributes) {
        return None;
    }
    let (offset, len) = codec::native_range(instance, 0)?;
    let look = |bytes: &[u8]| native_facts(attributes, bytes);
    let (facts, buffer, offset) = match source {
        // Two-byte values can be looked at only from an even place in a buffer.
        Source::Blob(blob) if offset % 2 == 0 => {
            (blob.with_cached(offset, len, look)??, start?, offset)
        }
        Source::Blob(_) => return None,
        Source::Bytes(bytes) => {
            let from = usize::try_from(offset).ok()?;
            let bytes = bytes.get(from..from.checked_add(usize::try_from(len).ok()?)?)?;
            (look(bytes)?, Uint8Array::from(bytes).buffer(), 0)
        }
    };
    buffers.push(buffer);
    Some(ReadySlice {
        buffer: buffers.len() - 1,
        offset: u32::try_from(offset).ok()?,
        len: u32::try_from(len / 2).ok()?,
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
