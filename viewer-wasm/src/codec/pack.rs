//! Lossless packing of native pixel bytes for the scan package.

/// Why packed bytes could not be unpacked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PackError {
    /// The bytes are not of this format, or of a version that this program does not know.
    #[error("unknown packing")]
    UnknownFormat,
    /// The bytes end too early, or their parts don't fit each other.
    #[error("damaged packing")]
    Corrupt,
    /// The length written in the bytes is not the one that was expected.
    #[error("packed length differs from what was expected")]
    LengthMismatch,
}

/// Packs native pixel bytes. `columns` is the number of samples in a row, `bytes_per_sample` 1 or 2.
pub fn pack(bytes: &[u8], columns: usize, bytes_per_sample: usize) -> Vec<u8> {
    let _ = (columns, bytes_per_sample);
    bytes.to_vec()
}

/// Unpacks what [`pack`] made.
pub fn unpack(packed: &[u8], expected_len: usize) -> Result<Vec<u8>, PackError> {
    if packed.len() != expected_len {
        return Err(PackError::LengthMismatch);
    }
    Ok(packed.to_vec())
}
