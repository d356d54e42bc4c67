//! What of the volume rendering is on screen, for measurements and for what waits for the full picture.

use serde::Serialize;
use viewer_wasm::view::VolumeView;

/// How much of the volume rendering was left out of the picture that was drawn last.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct VolumeShown {
    /// Nothing was.
    pub full_quality: bool,
    /// Length of a step, in voxels.
    pub step_voxels: f32,
    /// Pixels per pixel of the view and axis.
    pub resolution: f32,
    /// Milliseconds from handing over the last picture of a moving camera until the device had finished it; 0 before any.
    pub moving_ms: f64,
}

impl VolumeShown {
    /// Nothing was drawn yet.
    pub const NOTHING: Self = Self {
        full_quality: false,
        step_voxels: 0.0,
        resolution: 0.0,
        moving_ms: 0.0,
    };

    /// A picture of `drawn`, where `wanted` is the full one.
    #[must_use]
    pub fn picture(self, drawn: &VolumeView, wanted: &VolumeView) -> Self {
        Self {
            full_quality: drawn == wanted,
            step_voxels: drawn.step_voxels,
            resolution: drawn.resolution,
            ..self
        }
    }
}
