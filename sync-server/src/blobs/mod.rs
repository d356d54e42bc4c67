//! The encrypted parts: files in a folder today. The one place with files, async at its edge.
//!
//! ```text
//! DATA/incoming/{random}                     a body on its way in; swept at start
//! DATA/parts/{clinic}/{scan}/{role}-{n}.{random}   a part, if the store's row names it; else swept at start
//! ```
//!
//! - [`incoming`]: a body becomes a durable file
//! - [`hashing`]: its digest, meanwhile
//! - [`outgoing`]: a file becomes a stream
//! - [`sweep`]: files that nothing names

mod hashing;
mod incoming;
mod outgoing;
mod sweep;

pub use hashing::Hash;
pub use incoming::{Incoming, Synced};
pub use outgoing::PartStream;

use crate::error::Error;
use protocol::{ClinicId, ScanId};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Bytes of one chunk of a download.
const CHUNK_LEN: usize = 256 * 1024;

/// The folder of parts. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    incoming: PathBuf,
    parts: PathBuf,
    keep_free: u64,
}

impl Blobs {
    /// Makes the folders where they are missing.
    ///
    /// # Errors
    /// If they cannot be made.
    pub fn open(data: &Path, keep_free: Option<u64>) -> Result<Self, Error> {
        let (incoming, parts) = (data.join("incoming"), data.join("parts"));
        for folder in [&incoming, &parts] {
            fs::create_dir_all(folder)?;
        }
        sync_folder(data)?;
        let keep_free = match keep_free {
            Some(bytes) => bytes,
            None => {
                let disk = rustix::fs::statvfs(data).map_err(io::Error::from)?;
                (disk.f_blocks * disk.f_frsize / 16).min(64 * 1024 * 1024)
            }
        };
        Ok(Self {
            incoming,
            parts,
            keep_free,
        })
    }

    fn scan_folder(&self, clinic: ClinicId, scan: ScanId) -> PathBuf {
        self.parts
            .join(hex(clinic.as_bytes()))
            .join(hex(scan.as_bytes()))
    }

    /// Removes the files of a scan whose record is gone.
    pub async fn remove_scan(&self, clinic: ClinicId, scan: ScanId) {
        let folder = self.scan_folder(clinic, scan);
        let removed = blocking(move || match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
        .await;
        if let Err(error) = removed {
            // The sweep at the next start removes what is left.
            tracing::error!("parts of a deleted scan could not be removed: {error}");
        }
    }

    /// Removes one file that did not become a part.
    pub async fn remove_file(&self, clinic: ClinicId, scan: ScanId, file: &str) {
        let path = self.scan_folder(clinic, scan).join(file);
        let _ = blocking(move || Ok(fs::remove_file(path)?)).await;
    }

    /// The database must be able to write even when the parts have eaten the disk.
    fn check_room(&self, len: u64) -> Result<(), Error> {
        let disk = rustix::fs::statvfs(&self.parts).map_err(io::Error::from)?;
        match disk.f_bavail.saturating_mul(disk.f_frsize) >= len.saturating_add(self.keep_free) {
            true => Ok(()),
            false => Err(Error::StorageFull),
        }
    }
}

/// Makes the names in a folder durable.
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Runs file work where it may wait for the disk.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Error::Stopped)?
}

/// Lower-case hexadecimal: file names must survive file systems that ignore case.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that [`hex`] spelled.
fn unhex(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    if text.len() != 32 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    (hex(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_round_trips_and_has_one_spelling() {
        let bytes = std::array::from_fn(|i| (i * 17) as u8);
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex(&hex(&bytes).to_uppercase()), None);
        assert_eq!(unhex("00"), None);
    }
}
