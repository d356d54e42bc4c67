//! Where things are, from the repository's root.

use std::path::{Path, PathBuf};

/// The repository's root folder.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Cargo's target folder, which `CARGO_TARGET_DIR` may have moved.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The files that the server embeds: `dist` of release builds, `dist-dev` of quick ones.
pub fn dist(dev: bool) -> PathBuf {
    target().join(if dev { "dist-dev" } else { "dist" })
}

/// The browser tests and their npm packages.
pub fn browser_tests() -> PathBuf {
    root().join("tests").join("browser")
}

/// A program of the release build.
pub fn release_program(name: &str) -> PathBuf {
    target().join("release").join(name)
}

/// Cargo's own folder, with the sources of the dependencies.
pub fn cargo_home() -> PathBuf {
    let own = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let of_user = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo");
    own.unwrap_or_else(of_user)
}
