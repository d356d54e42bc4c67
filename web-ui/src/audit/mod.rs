//! The clinic's audit log: who did what, when, from where, and whether the log is whole.
//!
//! - [`chain`]: hashes and signature, as `protocol::audit` defines them
//! - [`head_pin`]: the end of the log that this browser has seen
//! - [`page`]: the page

mod chain;
mod head_pin;
mod page;

pub use page::AuditPage;
