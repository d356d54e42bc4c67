//! Saved scans: `/api/v1/scans`.
//!
//! A scan is up to four sealed blobs ([`BlobRole`]), each cut into parts of [`crate::limits::PART_LEN`] bytes.
//! Life of an upload: `POST /scans` (quota reserved), `PUT .../parts/{n}` in any order, `POST .../commit`.
//! Until the commit a scan is `uploading` and only its owner's clinic sees it, in order to resume it.

use crate::{Fixed, ScanId, Sealed};
use serde::{Deserialize, Serialize};

/// What a blob of a scan holds. The path segment is the kebab-case name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BlobRole {
    /// Manifest of the package: geometry and non-identifying attributes. Small.
    Geometry,
    /// A coarse volume, shown while the frames arrive.
    Coarse,
    /// The pixel data of every instance.
    Frames,
    /// Full headers of every instance, under the identity key.
    Identity,
}

impl BlobRole {
    pub const ALL: [Self; 4] = [Self::Geometry, Self::Coarse, Self::Frames, Self::Identity];

    /// The name in paths and in associated data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Geometry => "geometry",
            Self::Coarse => "coarse",
            Self::Frames => "frames",
            Self::Identity => "identity",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// `POST /api/v1/scans`: begins an upload. 201 with [`Scan`]; the same request again answers 200 with what is
/// there; 409 `scan-exists` for the same id with other content; 413 `quota-exceeded`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeginScan {
    pub scan_id: ScanId,
    /// Pseudonym of the scan's content under the clinic's key, by which a browser finds its own unfinished
    /// upload again. Means nothing without the key.
    pub content_tag: Fixed<32>,
    pub keys: WrappedScanKeys,
    /// FLOE headers, one for each blob that will come, in the order of [`BlobRole::ALL`].
    pub blobs: Vec<BlobHeader>,
    /// Patient name, study date, description: what the list shows, sealed under IK.
    pub summary: Sealed,
    /// Upper bound of all parts together, reserved from the quota until the commit.
    pub reserve_bytes: u64,
}

/// The scan's keys, wrapped by the clinic's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedScanKeys {
    /// Version of the clinic's keys that wrap.
    pub clinic_key_version: u32,
    pub scan_key: Sealed,
    pub identity_key: Sealed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobHeader {
    pub role: BlobRole,
    /// The blob's FLOE header; its segments travel as parts.
    pub floe_header: Sealed,
}

/// `POST /api/v1/scans/{id}/commit`: every part is there, with these lengths. 200 with [`Scan`], also when
/// repeated; 409 `parts-missing` when a part is absent, short or longer than said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitScan {
    /// Only grows; a browser refuses a scan with a version older than it has seen. 1 at the first commit.
    pub manifest_version: u32,
    /// Sealed length of each blob in bytes, its parts together.
    pub blob_lens: Vec<BlobLen>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobLen {
    pub role: BlobRole,
    pub sealed_len: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScanStatus {
    Uploading,
    Complete,
}

/// One scan, as `GET /api/v1/scans/{id}` and the list `GET /api/v1/scans` ([`ScanList`]) answer.
/// `DELETE /api/v1/scans/{id}` removes it, its parts and its shares (204).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    pub scan_id: ScanId,
    pub status: ScanStatus,
    pub content_tag: Fixed<32>,
    pub keys: WrappedScanKeys,
    pub summary: Sealed,
    pub blobs: Vec<Blob>,
    /// 0 until the first commit.
    pub manifest_version: u32,
    /// Seconds since 1970-01-01 UTC.
    pub created_at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    pub role: BlobRole,
    pub floe_header: Sealed,
    /// Sealed bytes, all parts together; 0 until the commit.
    pub sealed_len: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanList {
    /// Newest first.
    pub scans: Vec<Scan>,
}

/// `GET /api/v1/scans/{id}/parts`: what is there, durable, so that an upload goes on where it stopped.
///
/// `PUT /api/v1/scans/{id}/blobs/{role}/parts/{n}` takes the part's bytes with exact `Content-Length` and a
/// `Content-Digest: sha-256=:...:` (RFC 9530): 201 stored; 204 the same bytes were there; 409
/// `part-differs`; 400 `digest-mismatch`; 411; 413 `part-too-large` or `quota-exceeded`; 507 `storage-full`.
/// `GET` of the same path answers the bytes of a complete scan's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartList {
    pub parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub role: BlobRole,
    pub index: u32,
    pub len: u64,
    pub sha256: Fixed<32>,
}
