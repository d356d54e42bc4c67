//! Results kept under `target/ui-cache/`, by the hash of everything they were made from.

use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::error::TaskError;
use crate::paths;

/// SHA-256 of several inputs, as hex. Each is preceded by its length, so that no two lists collide.
pub fn hash(inputs: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for input in inputs {
        digest.update((input.len() as u64).to_le_bytes());
        digest.update(input);
    }
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The bytes stored under `key`, made by `make` and stored if they are not there yet.
pub fn bytes(
    key: &str,
    make: impl FnOnce() -> Result<Vec<u8>, TaskError>,
) -> Result<Vec<u8>, TaskError> {
    let path = folder()?.join(key);
    if let Ok(kept) = std::fs::read(&path) {
        return Ok(kept);
    }
    let made = make()?;
    let unfinished = path.with_extension(format!("{}.unfinished", std::process::id()));
    std::fs::write(&unfinished, &made).map_err(TaskError::file(&unfinished))?;
    std::fs::rename(&unfinished, &path).map_err(TaskError::file(&path))?;
    Ok(made)
}

fn folder() -> Result<PathBuf, TaskError> {
    let folder = paths::target().join("ui-cache");
    std::fs::create_dir_all(&folder).map_err(TaskError::file(&folder))?;
    Ok(folder)
}
