//! Sealed parts in, plaintext out, in any order.

use super::blob::{SEGMENT_PLAIN_LEN, SEGMENTS_PER_PART, blob_stream_context, stream_error};
use super::{part_count, part_len, plain_len};
use crate::{
    ScanKeys, Tampering, VaultError,
    error::TamperKind,
    floe::{Floe, Parameters},
};
use protocol::limits::SEALED_SEGMENT_LEN;
use protocol::{ScanId, scan::Blob, scan::BlobRole};
use std::ops::Range;

/// Consecutive segments within one part that cover (their share of) a plaintext range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the part.
    pub part: u32,
    /// Bytes of the part that hold the segments.
    pub bytes: Range<u64>,
    /// Index of the first segment within the blob.
    pub first_segment: u64,
    /// What was asked for, within the plaintext of these segments.
    pub wanted: Range<usize>,
}

/// Opens one blob by parts or by ranges. Holds no content.
#[derive(Debug)]
pub struct BlobReader {
    scan_id: ScanId,
    role: BlobRole,
    floe: Floe,
    sealed_len: u64,
    plain_len: u64,
}

impl BlobReader {
    /// Checks the header against the scan's keys, its id and the role. The sealed length is the server's word
    /// until the last segment opened; [`super::Manifest::check_length`] checks it at once.
    ///
    /// # Errors
    /// [`VaultError::Tampered`] if the header is another blob's or the length cannot be;
    /// [`VaultError::NoIdentityKey`].
    pub async fn open(keys: &ScanKeys, blob: &Blob) -> Result<Self, VaultError> {
        let (scan_id, role) = (keys.scan_id, blob.role);
        let (key, aad) = blob_stream_context(keys, role).await?;
        let floe = Floe::resume(Parameters::CUSPID, &key, &aad, &blob.floe_header.0)
            .await
            .map_err(|error| stream_error(scan_id, role, error))?;
        let plain_len = plain_len(blob.sealed_len).ok_or(Tampering {
            scan_id,
            kind: TamperKind::Length(role),
        })?;
        Ok(Self {
            scan_id,
            role,
            floe,
            sealed_len: blob.sealed_len,
            plain_len,
        })
    }

    pub const fn role(&self) -> BlobRole {
        self.role
    }

    /// Length of the plaintext, if the server tells the truth about the sealed one.
    pub const fn plain_len(&self) -> u64 {
        self.plain_len
    }

    /// Number of parts.
    pub fn parts(&self) -> u32 {
        u32::try_from(part_count(self.sealed_len)).unwrap_or(u32::MAX)
    }

    /// Sealed length of part `index`, or `None` past the end.
    pub fn part_len(&self, index: u32) -> Option<u64> {
        part_len(self.sealed_len, index)
    }

    /// Which pieces of which parts cover the plaintext `range`, in order; none for an empty range.
    ///
    /// # Errors
    /// [`VaultError::OutOfRange`].
    pub fn pieces(&self, range: Range<u64>) -> Result<Vec<Piece>, VaultError> {
        if range.start > range.end || range.end > self.plain_len {
            return Err(VaultError::OutOfRange {
                what: "plaintext range",
            });
        }
        let mut pieces = Vec::new();
        let mut start = range.start;
        while start < range.end {
            let first_segment = start / SEGMENT_PLAIN_LEN;
            let part = first_segment / SEGMENTS_PER_PART;
            let segments_end =
                ((part + 1) * SEGMENTS_PER_PART).min(range.end.div_ceil(SEGMENT_PLAIN_LEN));
            let end = range.end.min(segments_end * SEGMENT_PLAIN_LEN);
            let plain_offset = first_segment * SEGMENT_PLAIN_LEN;
            let part_offset = part * SEGMENTS_PER_PART * SEALED_SEGMENT_LEN;
            pieces.push(Piece {
                part: u32::try_from(part).map_err(|_| VaultError::OutOfRange {
                    what: "plaintext range",
                })?,
                bytes: first_segment * SEALED_SEGMENT_LEN - part_offset
                    ..self.sealed_len.min(segments_end * SEALED_SEGMENT_LEN) - part_offset,
                first_segment,
                wanted: (start - plain_offset) as usize..(end - plain_offset) as usize,
            });
            start = end;
        }
        Ok(pieces)
    }

    /// Plaintext of the whole part `index`.
    ///
    /// # Errors
    /// [`VaultError::Tampered`], [`VaultError::OutOfRange`] past the last part.
    pub async fn open_part(&self, index: u32, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        let len = self.part_len(index).ok_or(VaultError::OutOfRange {
            what: "index of a part",
        })?;
        self.open_segments(u64::from(index) * SEGMENTS_PER_PART, bytes, len)
            .await
    }

    /// The wanted plaintext of a piece, from exactly the bytes of the part that it names.
    ///
    /// # Errors
    /// [`VaultError::Tampered`].
    pub async fn open_piece(&self, piece: &Piece, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        let len = piece.bytes.end.saturating_sub(piece.bytes.start);
        let mut plain = self.open_segments(piece.first_segment, bytes, len).await?;
        if piece.wanted.end > plain.len() || piece.wanted.start > piece.wanted.end {
            return Err(VaultError::OutOfRange { what: "piece" });
        }
        plain.truncate(piece.wanted.end);
        plain.drain(..piece.wanted.start);
        Ok(plain)
    }

    /// Plaintext of a small blob, all of whose parts are in `bytes`, one after the other.
    ///
    /// # Errors
    /// [`VaultError::Tampered`].
    pub async fn open_whole(&self, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        self.open_segments(0, bytes, self.sealed_len).await
    }

    async fn open_segments(
        &self,
        first_segment: u64,
        bytes: &[u8],
        expected_len: u64,
    ) -> Result<Vec<u8>, VaultError> {
        if bytes.len() as u64 != expected_len {
            return Err(Tampering {
                scan_id: self.scan_id,
                kind: TamperKind::Length(self.role),
            }
            .into());
        }
        let last = self.sealed_len.div_ceil(SEALED_SEGMENT_LEN) - 1;
        let mut plain = Vec::with_capacity(bytes.len());
        for (segment, sealed) in (first_segment..).zip(bytes.chunks(SEALED_SEGMENT_LEN as usize)) {
            self.floe
                .open_segment(segment, segment == last, sealed, &mut plain)
                .await
                .map_err(|error| stream_error(self.scan_id, self.role, error))?;
        }
        Ok(plain)
    }
}
