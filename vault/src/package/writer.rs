//! Plaintext in, sealed parts out.

use super::blob::{SEGMENT_PLAIN_LEN, SEGMENTS_PER_PART, blob_stream_context, stream_error};
use super::{part_plain_offset, sealed_len};
use crate::{
    ScanKeys, VaultError,
    floe::{Floe, Parameters},
    primitives::sha256,
};
use protocol::limits::{MAX_BLOB_LEN, PART_LEN};
use protocol::{Fixed, ScanId, Sealed, scan::BlobRole};
use std::collections::BTreeSet;

/// One part, ready for `PUT .../parts/{index}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedPart {
    pub index: u32,
    pub bytes: Vec<u8>,
    /// Of `bytes`, for `Content-Digest`.
    pub sha256: Fixed<32>,
}

/// The end of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// `None` if the server has it already ([`BlobWriter::skip`]).
    pub last_part: Option<SealedPart>,
    /// Of all parts together, for `BlobLen::sealed_len`.
    pub sealed_len: u64,
    /// For the manifest.
    pub plain_len: u64,
}

/// Seals one blob. Holds at most one part. A writer whose future was dropped before it was ready is spoilt: go
/// on with a new one, by [`BlobWriter::resume`].
#[derive(Debug)]
pub struct BlobWriter {
    scan_id: ScanId,
    role: BlobRole,
    floe: Floe,
    header: Sealed,
    /// Parts that need no sealing.
    stored: BTreeSet<u32>,
    /// Sealed bytes of the part being filled.
    part: Vec<u8>,
    /// Plaintext of the segment being filled. A full one waits here until more comes or the blob ends, since
    /// the last segment is sealed as such.
    pending: Vec<u8>,
    next_segment: u64,
    plain_len: u64,
}

impl BlobWriter {
    /// A new blob, with a fresh header. Geometry, coarse and frames take SK, identity takes IK.
    ///
    /// # Errors
    /// [`VaultError::NoIdentityKey`], [`VaultError::Unavailable`].
    pub async fn start(keys: &ScanKeys, role: BlobRole) -> Result<Self, VaultError> {
        let (key, aad) = blob_stream_context(keys, role).await?;
        let (header, floe) = Floe::start(Parameters::CUSPID, &key, &aad)
            .await
            .map_err(|error| stream_error(keys.scan_id, role, error))?;
        Ok(Self::new(
            keys.scan_id,
            role,
            floe,
            Sealed(header.to_vec()),
            0,
        ))
    }

    /// Goes on with a blob begun earlier, from part `first_part`; the plaintext goes on at
    /// [`part_plain_offset`]. The whole plaintext must be what it was: parts sealed before stay in use.
    ///
    /// # Errors
    /// [`VaultError::Tampered`] if `header` is not this blob's, [`VaultError::NoIdentityKey`].
    pub async fn resume(
        keys: &ScanKeys,
        role: BlobRole,
        header: &Sealed,
        first_part: u32,
    ) -> Result<Self, VaultError> {
        let (key, aad) = blob_stream_context(keys, role).await?;
        let floe = Floe::resume(Parameters::CUSPID, &key, &aad, &header.0)
            .await
            .map_err(|error| stream_error(keys.scan_id, role, error))?;
        Ok(Self::new(
            keys.scan_id,
            role,
            floe,
            header.clone(),
            first_part,
        ))
    }

    fn new(scan_id: ScanId, role: BlobRole, floe: Floe, header: Sealed, first_part: u32) -> Self {
        Self {
            scan_id,
            role,
            floe,
            header,
            stored: BTreeSet::new(),
            part: Vec::new(),
            pending: Vec::new(),
            next_segment: u64::from(first_part) * SEGMENTS_PER_PART,
            plain_len: part_plain_offset(first_part),
        }
    }

    /// Parts that the server has already: their plaintext is still pushed, but neither sealed nor returned.
    pub fn skip(&mut self, stored: impl IntoIterator<Item = u32>) {
        self.stored.extend(stored);
    }

    /// For `BlobHeader::floe_header`.
    pub const fn header(&self) -> &Sealed {
        &self.header
    }

    /// Bytes pushed so far, those before a resumption included: where in the plaintext the next ones will be.
    pub const fn plain_len(&self) -> u64 {
        self.plain_len
    }

    /// Takes plaintext from the front of `rest` until a part is full (with `rest` perhaps not empty) or `rest`
    /// is empty: `while let Some(part) = writer.push(&mut rest).await? { upload(part) }`.
    ///
    /// # Errors
    /// [`VaultError::NotPackable`] above the largest blob, [`VaultError::Unavailable`].
    pub async fn push(&mut self, rest: &mut &[u8]) -> Result<Option<SealedPart>, VaultError> {
        while !rest.is_empty() {
            let room = SEGMENT_PLAIN_LEN as usize - self.pending.len();
            if room == 0 {
                self.seal_pending(false).await?;
                if self.next_segment.is_multiple_of(SEGMENTS_PER_PART)
                    && let Some(part) = self.take_part().await?
                {
                    return Ok(Some(part));
                }
                continue;
            }
            let (taken, left) = rest.split_at(room.min(rest.len()));
            if sealed_len(self.plain_len + taken.len() as u64) > MAX_BLOB_LEN {
                return Err(VaultError::NotPackable { what: "blob" });
            }
            self.pending.extend_from_slice(taken);
            self.plain_len += taken.len() as u64;
            *rest = left;
        }
        Ok(None)
    }

    /// Seals what is left as the last part; there always is one.
    ///
    /// # Errors
    /// [`VaultError::OutOfRange`] if nothing was pushed after a resumption, [`VaultError::Unavailable`].
    pub async fn finish(mut self) -> Result<Finished, VaultError> {
        if self.pending.is_empty() && self.next_segment > 0 {
            return Err(VaultError::OutOfRange {
                what: "nothing follows the parts before",
            });
        }
        self.seal_pending(true).await?;
        Ok(Finished {
            last_part: self.take_part().await?,
            sealed_len: sealed_len(self.plain_len),
            plain_len: self.plain_len,
        })
    }

    async fn seal_pending(&mut self, is_last: bool) -> Result<(), VaultError> {
        if !self.stored.contains(&self.part_index()?) {
            if !is_last && self.part.is_empty() {
                // More follows, so this will be a large part: no growing and copying on the way.
                self.part.reserve_exact(PART_LEN as usize);
            }
            self.floe
                .seal_segment(self.next_segment, is_last, &self.pending, &mut self.part)
                .await
                .map_err(|error| stream_error(self.scan_id, self.role, error))?;
        }
        self.pending.clear();
        self.next_segment += 1;
        Ok(())
    }

    /// The part that the next segment belongs to.
    fn part_index(&self) -> Result<u32, VaultError> {
        u32::try_from(self.next_segment / SEGMENTS_PER_PART)
            .map_err(|_| VaultError::NotPackable { what: "blob" })
    }

    /// The part that the segment before the next one ends, unless it is stored already.
    async fn take_part(&mut self) -> Result<Option<SealedPart>, VaultError> {
        let bytes = std::mem::take(&mut self.part);
        if bytes.is_empty() {
            return Ok(None);
        }
        let index = (self.next_segment - 1) / SEGMENTS_PER_PART;
        Ok(Some(SealedPart {
            index: u32::try_from(index).map_err(|_| VaultError::NotPackable { what: "blob" })?,
            sha256: Fixed(sha256(&bytes).await?),
            bytes,
        }))
    }
}

/// A small blob (geometry, identity, coarse) in one go; parts that are stored already are left out.
///
/// # Errors
/// As [`BlobWriter`]'s.
pub async fn seal_whole(
    mut writer: BlobWriter,
    plaintext: &[u8],
) -> Result<(Vec<SealedPart>, u64), VaultError> {
    let mut rest = plaintext;
    let mut parts = Vec::new();
    while let Some(part) = writer.push(&mut rest).await? {
        parts.push(part);
    }
    let finished = writer.finish().await?;
    parts.extend(finished.last_part);
    Ok((parts, finished.sealed_len))
}
