//! A body becomes a durable file: temporary file, sync, rename, sync of the folder.

use super::{Blobs, blocking, hex, sync_folder};
use crate::{
    crypto::{self, random},
    error::Error,
};
use actix_web::web::Bytes;
use protocol::{ClinicId, ScanId, scan::BlobRole};
use ring::digest;
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
};
use tokio::task::JoinHandle;

/// A body on its way in. Dropped before [`Incoming::keep`], it leaves nothing.
pub struct Incoming {
    file: File,
    path: TemporaryPath,
    hash: digest::Context,
    len: u64,
}

/// A body whose last bytes may still be on their way to the disk.
pub struct Writing(JoinHandle<Result<Incoming, Error>>);

impl Writing {
    /// # Errors
    /// [`Error::StorageFull`], or what the file system says.
    pub async fn done(self) -> Result<Incoming, Error> {
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
                hash: digest::Context::new(&digest::SHA256),
                len: 0,
            })
        })
        .await
    }
}

impl Incoming {
    /// Begins to append and hash, on a thread that may wait for the disk.
    pub fn write(mut self, chunks: Vec<Bytes>) -> Writing {
        Writing(tokio::task::spawn_blocking(move || {
            for chunk in &chunks {
                self.file.write_all(chunk)?;
                self.hash.update(chunk);
                self.len += chunk.len() as u64;
            }
            Ok(self)
        }))
    }

    /// Bytes so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// SHA-256 of the bytes so far.
    pub fn sha256(&self) -> [u8; 32] {
        crypto::finish(self.hash.clone())
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
            self.file.sync_data()?;
            let folder = blobs.scan_folder(clinic, scan);
            make_durable_folder(&blobs.parts, &folder)?;
            let name = format!("{}-{number}.{}", role.name(), hex(&random::<8>()?));
            if let Some(path) = &self.path.0 {
                fs::rename(path, folder.join(&name))?;
            }
            self.path.keep();
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
