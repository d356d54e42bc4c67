//! What every route shares between the socket and its handler.
//!
//! - [`address`]: whose request it is
//! - [`auth`]: the session of a request, as an extractor; the cookie
//! - [`body`]: JSON bodies and part bodies, bounded in size and time
//! - [`guard`]: the frame around every request: other sites, security headers, the log line
//! - [`pace`]: who reads an answer too slowly is disconnected

pub mod address;
pub mod auth;
pub mod body;
pub mod guard;
pub mod pace;
