//! Who is signed in. The browser holds a random token, the database its hash.

use super::{
    ClinicStore, Store,
    accounts::Attempt,
    now, rows, scans,
    tenant::{Tenant, TenantTx, Who},
};
use crate::error::Error;
use protocol::{
    AccountId, ClinicId,
    account::{Session, WrappedClinicKeys},
    audit::AuditAction,
};
use rusqlite::{OptionalExtension, params};
use std::net::IpAddr;

/// Limits of a session and of a clinic that an answer states.
#[derive(Clone, Copy)]
pub struct Lifetimes {
    pub idle_seconds: u32,
    pub max_seconds: u32,
    /// Bytes that a clinic may store.
    pub quota: u64,
}

/// The holder of a living session.
pub struct SignedIn {
    pub tenant: Tenant,
    pub account: AccountId,
    pub email: String,
    pub session: [u8; 32],
    pub address: IpAddr,
}

impl SignedIn {
    pub fn who(&self) -> Who {
        Who {
            email: Some(self.email.clone()),
            address: self.address,
        }
    }
}

impl Store {
    /// The living session with this hash, if there is one; counts as a request of it.
    pub async fn signed_in(
        &self,
        session: [u8; 32],
        address: IpAddr,
        lifetimes: Lifetimes,
    ) -> Result<Option<SignedIn>, Error> {
        let found = self
            .read(move |tx| {
                Ok(tx
                    .prepare_cached(
                        "SELECT s.clinic_id, s.account_id, a.email, s.created_at, s.last_seen_at
                         FROM session s JOIN account a ON a.clinic_id = s.clinic_id AND a.id = s.account_id
                         WHERE s.token_hash = ?1",
                    )?
                    .query_row([session], |row| {
                        let signed_in = SignedIn {
                            tenant: Tenant::found(ClinicId(rows::fixed(row, 0)?)),
                            account: AccountId(rows::fixed(row, 1)?),
                            email: row.get(2)?,
                            session,
                            address,
                        };
                        Ok((signed_in, row.get::<_, i64>(3)?, row.get::<_, i64>(4)?))
                    })
                    .optional()?)
            })
            .await?;
        let Some((signed_in, created_at, last_seen_at)) = found else {
            return Ok(None);
        };
        let now = now();
        let idle = i64::from(lifetimes.idle_seconds);
        if now - created_at >= i64::from(lifetimes.max_seconds) || now - last_seen_at >= idle {
            return Ok(None);
        }
        // Not on every request: that would be a durable write for each part of a scan.
        if now - last_seen_at > idle / 16 {
            let touched = self
                .write(move |tx| {
                    tx.execute(
                        "UPDATE session SET last_seen_at = ?2 WHERE token_hash = ?1",
                        params![session, now],
                    )?;
                    Ok(())
                })
                .await;
            // A full disk must not keep anybody from reading.
            if let Err(error) = touched {
                tracing::warn!("a session could not be prolonged: {error}");
            }
        }
        Ok(Some(signed_in))
    }
}

impl ClinicStore {
    /// What the browser needs to know after signing in.
    pub async fn session(
        &self,
        account: AccountId,
        lifetimes: Lifetimes,
    ) -> Result<Session, Error> {
        self.read(move |tx| describe(tx, account, lifetimes)).await
    }

    /// Ends a session.
    pub async fn sign_out(&self, who: Who, session: [u8; 32]) -> Result<(), Error> {
        self.write(move |tx| {
            tx.tx.execute(
                "DELETE FROM session WHERE clinic_id = ?1 AND token_hash = ?2",
                params![tx.clinic(), session],
            )?;
            tx.log(&who, AuditAction::SignedOut, None)
        })
        .await
    }
}

/// Begins the session of an attempt that succeeded; the one the browser had before ends.
pub(super) fn start(tx: &TenantTx, account: AccountId, attempt: &Attempt) -> Result<(), Error> {
    if let Some(old) = attempt.old_session {
        tx.tx
            .execute("DELETE FROM session WHERE token_hash = ?1", [old])?;
    }
    tx.tx.execute(
        "INSERT INTO session (token_hash, clinic_id, account_id, created_at, last_seen_at)
         VALUES (?1, ?2, ?3, ?4, ?4)",
        params![attempt.new_session, tx.clinic(), account.as_bytes(), tx.now],
    )?;
    Ok(())
}

/// Ends every session of an account.
pub(super) fn end_all(tx: &TenantTx, account: AccountId) -> Result<(), Error> {
    tx.tx.execute(
        "DELETE FROM session WHERE clinic_id = ?1 AND account_id = ?2",
        params![tx.clinic(), account.as_bytes()],
    )?;
    Ok(())
}

pub(super) fn describe(
    tx: &TenantTx,
    account: AccountId,
    lifetimes: Lifetimes,
) -> Result<Session, Error> {
    let storage_used = scans::storage_used(tx)?;
    Ok(tx.tx.query_row(
        "SELECT a.email, a.role, a.kdf_version, a.kdf_salt, a.mk_by_password, k.version, k.scan_key, k.identity_key
         FROM account a JOIN member_key k ON k.clinic_id = a.clinic_id AND k.account_id = a.id
         WHERE a.clinic_id = ?1 AND a.id = ?2 ORDER BY k.version DESC LIMIT 1",
        params![tx.clinic(), account.as_bytes()],
        |row| {
            Ok(Session {
                account_id: account,
                email: row.get(0)?,
                clinic_id: tx.tenant().id(),
                role: rows::role(row, 1)?,
                kdf: rows::kdf(row, 2)?,
                mk_by_password: rows::sealed(row, 4)?,
                clinic_keys: WrappedClinicKeys {
                    version: row.get(5)?,
                    scan_key: rows::sealed(row, 6)?,
                    identity_key: rows::maybe_sealed(row, 7)?,
                },
                idle_seconds: lifetimes.idle_seconds,
                storage_used,
                storage_limit: lifetimes.quota,
            })
        },
    )?)
}
