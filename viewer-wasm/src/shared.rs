//! Lists that several owners share, written and read as plain ones.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whether a list is left out of what is written.
pub(crate) fn is_empty<T>(list: &Arc<[T]>) -> bool {
    list.is_empty()
}

/// Writes the items.
pub(crate) fn serialize<L, S>(list: &Arc<L>, serializer: S) -> Result<S::Ok, S::Error>
where
    L: Serialize + ?Sized,
    S: Serializer,
{
    list.as_ref().serialize(serializer)
}

/// Reads the items.
pub(crate) fn deserialize<'de, L, D>(deserializer: D) -> Result<Arc<L>, D::Error>
where
    L: ?Sized,
    Box<L>: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Box::deserialize(deserializer).map(Arc::from)
}
