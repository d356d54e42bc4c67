//! Where the page is cut. With the feature `split` the macro makes `contents` an import that is fetched when it is
//! first called; `xtask` then moves what it alone reaches to the chunk. Without, it is a function like any other.

// What the macro writes declares that import, which Rust calls unsafe.
#![cfg_attr(feature = "split", allow(unsafe_code))]

use super::part::{LATER, Later};

/// The chunk could not be fetched.
pub(super) struct NotFetched;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotFetched {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
pub(super) fn contents() -> Result<&'static Later, NotFetched> {
    Ok(&LATER)
}

#[cfg(not(feature = "split"))]
pub(super) async fn contents() -> Result<&'static Later, NotFetched> {
    Ok(&LATER)
}
