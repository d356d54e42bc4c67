//! What a picture of the volume rendering costs, counted on the device by the shaders that draw it: for measurements, so
//! not in a browser.

use super::{RenderError, Renderer};
use crate::view::{RgbaImage, ViewId, ViewState, VolumeView};

/// What the rays of one picture did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RayCounts {
    /// Steps from where rays enter what is left of the volume to where they leave it: what a ray caster that skips nothing
    /// would take.
    pub steps: u64,
    /// Values that were read on rays.
    pub values: u64,
    /// Places that were lit: each reads four more values.
    pub lit: u64,
    /// Bricks that were looked up.
    pub bricks: u64,
}

impl RayCounts {
    /// Bytes of the volume that went into it: a value is interpolated from eight voxels of two bytes.
    pub fn volume_bytes(&self) -> u64 {
        16 * (self.values + 4 * self.lit)
    }
}

impl Renderer {
    /// Counts what drawing a view takes. Afterwards the view's picture is a count, and has to be drawn again.
    ///
    /// # Errors
    /// [`RenderError::NoView`] if the view is not in the layout, [`RenderError::Device`], [`RenderError::DeviceLost`].
    pub async fn count(&mut self, id: ViewId, view: &VolumeView) -> Result<RayCounts, RenderError> {
        let state = ViewState::Volume(*view);
        let mut counts = [0; 4];
        for (kind, count) in (1u8..).zip(&mut counts) {
            self.counted = kind;
            self.render_view(id, &state);
            self.counted = 0;
            *count = total(&self.read_view(id).await?);
        }
        let [steps, values, lit, bricks] = counts;
        Ok(RayCounts {
            steps,
            values,
            lit,
            bricks,
        })
    }
}

/// The sum of the numbers that `picture` of `rays.wgsl` wrote.
fn total(image: &RgbaImage) -> u64 {
    let numbers = image.pixels.as_chunks::<4>().0.iter();
    numbers
        .map(|p| u64::from(p[0]) + (u64::from(p[1]) << 8) + (u64::from(p[2]) << 16))
        .sum()
}
