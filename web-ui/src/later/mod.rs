//! The part of the page that comes after the viewer's own: what only the server's pages need (accounts, saved scans, links,
//! audit, and the cryptography and wire types behind them), and what shows two scans side by side.
//!
//! Reading a scan needs none of it, so the page that `cargo xtask build` makes has it in a chunk of its own
//! (`docs/ARCHITECTURE.md`). It is fetched right after the page takes input, by everybody and whatever they do, so that its
//! request tells the server nothing, and that a scan can be saved later even if the server was gone meanwhile.
//!
//! - [`chunk`]: the one function that is split off; whatever it alone reaches goes with it
//! - [`part`]: what the chunk offers, as a table of functions
//! - [`place`]: a place in the page that a piece of the chunk fills

mod chunk;
mod part;
mod place;

pub(crate) use part::{Later, Page};
pub(crate) use place::place;

use crate::api::Fault;
use crate::loading::pace;
use std::cell::Cell;

thread_local! {
    static AT_HAND: Cell<Option<&'static Later>> = const { Cell::new(None) };
}

/// The chunk, if it is there.
pub(crate) fn at_hand() -> Option<&'static Later> {
    AT_HAND.get()
}

/// The chunk, fetched if it is not there yet.
///
/// # Errors
/// [`Fault::PartMissing`] if it cannot be fetched; the next call tries again.
pub(crate) async fn fetch() -> Result<&'static Later, Fault> {
    if let Some(later) = at_hand() {
        return Ok(later);
    }
    let later = chunk::contents().await.map_err(|_| Fault::PartMissing)?;
    if AT_HAND.replace(Some(later)).is_none() {
        pace::mark("cuspid:page-complete");
    }
    Ok(later)
}

/// Fetches the chunk ahead of its use, once the page takes input. A failure is told when somebody needs it.
pub(crate) fn prefetch() {
    leptos::task::spawn_local(async {
        let _ = fetch().await;
    });
}
