//! Pictures that are drawn for themselves, off the screen and in any size: of files and scripts.
//!
//! They are drawn in bands of rows, each a submission of its own: a picture of many times the screen's pixels may keep a
//! device busy for seconds, which must not look like a hang to it, nor keep the views waiting.

use super::device::Gpu;
use super::pipelines::Pipelines;
use super::target::{Rect, Rows, Target};
use super::{RenderError, Renderer, readback};
use crate::view::{RgbaImage, ViewState};

/// Pixels of a band of a volume rendering, and of a plane.
const BAND_PIXELS: [u32; 2] = [1 << 18, 1 << 22];

/// A picture on its way: [`Renderer::begin_export`](super::Renderer::begin_export).
pub struct Export {
    pub(super) state: ViewState,
    pub(super) target: Target,
    next_row: u32,
}

impl Export {
    pub(super) fn new(
        gpu: &Gpu,
        pipelines: &Pipelines,
        state: ViewState,
        (width, height): (u32, u32),
    ) -> Result<Self, RenderError> {
        let limits = gpu.device.limits();
        let side = limits.max_texture_dimension_2d;
        let bytes = readback::bytes(width, height);
        if width == 0 || height == 0 || width.max(height) > side || bytes > limits.max_buffer_size {
            return Err(RenderError::PictureTooLarge {
                width,
                height,
                limit: side,
            });
        }
        let rect = Rect {
            x: 0,
            y: 0,
            width,
            height,
        };
        let mut target = Target::new(gpu, rect);
        target.ensure_picture(gpu, pipelines, (width, height));
        Ok(Self {
            state,
            target,
            next_row: 0,
        })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.target.rect.width, self.target.rect.height)
    }

    /// How much of it is drawn, 0 to 1.
    pub fn drawn(&self) -> f64 {
        f64::from(self.next_row) / f64::from(self.target.rect.height)
    }

    /// The rows to draw next; `None` when all are.
    pub(super) fn take_band(&mut self) -> Option<std::ops::Range<u32>> {
        let (width, height) = self.size();
        let [of_volume, of_plane] = BAND_PIXELS;
        let pixels = match self.state {
            ViewState::Plane(_) | ViewState::Grid(_) => of_plane,
            ViewState::Volume(_) => of_volume,
        };
        let from = self.next_row;
        self.next_row = (from + (pixels / width).max(1)).min(height);
        (from < height).then_some(from..self.next_row)
    }

    /// Its pixels, once the device has drawn what it was told to.
    ///
    /// # Errors
    /// [`RenderError::Device`], [`RenderError::DeviceLost`].
    pub(super) fn read(
        &self,
        gpu: &Gpu,
    ) -> impl Future<Output = Result<RgbaImage, RenderError>> + use<> {
        let read = self
            .target
            .picture()
            .map(|picture| readback::read(gpu, &picture.texture, self.size()));
        async move {
            let picture = read.ok_or(RenderError::NoView)?.await?;
            // Whatever is drawn is opaque. A device without room for the picture says so only to whoever asks first.
            if picture
                .pixels
                .iter()
                .skip(3)
                .step_by(4)
                .all(|alpha| *alpha == u8::MAX)
            {
                Ok(picture)
            } else {
                Err(RenderError::Device("the picture was not drawn".into()))
            }
        }
    }
}

impl Renderer {
    /// Begins a picture of a state that is not put on screen, `width` by `height` pixels of `mm_per_px`.
    ///
    /// # Errors
    /// [`RenderError::PictureTooLarge`].
    pub fn begin_export(
        &self,
        state: ViewState,
        width: u32,
        height: u32,
    ) -> Result<Export, RenderError> {
        Export::new(&self.gpu, &self.pipelines, state, (width, height))
    }

    /// Draws the next part of it; false when there is none left. Parts are to be drawn of one and the same volume, and
    /// [`finish`](Self::finish) awaited between them.
    pub fn draw_export(&mut self, export: &mut Export) -> bool {
        let Some(rows) = export.take_band() else {
            return false;
        };
        let (width, height) = export.size();
        self.prepare(&export.state, (width, height), &export.target);
        if let Some(picture) = export.target.picture() {
            let part = Rows {
                to: &picture.view,
                size: (width, height),
                rows,
            };
            self.draw(part, &export.target, Some(&export.state));
        }
        true
    }

    /// The pixels of it, of which every part was drawn. The future borrows nothing.
    ///
    /// # Errors
    /// [`RenderError::Device`], [`RenderError::DeviceLost`].
    pub fn read_export(
        &self,
        export: &Export,
    ) -> impl Future<Output = Result<RgbaImage, RenderError>> + use<> {
        export.read(&self.gpu)
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        // Not when the browser collects it: it may be as large as a volume.
        if let Some(picture) = self.target.picture() {
            picture.texture.destroy();
        }
    }
}
