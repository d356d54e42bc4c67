//! Stretching a password, of an account or of a link.

use crate::VaultError;
use protocol::account::PasswordKdf;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Argon2id of a password: the root of an account's auth and wrapping keys, or half of a link's.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Stretched(pub(crate) [u8; 32]);

impl std::fmt::Debug for Stretched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl Stretched {
    /// For the way from the worker to the page. The caller wipes its copy.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the way from the worker to the page, and only that.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0
    }

    /// The proof of an account's password, for `SignIn::auth_key`.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn auth_key(&self) -> Result<protocol::Fixed<32>, VaultError> {
        Err(VaultError::Unavailable { what: "auth_key" })
    }
}

/// A fresh salt with the current parameters (version 1: Argon2id, 64 MiB, 3 passes, 1 lane).
///
/// # Errors
/// [`VaultError::Unavailable`] without a source of random bytes.
pub fn new_kdf() -> Result<PasswordKdf, VaultError> {
    Err(VaultError::Unavailable { what: "new_kdf" })
}

/// Blocks for some tenths of a second and takes 64 MiB: call it in a worker.
///
/// # Errors
/// [`VaultError::UnknownVersion`] for any parameters but those of version 1.
pub fn stretch_password(_password: &str, _kdf: &PasswordKdf) -> Result<Stretched, VaultError> {
    Err(VaultError::Unavailable { what: "stretch" })
}
