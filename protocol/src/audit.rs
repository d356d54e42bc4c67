//! The audit log of a clinic: `GET /api/v1/audit?before={seq}&limit={n}` answers [`AuditPage`]: events with a
//! number below `before` (all without it), at most `limit` (100 without it, 500 at most).
//!
//! `hash = SHA-256(previous hash || event bytes)`, where the previous hash of event 1 is 32 zero bytes and the
//! event bytes are [`event_bytes`]. Who and from where enter them as a commitment, `SHA-256(`[`person_bytes`]`)`,
//! so that they can be erased without breaking the chain.

use crate::{ClinicId, Fixed};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// 1, 2, 3, ... without gaps within a clinic.
    pub seq: u64,
    /// Seconds since 1970-01-01 UTC.
    pub at: i64,
    /// Who: an account's e-mail, or `None` for somebody who holds a link, and when it was erased.
    pub actor: Option<String>,
    pub action: AuditAction,
    /// What: the id of the scan or share, if the action has one.
    pub object: Option<String>,
    /// From where: the client's address; empty when it was erased.
    pub address: String,
    /// Commitment to `actor` and `address`: `SHA-256(person_bytes(salt, actor, address))`.
    pub commitment: Fixed<32>,
    /// Salt of the commitment; `None` when the personal data was erased.
    pub salt: Option<Fixed<16>>,
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

impl AuditAction {
    pub const ALL: [Self; 13] = [
        Self::SignedUp,
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::PasswordRecovered,
        Self::ScanUploadBegun,
        Self::ScanSaved,
        Self::ScanOpened,
        Self::ScanDeleted,
        Self::ShareCreated,
        Self::ShareRevoked,
        Self::LinkOpened,
        Self::LinkPasswordWrong,
    ];

    /// The kebab-case name on the wire, in the store and in the hashed bytes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedUp => "signed-up",
            Self::SignedIn => "signed-in",
            Self::SignInFailed => "sign-in-failed",
            Self::SignedOut => "signed-out",
            Self::PasswordRecovered => "password-recovered",
            Self::ScanUploadBegun => "scan-upload-begun",
            Self::ScanSaved => "scan-saved",
            Self::ScanOpened => "scan-opened",
            Self::ScanDeleted => "scan-deleted",
            Self::ShareCreated => "share-created",
            Self::ShareRevoked => "share-revoked",
            Self::LinkOpened => "link-opened",
            Self::LinkPasswordWrong => "link-password-wrong",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
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
    /// Ed25519 over [`head_bytes`].
    pub signature: Fixed<64>,
    pub public_key: Fixed<32>,
}

/// What an event adds to the chain: `"cuspid audit event v1" || clinic id (16) || seq (u64) || at (i64) ||
/// length of action (u8) || action || length of object (u8, 0 without one) || object || commitment (32)`;
/// numbers are big-endian, texts ASCII.
pub fn event_bytes(
    clinic: ClinicId,
    seq: u64,
    at: i64,
    action: AuditAction,
    object: Option<&str>,
    commitment: &[u8; 32],
) -> Vec<u8> {
    let mut bytes = b"cuspid audit event v1".to_vec();
    bytes.extend_from_slice(clinic.as_bytes());
    bytes.extend_from_slice(&seq.to_be_bytes());
    bytes.extend_from_slice(&at.to_be_bytes());
    for text in [action.name(), object.unwrap_or("")] {
        let text = &text.as_bytes()[..text.len().min(255)];
        bytes.push(text.len() as u8);
        bytes.extend_from_slice(text);
    }
    bytes.extend_from_slice(commitment);
    bytes
}

/// What the commitment hashes: `"cuspid audit person v1" || salt (16) || actor || address`, where an absent actor
/// is one zero byte and a text is `1 (u8) || length (u16, big-endian) || UTF-8`.
pub fn person_bytes(salt: &[u8; 16], actor: Option<&str>, address: &str) -> Vec<u8> {
    let mut bytes = b"cuspid audit person v1".to_vec();
    bytes.extend_from_slice(salt);
    for text in [actor, Some(address)] {
        let Some(text) = text else {
            bytes.push(0);
            continue;
        };
        let text = &text.as_bytes()[..text.len().min(usize::from(u16::MAX))];
        bytes.push(1);
        bytes.extend_from_slice(&(text.len() as u16).to_be_bytes());
        bytes.extend_from_slice(text);
    }
    bytes
}

/// What the server signs: `"cuspid audit head v1" || clinic id (16) || seq (u64, big-endian) || hash (32)`.
pub fn head_bytes(clinic: ClinicId, seq: u64, hash: &[u8; 32]) -> Vec<u8> {
    let mut bytes = b"cuspid audit head v1".to_vec();
    bytes.extend_from_slice(clinic.as_bytes());
    bytes.extend_from_slice(&seq.to_be_bytes());
    bytes.extend_from_slice(hash);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn action_names_are_those_on_the_wire() {
        for action in AuditAction::ALL {
            assert_eq!(
                serde_json::to_value(action).ok(),
                Some(serde_json::Value::from(action.name()))
            );
            assert_eq!(AuditAction::from_name(action.name()), Some(action));
        }
    }

    #[test]
    fn event_bytes_are_the_documented_ones() {
        let clinic = ClinicId::from_bytes([7; 16]);
        let bytes = event_bytes(clinic, 2, 3, AuditAction::SignedIn, None, &[9; 32]);
        let mut expected = b"cuspid audit event v1".to_vec();
        expected.extend([7; 16]);
        expected.extend([0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 9]);
        expected.extend(b"signed-in");
        expected.push(0);
        expected.extend([9; 32]);
        assert_eq!(bytes, expected);
    }

    #[test]
    fn an_absent_actor_and_an_empty_one_differ() {
        assert_ne!(
            person_bytes(&[0; 16], None, "a"),
            person_bytes(&[0; 16], Some(""), "a")
        );
    }
}
