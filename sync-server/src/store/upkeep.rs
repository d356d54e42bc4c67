//! What is removed when its time is over, and the list against which the folder of parts is swept.

use super::{Store, links::WRONG_WINDOW_SECONDS, now, rows};
use crate::error::Error;
use protocol::{ClinicId, ScanId};
use rusqlite::params;
use std::collections::HashSet;

/// An upload that nobody finished.
#[derive(Clone, Copy)]
pub struct StaleUpload {
    pub clinic: ClinicId,
    pub scan: ScanId,
}

impl Store {
    /// Forgets ended sessions and old wrong passwords, and removes the record of uploads without a new part for
    /// `stale_seconds`; their files are the caller's to remove.
    pub async fn upkeep(
        &self,
        session_max_seconds: u32,
        stale_seconds: i64,
    ) -> Result<Vec<StaleUpload>, Error> {
        self.write(move |tx| {
            let now = now();
            tx.execute(
                "DELETE FROM session WHERE created_at <= ?1",
                [now - i64::from(session_max_seconds)],
            )?;
            tx.execute(
                "DELETE FROM wrong_link_password WHERE at <= ?1",
                [now - WRONG_WINDOW_SECONDS],
            )?;
            let stale = tx
                .prepare("SELECT clinic_id, id FROM scan WHERE complete = 0 AND touched_at <= ?1")?
                .query_map([now - stale_seconds], |row| {
                    Ok(StaleUpload {
                        clinic: ClinicId(rows::fixed(row, 0)?),
                        scan: ScanId(rows::fixed(row, 1)?),
                    })
                })?
                .collect::<Result<Vec<_>, _>>()?;
            for upload in &stale {
                tx.execute(
                    "DELETE FROM scan WHERE clinic_id = ?1 AND id = ?2",
                    params![upload.clinic.as_bytes(), upload.scan.as_bytes()],
                )?;
            }
            Ok(stale)
        })
        .await
    }

    /// Files of all parts of a scan, by name.
    pub async fn files_of(&self, clinic: ClinicId, scan: ScanId) -> Result<HashSet<String>, Error> {
        self.read(move |tx| {
            Ok(tx
                .prepare_cached("SELECT file FROM part WHERE clinic_id = ?1 AND scan_id = ?2")?
                .query_map(params![clinic.as_bytes(), scan.as_bytes()], |row| {
                    row.get(0)
                })?
                .collect::<Result<_, _>>()?)
        })
        .await
    }
}
