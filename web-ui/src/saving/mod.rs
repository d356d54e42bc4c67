//! Saving a scan and opening it again.
//!
//! A scan goes to the server as a package of four sealed blobs (`docs/FORMAT.md`). What is sent depends only on the
//! files and the keys, so that an upload that broke off, even by a reload, goes on where it stopped: the content's
//! pseudonym finds it again, and parts that are there are not sent twice.
//!
//! - [`state`]: [`Saving`], the signal that buttons read, and the way in for scripts
//! - [`content`]: what of a series is saved, and its digest; [`cut`]: the chunks of a file, and its name
//! - [`coarse`]: the small volume that a recipient sees first
//! - [`pipeline`]: the order of an upload; [`upload`]: parts in flight; [`patience`]: waiting for a server that is gone
//! - [`summary`]: the line of the list, sealed
//! - [`sealed_scan`]: a saved or shared scan as a source of slices; [`fetch`]: its parts; [`pin`]: versions seen
//! - [`rebuild`]: the original file of an instance
//! - [`button`], [`scans_page`], [`delete_dialog`]: what people press

mod button;
mod coarse;
mod content;
mod cut;
mod delete_dialog;
mod fetch;
mod open;
mod patience;
pub(crate) mod pin;
mod pipeline;
pub mod rebuild;
mod scans_page;
mod sealed_scan;
mod state;
mod summary;
mod upload;

pub use button::{SaveButton, SavingStatus};
pub(crate) use pipeline::{Run, run_save};
pub use scans_page::ScansPage;
pub use state::{SavePhase, SaveState, Saving, Waiting, Work};

pub(crate) use fetch::PartFetch;
pub(crate) use sealed_scan::SealedScan;
pub(crate) use summary::{Summary, open_summary};
