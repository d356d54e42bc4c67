//! The identity document: who it is, and what is needed to rebuild the original files. The plaintext of the
//! identity blob: `length of the JSON (u32, big-endian) || JSON || head 0 || tail 0 || head 1 || tail 1 ...`.

use super::{FORMAT_VERSION, Manifest, manifest::check_format};
use crate::{Tampering, VaultError, error::TamperKind};
use protocol::{ScanId, scan::BlobRole};
use serde::{Deserialize, Serialize};

/// Prints no content: it is all about the patient.
#[derive(Clone, PartialEq)]
pub struct IdentityDocument {
    pub scan_id: ScanId,
    pub manifest_version: u32,
    /// In the manifest's order.
    pub instances: Vec<InstanceIdentity>,
}

/// What was taken away from one image file.
#[derive(Clone, PartialEq)]
pub struct InstanceIdentity {
    /// Path within the drop.
    pub file: String,
    /// The engine's identity fields; the vault does not look inside.
    pub fields: serde_json::Value,
    /// The data set was deflated: head and tail are those of the file with its data set inflated.
    pub deflated: bool,
    /// File bytes before the value of _Pixel Data_ (7FE0,0010).
    pub head: Vec<u8>,
    /// File bytes after it.
    pub tail: Vec<u8>,
}

impl std::fmt::Debug for IdentityDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IdentityDocument({}, ***)", self.scan_id)
    }
}

impl std::fmt::Debug for InstanceIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    format: u8,
    scan_id: ScanId,
    manifest_version: u32,
    instances: Vec<JsonInstance>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonInstance {
    file: String,
    fields: serde_json::Value,
    deflated: bool,
    head_len: u64,
    tail_len: u64,
}

impl InstanceIdentity {
    /// The original file, byte for byte, around its pixel data value; with [`Self::deflated`], the file before
    /// its data set was deflated.
    pub fn rebuild(&self, pixel_value: &[u8]) -> Vec<u8> {
        [self.head.as_slice(), pixel_value, &self.tail].concat()
    }
}

impl IdentityDocument {
    /// The plaintext of the identity blob.
    ///
    /// # Errors
    /// [`VaultError::NotPackable`] if the JSON takes 4 GiB or more.
    pub fn to_bytes(&self) -> Result<Vec<u8>, VaultError> {
        const REFUSED: VaultError = VaultError::NotPackable {
            what: "identity document",
        };
        let json = Json {
            format: FORMAT_VERSION,
            scan_id: self.scan_id,
            manifest_version: self.manifest_version,
            instances: self
                .instances
                .iter()
                .map(|instance| JsonInstance {
                    file: instance.file.clone(),
                    fields: instance.fields.clone(),
                    deflated: instance.deflated,
                    head_len: instance.head.len() as u64,
                    tail_len: instance.tail.len() as u64,
                })
                .collect(),
        };
        let json = serde_json::to_vec(&json).map_err(|_| REFUSED)?;
        let json_len = u32::try_from(json.len()).map_err(|_| REFUSED)?;
        let mut out = json_len.to_be_bytes().to_vec();
        out.extend(json);
        for instance in &self.instances {
            out.extend_from_slice(&instance.head);
            out.extend_from_slice(&instance.tail);
        }
        Ok(out)
    }

    /// Parses the opened identity blob, which must go with `manifest`: same scan, same version, as many images.
    ///
    /// # Errors
    /// [`VaultError::UnknownVersion`], [`VaultError::Tampered`].
    pub fn from_bytes(manifest: &Manifest, bytes: &[u8]) -> Result<Self, VaultError> {
        let tampered = || {
            VaultError::from(Tampering {
                scan_id: manifest.scan_id,
                kind: TamperKind::Document(BlobRole::Identity),
            })
        };
        let (json_len, rest) = bytes.split_first_chunk().ok_or_else(tampered)?;
        let json_len = usize::try_from(u32::from_be_bytes(*json_len)).map_err(|_| tampered())?;
        let (json, mut rest) = rest.split_at_checked(json_len).ok_or_else(tampered)?;
        if let Some(refused) = check_format("identity document", json) {
            return Err(refused);
        }
        let json: Json = super::parse(json).ok_or_else(tampered)?;
        let mut take = |len: u64| {
            let len = usize::try_from(len).ok()?;
            let (taken, left) = rest.split_at_checked(len)?;
            rest = left;
            Some(taken.to_vec())
        };
        let mut instances = Vec::with_capacity(json.instances.len());
        for instance in json.instances {
            instances.push(InstanceIdentity {
                file: instance.file,
                fields: instance.fields,
                deflated: instance.deflated,
                head: take(instance.head_len).ok_or_else(tampered)?,
                tail: take(instance.tail_len).ok_or_else(tampered)?,
            });
        }
        let goes_with_manifest = json.scan_id == manifest.scan_id
            && json.manifest_version == manifest.manifest_version
            && instances.len() == manifest.instances.len();
        if !goes_with_manifest || !rest.is_empty() {
            return Err(tampered());
        }
        Ok(Self {
            scan_id: json.scan_id,
            manifest_version: json.manifest_version,
            instances,
        })
    }
}
