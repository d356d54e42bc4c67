//! People: sign-up, sign-in, recovery. What an unknown address costs here is what a known one costs.

use super::{
    Store, rows,
    sessions::{self, Lifetimes},
    tenant::{Tenant, TenantTx, Who},
};
use crate::{
    crypto::{hash_of_secret, same},
    error::Error,
};
use protocol::{
    AccountId, ClinicId, ErrorCode, Fixed,
    account::{
        PASSWORD_KDF_VERSION, PasswordKdf, RecoveryKeys, RecoverySetPassword, Role, Session, SignUp,
    },
    audit::AuditAction,
};
use rusqlite::{OptionalExtension, Transaction, params};
use std::{net::IpAddr, sync::Arc};

const AUTH: &str = "password auth key";
const RECOVERY: &str = "recovery auth key";

/// What comes with an attempt to sign in, by password or by recovery key.
pub struct Attempt {
    pub email: String,
    pub secret: Fixed<32>,
    pub address: IpAddr,
    /// Hash of the session token that the browser gets if the attempt succeeds.
    pub new_session: [u8; 32],
    /// Hash of the session token that the browser sent along; it ends.
    pub old_session: Option<[u8; 32]>,
}

impl Attempt {
    fn who(&self, known: bool) -> Who {
        Who {
            email: known.then(|| self.email.clone()),
            address: self.address,
        }
    }
}

struct Person {
    tenant: Tenant,
    id: AccountId,
    auth_hash: [u8; 32],
    recovery_auth_hash: [u8; 32],
}

fn person(tx: &Transaction, email: &str) -> Result<Option<Person>, Error> {
    Ok(tx
        .prepare_cached(
            "SELECT clinic_id, id, auth_hash, recovery_auth_hash FROM account WHERE email = ?1",
        )?
        .query_row([email], |row| {
            Ok(Person {
                tenant: Tenant::found(ClinicId(rows::fixed(row, 0)?)),
                id: AccountId(rows::fixed(row, 1)?),
                auth_hash: row.get(2)?,
                recovery_auth_hash: row.get(3)?,
            })
        })
        .optional()?)
}

impl Store {
    /// Makes a person and their clinic of one, and signs them in.
    ///
    /// # Errors
    /// `account-exists` if the address, the account's or the clinic's id is taken.
    pub async fn sign_up(
        &self,
        sign_up: SignUp,
        attempt: Attempt,
        lifetimes: Lifetimes,
    ) -> Result<Session, Error> {
        let key = Arc::clone(&self.key);
        self.write(move |tx| {
            let tenant = Tenant::found(sign_up.clinic_id);
            let taken: bool = tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM account WHERE email = ?1 OR id = ?2)
                     OR EXISTS (SELECT 1 FROM clinic WHERE id = ?3)",
                params![
                    attempt.email,
                    sign_up.account_id.as_bytes(),
                    tenant.id().as_bytes()
                ],
                |row| row.get(0),
            )?;
            if taken {
                return Err(ErrorCode::AccountExists.into());
            }
            let tx = TenantTx::new(tx, &key, tenant);
            insert_account(&tx, &sign_up, &attempt.email)?;
            tx.log(&attempt.who(true), AuditAction::SignedUp, None)?;
            sessions::start(&tx, sign_up.account_id, &attempt)?;
            sessions::describe(&tx, sign_up.account_id, lifetimes)
        })
        .await
    }

    /// How to stretch the password of `email`; for an unknown one an answer like any other.
    pub async fn password_kdf(&self, email: String) -> Result<PasswordKdf, Error> {
        let key = Arc::clone(&self.key);
        self.read(move |tx| {
            let decoy = PasswordKdf {
                version: PASSWORD_KDF_VERSION,
                salt: Fixed(key.decoy_salt(&email)),
            };
            let known = tx
                .prepare_cached("SELECT kdf_version, kdf_salt FROM account WHERE email = ?1")?
                .query_row([&email], |row| rows::kdf(row, 0))
                .optional()?;
            Ok(known.unwrap_or(decoy))
        })
        .await
    }

    /// Signs in, or logs that somebody tried: `None`.
    pub async fn sign_in(
        &self,
        attempt: Attempt,
        lifetimes: Lifetimes,
    ) -> Result<Option<Session>, Error> {
        let key = Arc::clone(&self.key);
        self.write(move |tx| {
            let found = person(tx, &attempt.email)?;
            let stored = found.as_ref().map_or([0; 32], |person| person.auth_hash);
            let right = same(&hash_of_secret(AUTH, &attempt.secret.0), &stored);
            let known = found.is_some();
            match found {
                Some(person) if right => {
                    let tx = TenantTx::new(tx, &key, person.tenant);
                    tx.log(&attempt.who(true), AuditAction::SignedIn, None)?;
                    sessions::start(&tx, person.id, &attempt)?;
                    sessions::describe(&tx, person.id, lifetimes).map(Some)
                }
                other => {
                    let tenant = other.map_or(Tenant::NOBODY, |person| person.tenant);
                    let tx = TenantTx::new(tx, &key, tenant);
                    tx.log(&attempt.who(known), AuditAction::SignInFailed, None)?;
                    Ok(None)
                }
            }
        })
        .await
    }

    /// The person's key wrapped by the recovery key, or `None` after logging that somebody tried.
    pub async fn recovery_keys(&self, attempt: Attempt) -> Result<Option<RecoveryKeys>, Error> {
        let key = Arc::clone(&self.key);
        self.write(move |tx| {
            let Some(person) = recovering(tx, &key, &attempt)? else {
                return Ok(None);
            };
            let keys = tx.query_row(
                "SELECT mk_by_recovery FROM account WHERE clinic_id = ?1 AND id = ?2",
                params![person.tenant.id().as_bytes(), person.id.as_bytes()],
                |row| {
                    Ok(RecoveryKeys {
                        account_id: person.id,
                        mk_by_recovery: rows::sealed(row, 0)?,
                    })
                },
            )?;
            Ok(Some(keys))
        })
        .await
    }

    /// Sets a new password by proof of the recovery key, ends every session and begins one.
    pub async fn recover(
        &self,
        attempt: Attempt,
        new: RecoverySetPassword,
        lifetimes: Lifetimes,
    ) -> Result<Option<Session>, Error> {
        let key = Arc::clone(&self.key);
        self.write(move |tx| {
            let Some(person) = recovering(tx, &key, &attempt)? else {
                return Ok(None);
            };
            let tx = TenantTx::new(tx, &key, person.tenant);
            tx.tx.execute(
                "UPDATE account SET kdf_version = ?3, kdf_salt = ?4, auth_hash = ?5, mk_by_password = ?6
                 WHERE clinic_id = ?1 AND id = ?2",
                params![
                    tx.clinic(),
                    person.id.as_bytes(),
                    new.kdf.version,
                    new.kdf.salt.0,
                    hash_of_secret(AUTH, &new.auth_key.0),
                    new.mk_by_password.0
                ],
            )?;
            tx.log(&attempt.who(true), AuditAction::PasswordRecovered, None)?;
            sessions::end_all(&tx, person.id)?;
            sessions::start(&tx, person.id, &attempt)?;
            sessions::describe(&tx, person.id, lifetimes).map(Some)
        })
        .await
    }
}

/// Whose recovery key this is; logs a wrong one.
fn recovering(
    tx: &Transaction,
    key: &crate::crypto::ServerKey,
    attempt: &Attempt,
) -> Result<Option<Person>, Error> {
    let found = person(tx, &attempt.email)?;
    let stored = found
        .as_ref()
        .map_or([0; 32], |person| person.recovery_auth_hash);
    if same(&hash_of_secret(RECOVERY, &attempt.secret.0), &stored) && found.is_some() {
        return Ok(found);
    }
    let known = found.is_some();
    let tenant = found.map_or(Tenant::NOBODY, |person| person.tenant);
    TenantTx::new(tx, key, tenant).log(&attempt.who(known), AuditAction::SignInFailed, None)?;
    Ok(None)
}

fn insert_account(tx: &TenantTx, sign_up: &SignUp, email: &str) -> Result<(), Error> {
    tx.tx.execute(
        "INSERT INTO clinic (id, created_at) VALUES (?1, ?2)",
        params![tx.clinic(), tx.now],
    )?;
    tx.tx.execute(
        "INSERT INTO account (clinic_id, id, email, role, created_at, kdf_version, kdf_salt, auth_hash,
                              recovery_auth_hash, mk_by_password, mk_by_recovery)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            tx.clinic(),
            sign_up.account_id.as_bytes(),
            email,
            rows::role_name(Role::Owner),
            tx.now,
            sign_up.kdf.version,
            sign_up.kdf.salt.0,
            hash_of_secret(AUTH, &sign_up.auth_key.0),
            hash_of_secret(RECOVERY, &sign_up.recovery_auth_key.0),
            sign_up.keys.mk_by_password.0,
            sign_up.keys.mk_by_recovery.0,
        ],
    )?;
    tx.tx.execute(
        "INSERT INTO member_key (clinic_id, account_id, version, scan_key, identity_key)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            tx.clinic(),
            sign_up.account_id.as_bytes(),
            sign_up.clinic_keys.version,
            sign_up.clinic_keys.scan_key.0,
            sign_up.clinic_keys.identity_key.as_ref().map(|key| &key.0),
        ],
    )?;
    Ok(())
}
