//! Links: making them, keeping track of them, and opening one that somebody sent.
//!
//! - [`share`]: what a link is made of; [`button`]: [`ShareButton`]; [`dialog`]: what its dialog holds; [`qr`]: the code for a phone
//! - [`links_page`]: the owner's list of links, with each opening
//! - [`secret`]: takes the secret out of the address bar before anything else
//! - [`shared_page`]: what a recipient sees; [`badge`]: what the scan on screen is

mod badge;
mod button;
mod dialog;
mod links_page;
mod note;
mod qr;
mod secret;
mod share;
mod shared_page;

pub use badge::SharedBadgeView;
pub use button::{ShareButton, offer_to_scripts};
pub use links_page::LinksPage;
pub use secret::take_secret_from_address;
pub use shared_page::SharedPage;

pub(crate) use button::Sender;
pub(crate) use dialog::ShareBody;
pub(crate) use share::share_now;
