//! A person's keys: sign-up, unlocking, recovery.

use crate::{ClinicIdentityKey, ClinicScanKey, MasterKey, RecoveryKey, Stretched, VaultError};
use protocol::account::{PasswordKdf, RecoveryKeys, RecoverySetPassword, Session, SignUp};
use protocol::{AccountId, ClinicId, Fixed};

/// The keys of a signed-in person, in memory only.
#[derive(Debug)]
pub struct Unlocked {
    pub account_id: AccountId,
    pub clinic_id: ClinicId,
    pub clinic_key_version: u32,
    pub master_key: MasterKey,
    pub scan_key: ClinicScanKey,
    /// Absent for a role that may not see who a patient is.
    pub identity_key: Option<ClinicIdentityKey>,
}

/// Makes all keys of a new person and their clinic. `stretched` must come from `kdf`.
///
/// # Errors
/// [`VaultError::UnknownVersion`] for a `kdf` that is not current, [`VaultError::Unavailable`].
pub async fn sign_up(
    _email: &str,
    _kdf: PasswordKdf,
    _stretched: &Stretched,
) -> Result<(SignUp, Unlocked, RecoveryKey), VaultError> {
    Err(VaultError::Unavailable { what: "sign_up" })
}

/// # Errors
/// [`VaultError::WrongPassword`], [`VaultError::ClinicKeysDoNotOpen`], [`VaultError::UnknownVersion`].
pub async fn unlock(_session: &Session, _stretched: &Stretched) -> Result<Unlocked, VaultError> {
    Err(VaultError::Unavailable { what: "unlock" })
}

/// Re-wraps MK for a new password, by proof of the recovery key.
///
/// # Errors
/// [`VaultError::WrongRecoveryKey`], [`VaultError::UnknownVersion`].
pub async fn recover(
    _email: &str,
    _recovery: &RecoveryKey,
    _keys: &RecoveryKeys,
    _kdf: PasswordKdf,
    _stretched: &Stretched,
) -> Result<RecoverySetPassword, VaultError> {
    Err(VaultError::Unavailable { what: "recover" })
}

/// Trimmed and lower-cased.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

impl RecoveryKey {
    /// Nine groups of four characters: 160 bits in Crockford's base32 and a checksum.
    pub fn to_groups(&self) -> String {
        String::new()
    }

    /// Tolerates case, spaces, dashes, and O for 0, I or L for 1.
    ///
    /// # Errors
    /// [`VaultError::MistypedRecoveryKey`].
    pub fn parse(_typed: &str) -> Result<Self, VaultError> {
        Err(VaultError::MistypedRecoveryKey)
    }

    /// Whether a key typed back is this one.
    pub fn is_same(&self, _other: &Self) -> bool {
        false
    }

    /// The proof for `RecoveryRequest::recovery_auth_key`.
    ///
    /// # Errors
    /// [`VaultError::Unavailable`].
    pub async fn auth_key(&self) -> Result<Fixed<32>, VaultError> {
        Err(VaultError::Unavailable { what: "auth_key" })
    }
}
