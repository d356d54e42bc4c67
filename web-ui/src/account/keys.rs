//! From a password or a recovery key to a session with its keys.

use super::SignedIn;
use crate::api::{self, Fault};
use crate::pool::{Pool, Priority, Reply, Request, TaskError};
use protocol::account::{PasswordKdf, RecoveryRequest, Session, SignIn, SignUp};
use std::rc::Rc;
use vault::account as vault_account;
use vault::{RecoveryKey, Stretched, Unlocked, VaultError};
use worker::messages::TaskFailure;
use zeroize::Zeroize;

/// Argon2id in a worker: it takes some tenths of a second and 64 MiB.
pub(crate) async fn stretch_in_worker(
    pool: Pool,
    password: &str,
    kdf: &PasswordKdf,
) -> Result<Stretched, Fault> {
    let mut request = Request::StretchPassword {
        password: password.to_owned(),
        kdf: kdf.clone(),
    };
    let answer = pool
        .run(&request, Vec::new(), Vec::new(), Priority::Urgent)
        .await;
    if let Request::StretchPassword { password, .. } = &mut request {
        password.zeroize();
    }
    let answer = answer.map_err(|error| match error {
        // Refused by its version: weaker, or unknown here.
        TaskError::Failed(TaskFailure::Stretch) => VaultError::UnknownVersion {
            what: "password",
            version: u32::from(kdf.version),
        }
        .into(),
        other => Fault::from(other),
    })?;
    let Reply::Stretched(stretched) = answer.reply else {
        return Err(Fault::Worker);
    };
    let mut bytes = <[u8; 32]>::try_from(stretched.0.as_slice()).map_err(|_| Fault::Worker)?;
    let stretched = Stretched::from_bytes(bytes);
    bytes.zeroize();
    Ok(stretched)
}

/// Everything of a new account that exists before the server hears of it.
pub(super) struct NewAccount {
    pub sign_up: SignUp,
    pub keys: Rc<Unlocked>,
    pub recovery_key: RecoveryKey,
}

/// Makes the keys of a new person and their clinic.
pub(super) async fn new_account(
    pool: Pool,
    email: &str,
    password: &str,
) -> Result<NewAccount, Fault> {
    let kdf = vault::password::new_kdf()?;
    let stretched = stretch_in_worker(pool, password, &kdf).await?;
    let (sign_up, keys, recovery_key) =
        vault_account::sign_up(&vault_account::normal_email(email), kdf, &stretched).await?;
    Ok(NewAccount {
        sign_up,
        keys: Rc::new(keys),
        recovery_key,
    })
}

/// Signs in, whether or not there is a session already: the answer to a locked page is the same.
pub(super) async fn sign_in(pool: Pool, email: &str, password: &str) -> Result<SignedIn, Fault> {
    let email = vault_account::normal_email(email);
    let kdf = api::accounts::kdf(&email).await?;
    let stretched = stretch_in_worker(pool, password, &kdf).await?;
    let session = api::accounts::sign_in(&SignIn {
        email,
        auth_key: stretched.auth_key().await?,
    })
    .await?;
    with_keys(session, &stretched).await
}

/// Opens the keys of a session that outlived a reload, without a new one if that can be helped.
pub(super) async fn unlock(
    pool: Pool,
    session: &Session,
    password: &str,
) -> Result<SignedIn, Fault> {
    let stretched = stretch_in_worker(pool, password, &session.kdf).await?;
    with_keys(session.clone(), &stretched).await
}

async fn with_keys(session: Session, stretched: &Stretched) -> Result<SignedIn, Fault> {
    let keys = vault_account::unlock(&session, stretched).await?;
    Ok(SignedIn {
        session,
        keys: Rc::new(keys),
    })
}

/// Sets a new password by the printed recovery key, and signs in with it.
pub(super) async fn recover(
    pool: Pool,
    email: &str,
    typed_key: &str,
    password: &str,
) -> Result<SignedIn, Fault> {
    let email = vault_account::normal_email(email);
    let recovery_key = RecoveryKey::parse(typed_key)?;
    let request = RecoveryRequest {
        email: email.clone(),
        recovery_auth_key: recovery_key.auth_key().await?,
    };
    let wrapped = api::accounts::recovery_keys(&request)
        .await
        .map_err(|error| match error.code() {
            Some(protocol::ErrorCode::WrongCredentials) => Fault::WrongRecovery,
            _ => error.into(),
        })?;
    let kdf = vault::password::new_kdf()?;
    let stretched = stretch_in_worker(pool, password, &kdf).await?;
    let change = vault_account::recover(&email, &recovery_key, &wrapped, kdf, &stretched).await?;
    let session = api::accounts::set_recovered_password(&change).await?;
    with_keys(session, &stretched).await
}
