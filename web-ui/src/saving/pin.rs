//! The version of each scan's manifest that this browser has seen, so that an older state served again is noticed.
//!
//! Kept in local storage as a number under the scan's random id: no patient data.

use protocol::ScanId;
use vault::VaultError;
use vault::package::check_not_older;

/// Refuses a version older than the one seen.
///
/// # Errors
/// [`VaultError::Tampered`] with `TamperKind::RolledBack`.
pub(crate) fn check(id: ScanId, served: u32) -> Result<(), VaultError> {
    check_not_older(id, served, seen(id))
}

/// Keeps the version. A browser without storage has no memory of it, and checks nothing more than the manifest.
pub(crate) fn remember(id: ScanId, version: u32) {
    if seen(id).is_none_or(|seen| seen < version)
        && let Some(storage) = storage()
    {
        let _ = storage.set_item(&key(id), &version.to_string());
    }
}

/// Of a deleted scan nothing is kept.
pub(super) fn forget(id: ScanId) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&key(id));
    }
}

fn seen(id: ScanId) -> Option<u32> {
    storage()?.get_item(&key(id)).ok()??.parse().ok()
}

fn key(id: ScanId) -> String {
    format!("cuspid.scan.{id}")
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
