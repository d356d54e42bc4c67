//! Short texts under a key, bound to their place.

use crate::{ClinicIdentityKey, IdentityKey, VaultError};
use protocol::{ScanId, Sealed, ShareId};

/// Seals what the list of scans shows (patient name, study date, description; the caller's JSON) under IK.
///
/// # Errors
/// [`VaultError::NotPackable`] above `protocol::limits::MAX_SEALED_LEN`, [`VaultError::Unavailable`].
pub async fn seal_summary(
    _key: &IdentityKey,
    _scan: ScanId,
    _text: &[u8],
) -> Result<Sealed, VaultError> {
    Err(VaultError::Unavailable {
        what: "seal_summary",
    })
}

/// # Errors
/// [`VaultError::EnvelopeDoesNotOpen`], [`VaultError::UnknownVersion`].
pub async fn open_summary(
    _key: &IdentityKey,
    _scan: ScanId,
    _sealed: &Sealed,
) -> Result<Vec<u8>, VaultError> {
    Err(VaultError::Unavailable {
        what: "open_summary",
    })
}

/// Seals the owner's note on a link, and the link's secret, under CIK.
///
/// # Errors
/// As [`seal_summary`].
pub async fn seal_note(
    _key: &ClinicIdentityKey,
    _share: ShareId,
    _text: &[u8],
) -> Result<Sealed, VaultError> {
    Err(VaultError::Unavailable { what: "seal_note" })
}

/// # Errors
/// As [`open_summary`].
pub async fn open_note(
    _key: &ClinicIdentityKey,
    _share: ShareId,
    _sealed: &Sealed,
) -> Result<Vec<u8>, VaultError> {
    Err(VaultError::Unavailable { what: "open_note" })
}
