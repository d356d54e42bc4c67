//! The keys of one scan.

use crate::{IdentityKey, ScanKey, Unlocked, VaultError};
use protocol::scan::WrappedScanKeys;
use protocol::{Fixed, ScanId};

/// The opened keys of one scan, from an account or from a link.
#[derive(Debug)]
pub struct ScanKeys {
    pub scan_id: ScanId,
    pub scan_key: ScanKey,
    /// Absent for a link without the identity.
    pub identity_key: Option<IdentityKey>,
}

/// A new scan id, its keys, and their wraps for `BeginScan`.
///
/// # Errors
/// [`VaultError::NoIdentityKey`], [`VaultError::Unavailable`].
pub async fn new_scan(_unlocked: &Unlocked) -> Result<(ScanKeys, WrappedScanKeys), VaultError> {
    Err(VaultError::Unavailable { what: "new_scan" })
}

/// # Errors
/// [`VaultError::Tampered`] with `TamperKind::Keys`, [`VaultError::UnknownVersion`].
pub async fn open_scan_keys(
    _unlocked: &Unlocked,
    _scan_id: ScanId,
    _keys: &WrappedScanKeys,
) -> Result<ScanKeys, VaultError> {
    Err(VaultError::Unavailable {
        what: "open_scan_keys",
    })
}

/// `BeginScan::content_tag`: a pseudonym of the content's digest under the clinic's key.
///
/// # Errors
/// [`VaultError::NoIdentityKey`], [`VaultError::Unavailable`].
pub async fn content_tag(
    _unlocked: &Unlocked,
    _content_digest: &[u8; 32],
) -> Result<Fixed<32>, VaultError> {
    Err(VaultError::Unavailable {
        what: "content_tag",
    })
}

/// A random id, made in the browser.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub fn random_id() -> Result<[u8; 16], VaultError> {
    Err(VaultError::Unavailable { what: "random" })
}
