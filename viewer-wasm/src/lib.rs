//! The engine: files become series, series become a volume, a volume becomes pixels on screen.
//!
//! It knows no page and no network. Spatial values are in DICOM's patient space, LPS, in millimetres.
//!
//! - [`intake`]: what a file is, and what its header says.
//! - [`codec`]: from a file's pixel data to exact stored values.
//! - [`series`]: what belongs together, in which order, where it is in the patient.
//! - [`volume`]: the exact values, for probes and statistics.

pub mod codec;
pub mod intake;
pub mod series;
pub mod volume;
