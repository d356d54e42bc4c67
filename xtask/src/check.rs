//! `cargo xtask check`: formatting and lints, on both targets, with warnings as errors.

use crate::error::TaskError;
use crate::process::cargo;
use crate::stages::stage;
use crate::{fuzz, setup};

/// Crates that exist natively; the page and the worker are linted for wasm only.
pub const NATIVE: [&str; 7] = [
    "protocol",
    "vault",
    "viewer-wasm",
    "viewer-fuzz",
    "sync-server",
    "xtask",
    "cuspid-tests",
];

const WASM: &str = "wasm32-unknown-unknown";

pub fn run() -> Result<(), TaskError> {
    setup::wasm_target()?;
    setup::cpp()?;
    stage("formatting", || cargo(["fmt", "--all", "--check"]).run())?;
    stage("clippy, native", || {
        cargo(["clippy", "--all-targets"])
            .args(packages(&NATIVE))
            .args(["--features", "viewer-wasm/inspect,viewer-fuzz/targets"])
            .args(["--", "-D", "warnings"])
            .run()
    })?;
    stage("fuzz targets", fuzz::build)?;
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
