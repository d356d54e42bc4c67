//! The renderer: volume texture, planes and volume rendering on one canvas, through wgpu.

mod error;

mod renderer;

pub use crate::view::RgbaImage;
pub use error::RenderError;
pub use renderer::{GpuTier, Rect, Renderer};
