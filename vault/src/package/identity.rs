//! The identity document: who it is, and what is needed to rebuild the original files.

use crate::VaultError;
use protocol::ScanId;

#[derive(Clone, PartialEq)]
pub struct IdentityDocument {
    pub scan_id: ScanId,
    pub manifest_version: u32,
    /// In the manifest's order.
    pub instances: Vec<InstanceIdentity>,
}

#[derive(Clone, PartialEq)]
pub struct InstanceIdentity {
    /// Path within the drop.
    pub file: String,
    /// The engine's identity fields.
    pub fields: serde_json::Value,
    /// The data set was deflated: head and tail are of the file with its data set inflated.
    pub deflated: bool,
    /// File bytes before the pixel data value.
    pub head: Vec<u8>,
    /// File bytes after it.
    pub tail: Vec<u8>,
}

impl IdentityDocument {
    /// The plaintext of the identity blob.
    ///
    /// # Errors
    /// [`VaultError::NotPackable`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        Err(VaultError::Unavailable { what: "identity" })
    }

    /// # Errors
    /// [`VaultError::UnknownVersion`], [`VaultError::Tampered`].
    pub fn from_bytes(_manifest: &super::Manifest, _bytes: &[u8]) -> Result<Self, VaultError> {
        Err(VaultError::Unavailable { what: "identity" })
    }
}
