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

use fuzzing::Target;

/// All of them.
pub const TARGETS: [Target; 14] = [
    Target::new("header", files::header, seeds::headers, Some("dicom.dict")),
    Target::new("series", assembly::series, seeds::series, None),
    Target::new("native", frames::native, seeds::native, None),
    Target::new("rle", frames::rle, seeds::rle, None),
    Target::new("deflated", frames::deflated, seeds::deflated, None),
    Target::new("jpeg", frames::jpeg, seeds::jpeg, Some("jpeg.dict")),
    Target::new(
        "jpeg_lossless",
        frames::jpeg_lossless,
        seeds::jpeg_lossless,
        Some("jpeg.dict"),
    ),
    Target::new("jpegls", frames::jpegls, seeds::jpegls, Some("jpeg.dict")),
    Target::new("j2k", frames::j2k, seeds::j2k, Some("j2k.dict")),
    Target::new("htj2k", frames::htj2k, seeds::htj2k, Some("j2k.dict")),
    Target::new("jxl", frames::jxl, seeds::jxl, Some("jxl.dict")),
    Target::new("fragments", frames::fragments, seeds::fragments, None),
    Target::new("pack", packing::pack, seeds::pack, None),
    Target::new("zip", files::zip, seeds::zip, Some("zip.dict")),
];

/// Runs one target by name.
///
/// # Panics
/// If the bytes break what must hold, or there is no such target.
pub fn run(name: &str, bytes: &[u8]) {
    fuzzing::run(&TARGETS, name, bytes);
}
