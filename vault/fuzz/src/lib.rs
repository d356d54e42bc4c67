//! Fuzz targets of the vault: what it reads from a server, or from whoever made a link, neither of which is trusted.
//!
//! A target is a function of bytes that panics where something is wrong. Not panicking is the least of it: what opens is
//! what was sealed, in its place, and an error is one of the vault's own. `fuzz_targets/` hands the functions to libFuzzer
//! (`cargo xtask fuzz`, see docs/TESTING.md), `tests/corpus.rs` runs them on stable.
//!
//! - [`link`]: the fragment of a link; keys that a link unwraps
//! - [`blob`]: header, length and segments of a sealed blob
//! - [`documents`]: the opened manifest and identity document, which the maker of a link may have written
//! - [`answers`]: the server's JSON
//! - [`keys`]: the keys under which the seeds are sealed. [`seeds`]: sound input to begin with
//!
//! A new one needs a line in [`TARGETS`], a seed, and a program of three lines in `fuzz_targets/` with its `[[bin]]`.

pub mod answers;
pub mod blob;
pub mod documents;
pub mod keys;
pub mod link;
pub mod seeds;

use fuzzing::Target;

/// All of them.
pub const TARGETS: [Target; 5] = [
    Target::new("link", link::fragment, seeds::link, None),
    Target::new("wraps", link::wraps, seeds::wraps, None),
    Target::new("blob", blob::blob, seeds::blob, None),
    Target::new(
        "documents",
        documents::documents,
        seeds::documents,
        Some("documents.dict"),
    ),
    Target::new(
        "answers",
        answers::answers,
        seeds::answers,
        Some("answers.dict"),
    ),
];

/// Runs one target by name.
///
/// # Panics
/// If the bytes break what must hold, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    fuzzing::run(&TARGETS, name, bytes);
}

/// What must hold of an error: words, and nothing in them that changes how they are shown.
///
/// # Panics
/// If it does not.
fn check_error(error: &vault::VaultError) {
    let text = error.to_string();
    assert!(!text.is_empty() && fuzzing::is_inert(&text), "{text:?}");
}
