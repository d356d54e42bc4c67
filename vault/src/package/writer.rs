//! Plaintext in, sealed parts out.

use crate::{ScanKeys, VaultError};
use protocol::scan::BlobRole;
use protocol::{Fixed, Sealed};

/// One part, ready for `PUT .../parts/{index}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPart {
    pub index: u32,
    pub bytes: Vec<u8>,
    /// Of `bytes`, for `Content-Digest`.
    pub sha256: Fixed<32>,
}

/// Seals one blob. Holds at most one part.
#[derive(Debug)]
pub struct BlobWriter {
    header: Sealed,
}

impl BlobWriter {
    /// A new blob, with a fresh header. Geometry, coarse and frames take SK, identity takes IK.
    ///
    /// # Errors
    /// [`VaultError::NoIdentityKey`], [`VaultError::Unavailable`].
    pub async fn start(_keys: &ScanKeys, _role: BlobRole) -> Result<Self, VaultError> {
        Err(VaultError::Unavailable { what: "start" })
    }

    /// Goes on with a blob begun earlier at part `next_part`; the plaintext goes on at [`super::part_plain_offset`].
    ///
    /// # Errors
    /// [`VaultError::Tampered`] if `header` is not this blob's.
    pub async fn resume(
        _keys: &ScanKeys,
        _role: BlobRole,
        _header: &Sealed,
        _next_part: u32,
    ) -> Result<Self, VaultError> {
        Err(VaultError::Unavailable { what: "resume" })
    }

    /// For `BlobHeader::floe_header`.
    pub const fn header(&self) -> &Sealed {
        &self.header
    }

    /// Takes plaintext from the front of `rest` until a part is full or `rest` is empty:
    /// `while let Some(part) = writer.push(&mut rest).await? { upload(part) }`.
    ///
    /// # Errors
    /// [`VaultError::NotPackable`] above the largest blob, [`VaultError::Unavailable`].
    pub async fn push(&mut self, _rest: &mut &[u8]) -> Result<Option<SealedPart>, VaultError> {
        Err(VaultError::Unavailable { what: "push" })
    }

    /// Seals the rest as the last part; there always is one.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn finish(self) -> Result<SealedPart, VaultError> {
        Err(VaultError::Unavailable { what: "finish" })
    }

    /// Sealed bytes so far, or of the whole blob after the last push: `BlobLen::sealed_len`.
    pub const fn sealed_len(&self) -> u64 {
        0
    }
}

/// A small blob (geometry, identity, coarse) in one go.
///
/// # Errors
/// As [`BlobWriter`].
pub async fn seal_whole(
    _writer: BlobWriter,
    _plaintext: &[u8],
) -> Result<Vec<SealedPart>, VaultError> {
    Err(VaultError::Unavailable { what: "seal_whole" })
}
