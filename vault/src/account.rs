//! A person's keys: sign-up, unlocking, recovery.
//!
//! `password -> Stretched -> wrapping key -> MK -> CK, CIK`, and `recovery key -> wrapping key -> MK`.

mod recovery;

use crate::{
    ClinicIdentityKey, ClinicScanKey, MasterKey, RecoveryKey, Stretched, VaultError,
    password::check_kdf,
    primitives::random,
    secret::SecretKey,
    wrap::{NO_CLINIC, Place, Purpose, WrappedBy, unwrap, wrap},
};
use protocol::account::{
    PasswordKdf, RecoveryKeys, RecoverySetPassword, Session, SignUp, WrappedAccountKeys,
    WrappedClinicKeys,
};
use protocol::{AccountId, ClinicId};

/// The version a clinic's keys begin with.
const FIRST_KEY_VERSION: u32 = 1;

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

impl Unlocked {
    /// # Errors
    /// [`VaultError::NoIdentityKey`].
    pub fn identity_key(&self) -> Result<&ClinicIdentityKey, VaultError> {
        self.identity_key.as_ref().ok_or(VaultError::NoIdentityKey)
    }
}

/// Trimmed and lower-cased, as the server stores it.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

const fn master_key_place(account: AccountId, wrapped_by: WrappedBy) -> Place {
    Place {
        purpose: Purpose::Master,
        clinic: NO_CLINIC,
        object: *account.as_bytes(),
        key_version: 0,
        wrapped_by,
        wrapper: *account.as_bytes(),
    }
}

const fn clinic_key_place(
    purpose: Purpose,
    clinic: ClinicId,
    key_version: u32,
    account: AccountId,
) -> Place {
    Place {
        purpose,
        clinic,
        object: *clinic.as_bytes(),
        key_version,
        wrapped_by: WrappedBy::MasterKey,
        wrapper: *account.as_bytes(),
    }
}

/// Makes all keys of a new person and their clinic. `stretched` must come from `kdf`.
///
/// # Errors
/// [`VaultError::UnknownVersion`] for a `kdf` that is not current, [`VaultError::Unavailable`].
pub async fn sign_up(
    email: &str,
    kdf: PasswordKdf,
    stretched: &Stretched,
) -> Result<(SignUp, Unlocked, RecoveryKey), VaultError> {
    check_kdf(&kdf)?;
    let recovery = RecoveryKey::generate()?;
    let unlocked = Unlocked {
        account_id: AccountId::from_bytes(random()?),
        clinic_id: ClinicId::from_bytes(random()?),
        clinic_key_version: FIRST_KEY_VERSION,
        master_key: MasterKey(SecretKey::generate()?),
        scan_key: ClinicScanKey(SecretKey::generate()?),
        identity_key: Some(ClinicIdentityKey(SecretKey::generate()?)),
    };
    let (account, master) = (unlocked.account_id, &unlocked.master_key.0);
    let keys = WrappedAccountKeys {
        mk_by_password: wrap(
            master,
            &master_key_place(account, WrappedBy::Password),
            &stretched.wrapping_key().await?,
        )
        .await?,
        mk_by_recovery: wrap(
            master,
            &master_key_place(account, WrappedBy::Recovery),
            &recovery.wrapping_key().await?,
        )
        .await?,
    };
    let place = |purpose| clinic_key_place(purpose, unlocked.clinic_id, FIRST_KEY_VERSION, account);
    let identity_key = &unlocked.identity_key()?.0;
    let clinic_keys = WrappedClinicKeys {
        version: FIRST_KEY_VERSION,
        scan_key: wrap(&unlocked.scan_key.0, &place(Purpose::ClinicScan), master).await?,
        identity_key: Some(wrap(identity_key, &place(Purpose::ClinicIdentity), master).await?),
    };
    let sign_up = SignUp {
        email: normal_email(email),
        account_id: account,
        clinic_id: unlocked.clinic_id,
        kdf,
        auth_key: stretched.auth_key().await?,
        recovery_auth_key: recovery.auth_key().await?,
        keys,
        clinic_keys,
    };
    Ok((sign_up, unlocked, recovery))
}

/// Opens MK with the password's wrapping key, and the clinic's keys with MK.
///
/// # Errors
/// [`VaultError::WrongPassword`], [`VaultError::ClinicKeysDoNotOpen`], [`VaultError::UnknownVersion`].
pub async fn unlock(session: &Session, stretched: &Stretched) -> Result<Unlocked, VaultError> {
    check_kdf(&session.kdf)?;
    let account = session.account_id;
    let master = unwrap(
        &session.mk_by_password,
        &master_key_place(account, WrappedBy::Password),
        &stretched.wrapping_key().await?,
    )
    .await
    .map_err(|error| error.or(VaultError::WrongPassword))?;
    let version = session.clinic_keys.version;
    let place = |purpose| clinic_key_place(purpose, session.clinic_id, version, account);
    let open = async |sealed, purpose| {
        unwrap(sealed, &place(purpose), &master)
            .await
            .map_err(|error| error.or(VaultError::ClinicKeysDoNotOpen))
    };
    let scan_key = open(&session.clinic_keys.scan_key, Purpose::ClinicScan).await?;
    let identity_key = match &session.clinic_keys.identity_key {
        Some(sealed) => Some(open(sealed, Purpose::ClinicIdentity).await?),
        None => None,
    };
    Ok(Unlocked {
        account_id: account,
        clinic_id: session.clinic_id,
        clinic_key_version: version,
        master_key: MasterKey(master),
        scan_key: ClinicScanKey(scan_key),
        identity_key: identity_key.map(ClinicIdentityKey),
    })
}

/// Wraps MK for a new password, by proof of the recovery key. `stretched` must come from `kdf`.
///
/// # Errors
/// [`VaultError::WrongRecoveryKey`], [`VaultError::UnknownVersion`].
pub async fn recover(
    email: &str,
    recovery: &RecoveryKey,
    keys: &RecoveryKeys,
    kdf: PasswordKdf,
    stretched: &Stretched,
) -> Result<RecoverySetPassword, VaultError> {
    check_kdf(&kdf)?;
    let account = keys.account_id;
    let master = unwrap(
        &keys.mk_by_recovery,
        &master_key_place(account, WrappedBy::Recovery),
        &recovery.wrapping_key().await?,
    )
    .await
    .map_err(|error| error.or(VaultError::WrongRecoveryKey))?;
    Ok(RecoverySetPassword {
        email: normal_email(email),
        recovery_auth_key: recovery.auth_key().await?,
        kdf,
        auth_key: stretched.auth_key().await?,
        mk_by_password: wrap(
            &master,
            &master_key_place(account, WrappedBy::Password),
            &stretched.wrapping_key().await?,
        )
        .await?,
    })
}

#[cfg(test)]
mod tests;
