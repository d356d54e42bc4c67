//! The manifest: what is in a scan, without who it is. The plaintext of the geometry blob, JSON.

use super::{BlobReader, FORMAT_VERSION};
use crate::{Tampering, VaultError, error::TamperKind, primitives::sha256};
use protocol::{Fixed, ScanId, scan::BlobRole};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// Unknown members are refused: whatever is added comes with a new [`FORMAT_VERSION`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT_VERSION`].
    pub format: u8,
    pub scan_id: ScanId,
    /// From 1. Only grows, and equals the number that the server keeps.
    pub manifest_version: u32,
    pub instances: Vec<PackagedInstance>,
    pub coarse: Option<CoarseVolume>,
    /// Plaintext length of the frames blob.
    pub frames_len: u64,
    /// Plaintext length of the identity blob.
    pub identity_len: u64,
}

/// One image file without its identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackagedInstance {
    /// The engine's de-identified attributes; the vault does not look inside.
    pub attributes: serde_json::Value,
    /// The value of _Pixel Data_ (7FE0,0010) in the frames blob: its bytes are those of all chunks, in order.
    pub chunks: Vec<Chunk>,
}

impl PackagedInstance {
    /// Length of the pixel data value in bytes.
    pub fn pixel_len(&self) -> u64 {
        // What a packed chunk says of its length is believed only when it is unpacked.
        self.chunks
            .iter()
            .fold(0, |sum: u64, chunk| sum.saturating_add(chunk.plain_len))
    }
}

/// A run of bytes as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// Where the stored bytes begin, in the plaintext of the blob.
    pub offset: u64,
    pub stored_len: u64,
    /// Length once unpacked.
    pub plain_len: u64,
    pub codec: Codec,
    /// Of the unpacked bytes.
    pub sha256: Fixed<32>,
}

/// How a chunk is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Codec {
    /// As it is.
    #[serde(rename = "raw")]
    Raw,
    /// Losslessly packed by the engine's `codec::pack`.
    #[serde(rename = "packed-v1")]
    PackedV1,
}

/// What the coarse blob holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoarseVolume {
    /// The engine's description (dimensions, spacing, value type); the vault does not look inside.
    pub description: serde_json::Value,
    pub chunks: Vec<Chunk>,
    /// Plaintext length of the coarse blob.
    pub len: u64,
}

/// Only the member that tells how to read the others.
#[derive(Deserialize)]
struct Format {
    format: u32,
}

/// Refuses a document whose format is not ours before anything else of it is read.
pub(super) fn check_format(what: &'static str, json: &[u8]) -> Option<VaultError> {
    let Format { format } = super::parse(json)?;
    (format != u32::from(FORMAT_VERSION)).then_some(VaultError::UnknownVersion {
        what,
        version: format,
    })
}

impl Manifest {
    /// The plaintext of the geometry blob.
    ///
    /// # Errors
    /// [`VaultError::NotPackable`] if a chunk lies outside its blob, or a raw one changes its length.
    pub fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        const REFUSED: VaultError = VaultError::NotPackable { what: "manifest" };
        if !self.is_consistent() {
            return Err(REFUSED);
        }
        serde_json::to_vec(self).map_err(|_| REFUSED)
    }

    /// Parses and checks the opened geometry blob of `scan_id`. `served_version` is the server's number.
    ///
    /// # Errors
    /// [`VaultError::UnknownVersion`]; [`VaultError::Tampered`] if it names another scan, contradicts itself, or
    /// is of another version than the server says.
    pub fn from_bytes(
        scan_id: ScanId,
        served_version: u32,
        bytes: &[u8],
    ) -> Result<Self, VaultError> {
        if let Some(refused) = check_format("manifest", bytes) {
            return Err(refused);
        }
        let tampered = |kind| VaultError::from(Tampering { scan_id, kind });
        let manifest: Self = super::parse(bytes)
            .ok_or_else(|| tampered(TamperKind::Document(BlobRole::Geometry)))?;
        if manifest.scan_id != scan_id || !manifest.is_consistent() {
            return Err(tampered(TamperKind::Document(BlobRole::Geometry)));
        }
        if manifest.manifest_version != served_version {
            return Err(tampered(TamperKind::RolledBack {
                served: manifest.manifest_version,
                expected: served_version,
            }));
        }
        Ok(manifest)
    }

    /// Compares a blob's length with the one sealed here, so that a server's truncation shows before the end.
    ///
    /// # Errors
    /// [`VaultError::Tampered`] with [`TamperKind::Length`].
    pub fn check_length(&self, reader: &BlobReader) -> Result<(), VaultError> {
        let expected = match reader.role() {
            BlobRole::Geometry => return Ok(()),
            BlobRole::Coarse => self.coarse.as_ref().map(|coarse| coarse.len),
            BlobRole::Frames => Some(self.frames_len),
            BlobRole::Identity => Some(self.identity_len),
        };
        if expected == Some(reader.plain_len()) {
            return Ok(());
        }
        Err(Tampering {
            scan_id: self.scan_id,
            kind: TamperKind::Length(reader.role()),
        }
        .into())
    }

    fn is_consistent(&self) -> bool {
        let fits = |chunk: &Chunk, blob_len: u64| {
            let end = chunk.offset.checked_add(chunk.stored_len);
            end.is_some_and(|end| end <= blob_len)
                && (chunk.codec != Codec::Raw || chunk.stored_len == chunk.plain_len)
        };
        self.format == FORMAT_VERSION
            && self.manifest_version > 0
            && self
                .instances
                .iter()
                .flat_map(|instance| &instance.chunks)
                .all(|chunk| fits(chunk, self.frames_len))
            && self
                .coarse
                .iter()
                .flat_map(|coarse| coarse.chunks.iter().map(move |chunk| (chunk, coarse.len)))
                .all(|(chunk, len)| fits(chunk, len))
    }
}

/// Attack 8: refuses a version older than this browser has seen. The caller keeps `seen`, raises it afterwards,
/// and asks with the version that [`Manifest::from_bytes`] agreed to.
///
/// # Errors
/// [`VaultError::Tampered`] with [`TamperKind::RolledBack`].
pub fn check_not_older(scan_id: ScanId, served: u32, seen: Option<u32>) -> Result<(), VaultError> {
    match seen {
        Some(expected) if served < expected => Err(Tampering {
            scan_id,
            kind: TamperKind::RolledBack { served, expected },
        }
        .into()),
        _ => Ok(()),
    }
}

/// Whether unpacked bytes are those that were saved. The blob is authentic without it; this is about packing.
///
/// # Errors
/// [`VaultError::Tampered`] with [`TamperKind::Pixels`], [`VaultError::Unavailable`].
pub async fn check_pixels(
    scan_id: ScanId,
    instance: u32,
    chunk: &Chunk,
    plain: &[u8],
) -> Result<(), VaultError> {
    let digest = sha256(plain).await?;
    if plain.len() as u64 == chunk.plain_len && bool::from(digest.ct_eq(&chunk.sha256.0)) {
        return Ok(());
    }
    Err(Tampering {
        scan_id,
        kind: TamperKind::Pixels { instance },
    }
    .into())
}
