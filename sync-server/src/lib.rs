//! Cuspid's server: accounts, clinics, encrypted parts, links and their audit log, in one binary with the page
//! inside. It cannot read what it stores, and does not link the code that could.
//!
//! - [`routes`]: the table of routes and their handlers
//! - `http`: what all routes share: the session, bodies, the frame of headers and the log line
//! - `store`: the one place with SQL
//! - `blobs`: the one place with files
//! - `assets`: the page inside the binary
//! - `rate`, `crypto`, `error`: buckets, hashes, and the map from failure to problem+json

mod app;
mod assets;
mod blobs;
mod config;
mod crypto;
mod error;
mod http;
mod rate;
pub mod routes;
mod serve;
mod store;

pub use config::Config;
pub use error::Error;
pub use serve::serve;
pub use store::{Fault, verify};
