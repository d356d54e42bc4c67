//! From columns to wire types.

use protocol::{
    Fixed, Sealed,
    account::{PasswordKdf, Role},
    scan::BlobRole,
};
use rusqlite::{Row, types::Type};

/// A column that does not hold what the schema says it holds.
#[derive(Debug, thiserror::Error)]
#[error("unexpected value")]
struct Unexpected;

fn unexpected(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(Unexpected))
}

pub(super) fn fixed<const N: usize>(row: &Row, column: usize) -> rusqlite::Result<Fixed<N>> {
    row.get(column).map(Fixed)
}

pub(super) fn sealed(row: &Row, column: usize) -> rusqlite::Result<Sealed> {
    row.get(column).map(Sealed)
}

pub(super) fn maybe_sealed(row: &Row, column: usize) -> rusqlite::Result<Option<Sealed>> {
    row.get::<_, Option<Vec<u8>>>(column)
        .map(|bytes| bytes.map(Sealed))
}

/// A length or count, which SQLite keeps signed.
pub(super) fn count(row: &Row, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| unexpected(column))
}

/// Version and salt in two columns next to each other.
pub(super) fn kdf(row: &Row, column: usize) -> rusqlite::Result<PasswordKdf> {
    Ok(PasswordKdf {
        version: row.get(column)?,
        salt: fixed(row, column + 1)?,
    })
}

pub(super) fn blob_role(row: &Row, column: usize) -> rusqlite::Result<BlobRole> {
    let name: String = row.get(column)?;
    BlobRole::from_name(&name).ok_or_else(|| unexpected(column))
}

pub(super) fn role(row: &Row, column: usize) -> rusqlite::Result<Role> {
    match row.get::<_, String>(column)?.as_str() {
        "owner" => Ok(Role::Owner),
        _ => Err(unexpected(column)),
    }
}

pub(super) const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
    }
}
