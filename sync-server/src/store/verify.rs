//! Checks the audit chains of a data folder, offline.

use super::{database, rows};
use crate::{
    crypto::{ServerKey, sha256},
    error::Error,
};
use protocol::{
    ClinicId, Fixed,
    audit::{AuditAction, event_bytes, head_bytes, person_bytes},
};
use rusqlite::{Connection, OpenFlags, Row};
use std::path::Path;

/// The first row of a clinic's chain that is not what was written.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    pub clinic: ClinicId,
    /// Number of the event.
    pub seq: u64,
    pub what: &'static str,
}

struct Stored {
    seq: u64,
    at: i64,
    action: String,
    object: Option<String>,
    commitment: [u8; 32],
    hash: [u8; 32],
    signature: [u8; 64],
    person: Option<([u8; 16], Option<String>, String)>,
}

/// Walks every chain. `Ok(Ok(n))`: all `n` events are as they were written.
///
/// # Errors
/// If the database or the server's key cannot be read.
pub fn verify(data: &Path) -> Result<Result<u64, Fault>, Error> {
    let key = ServerKey::load(data)?;
    let connection = Connection::open_with_flags(
        database(data),
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    let clinics: Vec<[u8; 16]> = connection
        .prepare("SELECT id FROM clinic ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut total = 0;
    for clinic in clinics {
        match verify_clinic(&connection, &key, ClinicId(Fixed(clinic)))? {
            Ok(events) => total += events,
            Err(fault) => return Ok(Err(fault)),
        }
    }
    Ok(Ok(total))
}

fn verify_clinic(
    connection: &Connection,
    key: &ServerKey,
    clinic: ClinicId,
) -> Result<Result<u64, Fault>, Error> {
    let mut statement = connection.prepare(
        "SELECT e.seq, e.at, e.action, e.object, e.commitment, e.hash, e.signature, p.salt, p.actor, p.address
         FROM audit_event e LEFT JOIN audit_person p ON p.clinic_id = e.clinic_id AND p.seq = e.seq
         WHERE e.clinic_id = ?1 ORDER BY e.seq",
    )?;
    let mut rows = statement.query([clinic.as_bytes()])?;
    let (mut seq, mut previous) = (0, [0; 32]);
    while let Some(row) = rows.next()? {
        let fault = |seq, what| Ok(Err(Fault { clinic, seq, what }));
        seq += 1;
        let Ok(event) = stored(row) else {
            return fault(seq, "the row is not an event");
        };
        if event.seq != seq {
            return fault(seq, "the event is missing");
        }
        if let Some(what) = wrong(&event, key, clinic, &previous) {
            return fault(seq, what);
        }
        previous = event.hash;
    }
    Ok(Ok(seq))
}

fn wrong(
    event: &Stored,
    key: &ServerKey,
    clinic: ClinicId,
    previous: &[u8; 32],
) -> Option<&'static str> {
    let Some(action) = AuditAction::from_name(&event.action) else {
        return Some("the action is unknown");
    };
    if let Some((salt, actor, address)) = &event.person
        && sha256(&[&person_bytes(salt, actor.as_deref(), address)]) != event.commitment
    {
        return Some("who or from where was changed");
    }
    let bytes = event_bytes(
        clinic,
        event.seq,
        event.at,
        action,
        event.object.as_deref(),
        &event.commitment,
    );
    if sha256(&[previous, &bytes]) != event.hash {
        return Some("the hash does not match");
    }
    let signed = key.is_signed(
        &head_bytes(clinic, event.seq, &event.hash),
        &event.signature,
    );
    (!signed).then_some("the signature does not match")
}

fn stored(row: &Row) -> rusqlite::Result<Stored> {
    let salt: Option<[u8; 16]> = row.get(7)?;
    Ok(Stored {
        seq: rows::count(row, 0)?,
        at: row.get(1)?,
        action: row.get(2)?,
        object: row.get(3)?,
        commitment: row.get(4)?,
        hash: row.get(5)?,
        signature: row.get(6)?,
        person: match salt {
            Some(salt) => Some((salt, row.get(8)?, row.get(9)?)),
            None => None,
        },
    })
}
