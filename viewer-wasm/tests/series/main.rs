//! From made files to volumes. Nothing here needs the conformance data.
//!
//! - `assembly`: order, gaps, tilt, repetitions, identity left out. `layouts`: what scanners write.
//! - `warnings`: each warning, from its own files. `truth`: known balls, scanned in any way. `large`: very many frames.

#[path = "../support/dicom.rs"]
mod dicom;
#[path = "../support/volume.rs"]
mod volume;

mod assembly;
mod large;
mod layouts;
mod pair;
mod truth;
mod warnings;
