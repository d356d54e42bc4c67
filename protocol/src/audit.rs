//! The audit log of a clinic: `GET /api/v1/audit?before={seq}&limit={n}` answers [`AuditPage`].
//!
//! `hash = SHA-256(previous hash || canonical event)`, as `docs/API.md` says; heads are signed with Ed25519.

use crate::Fixed;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// 1, 2, 3, ... without gaps within a clinic.
    pub seq: u64,
    /// Seconds since 1970-01-01 UTC.
    pub at: i64,
    /// Who: an account's e-mail, or `None` for somebody who holds a link.
    pub actor: Option<String>,
    pub action: AuditAction,
    /// What: the id of the scan or share, if the action has one.
    pub object: Option<String>,
    /// From where: the client's address.
    pub address: String,
    pub hash: Fixed<32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditAction {
    SignedUp,
    SignedIn,
    SignInFailed,
    SignedOut,
    PasswordRecovered,
    ScanUploadBegun,
    ScanSaved,
    ScanOpened,
    ScanDeleted,
    ShareCreated,
    ShareRevoked,
    LinkOpened,
    LinkPasswordWrong,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// Newest first.
    pub events: Vec<AuditEvent>,
    pub head: AuditHead,
}

/// The signed end of the chain. A browser keeps the last one it saw and refuses a log that does not extend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditHead {
    pub seq: u64,
    pub hash: Fixed<32>,
    /// Ed25519 over `"cuspid audit head v1" || clinic id || seq (u64, big-endian) || hash`.
    pub signature: Fixed<64>,
    pub public_key: Fixed<32>,
}
