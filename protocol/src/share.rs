//! Links. Their owner's side is `/api/v1/shares`, the anonymous side is `/api/v1/links`.
//!
//! A link is `/s/{ShareId}#v1.{F}`. From `F` alone the browser derives a *link proof*, which shows that it holds
//! the link at all; from `S` (F, or F and the password) an *auth key*. The server keeps a hash of each. Without
//! the link proof every answer is the same 404, so a share cannot be probed; with it the page may learn that a
//! password is needed, or that the link is dead (410).

use crate::{Fixed, ScanId, Sealed, ShareId, account::PasswordKdf, scan::Blob, scan::BlobRole};
use serde::{Deserialize, Serialize};

/// `POST /api/v1/shares`: 201 with [`Share`]; 404 when the scan is not the clinic's or not complete.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateShare {
    pub share_id: ShareId,
    pub scan_id: ScanId,
    /// Present if the link has a password.
    pub kdf: Option<PasswordKdf>,
    pub link_proof: Fixed<32>,
    pub auth_key: Fixed<32>,
    /// SK wrapped by the link's key.
    pub scan_key: Sealed,
    /// IK wrapped by the link's key, only if the sender includes the identity.
    pub identity_key: Option<Sealed>,
    /// Hours from now, at most [`crate::limits::MAX_SHARE_HOURS`].
    pub expires_in_hours: u32,
    pub max_opens: Option<u32>,
    /// Note to self, and the link's secret for copying it again, sealed under the clinic's identity key.
    pub note: Sealed,
}

/// A link as its owner sees it. `GET /api/v1/shares` answers [`ShareList`]; `DELETE /api/v1/shares/{id}` revokes
/// (204), at once, also in the middle of a download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub share_id: ShareId,
    pub scan_id: ScanId,
    pub state: ShareState,
    pub has_password: bool,
    pub includes_identity: bool,
    /// Seconds since 1970-01-01 UTC.
    pub created_at: i64,
    pub expires_at: i64,
    pub revoked_at: Option<i64>,
    pub max_opens: Option<u32>,
    pub opens: Vec<Opening>,
    /// Wrong passwords given by somebody who holds the link, in the last hour.
    pub wrong_passwords: u32,
    pub note: Sealed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShareState {
    Active,
    Revoked,
    Expired,
    UsedUp,
}

/// One opening of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    pub at: i64,
    /// The client's address.
    pub address: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareList {
    /// Newest first.
    pub shares: Vec<Share>,
}

/// `POST /api/v1/links/{id}/probe`: 200 with [`LinkFacts`]; 404 `no-such-link` when the id is unknown or the proof
/// is wrong; 410 `link-revoked`, `link-expired` or `link-used-up`. Does not count as an opening.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProbeLink {
    pub link_proof: Fixed<32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkFacts {
    /// Present if a password is needed.
    pub kdf: Option<PasswordKdf>,
    pub expires_at: i64,
    pub includes_identity: bool,
}

/// `POST /api/v1/links/{id}/open`: counts one opening and serves the wrapped keys. 200 with [`OpenedLink`];
/// 404 and 410 as for the probe; 403 `wrong-link-password`; 429 `too-many-attempts` from the eleventh wrong
/// password within an hour.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenLink {
    pub link_proof: Fixed<32>,
    pub auth_key: Fixed<32>,
}

/// Everything a recipient needs to fetch and open the scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedLink {
    pub scan_id: ScanId,
    pub scan_key: Sealed,
    pub identity_key: Option<Sealed>,
    pub manifest_version: u32,
    /// Without the identity blob unless the link includes the identity.
    pub blobs: Vec<Blob>,
    /// `Authorization: Bearer` of `GET /api/v1/links/{id}/blobs/{role}/parts/{n}`. Ends with the link; a part asked
    /// for after revocation or expiry answers 410.
    pub token: Fixed<32>,
    pub expires_at: i64,
}

/// Whether a link that does or does not include the identity may serve a blob.
pub fn link_serves(role: BlobRole, includes_identity: bool) -> bool {
    role != BlobRole::Identity || includes_identity
}
