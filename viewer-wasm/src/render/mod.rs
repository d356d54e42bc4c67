//! The renderer: one volume texture, and the views that sample it.
//!
//! - [`renderer`](Renderer): the public face; `on_screen`: for the canvases of a page, on a device of its own or another's
//! - `device`: the one decision between WebGPU and WebGL2, made at start
//! - `volume_texture`: the values on the GPU, filled slice by slice
//! - `fold`: how it lies there where it is longer than the device's textures may be
//! - `coarser`: it at half its resolution, for views in which a pixel covers more than a voxel
//! - `coding`: how values are coded there
//! - `bricks`: the ranges of little cubes of the volume, so that rays step over what can't be seen
//! - `maxima`: the largest value of each, and of blocks of them
//! - `look`: bricks, colours and noise of the volume rendering; `occlusion`: light that gets lost in it, `surroundings`:
//!   drawing that, in parts
//! - `tone_table`: colours of windowed grey values
//! - `uniforms`, `ray_uniforms`: view states as numbers for the shaders
//! - `pipelines`, `ray_pipelines`, `shaders/*.wgsl`: how a picture is drawn
//! - `target`: the picture of a view, before it is put on the canvas
//! - `export`: pictures of any size off the screen
//! - `screen`, `canvas`: putting pictures on the screen
//! - `count`: what a picture costs, natively
//! - `readback`: waiting for the GPU, and reading a picture back
//!
//! Neither tier needs compute shaders, storage buffers or optional features, so that there is one code path.

mod bricks;
mod canvas;
mod coarser;
mod coding;
#[cfg(not(target_arch = "wasm32"))]
mod count;
mod device;
mod drawing;
mod error;
mod export;
mod fold;
mod look;
mod maxima;
mod occlusion;
#[cfg(target_arch = "wasm32")]
mod on_screen;
mod pipelines;
mod ray_pipelines;
mod ray_uniforms;
mod readback;
mod renderer;
mod screen;
mod shaders;
mod surroundings;
mod target;
mod tone_table;
mod uniforms;
mod volume_texture;

pub use crate::view::RgbaImage;
#[cfg(not(target_arch = "wasm32"))]
pub use count::RayCounts;
pub use device::GpuTier;
pub use error::RenderError;
pub use export::Export;
pub use fold::Fold;
pub use renderer::Renderer;
pub use target::Rect;
