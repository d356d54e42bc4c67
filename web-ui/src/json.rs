//! JSON into our types, always by the one reader of texts: with others (of bytes, of values) each type's code would be in
//! the page once more for each.

use serde::de::DeserializeOwned;
use serde_json::{Result, Value};

/// A value that was read before its type was known.
pub(crate) fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T> {
    serde_json::from_str(&value.to_string())
}

/// A text as bytes; what is not UTF-8 reads as no JSON.
pub(crate) fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_str(std::str::from_utf8(bytes).unwrap_or_default())
}
