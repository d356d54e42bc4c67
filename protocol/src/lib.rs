//! Wire types that the server and the browser share: serde types and constants only, no I/O, wasm-safe.
//!
//! The server sees nothing but what is here, and everything secret here is ciphertext ([`Sealed`]) or the
//! hash of a proof. The crate cannot encrypt or decrypt, so a server that links it cannot either.
//!
//! - [`bytes`]: fixed-size and opaque byte strings, base64url on the wire
//! - [`ids`]: 128-bit identifiers, one type for each kind of object
//! - [`account`], [`scan`], [`share`], [`audit`]: requests and answers of each group of routes
//! - [`problem`]: every error, as `application/problem+json`
//! - [`limits`]: sizes that both sides must agree on

pub mod account;
pub mod audit;
pub mod bytes;
pub mod ids;
pub mod limits;
pub mod problem;
pub mod scan;
pub mod share;

pub use bytes::{Fixed, Sealed};
pub use ids::{AccountId, ClinicId, ScanId, ShareId};
pub use problem::{ErrorCode, Problem};
