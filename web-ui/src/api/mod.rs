//! The server, as the page sees it: one typed function for each route of `docs/API.md`, over the wire types of
//! `protocol`. Nothing here runs until somebody signs in, saves, shares or opens a link.
//!
//! - [`request`]: one same-origin fetch, its errors and how it is called off
//! - [`error`]: what can go wrong, as a value
//! - [`accounts`], [`scans`], [`shares`], [`links`], [`audit`]: the routes
//! - [`time`]: seconds as a clock shows them
//! - [`fault`]: anything that can go wrong between a button and its result, as a sentence

pub mod accounts;
pub mod audit;
pub mod error;
pub mod fault;
pub mod links;
pub mod request;
pub mod scans;
pub mod shares;
pub mod time;

pub use error::ApiError;
pub use fault::{Fault, deliver};
pub use request::Abort;
