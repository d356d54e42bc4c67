//! Recognising files and reading their headers.

use crate::blob_source::Source;
use crate::entry::{Answer, Parcel};
use crate::messages::{FileRef, HeaderOutcome, Reply, TaskFailure};
use sha2::{Digest, Sha256};
use viewer_wasm::intake::{Kind, RejectCode, Rejection, read_instance, sniff, zip};

/// Bytes hashed at once.
const HASH_STEP: u64 = 1024 * 1024;

/// Reads each file's header; one outcome for each, in order.
pub fn read(files: &[FileRef], parcel: &Parcel) -> Reply {
    Reply::Headers(files.iter().map(|file| read_one(file, parcel)).collect())
}

fn read_one(file: &FileRef, parcel: &Parcel) -> HeaderOutcome {
    let source = match Source::open(file, &parcel.blobs) {
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
            |instance| HeaderOutcome::Instance(Box::new(instance)),
        ),
    }
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
