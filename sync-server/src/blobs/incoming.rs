//! A body becomes a durable file: temporary file, sync, rename, sync of the folder. The types keep that order.

use super::{Blobs, blocking, hex, sync_folder};
use crate::{crypto::random, error::Error};
use actix_web::web::Bytes;
use protocol::{ClinicId, ScanId, scan::BlobRole};
use rustix::fs::{Advice, fadvise};
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    num::NonZeroU64,
    path::{Path, PathBuf},
};
use tokio::task::JoinHandle;

/// Bytes that are sent on to the disk at once while more arrive, so that the sync at the end finds little left to write.
const AHEAD_LEN: u64 = 2 * 1024 * 1024;

/// A body on its way in. Dropped before [`Synced::keep`], it leaves nothing.
pub struct Incoming {
    file: File,
    path: TemporaryPath,
    len: u64,
    /// Bytes of the file whose way to the disk has begun.
    sent_ahead: u64,
}

/// A body whose bytes are on the disk, under a temporary name.
pub struct Synced(Incoming);

/// A body whose last bytes may still be on their way to the disk.
pub struct Writing<T>(JoinHandle<Result<T, Error>>);

impl<T> Writing<T> {
    /// # Errors
    /// [`Error::StorageFull`], or what the file system says.
    pub async fn done(self) -> Result<T, Error> {
        self.0.await.map_err(|_| Error::Stopped)?
    }
}

struct TemporaryPath(Option<PathBuf>);

impl TemporaryPath {
    /// The file has another name now: there is nothing to remove.
    fn keep(&mut self) {
        self.0 = None;
    }
}

impl Drop for TemporaryPath {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let _ = fs::remove_file(path);
        }
    }
}

impl Blobs {
    /// A place for a body of `len` bytes.
    ///
    /// # Errors
    /// [`Error::StorageFull`] if the disk has no room for it.
    pub async fn receive(&self, len: u64) -> Result<Incoming, Error> {
        let blobs = self.clone();
        blocking(move || {
            blobs.check_room(len)?;
            let path = blobs.incoming.join(hex(&random::<16>()?));
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&path)?;
            Ok(Incoming {
                file,
                path: TemporaryPath(Some(path)),
                len: 0,
                sent_ahead: 0,
            })
        })
        .await
    }
}

impl Incoming {
    /// Begins to append, on a thread that may wait for the disk.
    pub fn write(mut self, chunks: Vec<Bytes>) -> Writing<Self> {
        Writing(tokio::task::spawn_blocking(move || {
            self.append(&chunks)?;
            self.send_ahead();
            Ok(self)
        }))
    }

    /// The same with the last bytes, and with a sync.
    pub fn write_last(mut self, chunks: Vec<Bytes>) -> Writing<Synced> {
        Writing(tokio::task::spawn_blocking(move || {
            self.append(&chunks)?;
            self.file.sync_data()?;
            Ok(Synced(self))
        }))
    }

    fn append(&mut self, chunks: &[Bytes]) -> Result<(), Error> {
        for chunk in chunks {
            self.file.write_all(chunk)?;
            self.len += chunk.len() as u64;
        }
        Ok(())
    }

    /// Begins to write out what is in the page cache alone. "Not needed" starts that and does not wait for it; pages
    /// on their way stay in the cache. A hint: whether it was taken or not, only the sync makes anything durable.
    fn send_ahead(&mut self) {
        let waiting = self.len - self.sent_ahead;
        if waiting >= AHEAD_LEN {
            let _ = fadvise(
                &self.file,
                self.sent_ahead,
                NonZeroU64::new(waiting),
                Advice::DontNeed,
            );
            self.sent_ahead = self.len;
        }
    }
}

impl Synced {
    /// Bytes of the file.
    pub fn len(&self) -> u64 {
        self.0.len
    }

    /// Makes the file durable under a name of its own in the scan's folder, and answers that name.
    ///
    /// # Errors
    /// [`Error::StorageFull`], or what the file system says.
    pub async fn keep(
        mut self,
        blobs: &Blobs,
        clinic: ClinicId,
        scan: ScanId,
        role: BlobRole,
        number: u32,
    ) -> Result<String, Error> {
        let blobs = blobs.clone();
        blocking(move || {
            let folder = blobs.scan_folder(clinic, scan);
            make_durable_folder(&blobs.parts, &folder)?;
            let name = format!("{}-{number}.{}", role.name(), hex(&random::<8>()?));
            if let Some(path) = &self.0.path.0 {
                fs::rename(path, folder.join(&name))?;
            }
            self.0.path.keep();
            sync_folder(&folder)?;
            Ok(name)
        })
        .await
    }
}

/// Makes `{root}/{clinic}/{scan}` so that it survives a power cut.
fn make_durable_folder(root: &Path, folder: &Path) -> Result<(), Error> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    if let Some(clinic) = folder.parent() {
        sync_folder(clinic)?;
    }
    sync_folder(root)?;
    Ok(())
}
