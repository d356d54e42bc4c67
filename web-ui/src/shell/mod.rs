//! Pieces that all pages share.
//!
//! - [`icon`]: the icons, drawn here
//! - [`dialog`]: a modal dialog, a sheet on a phone
//! - [`frame`]: the bar at the top of every page
//! - [`banner`]: what went wrong, said once and until it is closed
//! - [`assets`]: where a file of `assets/` is served from

mod assets;
mod banner;
mod dialog;
mod frame;
mod icon;

pub use assets::asset_url;
pub use banner::ErrorBanner;
pub use dialog::Dialog;
pub use frame::{Brand, TopBar};
pub use icon::{Icon, IconName};
