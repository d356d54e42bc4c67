//! Images that are no slices of a volume: radiographs, photographs, captures. Drawn on the CPU, exactly and in colour.
//!
//! - [`colour`]: from samples to red, green and blue
//! - [`tones`]: from stored grey values to brightness: modality, VOI and presentation
//! - [`spread`]: fractions and large numbers in the 16 bits that are kept
//! - [`raster`]: an image, zoomed and moved, as the pixels of a view
//! - [`orientation`]: fitting, turning and mirroring, and the letters at the edges

pub mod colour;
pub mod orientation;
pub mod raster;
pub mod spread;
pub mod tones;

pub use colour::rgb_from_samples;
pub use raster::{Pixels, draw, draw_rows};
pub use tones::{Voi, tones};
