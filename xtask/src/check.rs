//! `cargo xtask check`: formatting and lints, on both targets, with warnings as errors.

use crate::error::TaskError;
use crate::process::cargo;
use crate::setup;
use crate::stages::stage;

/// Crates that exist natively; the page and the worker are linted for wasm only.
pub const NATIVE: [&str; 9] = [
    "protocol",
    "vault",
    "viewer-wasm",
    "viewer-fuzz",
    "vault-fuzz",
    "fuzzing",
    "sync-server",
    "xtask",
    "cuspid-tests",
];

/// Features of those crates, the same for lints and tests, so that no dependency is compiled twice. The programs of the
/// fuzz targets are built with them.
pub const FEATURES: &str = "viewer-wasm/inspect,viewer-fuzz/targets,vault-fuzz/targets";

const WASM: &str = "wasm32-unknown-unknown";

pub fn run() -> Result<(), TaskError> {
    setup::wasm_target()?;
    setup::cpp()?;
    stage("formatting", || cargo(["fmt", "--all", "--check"]).run())?;
    stage("clippy, native", || {
        cargo(["clippy", "--all-targets"])
            .args(packages(&NATIVE))
            .args(["--features", FEATURES, "--", "-D", "warnings"])
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
