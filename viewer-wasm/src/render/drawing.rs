//! How the renderer draws: what a picture needs is put in place first, then it is drawn, all of it or some rows.

use glam::DVec2;

use super::Renderer;
use super::canvas::{begin_pass, continue_pass};
use super::coarser::Coarser;
use super::fold::MOST_TEXTURES;
use super::look::Look;
use super::pipelines::{PlaneProgram, Reading};
use super::ray_pipelines::RayPipeline;
use super::ray_uniforms::RayUniforms;
use super::target::{Rect, Rows, Target};
use super::uniforms::PlaneUniforms;
use super::volume_texture::VolumeTexture;
use crate::view::detail::coarser_part;
use crate::view::{TransferFunction, ViewState, VolumeView};

impl Renderer {
    pub(super) fn draw_picture(&mut self, target: &mut Target, state: &ViewState) {
        let resolution = match state {
            ViewState::Plane(_) | ViewState::Grid(_) => 1.0,
            ViewState::Volume(view) => view.resolution,
        };
        let size = target.picture_size(&self.gpu, resolution);
        target.ensure_picture(&self.gpu, &self.pipelines, size);
        if target.rect.width == 0 || target.rect.height == 0 {
            return;
        }
        self.prepare(state, size, target);
        if let Some(picture) = target.picture() {
            self.draw(Rows::all(&picture.view, size), target, Some(state));
            target.on_screen = false;
        }
    }

    /// Puts in place what a picture of `size` is drawn with.
    pub(super) fn prepare(&mut self, state: &ViewState, size: (u32, u32), target: &Target) {
        match state {
            ViewState::Volume(view) => self.prepare_rays(view, size, target),
            _ => self.prepare_plane(state),
        }
    }

    /// Makes the program that draws planes, and its colours, unless they are there.
    pub(super) fn prepare_plane(&mut self, state: &ViewState) {
        self.prepare_coarser(state);
        self.tone_table.follow(&self.gpu, state.tones());
        if let Some(program) = self.plane_program(state) {
            self.pipelines.prepare_plane(&self.gpu, program);
        }
    }

    /// Puts in place what the rays of a picture of `size` read.
    pub(super) fn prepare_rays(&mut self, view: &VolumeView, size: (u32, u32), target: &Target) {
        self.prepare_rays_alone(view, size, target);
        while self.draw_surroundings(view, target, u32::MAX) > 0 {}
    }

    /// The same but for what is around each place.
    pub(super) fn prepare_rays_alone(
        &mut self,
        view: &VolumeView,
        size: (u32, u32),
        target: &Target,
    ) {
        let Some(volume) = self.volume.as_ref().filter(|volume| volume.has_slices()) else {
            return;
        };
        let view_px = DVec2::new(target.rect.width.into(), target.rect.height.into());
        let picture_px = DVec2::new(size.0.into(), size.1.into());
        let transfer = view.visible_function();
        let uniforms = RayUniforms::new(view, view_px, picture_px, &transfer, volume);
        self.gpu
            .queue
            .write_buffer(&target.uniforms, 0, bytemuck::bytes_of(&uniforms));
        self.prepare_coarser(&ViewState::Volume(*view));
        self.tone_table.follow(&self.gpu, view.tones);
        self.prepare_look(view, &transfer);
    }

    /// The coarser level with its part in a view, if it has one and is there.
    fn coarser_of(&self, state: &ViewState) -> Option<(&Coarser, f64)> {
        let volume = self.volume.as_ref().filter(|volume| volume.is_finished())?;
        let part = coarser_part(state, &volume.geometry);
        let coarser = self.coarser.as_ref().filter(|_| part > 0.0)?;
        (coarser.revision == volume.revision).then_some((coarser, part))
    }

    /// Makes the coarser level if a view needs it and it is not there.
    fn prepare_coarser(&mut self, state: &ViewState) {
        let Some(volume) = self.volume.as_ref().filter(|volume| volume.is_finished()) else {
            return;
        };
        let is_there = |coarser: &Coarser| coarser.revision == volume.revision;
        if coarser_part(state, &volume.geometry) <= 0.0
            || self.coarser.as_ref().is_some_and(is_there)
        {
            return;
        }
        let group = self.volume_group(volume);
        let made = Coarser::new(&self.gpu, &self.pipelines, volume, &group);
        if let Some(old) = std::mem::replace(&mut self.coarser, made) {
            old.destroy();
        }
    }

    /// How the program of a view reads the volume.
    fn reading(&self, volume: &VolumeTexture, state: &ViewState) -> Reading {
        Reading {
            folded: volume.fold.is_folded(),
            coarser: self.coarser_of(state).is_some(),
        }
    }

    /// Which program draws a plane, or planes side by side; `None` for other views and without a volume.
    fn plane_program(&self, state: &ViewState) -> Option<PlaneProgram> {
        let volume = self.volume.as_ref()?;
        let reading = self.reading(volume, state);
        match state {
            ViewState::Plane(view) => Some(PlaneProgram::new(view, false, volume, reading)),
            ViewState::Grid(view) => Some(PlaneProgram::new(&view.first, true, volume, reading)),
            ViewState::Volume(_) => None,
        }
    }

    fn pipeline(&self, volume: &VolumeTexture, state: &ViewState) -> Option<&wgpu::RenderPipeline> {
        match state {
            ViewState::Volume(view) => self.pipelines.rays.get(self.ray_pipeline(volume, view)),
            _ => self.pipelines.plane(self.plane_program(state)?),
        }
    }

    fn ray_pipeline(&self, volume: &VolumeTexture, view: &VolumeView) -> RayPipeline {
        let reading = self.reading(volume, &ViewState::Volume(*view));
        RayPipeline {
            counted: self.counted,
            ..RayPipeline::of_view(view, volume.is_loading(), reading)
        }
    }

    /// Draws what a view shows to rows of a texture; black without a state or a volume. What it needs is in place.
    pub(super) fn draw(&self, part: Rows<'_>, target: &Target, state: Option<&ViewState>) {
        let Rows { to, size, rows } = part;
        let view_px = DVec2::new(target.rect.width.into(), target.rect.height.into());
        let volume = self.volume.as_ref().filter(|volume| volume.has_slices());
        let drawn = volume.zip(state).and_then(|(volume, state)| {
            let own = match state {
                ViewState::Plane(view) => {
                    let uniforms = PlaneUniforms::new(view, view_px, volume);
                    self.plane_group(&uniforms, target)
                }
                ViewState::Grid(view) => {
                    let uniforms = PlaneUniforms::of_grid(view, view_px, volume);
                    self.plane_group(&uniforms, target)
                }
                ViewState::Volume(_) => self.rays_group(target, None)?,
            };
            let coarser = self.coarser_of(state);
            let coarser =
                coarser.map(|(level, part)| level.group(&self.gpu, &self.pipelines, part));
            Some((volume, own, coarser, self.pipeline(volume, state)?))
        });
        let mut encoder = self
            .gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let mut pass = if rows.start == 0 {
                begin_pass(&mut encoder, to)
            } else {
                continue_pass(&mut encoder, to)
            };
            if rows.len() < size.1 as usize {
                pass.set_scissor_rect(0, rows.start, size.0, rows.end - rows.start);
            }
            if let Some((volume, own, coarser, pipeline)) = drawn {
                pass.set_pipeline(pipeline);
                pass.set_bind_group(0, &self.volume_group(volume), &[]);
                pass.set_bind_group(1, &own, &[]);
                if let Some(coarser) = &coarser {
                    pass.set_bind_group(2, coarser, &[]);
                }
                pass.draw(0..3, 0..1);
            }
        }
        self.gpu.queue.submit([encoder.finish()]);
    }

    /// Draws the planes that changed to their canvases.
    pub(super) fn draw_to_canvases(&mut self) {
        let mut screen = std::mem::take(&mut self.screen);
        for (id, canvas) in &mut screen.per_view {
            let Some(mut target) = self.targets.remove(id) else {
                continue;
            };
            let Rect { width, height, .. } = target.rect;
            if !target.on_screen
                && width > 0
                && height > 0
                && let Some(state) = target.drawn_directly()
            {
                if let Some(state) = &state {
                    self.prepare_plane(state);
                }
                canvas.set_size(width, height);
                target.on_screen = canvas.draw_itself(&self.gpu, |view| {
                    self.draw(Rows::all(view, (width, height)), &target, state.as_ref());
                });
            }
            self.targets.insert(*id, target);
        }
        self.screen = screen;
    }

    pub(super) fn volume_group(&self, volume: &VolumeTexture) -> wgpu::BindGroup {
        let mut views = volume.views.iter();
        let first = views.next().unwrap_or(&volume.shown_view);
        let mut resources = vec![
            wgpu::BindingResource::TextureView(first),
            wgpu::BindingResource::Sampler(&self.pipelines.linear),
            wgpu::BindingResource::TextureView(&volume.shown_view),
            wgpu::BindingResource::TextureView(&self.tone_table.view),
        ];
        if let Some(fold) = &volume.fold_uniforms {
            resources.push(fold.as_entire_binding());
            // A texture that the fold does without is never looked into.
            let others = views.chain(std::iter::repeat(first));
            resources.extend(
                others
                    .take(MOST_TEXTURES - 1)
                    .map(wgpu::BindingResource::TextureView),
            );
        }
        let folded = volume.fold.is_folded();
        self.group(self.pipelines.volume.volume(folded), &resources)
    }

    fn plane_group(&self, uniforms: &PlaneUniforms, target: &Target) -> wgpu::BindGroup {
        self.gpu
            .queue
            .write_buffer(&target.uniforms, 0, bytemuck::bytes_of(uniforms));
        self.group(
            &self.pipelines.plane_layout,
            &[target.uniforms.as_entire_binding()],
        )
    }

    /// What rays read; `occlusion` takes the place of the atlas that is drawn.
    pub(super) fn rays_group(
        &self,
        target: &Target,
        occlusion: Option<&wgpu::TextureView>,
    ) -> Option<wgpu::BindGroup> {
        let look = self.look.as_ref()?;
        let drawn = look.occlusion.as_ref().map(|map| &map.view);
        let hidden = occlusion.or(drawn).unwrap_or(&look.open);
        Some(self.group(
            &self.pipelines.rays_layout,
            &[
                target.uniforms.as_entire_binding(),
                wgpu::BindingResource::TextureView(&look.distance),
                wgpu::BindingResource::TextureView(&look.maximum),
                wgpu::BindingResource::TextureView(&look.table),
                wgpu::BindingResource::TextureView(&look.noise),
                wgpu::BindingResource::TextureView(hidden),
            ],
        ))
    }

    fn group(
        &self,
        layout: &wgpu::BindGroupLayout,
        resources: &[wgpu::BindingResource<'_>],
    ) -> wgpu::BindGroup {
        let entries: Vec<_> = (0u32..)
            .zip(resources)
            .map(|(binding, resource)| wgpu::BindGroupEntry {
                binding,
                resource: resource.clone(),
            })
            .collect();
        self.gpu
            .device
            .create_bind_group(&wgpu::BindGroupDescriptor {
                label: None,
                layout,
                entries: &entries,
            })
    }

    /// Brings up to date what rays read, and the pipeline that reads it.
    fn prepare_look(&mut self, view: &VolumeView, transfer: &TransferFunction) {
        let Some(volume) = &self.volume else { return };
        match &mut self.look {
            Some(look) => look.update(&self.gpu, volume, view, transfer),
            None => {
                let mut look = Look::new(&self.gpu, volume, view, transfer);
                look.update(&self.gpu, volume, view, transfer);
                self.look = Some(look);
            }
        }
        let Some(volume) = &self.volume else { return };
        let wanted = self.ray_pipeline(volume, view);
        self.pipelines.prepare_rays(&self.gpu, wanted);
    }
}
