//! What `inspect` prints: the engine's reading of files, natively, as JSON with fixed names.
//!
//! - `report`: the names. `pixels`: statistics and hash of stored values.

mod pixels;
mod report;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

pub use report::{InstanceReport, Report, SeriesReport};

use crate::intake::{self, ByteSource, Found, Instance, RejectCode, Rejection, zip};
use crate::series;

/// Bytes of one unpacked zip entry, at most.
const ENTRY_BYTES: u64 = 4 << 30;

/// A place from which an instance can be read again.
enum Place {
    File(PathBuf),
    Entry {
        archive: PathBuf,
        entry: Box<zip::ZipEntry>,
    },
}

impl Place {
    fn open(&self) -> io::Result<Box<dyn ByteSource>> {
        Ok(match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Entry { archive, entry } => {
                let archive = File::open(archive)?;
                let bytes = zip::read(&archive, entry, ENTRY_BYTES);
                Box::new(bytes.map_err(|_| io::ErrorKind::InvalidData)?)
            }
        })
    }
}

/// Everything found below some paths: instances with their places, and what was left out.
#[derive(Default)]
struct Drop {
    instances: Vec<(Instance, Place)>,
    rejected: Vec<Rejection>,
}

/// Reads files, folders and archives. An error only if a path that was given does not exist.
pub fn inspect(paths: &[PathBuf]) -> io::Result<Report> {
    let mut drop = Drop::default();
    for path in paths {
        let kind = fs::metadata(path).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", path.display()))
        })?;
        if kind.is_dir() {
            drop.read_folder(path, "");
        } else {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            drop.read_file(path, &name);
        }
    }
    Ok(drop.report())
}

impl Drop {
    fn read_folder(&mut self, folder: &Path, prefix: &str) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        paths.sort();
        for path in paths {
            let name = format!(
                "{prefix}{}",
                path.file_name().unwrap_or_default().to_string_lossy()
            );
            // Links are not followed, so that a folder cannot contain itself.
            match fs::symlink_metadata(&path) {
                Ok(kind) if kind.is_dir() => self.read_folder(&path, &format!("{name}/")),
                Ok(kind) if kind.is_file() => self.read_file(&path, &name),
                _ => {}
            }
        }
    }

    fn read_file(&mut self, path: &Path, name: &str) {
        let Ok(source) = File::open(path) else {
            let message = "The file could not be opened.";
            self.rejected
                .push(Rejection::new(name, RejectCode::Malformed, message));
            return;
        };
        match intake::examine(&source, name) {
            Found::Image(instance) => self
                .instances
                .push((*instance, Place::File(path.to_owned()))),
            Found::DicomDir => {}
            Found::Rejected(rejection) => self.rejected.push(rejection),
            Found::Zip => self.read_zip(&source, path, name),
        }
    }

    fn read_zip(&mut self, source: &File, path: &Path, name: &str) {
        let entries = match zip::list(source) {
            Ok(entries) => entries,
            Err(mut rejection) => {
                rejection.file = name.to_owned();
                self.rejected.push(rejection);
                return;
            }
        };
        for entry in entries {
            let inner = format!("{name}/{}", entry.name);
            let found = match zip::read(source, &entry, ENTRY_BYTES) {
                Ok(bytes) => intake::examine(&bytes, &inner),
                Err(mut rejection) => {
                    rejection.file.clone_from(&inner);
                    Found::Rejected(rejection)
                }
            };
            match found {
                Found::Image(instance) => {
                    let entry = Box::new(entry);
                    let archive = path.to_owned();
                    self.instances
                        .push((*instance, Place::Entry { archive, entry }));
                }
                Found::DicomDir => {}
                Found::Zip => {
                    let message = "A zip archive in a zip archive is not opened.";
                    self.rejected
                        .push(Rejection::new(&inner, RejectCode::NotDicom, message));
                }
                Found::Rejected(rejection) => self.rejected.push(rejection),
            }
        }
    }

    /// Decodes everything. A file of which no frame can be decoded is left out, and the rest assembled without it.
    fn report(self) -> Report {
        let mut rejected = self.rejected;
        let mut decoded = HashMap::new();
        let mut instances = Vec::new();
        for (instance, place) in self.instances {
            let pixels = pixels::decode(&instance, &place);
            if let Some(reason) = pixels.failure.as_ref().filter(|_| pixels.frames == 0) {
                let message = format!("The image could not be decoded: {reason}.");
                rejected.push(
                    Rejection::new(&instance.file, RejectCode::Malformed, message)
                        .with_patient(instance.identity.patient_name.clone()),
                );
            } else {
                decoded.insert(instance.file.clone(), pixels);
                instances.push(instance);
            }
        }
        let assembly = series::assemble(instances);
        rejected.extend(assembly.rejected);
        rejected.sort_by(|a, b| a.file.cmp(&b.file));
        let series = assembly
            .series
            .iter()
            .map(|series| SeriesReport::new(series, &decoded));
        Report {
            series: series.collect(),
            rejected,
        }
    }
}
