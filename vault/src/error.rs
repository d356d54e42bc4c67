//! Everything that can go wrong here. No variant carries a secret, a name or file content.

use protocol::{ScanId, scan::BlobRole};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The wrapping key made from the password does not open the account's key.
    #[error("the password does not open this account")]
    WrongPassword,
    /// The recovery key is well formed but not this account's.
    #[error("the recovery key does not open this account")]
    WrongRecoveryKey,
    /// A typed recovery key fails its checksum or has the wrong length: a typing error.
    #[error("not a recovery key: mistyped or incomplete")]
    MistypedRecoveryKey,
    /// The clinic's keys do not open with the person's key: altered, or another clinic's.
    #[error("the clinic's keys do not open")]
    ClinicKeysDoNotOpen,
    /// This member's role has no identity key, so patient names can neither be read nor saved.
    #[error("this role has no identity key")]
    NoIdentityKey,
    /// The fragment of a link is not `#v1.` and 43 characters of base64url; percent-encoded ones included.
    #[error("not a link of the expected form")]
    MalformedLink,
    /// The link's keys do not open: wrong password, another link's keys, or altered ones.
    #[error("the link does not open this scan")]
    LinkDoesNotOpen,
    /// Unknown, perhaps newer, or weaker than this client accepts.
    #[error("unknown version of {what}: {version}")]
    UnknownVersion { what: &'static str, version: u32 },
    /// A sealed text (summary, note) was altered or belongs to another object.
    #[error("a sealed note does not open")]
    EnvelopeDoesNotOpen,
    /// What the server answered for a scan is not what was saved.
    #[error(transparent)]
    Tampered(#[from] Tampering),
    /// The caller asked for bytes that the blob does not have, or gave a part of the wrong length.
    #[error("out of range: {what}")]
    OutOfRange { what: &'static str },
    /// A value that is too large or ill-formed to be put into a package.
    #[error("cannot be packaged: {what}")]
    NotPackable { what: &'static str },
    /// The platform has no cryptography (a page that was not served over HTTPS), or it failed.
    #[error("cryptography is not available: {what}")]
    Unavailable { what: &'static str },
}

/// Which scan is not as it was saved, and how that showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("scan {scan_id} was altered: {kind}")]
pub struct Tampering {
    pub scan_id: ScanId,
    pub kind: TamperKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TamperKind {
    /// The wrapped keys are another scan's, or were altered.
    #[error("its keys do not open")]
    Keys,
    /// The blob is another scan's, has another role, or its header was altered.
    #[error("its {} blob belongs elsewhere", .0.name())]
    Header(BlobRole),
    /// The sealed length cannot be, or is not the one the manifest tells: truncated or extended.
    #[error("its {} blob has the wrong length", .0.name())]
    Length(BlobRole),
    /// A segment was altered, moved, or is the last one where it should not be, or the reverse.
    #[error("segment {segment} of its {} blob does not open", role.name())]
    Segment { role: BlobRole, segment: u64 },
    /// The opened manifest or identity document contradicts itself or names another scan.
    #[error("its {} document is not valid", .0.name())]
    Document(BlobRole),
    /// Pixel values, once unpacked, are not those that were saved.
    #[error("the pixels of image {instance} differ from those saved")]
    Pixels { instance: u32 },
    /// An older manifest than this browser, or the manifest itself, has seen.
    #[error("version {served} was served where {expected} was expected")]
    RolledBack { served: u32, expected: u32 },
}
