//! The engine: files become series, series become a volume, a volume becomes pixels on screen.
//!
//! It knows no page and no network. Spatial values are in DICOM's patient space, LPS, in millimetres.
//!
//! - [`intake`]: what a file is, and what its header says.
//! - [`codec`]: from a file's pixel data to exact stored values.
//! - [`series`]: what belongs together, in which order, where it is in the patient.
//! - [`volume`]: the exact values, for probes and statistics.
//! - [`view`]: what a view shows, as pure state and mathematics.
//! - [`flat`]: images that are no slices of a volume, on the CPU and in colour.
//! - [`measure`]: lengths and angles.
//! - [`render`]: the views on the screen, through wgpu (feature `render`).
//! - [`straight`]: planes along the volume's axes, where a graphics device is slower than the processor.
//! - [`reference`]: the same pictures, computed plainly, to measure the renderer against.
//! - [`phantom`]: a synthetic jaw. [`order`]: one sort for all lists.

pub mod codec;
pub mod flat;
#[cfg(not(target_arch = "wasm32"))]
pub mod inspect;
pub mod intake;
pub mod measure;
pub mod order;
pub mod phantom;
pub mod reference;
#[cfg(feature = "render")]
pub mod render;
pub mod series;
mod shared;
pub mod straight;
pub mod view;
pub mod volume;
