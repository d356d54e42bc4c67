//! `cargo xtask check`: formatting and lints, on both targets, with warnings as errors.

use crate::error::TaskError;
use crate::process::cargo;
use crate::setup;
use crate::stages::stage;

/// Crates that exist natively; the page and the worker are linted for wasm only.
pub const NATIVE: [&str; 6] = [
    "protocol",
    "vault",
    "viewer-wasm",
    "sync-server",
    "xtask",
    "cuspid-tests",
];

const WASM: &str = "wasm32-unknown-unknown";

pub fn run() -> Result<(), TaskError> {
    setup::wasm_target()?;
    stage("formatting", || cargo(["fmt", "--all", "--check"]).run())?;
    stage("clippy, native", || {
        cargo(["clippy", "--all-targets"])
            .args(packages(&NATIVE))
            .args(["--features", "viewer-wasm/inspect", "--", "-D", "warnings"])
            .run()
    })?;
    stage("clippy, page", || {
        cargo([
            "clippy", "--target", WASM, "-p", "web-ui", "--", "-D", "warnings",
        ])
        .run()
    })?;
    stage("clippy, worker and JPEG XL", || {
        cargo([
            "clippy", "--target", WASM, "-p", "worker", "-p", "jpeg-xl", "--", "-D", "warnings",
        ])
        .run()
    })
}

/// `-p a -p b ...`
pub fn packages<'a>(names: &[&'a str]) -> Vec<&'a str> {
    names.iter().flat_map(|name| ["-p", name]).collect()
}
