//! The renderer's public face.

use std::collections::BTreeMap;
use std::ops::Range;

use futures::channel::oneshot;

use super::canvas::begin_pass;
use super::coarser::Coarser;
use super::device::{Gpu, GpuTier};
use super::fold::Fold;
use super::look::Look;
use super::pipelines::Pipelines;
use super::screen::Screen;
use super::target::{Content, Picture, Rect, Rows, Target};
use super::tone_table::ToneTable;
use super::volume_texture::VolumeTexture;
use super::{RenderError, readback};
use crate::series::{Geometry, Rescale, ValueType};
use crate::view::{RgbaImage, Tones, ViewId, ViewState, VolumeView};
use crate::volume::{SliceValues, Volume};

/// Draws the views of one volume. A view is drawn into its own picture when it changed; [`present`](Self::present)
/// puts the pictures on screen: each on its own canvas, or all on one where the tier is WebGL2. Planes that have a canvas
/// of their own have no picture: `present` draws them there.
pub struct Renderer {
    pub(super) gpu: Gpu,
    pub(super) pipelines: Pipelines,
    pub(super) screen: Screen,
    pub(super) volume: Option<VolumeTexture>,
    pub(super) look: Option<Look>,
    pub(super) coarser: Option<Coarser>,
    pub(super) tone_table: ToneTable,
    pub(super) targets: BTreeMap<ViewId, Target>,
    /// What volume renderings count instead of drawing; 0 draws.
    pub(super) counted: u8,
}

impl Renderer {
    /// A renderer without a canvas, for tests and tools.
    ///
    /// # Errors
    /// [`RenderError::NoDevice`] where there is no graphics device.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn headless() -> Result<Self, RenderError> {
        let gpu = Gpu::headless().await?;
        let pipelines = Pipelines::new(&gpu, None);
        Ok(Self::with(gpu, pipelines, Screen::default()))
    }

    pub(super) fn with(gpu: Gpu, pipelines: Pipelines, screen: Screen) -> Self {
        let tone_table = ToneTable::new(&gpu, Tones::PLAIN);
        Self {
            gpu,
            pipelines,
            screen,
            volume: None,
            look: None,
            coarser: None,
            tone_table,
            targets: BTreeMap::new(),
            counted: 0,
        }
    }

    /// The tier, chosen once at start.
    pub fn tier(&self) -> GpuTier {
        self.gpu.tier
    }

    /// The graphics device's name.
    pub fn adapter(&self) -> String {
        self.gpu.adapter_name.clone()
    }

    /// Whether the graphics device is a program on the processor: then [`straight`](crate::straight) planes are drawn sooner
    /// without it.
    pub fn is_software(&self) -> bool {
        self.gpu.is_software
    }

    /// The volume texture's format.
    pub fn texture_format(&self) -> &'static str {
        "r16float"
    }

    /// How the volume is held; `None` without a volume.
    pub fn held(&self) -> Option<Fold> {
        self.volume.as_ref().map(|volume| volume.fold)
    }

    /// Bytes of the volume on the GPU: its textures, and half its resolution beside it once a view needed that.
    pub fn volume_bytes(&self) -> usize {
        let volume = self.volume.as_ref();
        volume.map_or(0, |volume| volume.fold.texels() * 2)
            + self.coarser.as_ref().map_or(0, Coarser::bytes)
    }

    /// Holds volumes that are begun from now on in textures of at most `texels` along an edge, as on a device that allows
    /// no more: for tests.
    pub fn limit_textures(&mut self, texels: usize) {
        let most = self.gpu.device.limits().max_texture_dimension_3d as usize;
        self.gpu.texture_edge = texels.min(most);
    }

    /// How many bricks the empty-space grid has; 0 without a volume.
    pub fn bricks(&self) -> usize {
        self.volume
            .as_ref()
            .map_or(0, |volume| volume.bricks.count())
    }

    /// Allocates the texture of a volume; the previous one is dropped first. `rescale` has an entry for each slice
    /// position, `expected_range` is in rescaled values (from the header's bits or window): values within ±2048
    /// stored steps of its middle are exact.
    ///
    /// # Errors
    /// [`RenderError::TooLarge`], [`RenderError::Empty`].
    pub fn begin_volume(
        &mut self,
        geometry: &Geometry,
        rescale: &[Rescale],
        value_type: ValueType,
        expected_range: (f64, f64),
    ) -> Result<(), RenderError> {
        self.drop_volume();
        let volume = VolumeTexture::new(&self.gpu, geometry, rescale, value_type, expected_range)?;
        self.volume = Some(volume);
        Ok(())
    }

    /// Takes a volume that was begun on an expectation for the one it turned out to be: of the same size and, within
    /// rounding, in the same place; slices that are there stay. Does nothing if the size differs.
    pub fn keep_volume(&mut self, geometry: &Geometry, rescale: &[Rescale]) {
        if let Some(volume) = &mut self.volume {
            volume.turned_out(geometry, rescale);
        }
    }

    /// Puts slice `k` on the GPU. Until all are there, a position without a slice shows the nearest one.
    ///
    /// # Errors
    /// [`RenderError::NoVolume`], [`RenderError::SliceMismatch`].
    pub fn upload_slice(&mut self, k: usize, slice: &SliceValues) -> Result<(), RenderError> {
        self.volume
            .as_mut()
            .ok_or(RenderError::NoVolume)?
            .upload(&self.gpu, k, slice)
    }

    /// Ends loading. If the values (of `actual_range`, rescaled) are not exact but would be around another centre,
    /// the slices are sent again, all in this call. Gaps of the series become empty.
    ///
    /// # Errors
    /// [`RenderError::NoVolume`], [`RenderError::SliceMismatch`].
    pub fn finish_volume(
        &mut self,
        actual_range: (f64, f64),
        volume: &Volume,
    ) -> Result<(), RenderError> {
        self.volume
            .as_mut()
            .ok_or(RenderError::NoVolume)?
            .finish(&self.gpu, actual_range, volume)
    }

    /// Frees the volume's memory on the GPU, and makes its pictures black: none of them may be seen beside the name of
    /// the next patient.
    pub fn drop_volume(&mut self) {
        self.look = None;
        if let Some(coarser) = self.coarser.take() {
            coarser.destroy();
        }
        let Some(volume) = self.volume.take() else {
            return;
        };
        volume.destroy();
        let mut encoder = self
            .gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for target in self.targets.values_mut() {
            target.finer = None;
            match &target.content {
                Content::Nothing => continue,
                Content::Picture(picture) => drop(begin_pass(&mut encoder, &picture.view)),
                Content::Plane(_) | Content::Blank => target.content = Content::Blank,
            }
            target.on_screen = false;
        }
        self.gpu.queue.submit([encoder.finish()]);
    }

    /// Size of the canvas that all views share, in device pixels; takes effect with the next
    /// [`present`](Self::present). Canvases of one view have its size.
    pub fn set_surface_size(&mut self, width: u32, height: u32) {
        let limit = self.gpu.device.limits().max_texture_dimension_2d.max(1);
        self.screen
            .set_shared_size(width.clamp(1, limit), height.clamp(1, limit));
    }

    /// Where each visible view is on the canvas; views not named are freed. A view whose size changed has to be
    /// drawn again, until then its old picture is stretched.
    pub fn set_layout(&mut self, rects: &[(ViewId, Rect)]) {
        self.targets
            .retain(|id, _| rects.iter().any(|(named, _)| named == id));
        for (id, rect) in rects {
            match self.targets.get_mut(id) {
                Some(target) => {
                    target.on_screen &= target.rect == *rect;
                    target.rect = *rect;
                }
                None => {
                    self.targets.insert(*id, Target::new(&self.gpu, *rect));
                }
            }
        }
    }

    /// Draws a view into its own picture, or has [`present`](Self::present) draw it to its canvas; to be called only when
    /// something in it changed. A view that is not in the layout is not drawn, and without a volume it is black.
    pub fn render_view(&mut self, id: ViewId, state: &ViewState) {
        let Some(mut target) = self.targets.remove(&id) else {
            return;
        };
        match state {
            ViewState::Plane(plane) if self.screen.draws_planes(id) => {
                target.replace(Content::Plane(*plane));
                target.on_screen = false;
            }
            _ => self.draw_picture(&mut target, state),
        }
        self.targets.insert(id, target);
    }

    /// Forgets what a view shows, because something else is drawn over it; what is there becomes black with the next
    /// [`present`](Self::present).
    pub fn forget_view(&mut self, id: ViewId) {
        if let Some(target) = self.targets.get_mut(&id)
            && matches!(target.content, Content::Picture(_) | Content::Plane(_))
        {
            target.replace(Content::Blank);
            target.on_screen = false;
        }
    }

    /// Draws some rows of a volume rendering, in its own quality, into a second picture, while the view shows the first.
    /// Rows come in order, in as many calls with the same state as the caller likes; the first are `0..n`. With the last
    /// row the second picture takes the place of the first. Answers the rows that are still to be drawn: all again if what
    /// was drawn is gone, and none for a view that is not in the layout.
    pub fn refine_view(&mut self, id: ViewId, view: &VolumeView, rows: Range<u32>) -> Range<u32> {
        let Some(mut target) = self.targets.remove(&id) else {
            return 0..0;
        };
        let (width, height) = target.picture_size(&self.gpu, view.resolution);
        let rows = rows.start.min(height)..rows.end.min(height);
        let left = rows.end..height;
        let begun = target
            .finer
            .take()
            .filter(|finer| (finer.texture.width(), finer.texture.height()) == (width, height));
        let finer = match begun {
            Some(begun) => begun,
            None if rows.start > 0 => {
                self.targets.insert(id, target);
                return 0..height;
            }
            None => Picture::new(&self.gpu, &self.pipelines, (width, height)),
        };
        self.prepare_rays(view, (width, height), &target);
        let part = Rows {
            to: &finer.view,
            size: (width, height),
            rows,
        };
        self.draw(part, &target, Some(&ViewState::Volume(*view)));
        if left.is_empty() {
            target.replace(Content::Picture(finer));
            target.on_screen = false;
        } else {
            target.finer = Some(finer);
        }
        self.targets.insert(id, target);
        left
    }

    /// What the device reported since it was last asked.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`]; [`RenderError::Device`] for anything else that went wrong.
    pub fn check(&self) -> Result<(), RenderError> {
        self.gpu.check()
    }

    /// Puts on screen what was drawn since the last time. Does nothing without a canvas.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`]; [`RenderError::Device`] for anything that went wrong since the last call.
    pub fn present(&mut self) -> Result<(), RenderError> {
        self.gpu.check()?;
        self.draw_to_canvases();
        self.screen
            .present(&self.gpu, &self.pipelines, &mut self.targets);
        Ok(())
    }

    /// Resolves when the GPU has finished what was submitted so far. Where nothing else tells, a pixel that it has drawn is
    /// read back, and without any drawn view it resolves at once. The future borrows nothing.
    pub fn finish(&self) -> impl Future<Output = ()> + use<> {
        let tells = cfg!(target_arch = "wasm32") && self.gpu.tier == GpuTier::WebGpu;
        let picture = self.targets.values().find_map(Target::picture);
        let read = picture
            .filter(|_| !tells)
            .map(|picture| readback::read(&self.gpu, &picture.texture, (1, 1)));
        let told = tells.then(|| self.uploaded());
        async move {
            if let Some(told) = told {
                told.await;
            }
            if let Some(read) = read {
                // A lost device has nothing left to finish; `present` says that it is lost.
                let _ = read.await;
            }
        }
    }

    /// Resolves when the GPU has taken what was uploaded so far, for pacing; at once on WebGL2, which does not tell.
    pub fn uploaded(&self) -> impl Future<Output = ()> + use<> {
        let (sender, receiver) = oneshot::channel();
        if self.gpu.tier == GpuTier::WebGpu {
            self.gpu.queue.on_submitted_work_done(move || {
                // If nobody waits any more, nobody needs to know.
                let _ = sender.send(());
            });
        }
        async move {
            // An error is a sender that was dropped: there is nothing to wait for.
            let _ = receiver.await;
        }
    }

    /// The pixels of a view as it was last drawn (fewer than the view's while it was drawn coarsely). The future
    /// borrows nothing.
    ///
    /// # Errors
    /// [`RenderError::NoView`] if it was never drawn, [`RenderError::Device`], [`RenderError::DeviceLost`].
    pub fn read_view(
        &mut self,
        id: ViewId,
    ) -> impl Future<Output = Result<RgbaImage, RenderError>> + use<> {
        let direct = self.targets.get(&id).and_then(Target::drawn_directly);
        if let Some(Some(state)) = &direct {
            self.prepare_plane(state);
        }
        let read = self.targets.get(&id).and_then(|target| {
            if let Some(picture) = target.picture() {
                return Some(self.read(&picture.texture));
            }
            let state = direct?;
            let size = target.picture_size(&self.gpu, 1.0);
            let picture = Picture::new(&self.gpu, &self.pipelines, size);
            self.draw(Rows::all(&picture.view, size), target, state.as_ref());
            let read = self.read(&picture.texture);
            picture.texture.destroy();
            Some(read)
        });
        async move { read.ok_or(RenderError::NoView)?.await }
    }

    fn read(
        &self,
        texture: &wgpu::Texture,
    ) -> impl Future<Output = Result<RgbaImage, RenderError>> + use<> {
        readback::read(&self.gpu, texture, (texture.width(), texture.height()))
    }

    /// Ends the device, as a driver that is reset does: for tests.
    pub fn end_device(&self) {
        self.gpu.device.destroy();
        // An error here is the loss itself.
        let _ = self.gpu.device.poll(wgpu::PollType::Poll);
    }

    /// Called once when the device is lost; the renderer is then of no more use. [`present`](Self::present) reports
    /// it as well.
    pub fn set_on_device_lost(&mut self, f: impl Fn(String) + Send + 'static) {
        self.gpu.set_on_lost(Box::new(f));
    }
}
