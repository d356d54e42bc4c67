//! The manifest: what is in a scan, without who it is. The plaintext of the geometry blob, JSON.

use crate::VaultError;
use protocol::{Fixed, ScanId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`super::FORMAT_VERSION`].
    pub format: u8,
    pub scan_id: ScanId,
    /// Only grows; equals the server's number.
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
    /// The engine's de-identified attributes.
    pub attributes: serde_json::Value,
    /// The pixel data value, in order, in the frames blob.
    pub chunks: Vec<Chunk>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// In the blob's plaintext.
    pub offset: u64,
    pub stored_len: u64,
    pub plain_len: u64,
    pub codec: Codec,
    /// Of the plain bytes.
    pub sha256: Fixed<32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Codec {
    #[serde(rename = "raw")]
    Raw,
    #[serde(rename = "packed-v1")]
    PackedV1,
}

/// The coarse blob's content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoarseVolume {
    /// The engine's description: dimensions, spacing, value type.
    pub description: serde_json::Value,
    pub chunks: Vec<Chunk>,
    /// Plaintext length of the coarse blob.
    pub len: u64,
}

impl Manifest {
    /// # Errors
    /// [`VaultError::NotPackable`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::Unavailable { what: "manifest" })
    }

    /// Parses and checks the opened geometry blob. `served_version` is the server's number.
    ///
    /// # Errors
    /// [`VaultError::UnknownVersion`], [`VaultError::Tampered`].
    pub fn from_bytes(
        _scan: ScanId,
        _served_version: u32,
        _bytes: &[u8],
    ) -> Result<Self, VaultError> {
        Err(VaultError::Unavailable { what: "manifest" })
    }
}

/// Refuses a version older than this browser has seen.
///
/// # Errors
/// [`VaultError::Tampered`] with `TamperKind::RolledBack`.
pub fn check_not_older(_scan: ScanId, _served: u32, _seen: Option<u32>) -> Result<(), VaultError> {
    Err(VaultError::Unavailable { what: "manifest" })
}
