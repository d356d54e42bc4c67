//! The renderer's public face.

use super::RenderError;
use crate::series::{Geometry, Rescale, ValueType};
use crate::view::{RgbaImage, ViewId, ViewState};
use crate::volume::{SliceValues, Volume};

/// The one capability decision: what the browser offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GpuTier {
    /// WebGPU (natively: Vulkan).
    WebGpu,
    /// WebGL 2.
    WebGl2,
}

impl GpuTier {
    /// The name scripts use: `webgpu` or `webgl2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::WebGl2 => "webgl2",
        }
    }
}

/// A rectangle of the canvas in device pixels, from its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// Draws the views of one volume on one canvas.
pub struct Renderer {
    tier: GpuTier,
}

impl Renderer {
    /// A renderer for a canvas. `force` asks for a tier instead of the best one.
    ///
    /// # Errors
    /// [`RenderError::NoDevice`] without WebGPU and WebGL2.
    #[cfg(target_arch = "wasm32")]
    pub async fn for_canvas(
        _canvas: web_sys::HtmlCanvasElement,
        _force: Option<GpuTier>,
    ) -> Result<Self, RenderError> {
        Err(RenderError::NoDevice("not built yet".into()))
    }

    /// A renderer without a canvas, for tests and tools.
    ///
    /// # Errors
    /// [`RenderError::NoDevice`] where there is no graphics device.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn headless() -> Result<Self, RenderError> {
        Err(RenderError::NoDevice("not built yet".into()))
    }

    /// The tier, chosen once at start.
    pub fn tier(&self) -> GpuTier {
        self.tier
    }

    /// The graphics device's name.
    pub fn adapter(&self) -> String {
        String::new()
    }

    /// The volume texture's format.
    pub fn texture_format(&self) -> &'static str {
        "r16float"
    }

    /// How many bricks the empty-space grid has; 0 without a volume.
    pub fn bricks(&self) -> usize {
        0
    }

    /// Allocates the texture of a volume; the previous one is dropped first.
    ///
    /// # Errors
    /// [`RenderError::TooLarge`], [`RenderError::Empty`].
    pub fn begin_volume(
        &mut self,
        _geometry: &Geometry,
        _rescale: &[Rescale],
        _value_type: ValueType,
        _expected_range: (f64, f64),
    ) -> Result<(), RenderError> {
        Err(RenderError::NoVolume)
    }

    /// Puts slice `k` on the GPU.
    ///
    /// # Errors
    /// [`RenderError::NoVolume`], [`RenderError::SliceMismatch`].
    pub fn upload_slice(&mut self, _k: usize, _slice: &SliceValues) -> Result<(), RenderError> {
        Err(RenderError::NoVolume)
    }

    /// Ends loading; slices are sent again if another centre makes their values exact.
    ///
    /// # Errors
    /// Those of [`upload_slice`](Self::upload_slice).
    pub fn finish_volume(
        &mut self,
        _actual_range: (f64, f64),
        _volume: &Volume,
    ) -> Result<(), RenderError> {
        Err(RenderError::NoVolume)
    }

    /// Frees the volume's memory on the GPU.
    pub fn drop_volume(&mut self) {}

    /// Size of the canvas in device pixels.
    pub fn set_surface_size(&mut self, _width: u32, _height: u32) {}

    /// Where each visible view is on the canvas; views not named are freed.
    pub fn set_layout(&mut self, _rects: &[(ViewId, Rect)]) {}

    /// Draws a view into its own texture; to be called only when something in it changed.
    pub fn render_view(&mut self, _id: ViewId, _state: &ViewState) {}

    /// Puts all views on the canvas.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`], [`RenderError::Device`].
    pub fn present(&mut self) -> Result<(), RenderError> {
        Ok(())
    }

    /// Resolves when the GPU has finished what was submitted.
    pub async fn finish(&self) {}

    /// The pixels of a view.
    ///
    /// # Errors
    /// [`RenderError::NoView`].
    pub async fn read_view(&self, _id: ViewId) -> Result<RgbaImage, RenderError> {
        Err(RenderError::NoView)
    }

    /// Called once when the device is lost; the renderer is then of no more use.
    pub fn set_on_device_lost(&mut self, _f: impl Fn(String) + Send + 'static) {}
}
