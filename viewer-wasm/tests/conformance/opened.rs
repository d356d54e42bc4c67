//! Files, folders and archives to volumes.

use std::collections::HashMap;
use std::path::Path;

use viewer_wasm::intake::{self, Found, Instance, zip};
use viewer_wasm::series::Series;
use viewer_wasm::volume::Volume;

use crate::volume::volumes;

/// Bytes of one file of a zip, at most.
const ENTRY_BYTES: u64 = 256 << 20;

/// All series of a file, a folder or an archive, with their volumes, in the order of assembly.
pub fn volumes_of(path: &Path) -> Vec<(Series, Volume)> {
    let mut instances = Vec::new();
    let mut files = HashMap::new();
    let mut todo = vec![path.to_owned()];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder");
            todo.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            examine(&path.to_string_lossy(), bytes, &mut instances, &mut files);
        }
    }
    volumes(instances, &files)
}

fn examine(
    name: &str,
    bytes: Vec<u8>,
    instances: &mut Vec<Instance>,
    files: &mut HashMap<String, Vec<u8>>,
) {
    match intake::examine(&bytes, name) {
        Found::Image(instance) => {
            instances.push(*instance);
            files.insert(name.to_owned(), bytes);
        }
        Found::Zip => {
            for entry in zip::list(&bytes).unwrap_or_default() {
                if let Ok(inner) = zip::read(&bytes, &entry, ENTRY_BYTES) {
                    examine(&format!("{name}/{}", entry.name), inner, instances, files);
                }
            }
        }
        Found::DicomDir | Found::Rejected(_) => {}
    }
}
