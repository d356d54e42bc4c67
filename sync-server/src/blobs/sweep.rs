//! Removes files that nothing names: bodies whose request died, parts whose row was never written or is gone.

use super::{Blobs, blocking, unhex};
use crate::{error::Error, store::Store};
use protocol::{ClinicId, Fixed, ScanId};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

impl Blobs {
    /// Removes what is older than `min_age` and not named by the store; answers how many files went, and how many
    /// parts the store names but the folder does not have. At start `min_age` is zero; while requests run it must
    /// be longer than any upload takes.
    ///
    /// # Errors
    /// If a folder or the store cannot be read.
    pub async fn sweep(&self, store: &Store, min_age: Duration) -> Result<(u64, u64), Error> {
        let incoming = self.incoming.clone();
        let mut removed = blocking(move || {
            let mut removed = 0;
            for path in entries(&incoming)? {
                removed += u64::from(remove_if_old(&path, min_age)?);
            }
            Ok(removed)
        })
        .await?;
        let mut missing = 0;
        let root = self.parts.clone();
        let scans = blocking(move || scan_folders(&root)).await?;
        for (clinic, scan, folder) in scans {
            let named = store.files_of(clinic, scan).await?;
            let (gone, absent) = blocking(move || {
                let (mut gone, mut there) = (0, 0);
                for path in entries(&folder)? {
                    let name = path.file_name().and_then(|name| name.to_str());
                    if name.is_some_and(|name| named.contains(name)) {
                        there += 1;
                    } else {
                        gone += u64::from(remove_if_old(&path, min_age)?);
                    }
                }
                if min_age.is_zero() && named.is_empty() {
                    // Fails while something is inside, which is as it should be.
                    let _ = fs::remove_dir(&folder);
                    let _ = folder.parent().map(fs::remove_dir);
                }
                Ok((gone, named.len() as u64 - there))
            })
            .await?;
            removed += gone;
            missing += absent;
        }
        Ok((removed, missing))
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()?;
    Ok(paths)
}

fn remove_if_old(path: &Path, min_age: Duration) -> Result<bool, Error> {
    let changed = fs::metadata(path)?.modified()?;
    let age = SystemTime::now()
        .duration_since(changed)
        .unwrap_or_default();
    if age < min_age {
        return Ok(false);
    }
    fs::remove_file(path)?;
    Ok(true)
}

/// The folders of scans; whatever else lies around is not ours to remove.
fn scan_folders(root: &Path) -> Result<Vec<(ClinicId, ScanId, PathBuf)>, Error> {
    let id = |path: &Path| path.file_name()?.to_str().and_then(unhex);
    let mut folders = Vec::new();
    for clinic_folder in entries(root)? {
        let Some(clinic) = id(&clinic_folder) else {
            continue;
        };
        for folder in entries(&clinic_folder)? {
            if let Some(scan) = id(&folder) {
                folders.push((ClinicId(Fixed(clinic)), ScanId(Fixed(scan)), folder));
            }
        }
    }
    Ok(folders)
}
