//! All client-side cryptography: keys and their wraps, scan packages, links. `docs/FORMAT.md` has the bytes.
//!
//! The server holds nothing but what leaves this crate: wraps, sealed envelopes, sealed blobs and hashes of
//! proofs. Nothing here does I/O; what a server answered comes in as `protocol` types and is believed only
//! where it is authenticated.
//!
//! - [`primitives`]: AES-256-GCM, HMAC, HKDF, SHA-256, random bytes, by WebCrypto or RustCrypto
//! - [`secret`]: key types that neither clone, serialise nor print
//! - [`password`]: a password stretched by Argon2id
//! - `wrap`: a key under a key, bound to its place
//! - [`envelope`]: short texts under a key, bound to their place
//! - [`account`]: sign-up, unlocking, recovery
//! - [`scan`]: keys of a scan
//! - [`link`]: what the fragment of a link derives
//! - [`floe`]: the FLOE construction
//! - [`package`]: manifest, identity document, blobs and parts
//! - [`self_check()`]: the frozen vectors, run on the backend this was compiled with

pub mod account;
pub mod envelope;
pub mod error;
pub mod floe;
mod hex;
pub mod link;
pub mod package;
pub mod password;
pub mod primitives;
pub mod scan;
pub mod secret;
mod self_check;
mod wrap;

pub use account::Unlocked;
pub use error::{TamperKind, Tampering, VaultError};
pub use password::{Stretched, stretch_password};
pub use scan::ScanKeys;
pub use secret::{
    ClinicIdentityKey, ClinicScanKey, IdentityKey, LinkSecret, MasterKey, RecoveryKey, ScanKey,
};
pub use self_check::self_check;
