//! Zip archives: listed and read entry by entry, never loaded whole.

use serde::{Deserialize, Serialize};

use super::{ByteSource, RejectCode, Rejection};

/// One file in a zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZipEntry {
    /// Path within the zip, made inert: relative, with `/` between parts, without `..`, drive letters or control characters.
    pub name: String,
    /// Place of the entry in the archive's directory.
    pub index: usize,
    /// Bytes once unpacked, as declared.
    pub len: u64,
    /// Offset and length of the bytes in the archive, if they are stored as they are.
    pub stored: Option<(u64, u64)>,
}

/// Lists the files of an archive from its directory at the end.
pub fn list(source: &dyn ByteSource) -> Result<Vec<ZipEntry>, Rejection> {
    let _ = source;
    Err(Rejection::new("", RejectCode::Malformed, "not finished"))
}

/// Unpacks one entry, at most `max_len` bytes.
pub fn read(source: &dyn ByteSource, entry: &ZipEntry, max_len: u64) -> Result<Vec<u8>, Rejection> {
    let _ = (source, max_len);
    Err(Rejection::new(
        &entry.name,
        RejectCode::Malformed,
        "not finished",
    ))
}
