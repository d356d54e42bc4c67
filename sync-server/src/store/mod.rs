//! The metadata: SQLite today. The one place with SQL, async at its edge.
//!
//! - [`lane`]: threads that own the connections: one writer, a few readers
//! - [`migrations`]: the schema, version by version
//! - [`tenant`]: [`Tenant`] and `TenantTx`, the only way to a clinic's rows
//! - [`accounts`], [`sessions`]: people, and who is signed in
//! - [`scans`], [`parts`], [`shares`], [`links`]: what a clinic stores and gives away
//! - [`audit`], [`verify`]: the chain of events
//! - [`upkeep`]: what is removed when its time is over

mod accounts;
mod audit;
mod lane;
mod links;
mod migrations;
mod parts;
mod rows;
mod scans;
mod sessions;
mod shares;
mod tenant;
mod upkeep;
mod verify;

pub use accounts::Attempt;
pub use links::LinkOpening;
pub use parts::{NewPart, PartFile, Recorded, UploadRoom};
pub use scans::Begun;
pub use sessions::{Lifetimes, SignedIn};
pub use tenant::ClinicStore;
pub use verify::{Fault, verify};

use crate::{crypto::ServerKey, error::Error};
use lane::Lane;
use rusqlite::{Connection, ErrorCode as Sqlite, TransactionBehavior};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tenant::Tenant;

const READERS: usize = 4;
const DATABASE: &str = "cuspid.db";

/// Handle to the metadata. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: Arc<Lane>,
    readers: Arc<Lane>,
    key: Arc<ServerKey>,
}

impl Store {
    /// Opens the database in the data folder, makes or migrates its schema.
    ///
    /// # Errors
    /// If it cannot be opened, or is of a newer version than this program knows.
    pub fn open(data: &Path, key: Arc<ServerKey>) -> Result<Self, Error> {
        let path = data.join(DATABASE);
        let mut writer = connect(&path)?;
        migrations::migrate(&mut writer)?;
        let readers = (0..READERS)
            .map(|_| connect(&path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            writer: Arc::new(Lane::start("store-writer", vec![writer])?),
            readers: Arc::new(Lane::start("store-reader", readers)?),
            key,
        })
    }

    /// The view of one clinic.
    pub fn clinic(&self, tenant: Tenant) -> ClinicStore {
        ClinicStore::new(self.clone(), tenant)
    }

    /// Runs `work` in a transaction that sees one state of the database.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.readers
            .run(move |connection| {
                let tx = connection.transaction_with_behavior(TransactionBehavior::Deferred)?;
                work(&tx)
            })
            .await
    }

    /// Runs `work` in the only transaction that writes at that time. It is durable when this returns; if `work` or
    /// the commit fails, nothing of it happened.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.writer
            .run(move |connection| {
                let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let answer = work(&tx)?;
                tx.commit()?;
                Ok(answer)
            })
            .await
    }
}

/// Where the database of a data folder is.
fn database(data: &Path) -> PathBuf {
    data.join(DATABASE)
}

fn connect(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What was erased is overwritten, not only unlinked.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "journal_size_limit", 4 * 1024 * 1024)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Seconds since 1970-01-01 UTC.
fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs() as i64)
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        const SHM_CANNOT_GROW: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
        match &error {
            rusqlite::Error::SqliteFailure(failure, _)
                if failure.code == Sqlite::DiskFull || failure.extended_code == SHM_CANNOT_GROW =>
            {
                Self::StorageFull
            }
            _ => Self::Database(error.to_string()),
        }
    }
}
