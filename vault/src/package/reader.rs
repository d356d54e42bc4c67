//! Sealed parts in, plaintext out, in any order.

use crate::{ScanKeys, VaultError};
use protocol::scan::Blob;
use std::ops::Range;

/// Consecutive segments within one part that cover (their share of) a plaintext range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the part.
    pub part: u32,
    /// Bytes of the part that hold the segments, for slicing a part (or a `Range` request).
    pub bytes: Range<u64>,
    /// Index of the first segment within the blob.
    pub first_segment: u64,
    /// Plaintext offset at which the first segment begins.
    pub plain_offset: u64,
    /// What was asked for, within the plaintext of these segments.
    pub wanted: Range<usize>,
}

/// Opens one blob by parts or by ranges.
#[derive(Debug)]
pub struct BlobReader {
    plain_len: u64,
}

impl BlobReader {
    /// # Errors
    /// [`VaultError::Tampered`] if the header is another blob's or the length cannot be;
    /// [`VaultError::NoIdentityKey`].
    pub async fn open(_keys: &ScanKeys, _blob: &Blob) -> Result<Self, VaultError> {
        Err(VaultError::Unavailable { what: "open" })
    }

    pub const fn plain_len(&self) -> u64 {
        self.plain_len
    }

    /// Number of parts.
    pub const fn parts(&self) -> u32 {
        0
    }

    /// Sealed length of part `index`.
    pub fn part_len(&self, _index: u32) -> Option<u64> {
        None
    }

    /// Which pieces of which parts cover the plaintext `range`, in order.
    ///
    /// # Errors
    /// [`VaultError::OutOfRange`].
    pub fn pieces(&self, _range: Range<u64>) -> Result<Vec<Piece>, VaultError> {
        Err(VaultError::OutOfRange { what: "range" })
    }

    /// Plaintext of a whole part.
    ///
    /// # Errors
    /// [`VaultError::Tampered`], [`VaultError::OutOfRange`].
    pub async fn open_part(&self, _index: u32, _bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::Unavailable { what: "open_part" })
    }

    /// The wanted plaintext of a piece, from exactly the bytes it names.
    ///
    /// # Errors
    /// [`VaultError::Tampered`], [`VaultError::OutOfRange`].
    pub async fn open_piece(&self, _piece: &Piece, _bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::Unavailable { what: "open_piece" })
    }
}
