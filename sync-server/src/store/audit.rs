//! The chain of events of a clinic. An event is written in the transaction of its action, so that neither is
//! there without the other.

use super::{ClinicStore, rows, tenant::TenantTx, tenant::Who};
use crate::{
    crypto::{random, sha256},
    error::Error,
};
use protocol::{
    Fixed,
    audit::{AuditAction, AuditEvent, AuditHead, AuditPage, event_bytes, head_bytes, person_bytes},
};
use rusqlite::{OptionalExtension, Row, params, types::Type};

/// Number and hash of the last event; 0 and zeros before the first.
fn head(tx: &TenantTx) -> Result<(u64, [u8; 32]), Error> {
    let head = tx
        .tx
        .prepare_cached(
            "SELECT seq, hash FROM audit_event WHERE clinic_id = ?1 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row([tx.clinic()], |row| {
            Ok((rows::count(row, 0)?, row.get::<_, [u8; 32]>(1)?))
        })
        .optional()?;
    Ok(head.unwrap_or_default())
}

impl TenantTx<'_> {
    /// Appends an event.
    pub(super) fn log(
        &self,
        who: &Who,
        action: AuditAction,
        object: Option<&str>,
    ) -> Result<(), Error> {
        let (last, previous) = head(self)?;
        let (seq, clinic) = (last + 1, self.tenant().id());
        let salt: [u8; 16] = random()?;
        let (actor, address) = (who.email.as_deref(), who.address.to_canonical().to_string());
        let commitment = sha256(&[&person_bytes(&salt, actor, &address)]);
        let event = event_bytes(clinic, seq, self.now, action, object, &commitment);
        let hash = sha256(&[&previous, &event]);
        let signature = self.key.sign(&head_bytes(clinic, seq, &hash));
        self.tx
            .prepare_cached(
                "INSERT INTO audit_event (clinic_id, seq, at, action, object, commitment, hash, signature)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                self.clinic(),
                seq as i64,
                self.now,
                action.name(),
                object,
                commitment,
                hash,
                signature
            ])?;
        self.tx
            .prepare_cached(
                "INSERT INTO audit_person (clinic_id, seq, salt, actor, address)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![self.clinic(), seq as i64, salt, actor, address])?;
        Ok(())
    }
}

/// Columns of [`event`], in its order.
const EVENT: &str =
    "e.seq, e.at, e.action, e.object, e.commitment, e.hash, p.salt, p.actor, p.address
    FROM audit_event e LEFT JOIN audit_person p ON p.clinic_id = e.clinic_id AND p.seq = e.seq";

fn event(row: &Row) -> rusqlite::Result<AuditEvent> {
    let name: String = row.get(2)?;
    Ok(AuditEvent {
        seq: rows::count(row, 0)?,
        at: row.get(1)?,
        action: AuditAction::from_name(&name).ok_or_else(|| {
            rusqlite::Error::InvalidColumnType(2, "audit action".to_owned(), Type::Text)
        })?,
        object: row.get(3)?,
        commitment: rows::fixed(row, 4)?,
        hash: rows::fixed(row, 5)?,
        salt: row.get::<_, Option<[u8; 16]>>(6)?.map(Fixed),
        actor: row.get(7)?,
        address: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
    })
}

impl ClinicStore {
    /// Events before number `before`, newest first, and the signed end of the chain.
    pub async fn audit_page(&self, before: Option<u64>, limit: u32) -> Result<AuditPage, Error> {
        self.read(move |tx| {
            let before = before.map_or(i64::MAX, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
            let events = tx
                .tx
                .prepare_cached(&format!(
                    "SELECT {EVENT} WHERE e.clinic_id = ?1 AND e.seq < ?2 ORDER BY e.seq DESC LIMIT ?3"
                ))?
                .query_map(params![tx.clinic(), before, limit], event)?
                .collect::<Result<_, _>>()?;
            let (seq, hash) = head(tx)?;
            let signature = tx.key.sign(&head_bytes(tx.tenant().id(), seq, &hash));
            Ok(AuditPage {
                events,
                head: AuditHead {
                    seq,
                    hash: Fixed(hash),
                    signature: Fixed(signature),
                    public_key: Fixed(tx.key.public_key()),
                },
            })
        })
        .await
    }
}
