//! Links as somebody without an account sees them. Whoever cannot prove to hold the link learns nothing.

use super::{
    Store,
    parts::{PartFile, part_file},
    rows, scans,
    shares::{AUTH, LIFE, Life, PROOF},
    tenant::{Tenant, TenantTx, Who},
};
use crate::{
    crypto::{ServerKey, hash_of_secret, same},
    error::Error,
};
use protocol::{
    ClinicId, ErrorCode, Fixed, ScanId, Sealed, ShareId,
    account::PasswordKdf,
    audit::AuditAction,
    scan::BlobRole,
    share::{LinkFacts, OpenLink, OpenedLink, ShareState, link_serves},
};
use rusqlite::{OptionalExtension, Transaction, params};
use std::{net::IpAddr, sync::Arc};

/// Wrong passwords of a link count for so long, in seconds.
pub(super) const WRONG_WINDOW_SECONDS: i64 = 3600;
/// So many are answered within that time; then every attempt waits.
const WRONG_ALLOWED: usize = 10;

/// What came of opening a link.
pub enum LinkOpening {
    Opened(Box<OpenedLink>),
    /// Counted and logged.
    WrongPassword,
    /// Too many wrong passwords: seconds until the next attempt.
    Wait(u32),
}

/// A part that a link serves.
pub struct LinkPart {
    pub tenant: Tenant,
    pub scan: ScanId,
    pub part: PartFile,
}

struct Link {
    tenant: Tenant,
    scan: ScanId,
    kdf: Option<PasswordKdf>,
    proof_hash: [u8; 32],
    auth_hash: [u8; 32],
    scan_key: Sealed,
    identity_key: Option<Sealed>,
    life: Life,
}

fn link(tx: &Transaction, id: ShareId) -> Result<Option<Link>, Error> {
    Ok(tx
        .prepare_cached(&format!(
            "SELECT s.clinic_id, s.scan_id, s.kdf_version, s.kdf_salt, s.proof_hash, s.auth_hash, s.scan_key,
                    s.identity_key, {LIFE} FROM share s WHERE s.id = ?1"
        ))?
        .query_row([id.as_bytes()], |row| {
            Ok(Link {
                tenant: Tenant::found(ClinicId(rows::fixed(row, 0)?)),
                scan: ScanId(rows::fixed(row, 1)?),
                kdf: match row.get::<_, Option<u8>>(2)? {
                    Some(_) => Some(rows::kdf(row, 2)?),
                    None => None,
                },
                proof_hash: row.get(4)?,
                auth_hash: row.get(5)?,
                scan_key: rows::sealed(row, 6)?,
                identity_key: rows::maybe_sealed(row, 7)?,
                life: Life::from_row(row, 8)?,
            })
        })
        .optional()?)
}

/// The link, for somebody who holds it; one 404 for everybody else.
fn held(tx: &Transaction, id: ShareId, proof: &Fixed<32>) -> Result<Link, Error> {
    let found = link(tx, id)?;
    let stored = found.as_ref().map_or([0; 32], |link| link.proof_hash);
    match found {
        Some(link) if same(&hash_of_secret(PROOF, &proof.0), &stored) => Ok(link),
        _ => Err(ErrorCode::NoSuchLink.into()),
    }
}

fn refuse_dead(state: ShareState) -> Result<(), Error> {
    match state {
        ShareState::Active => Ok(()),
        ShareState::Revoked => Err(ErrorCode::LinkRevoked.into()),
        ShareState::Expired => Err(ErrorCode::LinkExpired.into()),
        ShareState::UsedUp => Err(ErrorCode::LinkUsedUp.into()),
    }
}

impl Store {
    /// # Errors
    /// `no-such-link`, or why it is dead.
    pub async fn probe_link(&self, id: ShareId, proof: Fixed<32>) -> Result<LinkFacts, Error> {
        self.read(move |tx| {
            let link = held(tx, id, &proof)?;
            refuse_dead(link.life.state(super::now()))?;
            Ok(LinkFacts {
                kdf: link.kdf,
                expires_at: link.life.expires_at,
                includes_identity: link.identity_key.is_some(),
            })
        })
        .await
    }

    /// Counts one opening. The only writer decides, so of two that race for the last opening one gets it.
    ///
    /// # Errors
    /// `no-such-link`, or why it is dead.
    pub async fn open_link(
        &self,
        id: ShareId,
        open: OpenLink,
        token: Fixed<32>,
        token_hash: [u8; 32],
        address: IpAddr,
    ) -> Result<LinkOpening, Error> {
        let key = Arc::clone(&self.key);
        self.write(move |tx| {
            let link = held(tx, id, &open.link_proof)?;
            let tx = &TenantTx::new(tx, &key, link.tenant);
            refuse_dead(link.life.state(tx.now))?;
            let who = Who {
                email: None,
                address,
            };
            let right = same(&hash_of_secret(AUTH, &open.auth_key.0), &link.auth_hash);
            if link.kdf.is_some() {
                if let Some(seconds) = wait_after_wrong(tx, id)? {
                    return Ok(LinkOpening::Wait(seconds));
                }
                if !right {
                    note_wrong(tx, id, &who)?;
                    return Ok(LinkOpening::WrongPassword);
                }
            }
            if !right {
                return Err(ErrorCode::NoSuchLink.into());
            }
            count_opening(tx, id, &link.life, &who, token_hash)?;
            opened(tx, link, token).map(|opened| LinkOpening::Opened(Box::new(opened)))
        })
        .await
    }

    /// A part for the holder of a link's token. Asks the share each time, so a revoked one stops at the next part.
    ///
    /// # Errors
    /// `no-such-link` for a token that is not of this link; why the link is dead; `not-found`.
    pub async fn link_part(
        &self,
        id: ShareId,
        token_hash: [u8; 32],
        role: BlobRole,
        number: u32,
    ) -> Result<LinkPart, Error> {
        let key = Arc::clone(&self.key);
        self.read(move |tx| {
            let held: bool = tx
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM link_token WHERE token_hash = ?1 AND share_id = ?2)",
                )?
                .query_row(params![token_hash, id.as_bytes()], |row| row.get(0))?;
            if !held {
                return Err(ErrorCode::NoSuchLink.into());
            }
            let link = link(tx, id)?.ok_or(ErrorCode::NoSuchLink)?;
            let tx = TenantTx::new(tx, &key as &ServerKey, link.tenant);
            match link.life.state(tx.now) {
                // Whoever opened it last may still download.
                ShareState::UsedUp => {}
                state => refuse_dead(state)?,
            }
            if !link_serves(role, link.identity_key.is_some()) {
                return Err(ErrorCode::NotFound.into());
            }
            let part = part_file(&tx, link.scan, role, number)?.ok_or(ErrorCode::NotFound)?;
            Ok(LinkPart {
                tenant: link.tenant,
                scan: link.scan,
                part,
            })
        })
        .await
    }
}

/// Seconds to wait, if the wrong passwords of the last hour are too many already.
fn wait_after_wrong(tx: &TenantTx, id: ShareId) -> Result<Option<u32>, Error> {
    let recent: Vec<i64> = tx
        .tx
        .prepare_cached(
            "SELECT at FROM wrong_link_password WHERE clinic_id = ?1 AND share_id = ?2 AND at > ?3
             ORDER BY at DESC LIMIT ?4",
        )?
        .query_map(
            params![
                tx.clinic(),
                id.as_bytes(),
                tx.now - WRONG_WINDOW_SECONDS,
                WRONG_ALLOWED as i64
            ],
            |row| row.get(0),
        )?
        .collect::<Result<_, _>>()?;
    // When the oldest of these leaves the hour there is room for one more.
    Ok(recent.get(WRONG_ALLOWED - 1).map(|oldest| {
        (oldest + WRONG_WINDOW_SECONDS - tx.now).clamp(1, WRONG_WINDOW_SECONDS) as u32
    }))
}

fn note_wrong(tx: &TenantTx, id: ShareId, who: &Who) -> Result<(), Error> {
    tx.tx.execute(
        "INSERT INTO wrong_link_password (clinic_id, share_id, at) VALUES (?1, ?2, ?3)",
        params![tx.clinic(), id.as_bytes(), tx.now],
    )?;
    tx.log(who, AuditAction::LinkPasswordWrong, Some(&id.to_string()))
}

fn count_opening(
    tx: &TenantTx,
    id: ShareId,
    life: &Life,
    who: &Who,
    token_hash: [u8; 32],
) -> Result<(), Error> {
    tx.tx.execute(
        "INSERT INTO share_opening (clinic_id, share_id, number, at, address) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            tx.clinic(),
            id.as_bytes(),
            life.opens + 1,
            tx.now,
            who.address.to_canonical().to_string()
        ],
    )?;
    tx.tx.execute(
        "INSERT INTO link_token (token_hash, clinic_id, share_id) VALUES (?1, ?2, ?3)",
        params![token_hash, tx.clinic(), id.as_bytes()],
    )?;
    tx.log(who, AuditAction::LinkOpened, Some(&id.to_string()))
}

fn opened(tx: &TenantTx, link: Link, token: Fixed<32>) -> Result<OpenedLink, Error> {
    let manifest_version = tx.tx.query_row(
        "SELECT manifest_version FROM scan WHERE clinic_id = ?1 AND id = ?2",
        params![tx.clinic(), link.scan.as_bytes()],
        |row| row.get(0),
    )?;
    let mut blobs = scans::blobs(tx, link.scan)?;
    blobs.retain(|blob| link_serves(blob.role, link.identity_key.is_some()));
    Ok(OpenedLink {
        scan_id: link.scan,
        scan_key: link.scan_key,
        identity_key: link.identity_key,
        manifest_version,
        blobs,
        token,
        expires_at: link.life.expires_at,
    })
}
