//! The few primitives.

use crate::VaultError;

/// # Errors
/// [`VaultError::Unavailable`].
pub async fn sha256(_bytes: &[u8]) -> Result<[u8; 32], VaultError> {
    Err(VaultError::Unavailable { what: "sha256" })
}
