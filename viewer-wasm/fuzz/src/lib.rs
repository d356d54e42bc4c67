//! Fuzz targets of the engine: every door through which a file's bytes come in, with what must hold behind it.
//!
//! A target is a function of bytes that panics where something is wrong. The programs in `fuzz_targets/` hand it to
//! libFuzzer (`cargo xtask fuzz`, see docs/TESTING.md); `tests/corpus.rs` runs the same functions on stable over the
//! seeds, thousands of mutations of them, and whatever was ever found (`regressions/`).
//!
//! - [`files`]: headers with all that follows from them; zip archives
//! - [`assembly`]: series of instances that say anything
//! - [`frames`]: one codec each; offset tables and fragments; native pixels
//! - [`packing`]: the scan package's lossless packing
//! - [`shape`]: image descriptions from bytes. [`seeds`]: sound input to begin with
//!
//! A new codec needs a line in [`TARGETS`], a seed in [`seeds`], and a program of three lines in `fuzz_targets/` with
//! its `[[bin]]` in Cargo.toml.

pub mod assembly;
pub mod files;
pub mod frames;
pub mod packing;
pub mod seeds;
pub mod shape;

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

const fn target(
    name: &'static str,
    run: fn(&[u8]),
    seeds: fn() -> Vec<Vec<u8>>,
    dictionary: Option<&'static str>,
) -> Target {
    Target {
        name,
        run,
        seeds,
        dictionary,
    }
}

/// All of them.
pub const TARGETS: [Target; 13] = [
    target("header", files::header, seeds::headers, Some("dicom.dict")),
    target("series", assembly::series, seeds::series, None),
    target("native", frames::native, seeds::native, None),
    target("rle", frames::rle, seeds::rle, None),
    target("deflated", frames::deflated, seeds::deflated, None),
    target("jpeg", frames::jpeg, seeds::jpeg, Some("jpeg.dict")),
    target(
        "jpeg_lossless",
        frames::jpeg_lossless,
        seeds::jpeg_lossless,
        Some("jpeg.dict"),
    ),
    target("jpegls", frames::jpegls, seeds::jpegls, Some("jpeg.dict")),
    target("j2k", frames::j2k, seeds::j2k, Some("j2k.dict")),
    target("htj2k", frames::htj2k, seeds::htj2k, Some("j2k.dict")),
    target("fragments", frames::fragments, seeds::fragments, None),
    target("pack", packing::pack, seeds::pack, None),
    target("zip", files::zip, seeds::zip, Some("zip.dict")),
];

/// Runs one target by name.
///
/// # Panics
/// If the bytes break what must hold, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
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
