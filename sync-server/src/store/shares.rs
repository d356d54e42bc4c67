//! Links as their owner sees them.

use super::{
    ClinicStore,
    links::WRONG_WINDOW_SECONDS,
    rows,
    tenant::{TenantTx, Who},
};
use crate::{crypto::hash_of_secret, error::Error};
use protocol::{
    AccountId, ErrorCode, ScanId, ShareId,
    audit::AuditAction,
    share::{CreateShare, Opening, Share, ShareList, ShareState},
};
use rusqlite::{OptionalExtension, Row, params};

pub(super) const PROOF: &str = "link proof";
pub(super) const AUTH: &str = "link auth key";

/// What decides whether a link is alive. Columns [`LIFE`], from `first` on.
pub(super) struct Life {
    pub(super) expires_at: i64,
    pub(super) revoked_at: Option<i64>,
    pub(super) max_opens: Option<u32>,
    pub(super) opens: u32,
}

pub(super) const LIFE: &str = "s.expires_at, s.revoked_at, s.max_opens,
    (SELECT count(*) FROM share_opening o WHERE o.clinic_id = s.clinic_id AND o.share_id = s.id)";

impl Life {
    pub(super) fn from_row(row: &Row, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            expires_at: row.get(first)?,
            revoked_at: row.get(first + 1)?,
            max_opens: row.get(first + 2)?,
            opens: row.get(first + 3)?,
        })
    }

    pub(super) fn state(&self, now: i64) -> ShareState {
        if self.revoked_at.is_some() {
            ShareState::Revoked
        } else if now >= self.expires_at {
            ShareState::Expired
        } else if self.max_opens.is_some_and(|max| self.opens >= max) {
            ShareState::UsedUp
        } else {
            ShareState::Active
        }
    }
}

fn share(tx: &TenantTx, row: &Row) -> rusqlite::Result<Share> {
    let life = Life::from_row(row, 6)?;
    Ok(Share {
        share_id: ShareId(rows::fixed(row, 0)?),
        scan_id: ScanId(rows::fixed(row, 1)?),
        state: life.state(tx.now),
        has_password: row.get(2)?,
        includes_identity: row.get(3)?,
        created_at: row.get(4)?,
        expires_at: life.expires_at,
        revoked_at: life.revoked_at,
        max_opens: life.max_opens,
        opens: Vec::new(),
        wrong_passwords: row.get(10)?,
        note: rows::sealed(row, 5)?,
    })
}

/// The clinic's shares, or the one of `id`; newest first.
fn shares(tx: &TenantTx, id: Option<ShareId>) -> Result<Vec<Share>, Error> {
    let mut shares: Vec<Share> = tx
        .tx
        .prepare_cached(&format!(
            "SELECT s.id, s.scan_id, s.kdf_salt IS NOT NULL, s.identity_key IS NOT NULL, s.created_at, s.note, {LIFE},
                 (SELECT count(*) FROM wrong_link_password w
                  WHERE w.clinic_id = s.clinic_id AND w.share_id = s.id AND w.at > ?3)
             FROM share s WHERE s.clinic_id = ?1 AND (?2 IS NULL OR s.id = ?2)
             ORDER BY s.created_at DESC, s.id"
        ))?
        .query_map(
            params![
                tx.clinic(),
                id.as_ref().map(ShareId::as_bytes),
                tx.now - WRONG_WINDOW_SECONDS
            ],
            |row| share(tx, row),
        )?
        .collect::<Result<_, _>>()?;
    for share in &mut shares {
        share.opens = tx
            .tx
            .prepare_cached(
                "SELECT at, address FROM share_opening WHERE clinic_id = ?1 AND share_id = ?2 ORDER BY number",
            )?
            .query_map(params![tx.clinic(), share.share_id.as_bytes()], |row| {
                Ok(Opening {
                    at: row.get(0)?,
                    address: row.get(1)?,
                })
            })?
            .collect::<Result<_, _>>()?;
    }
    Ok(shares)
}

fn only(shares: Vec<Share>) -> Result<Share, Error> {
    shares
        .into_iter()
        .next()
        .ok_or_else(|| ErrorCode::NotFound.into())
}

impl ClinicStore {
    /// Makes a link; the same request again answers what is there.
    ///
    /// # Errors
    /// `not-found` if the scan is not the clinic's or not complete; `bad-request` if the id is taken.
    pub async fn create_share(
        &self,
        who: Who,
        account: AccountId,
        create: CreateShare,
    ) -> Result<Share, Error> {
        self.write(move |tx| {
            let complete: Option<bool> = tx
                .tx
                .query_row(
                    "SELECT complete FROM scan WHERE clinic_id = ?1 AND id = ?2",
                    params![tx.clinic(), create.scan_id.as_bytes()],
                    |row| row.get(0),
                )
                .optional()?;
            if complete != Some(true) {
                return Err(ErrorCode::NotFound.into());
            }
            let id = create.share_id;
            let proof_hash = hash_of_secret(PROOF, &create.link_proof.0);
            let taken: Option<(Vec<u8>, [u8; 32])> = tx
                .tx
                .query_row(
                    "SELECT clinic_id, proof_hash FROM share WHERE id = ?1",
                    [id.as_bytes()],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            match taken {
                Some((clinic, proof)) if clinic == tx.clinic() && proof == proof_hash => {
                    return only(shares(tx, Some(id))?);
                }
                Some(_) => return Err(ErrorCode::BadRequest.into()),
                None => {}
            }
            insert(tx, account, &create, &proof_hash)?;
            tx.log(&who, AuditAction::ShareCreated, Some(&id.to_string()))?;
            only(shares(tx, Some(id))?)
        })
        .await
    }

    /// Newest first.
    pub async fn shares(&self) -> Result<ShareList, Error> {
        self.read(|tx| {
            Ok(ShareList {
                shares: shares(tx, None)?,
            })
        })
        .await
    }

    /// Revokes a link: from now on not one more part of it is served.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn revoke_share(&self, who: Who, id: ShareId) -> Result<(), Error> {
        self.write(move |tx| {
            let there: bool = tx.tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM share WHERE clinic_id = ?1 AND id = ?2)",
                params![tx.clinic(), id.as_bytes()],
                |row| row.get(0),
            )?;
            if !there {
                return Err(ErrorCode::NotFound.into());
            }
            let revoked = tx.tx.execute(
                "UPDATE share SET revoked_at = ?3 WHERE clinic_id = ?1 AND id = ?2 AND revoked_at IS NULL",
                params![tx.clinic(), id.as_bytes(), tx.now],
            )?;
            match revoked {
                0 => Ok(()),
                _ => tx.log(&who, AuditAction::ShareRevoked, Some(&id.to_string())),
            }
        })
        .await
    }
}

fn insert(
    tx: &TenantTx,
    account: AccountId,
    create: &CreateShare,
    proof_hash: &[u8; 32],
) -> Result<(), Error> {
    tx.tx.execute(
        "INSERT INTO share (clinic_id, id, scan_id, created_by, created_at, expires_at, max_opens, kdf_version,
                            kdf_salt, proof_hash, auth_hash, scan_key, identity_key, note)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            tx.clinic(),
            create.share_id.as_bytes(),
            create.scan_id.as_bytes(),
            account.as_bytes(),
            tx.now,
            tx.now + i64::from(create.expires_in_hours) * 3600,
            create.max_opens,
            create.kdf.as_ref().map(|kdf| kdf.version),
            create.kdf.as_ref().map(|kdf| kdf.salt.0),
            proof_hash,
            hash_of_secret(AUTH, &create.auth_key.0),
            create.scan_key.0,
            create.identity_key.as_ref().map(|key| &key.0),
            create.note.0,
        ],
    )?;
    Ok(())
}
