//! Lists that several owners share, written and read as plain ones.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whether a list is left out of what is written.
pub(crate) fn is_empty<T>(list: &Arc<[T]>) -> bool {
    list.is_empty()
}

/// Writes the items.
///
/// # Errors
/// The serialiser's.
pub(crate) fn serialize<T: Serialize, S: Serializer>(
    list: &Arc<[T]>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    list.as_ref().serialize(serializer)
}

/// Reads the items.
///
/// # Errors
/// The deserialiser's.
pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Arc<[T]>, D::Error> {
    Vec::deserialize(deserializer).map(Arc::from)
}
