//! A second, slow and plain implementation of the pictures, on the CPU in double precision: what the
//! renderer is measured against.

mod occlusion;
mod plane;
mod ray;
mod sample;
mod ssim;
mod volume;

pub use plane::{grid, plane};
pub use ssim::ssim;
pub use volume::{volume, volume_while_loading};
