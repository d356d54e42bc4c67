//! The schema, version by version. A version that was released is never edited.

use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};

const VERSIONS: &[&str] = &[include_str!("migrations/001_first.sql")];

/// Brings the database to the newest version; each step is one transaction.
///
/// # Errors
/// If the database is newer than this program, or a step fails.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    loop {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: u32 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version as usize > VERSIONS.len() {
            return Err(Error::Database(format!(
                "the database has version {version}, this program knows {}",
                VERSIONS.len()
            )));
        }
        let Some(step) = VERSIONS.get(version as usize) else {
            return Ok(());
        };
        tx.execute_batch(step)?;
        tx.pragma_update(None, "user_version", version + 1)?;
        tx.commit()?;
    }
}
