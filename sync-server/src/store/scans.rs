//! Scans of a clinic: begun, committed, listed, deleted. Their parts are in [`super::parts`].

use super::{
    ClinicStore, rows,
    tenant::{TenantTx, Who},
};
use crate::error::Error;
use protocol::{
    AccountId, ErrorCode, ScanId,
    audit::AuditAction,
    limits::PART_LEN,
    scan::{BeginScan, Blob, CommitScan, Scan, ScanList, ScanStatus, WrappedScanKeys},
};
use rusqlite::{OptionalExtension, Row, params};

/// What a request to begin a scan found.
pub enum Begun {
    New(Scan),
    /// The same request was there before.
    Known(Scan),
}

/// Columns of [`scan`], in its order.
const SCAN: &str = "id, complete, content_tag, clinic_key_version, scan_key, identity_key, summary,
    manifest_version, created_at FROM scan";

fn scan(row: &Row) -> rusqlite::Result<Scan> {
    let status = match row.get(1)? {
        true => ScanStatus::Complete,
        false => ScanStatus::Uploading,
    };
    Ok(Scan {
        scan_id: ScanId(rows::fixed(row, 0)?),
        status,
        content_tag: rows::fixed(row, 2)?,
        keys: WrappedScanKeys {
            clinic_key_version: row.get(3)?,
            scan_key: rows::sealed(row, 4)?,
            identity_key: rows::sealed(row, 5)?,
        },
        summary: rows::sealed(row, 6)?,
        blobs: Vec::new(),
        manifest_version: row.get(7)?,
        created_at: row.get(8)?,
    })
}

/// Blobs of a scan, in the order of their roles.
pub(super) fn blobs(tx: &TenantTx, scan: ScanId) -> Result<Vec<Blob>, Error> {
    Ok(tx
        .tx
        .prepare_cached(
            "SELECT role, floe_header, sealed_len FROM blob
             WHERE clinic_id = ?1 AND scan_id = ?2 ORDER BY position",
        )?
        .query_map(params![tx.clinic(), scan.as_bytes()], |row| {
            Ok(Blob {
                role: rows::blob_role(row, 0)?,
                floe_header: rows::sealed(row, 1)?,
                sealed_len: rows::count(row, 2)?,
            })
        })?
        .collect::<Result<_, _>>()?)
}

fn find(tx: &TenantTx, id: ScanId) -> Result<Option<Scan>, Error> {
    let found = tx
        .tx
        .prepare_cached(&format!("SELECT {SCAN} WHERE clinic_id = ?1 AND id = ?2"))?
        .query_row(params![tx.clinic(), id.as_bytes()], scan)
        .optional()?;
    let Some(mut found) = found else {
        return Ok(None);
    };
    found.blobs = blobs(tx, id)?;
    Ok(Some(found))
}

/// Bytes that count against the clinic's quota.
pub(super) fn storage_used(tx: &TenantTx) -> Result<u64, Error> {
    Ok(tx
        .tx
        .prepare_cached("SELECT coalesce(sum(reserved_bytes), 0) FROM scan WHERE clinic_id = ?1")?
        .query_row([tx.clinic()], |row| rows::count(row, 0))?)
}

impl ClinicStore {
    /// # Errors
    /// `scan-exists` if the id holds something else, `quota-exceeded`.
    pub async fn begin_scan(
        &self,
        who: Who,
        account: AccountId,
        begin: BeginScan,
        quota: u64,
    ) -> Result<Begun, Error> {
        self.write(move |tx| {
            if let Some(known) = find(tx, begin.scan_id)? {
                let same = known.content_tag == begin.content_tag
                    && known.keys == begin.keys
                    && known.summary == begin.summary
                    && known
                        .blobs
                        .iter()
                        .map(|blob| (blob.role, &blob.floe_header))
                        .eq(begin
                            .blobs
                            .iter()
                            .map(|blob| (blob.role, &blob.floe_header)));
                return match same {
                    true => Ok(Begun::Known(known)),
                    false => Err(ErrorCode::ScanExists.into()),
                };
            }
            if storage_used(tx)?.saturating_add(begin.reserve_bytes) > quota {
                return Err(ErrorCode::QuotaExceeded.into());
            }
            insert(tx, account, &begin)?;
            let id = begin.scan_id;
            tx.log(&who, AuditAction::ScanUploadBegun, Some(&id.to_string()))?;
            found(tx, id).map(Begun::New)
        })
        .await
    }

    /// # Errors
    /// `not-found`, `parts-missing`; `scan-exists` if it was committed as something else.
    pub async fn commit_scan(
        &self,
        who: Who,
        id: ScanId,
        commit: CommitScan,
    ) -> Result<Scan, Error> {
        self.write(move |tx| {
            let scan = found(tx, id)?;
            let said = |blob: &Blob| {
                let mut lens = commit.blob_lens.iter().filter(|len| len.role == blob.role);
                lens.next().map(|len| len.sealed_len)
            };
            if commit.blob_lens.len() != scan.blobs.len() {
                return Err(ErrorCode::PartsMissing.into());
            }
            if scan.status == ScanStatus::Complete {
                let same = scan.manifest_version == commit.manifest_version
                    && scan.blobs.iter().all(|blob| said(blob) == Some(blob.sealed_len));
                return match same {
                    true => Ok(scan),
                    false => Err(ErrorCode::ScanExists.into()),
                };
            }
            let mut total = 0;
            for blob in &scan.blobs {
                let len = said(blob).ok_or(ErrorCode::PartsMissing)?;
                check_parts(tx, id, blob, len)?;
                total += len;
                tx.tx.execute(
                    "UPDATE blob SET sealed_len = ?4 WHERE clinic_id = ?1 AND scan_id = ?2 AND role = ?3",
                    params![tx.clinic(), id.as_bytes(), blob.role.name(), len as i64],
                )?;
            }
            tx.tx.execute(
                "UPDATE scan SET complete = 1, manifest_version = ?3, reserved_bytes = ?4, touched_at = ?5
                 WHERE clinic_id = ?1 AND id = ?2",
                params![tx.clinic(), id.as_bytes(), commit.manifest_version, total as i64, tx.now],
            )?;
            tx.log(&who, AuditAction::ScanSaved, Some(&id.to_string()))?;
            found(tx, id)
        })
        .await
    }

    /// # Errors
    /// `not-found`.
    pub async fn scan(&self, id: ScanId) -> Result<Scan, Error> {
        self.read(move |tx| found(tx, id)).await
    }

    /// Newest first.
    pub async fn scans(&self) -> Result<ScanList, Error> {
        self.read(|tx| {
            let mut scans: Vec<Scan> = tx
                .tx
                .prepare_cached(&format!(
                    "SELECT {SCAN} WHERE clinic_id = ?1 ORDER BY created_at DESC, id"
                ))?
                .query_map([tx.clinic()], scan)?
                .collect::<Result<_, _>>()?;
            for scan in &mut scans {
                scan.blobs = blobs(tx, scan.scan_id)?;
            }
            Ok(ScanList { scans })
        })
        .await
    }

    /// Removes a scan, the record of its parts, and its shares. The files are the caller's to remove.
    ///
    /// # Errors
    /// `not-found`.
    pub async fn delete_scan(&self, who: Who, id: ScanId) -> Result<(), Error> {
        self.write(move |tx| {
            let deleted = tx.tx.execute(
                "DELETE FROM scan WHERE clinic_id = ?1 AND id = ?2",
                params![tx.clinic(), id.as_bytes()],
            )?;
            if deleted == 0 {
                return Err(ErrorCode::NotFound.into());
            }
            tx.log(&who, AuditAction::ScanDeleted, Some(&id.to_string()))
        })
        .await
    }
}

fn found(tx: &TenantTx, id: ScanId) -> Result<Scan, Error> {
    find(tx, id)?.ok_or_else(|| ErrorCode::NotFound.into())
}

fn insert(tx: &TenantTx, account: AccountId, begin: &BeginScan) -> Result<(), Error> {
    let id = begin.scan_id;
    tx.tx.execute(
        "INSERT INTO scan (clinic_id, id, created_by, created_at, touched_at, complete, content_tag,
                           clinic_key_version, scan_key, identity_key, summary, reserved_bytes, manifest_version)
         VALUES (?1, ?2, ?3, ?4, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
        params![
            tx.clinic(),
            id.as_bytes(),
            account.as_bytes(),
            tx.now,
            begin.content_tag.0,
            begin.keys.clinic_key_version,
            begin.keys.scan_key.0,
            begin.keys.identity_key.0,
            begin.summary.0,
            i64::try_from(begin.reserve_bytes).map_err(|_| ErrorCode::QuotaExceeded)?,
        ],
    )?;
    for (position, blob) in begin.blobs.iter().enumerate() {
        tx.tx.execute(
            "INSERT INTO blob (clinic_id, scan_id, role, position, floe_header, sealed_len)
             VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            params![
                tx.clinic(),
                id.as_bytes(),
                blob.role.name(),
                position as i64,
                blob.floe_header.0
            ],
        )?;
    }
    Ok(())
}

/// Whether a blob's parts are 0, 1, 2, ... without a gap, full but for the last, and `len` bytes together.
fn check_parts(tx: &TenantTx, id: ScanId, blob: &Blob, len: u64) -> Result<(), Error> {
    let mut statement = tx.tx.prepare_cached(
        "SELECT number, len FROM part WHERE clinic_id = ?1 AND scan_id = ?2 AND role = ?3 ORDER BY number",
    )?;
    let mut parts = statement.query(params![tx.clinic(), id.as_bytes(), blob.role.name()])?;
    let (mut expected, mut sum) = (0, 0);
    while let Some(row) = parts.next()? {
        let (number, part_len) = (rows::count(row, 0)?, rows::count(row, 1)?);
        // Everything before this part must have been full.
        if number != expected || sum != expected * PART_LEN {
            return Err(ErrorCode::PartsMissing.into());
        }
        expected += 1;
        sum += part_len;
    }
    match len > 0 && sum == len {
        true => Ok(()),
        false => Err(ErrorCode::PartsMissing.into()),
    }
}
