//! What the native reader makes of files, for the journey that holds the browser's worker against it.
//!
//! `readings FOLDER FILE...` prints one line of JSON for each file below the folder: what it turned out to be, as a worker
//! says it, and of each frame of an image the hash of the 16-bit slice that a volume would keep. An archive's entries are
//! read as well, under its own name before theirs.

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use serde::Serialize;
use sha2::{Digest, Sha256};
use viewer_wasm::codec;
use viewer_wasm::intake::zip::{self, ZipEntry};
use viewer_wasm::intake::{self, ByteSource, Found, Instance, Rejection};
use viewer_wasm::series::ValueType;
use viewer_wasm::volume::slice_from_samples;

/// Bytes of one unpacked entry, at most: what the worker allows.
const ENTRY_BYTES: u64 = 2 << 30;

#[derive(Parser)]
#[command(about = "What the native reader makes of files")]
struct Arguments {
    /// Where the files are.
    folder: PathBuf,
    /// Their paths below it.
    files: Vec<String>,
}

/// What a file turned out to be: `worker::messages::HeaderOutcome`, without what it has read ahead.
#[derive(Serialize)]
enum Outcome {
    Instance(Box<Instance>),
    Rejected(Rejection),
    Zip(Vec<ZipEntry>),
    Directory,
}

#[derive(Serialize)]
struct Reading {
    file: String,
    outcome: Outcome,
    /// Of an image, up to the first frame that cannot be decoded.
    slices: Vec<Slice>,
    /// Of an archive.
    entries: Vec<Reading>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Slice {
    Decoded { sha256: String, clipped: bool },
    Failed(String),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    for name in &arguments.files {
        let path = arguments.folder.join(name);
        let line = File::open(&path)
            .map_err(|error| format!("{}: {error}", path.display()))
            .and_then(|file| {
                serde_json::to_string(&read(&file, name, true)).map_err(|error| error.to_string())
            });
        match line {
            Ok(line) => println!("{line}"),
            Err(error) => {
                eprintln!("readings: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn read(source: &dyn ByteSource, name: &str, outermost: bool) -> Reading {
    let mut reading = Reading {
        file: name.to_owned(),
        outcome: Outcome::Directory,
        slices: Vec::new(),
        entries: Vec::new(),
    };
    reading.outcome = match intake::examine(source, name) {
        Found::Image(instance) => {
            reading.slices = slices(source, &instance);
            Outcome::Instance(instance)
        }
        Found::DicomDir => Outcome::Directory,
        Found::Rejected(rejection) => Outcome::Rejected(rejection),
        Found::Zip if outermost => match zip::list(source) {
            Ok(entries) => {
                let inner = entries.iter().map(|entry| read_entry(source, entry, name));
                reading.entries = inner.collect();
                Outcome::Zip(entries)
            }
            Err(rejection) => Outcome::Rejected(named(rejection, name)),
        },
        // A zip within a zip stays closed: the reader of headers takes it for a file that is not DICOM.
        Found::Zip => match intake::read_instance(source, name) {
            Ok(instance) => Outcome::Instance(Box::new(instance)),
            Err(rejection) => Outcome::Rejected(rejection),
        },
    };
    reading
}

fn read_entry(archive: &dyn ByteSource, entry: &ZipEntry, archive_name: &str) -> Reading {
    let name = format!("{archive_name}/{}", entry.name);
    match zip::read(archive, entry, ENTRY_BYTES) {
        Ok(bytes) => read(&bytes, &name, false),
        Err(rejection) => Reading {
            outcome: Outcome::Rejected(named(rejection, &name)),
            file: name,
            slices: Vec::new(),
            entries: Vec::new(),
        },
    }
}

fn named(rejection: Rejection, name: &str) -> Rejection {
    Rejection {
        file: name.to_owned(),
        ..rejection
    }
}

fn slices(source: &dyn ByteSource, instance: &Instance) -> Vec<Slice> {
    let attributes = &instance.attributes;
    let value_type = if attributes.signed {
        ValueType::I16
    } else {
        ValueType::U16
    };
    let mut slices = Vec::new();
    for frame in 0..attributes.frames {
        let samples = match codec::read_frame(source, instance, frame) {
            Ok(samples) => samples,
            Err(error) => {
                slices.push(Slice::Failed(error.to_string()));
                break;
            }
        };
        let (slice, clipped) = slice_from_samples(
            samples,
            &attributes.photometric,
            attributes.samples_per_pixel,
            value_type,
        );
        let digest = Sha256::digest(slice.as_bytes());
        slices.push(Slice::Decoded {
            sha256: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            clipped,
        });
    }
    slices
}
