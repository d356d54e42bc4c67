//! What the fuzz targets of every room share. A room's own crate (`viewer-wasm/fuzz`, `vault/fuzz`) lists its [`Target`]s
//! and has three ways to run them, which are here:
//!
//! - [`run`]: one input of one target, for the programs of libFuzzer in `fuzz_targets/`
//! - [`write_seeds`]: what libFuzzer begins with, for `cargo xtask fuzz`
//! - [`corpora!`]: the plain test on the stable compiler: seeds, what was ever found, and mutations of both

#[path = "../../../viewer-wasm/tests/support/clock.rs"]
mod clock;
pub mod corpus;
mod dictionary;
mod mutate;
mod seeds;

pub use seeds::write_seeds;

/// One thing that is fuzzed.
pub struct Target {
    /// As in `fuzz_targets/` and `regressions/`.
    pub name: &'static str,
    /// Panics if the bytes break what must hold.
    pub run: fn(&[u8]),
    /// Sound input, small.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// The list of words in `dictionaries/` that its format is made of.
    pub dictionary: Option<&'static str>,
}

impl Target {
    /// All of it at once, for a table of targets.
    pub const fn new(
        name: &'static str,
        run: fn(&[u8]),
        seeds: fn() -> Vec<Vec<u8>>,
        dictionary: Option<&'static str>,
    ) -> Self {
        Self {
            name,
            run,
            seeds,
            dictionary,
        }
    }
}

/// Runs one target by name.
///
/// # Panics
/// If the bytes break what must hold, or there is no such target.
pub fn run(targets: &[Target], name: &str, bytes: &[u8]) {
    let target = targets.iter().find(|target| target.name == name);
    assert!(target.is_some(), "no target {name}");
    if let Some(target) = target {
        (target.run)(bytes);
    }
}

/// Whether text is inert wherever it is shown: no control characters, no direction overrides, and not endless.
pub fn is_inert(text: &str) -> bool {
    text.chars().count() <= 4096
        && !text.chars().any(|c| {
            c.is_control()
                || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{2028}' | '\u{2029}')
        })
}
