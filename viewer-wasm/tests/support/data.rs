//! Where the shared test data is.

use std::path::{Path, PathBuf};

/// The data folder, if there is one. On a CI machine there must be.
pub fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("CUSPID_TEST_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    if root.join("MANIFEST.json").is_file() {
        return Some(root);
    }
    println!(
        "No test data: set CUSPID_TEST_DATA to the folder with MANIFEST.json. Nothing was checked."
    );
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "CI=true, and there is no test data at {}",
        root.display()
    );
    None
}
