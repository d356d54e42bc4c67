//! The record of parts: which are there, in which file, and who may read them.

use super::{
    ClinicStore, rows,
    tenant::{TenantTx, Who},
};
use crate::error::Error;
use protocol::{
    ErrorCode, Fixed, ScanId,
    audit::AuditAction,
    scan::{BlobRole, Part, PartList},
};
use rusqlite::{OptionalExtension, params};

/// Openings of one scan by one session are logged at most this often, in seconds.
const VIEWING_SECONDS: i64 = 15 * 60;

/// Whether a part may be sent at all.
pub enum UploadRoom {
    /// There is room for it.
    Free,
    /// It is there already, with this digest.
    There([u8; 32]),
}

/// A part whose file is durable.
pub struct NewPart {
    pub scan: ScanId,
    pub role: BlobRole,
    pub number: u32,
    pub len: u64,
    pub sha256: [u8; 32],
    pub file: String,
}

/// What became of a [`NewPart`].
#[derive(Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Its file is the part now.
    New,
    /// The same bytes were there: its file is not needed.
    Same,
    /// Other bytes were there: its file is not needed.
    Differs,
}

/// Where a part's bytes are.
pub struct PartFile {
    pub file: String,
    pub len: u64,
    pub sha256: [u8; 32],
}

/// Where a part's bytes are, if it is there.
pub(super) fn part_file(
    tx: &TenantTx,
    scan: ScanId,
    role: BlobRole,
    number: u32,
) -> Result<Option<PartFile>, Error> {
    Ok(tx
        .tx
        .prepare_cached(
            "SELECT file, len, sha256 FROM part
             WHERE clinic_id = ?1 AND scan_id = ?2 AND role = ?3 AND number = ?4",
        )?
        .query_row(
            params![tx.clinic(), scan.as_bytes(), role.name(), number],
            |row| {
                Ok(PartFile {
                    file: row.get(0)?,
                    len: rows::count(row, 1)?,
                    sha256: row.get(2)?,
                })
            },
        )
        .optional()?)
}

/// Whether `len` more bytes of a blob fit into what was reserved for the scan, and the part is not there yet.
fn room(
    tx: &TenantTx,
    scan: ScanId,
    role: BlobRole,
    number: u32,
    len: u64,
) -> Result<UploadRoom, Error> {
    let (complete, reserved): (bool, u64) = tx
        .tx
        .prepare_cached(
            "SELECT s.complete, s.reserved_bytes FROM scan s
             JOIN blob b ON b.clinic_id = s.clinic_id AND b.scan_id = s.id
             WHERE s.clinic_id = ?1 AND s.id = ?2 AND b.role = ?3",
        )?
        .query_row(params![tx.clinic(), scan.as_bytes(), role.name()], |row| {
            Ok((row.get(0)?, rows::count(row, 1)?))
        })
        .optional()?
        .ok_or(ErrorCode::NotFound)?;
    if let Some(there) = part_file(tx, scan, role, number)? {
        return Ok(UploadRoom::There(there.sha256));
    }
    if complete {
        return Err(ErrorCode::PartDiffers.into());
    }
    let stored = tx
        .tx
        .prepare_cached(
            "SELECT coalesce(sum(len), 0) FROM part WHERE clinic_id = ?1 AND scan_id = ?2",
        )?
        .query_row(params![tx.clinic(), scan.as_bytes()], |row| {
            rows::count(row, 0)
        })?;
    if stored + len > reserved {
        return Err(ErrorCode::QuotaExceeded.into());
    }
    Ok(UploadRoom::Free)
}

impl ClinicStore {
    /// Asks before the bytes are read whether they have a place.
    ///
    /// # Errors
    /// `not-found`, `quota-exceeded`; `part-differs` if the scan is complete without this part.
    pub async fn upload_room(
        &self,
        scan: ScanId,
        role: BlobRole,
        number: u32,
        len: u64,
    ) -> Result<UploadRoom, Error> {
        self.read(move |tx| room(tx, scan, role, number, len)).await
    }

    /// Makes a durable file a part.
    ///
    /// # Errors
    /// As [`Self::upload_room`].
    pub async fn record_part(&self, part: NewPart) -> Result<Recorded, Error> {
        self.write(move |tx| {
            match room(tx, part.scan, part.role, part.number, part.len)? {
                UploadRoom::There(digest) if digest == part.sha256 => return Ok(Recorded::Same),
                UploadRoom::There(_) => return Ok(Recorded::Differs),
                UploadRoom::Free => {}
            }
            tx.tx
                .prepare_cached(
                    "INSERT INTO part (clinic_id, scan_id, role, number, len, sha256, file)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    tx.clinic(),
                    part.scan.as_bytes(),
                    part.role.name(),
                    part.number,
                    part.len as i64,
                    part.sha256,
                    part.file
                ])?;
            tx.tx
                .prepare_cached("UPDATE scan SET touched_at = ?3 WHERE clinic_id = ?1 AND id = ?2")?
                .execute(params![tx.clinic(), part.scan.as_bytes(), tx.now])?;
            Ok(Recorded::New)
        })
        .await
    }

    /// # Errors
    /// `not-found`.
    pub async fn parts(&self, scan: ScanId) -> Result<PartList, Error> {
        self.read(move |tx| {
            let there: bool = tx.tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM scan WHERE clinic_id = ?1 AND id = ?2)",
                params![tx.clinic(), scan.as_bytes()],
                |row| row.get(0),
            )?;
            if !there {
                return Err(ErrorCode::NotFound.into());
            }
            let parts = tx
                .tx
                .prepare_cached(
                    "SELECT p.role, p.number, p.len, p.sha256 FROM part p
                     JOIN blob b ON b.clinic_id = p.clinic_id AND b.scan_id = p.scan_id AND b.role = p.role
                     WHERE p.clinic_id = ?1 AND p.scan_id = ?2 ORDER BY b.position, p.number",
                )?
                .query_map(params![tx.clinic(), scan.as_bytes()], |row| {
                    Ok(Part {
                        role: rows::blob_role(row, 0)?,
                        index: row.get(1)?,
                        len: rows::count(row, 2)?,
                        sha256: Fixed(row.get(3)?),
                    })
                })?
                .collect::<Result<_, _>>()?;
            Ok(PartList { parts })
        })
        .await
    }

    /// A part of a complete scan, for its own clinic. The first of a session is logged as an opening of the scan,
    /// and a log that cannot be written serves nothing.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn part_to_read(
        &self,
        who: Who,
        session: [u8; 32],
        scan: ScanId,
        role: BlobRole,
        number: u32,
    ) -> Result<PartFile, Error> {
        let (part, logged) = self
            .read(move |tx| {
                let part = part_file(tx, scan, role, number)?.ok_or(ErrorCode::NotFound)?;
                let (complete, logged): (bool, bool) = tx
                    .tx
                    .prepare_cached(
                        "SELECT complete, EXISTS (SELECT 1 FROM scan_viewing v WHERE v.clinic_id = ?1
                             AND v.scan_id = ?2 AND v.session_hash = ?3 AND v.at > ?4)
                         FROM scan WHERE clinic_id = ?1 AND id = ?2",
                    )?
                    .query_row(
                        params![tx.clinic(), scan.as_bytes(), session, tx.now - VIEWING_SECONDS],
                        |row| Ok((row.get(0)?, row.get(1)?)),
                    )?;
                match complete {
                    true => Ok((part, logged)),
                    false => Err(ErrorCode::NotFound.into()),
                }
            })
            .await?;
        if !logged {
            self.write(move |tx| {
                let gone: bool = tx.tx.query_row(
                    "SELECT NOT EXISTS (SELECT 1 FROM scan WHERE clinic_id = ?1 AND id = ?2)
                         OR NOT EXISTS (SELECT 1 FROM session WHERE clinic_id = ?1 AND token_hash = ?3)",
                    params![tx.clinic(), scan.as_bytes(), session],
                    |row| row.get(0),
                )?;
                if gone {
                    return Err(ErrorCode::NotFound.into());
                }
                let new = tx.tx.execute(
                    "INSERT INTO scan_viewing (clinic_id, scan_id, session_hash, at) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET at = excluded.at WHERE at <= excluded.at - ?5",
                    params![tx.clinic(), scan.as_bytes(), session, tx.now, VIEWING_SECONDS],
                )?;
                match new {
                    // Another part of the same opening was first.
                    0 => Ok(()),
                    _ => tx.log(&who, AuditAction::ScanOpened, Some(&scan.to_string())),
                }
            })
            .await?;
        }
        Ok(part)
    }
}
