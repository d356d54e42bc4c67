//! What is around each place of the volume: drawn once for what decides it, in one go or in parts that a device without a
//! graphics card draws in a few milliseconds each.

use super::Renderer;
use super::occlusion::OcclusionSource;
use super::pipelines::Reading;
use super::ray_pipelines::{Pass, RayPipeline};
use super::target::Target;
use crate::view::{ViewId, VolumeView};

/// In their order.
const PASSES: [Pass; 4] = [Pass::Opacity, Pass::Mean(0), Pass::Mean(1), Pass::Mean(2)];

impl Renderer {
    /// Finds out more of what is around each place of a view, so that a picture of it finds that there: `rows` rows of what
    /// it is drawn to, or fewer. Answers how many were drawn: 0 once all is known, if the view does not ask, and
    /// for a view that is not in the layout. What else decides it stays the same meanwhile, or it begins anew.
    pub fn learn_surroundings(&mut self, id: ViewId, view: &VolumeView, rows: u32) -> u32 {
        if self.knows_surroundings(view) {
            return 0;
        }
        let Some(target) = self.targets.remove(&id) else {
            return 0;
        };
        let size = target.picture_size(&self.gpu, 1.0);
        self.prepare_rays_alone(view, size, &target);
        let drawn = self.draw_surroundings(view, &target, rows);
        self.targets.insert(id, target);
        drawn
    }

    /// Whether what is around each place of a view is known already, or the view does not ask. To find out, a device reads
    /// the whole volume once.
    pub fn knows_surroundings(&self, view: &VolumeView) -> bool {
        !view.needs_surroundings() || self.surroundings_left(view) == Some(0)
    }

    /// Rows that are still to be drawn until they are known; `None` before anything of the volume was drawn.
    pub fn surroundings_left(&self, view: &VolumeView) -> Option<u32> {
        let Some(volume) = &self.volume else {
            return Some(0);
        };
        let map = self.look.as_ref()?.occlusion.as_ref()?;
        Some(map.rows_left(&source(view, volume.revision)))
    }

    /// Draws the next rows of how hidden each place is, `most` at most, if something that decides it has changed since it was drawn.
    /// Answers how many. The target's uniforms are in place.
    pub(super) fn draw_surroundings(
        &mut self,
        view: &VolumeView,
        target: &Target,
        most: u32,
    ) -> u32 {
        let Some(volume) = self.volume.as_ref().filter(|_| view.needs_surroundings()) else {
            return 0;
        };
        let source = source(view, volume.revision);
        let reading = Reading {
            folded: volume.fold.is_folded(),
            coarser: false,
        };
        let loading = volume.is_loading();
        let map = self.look.as_mut().and_then(|look| look.occlusion.as_mut());
        let Some(part) = map.and_then(|map| map.take(source, most)) else {
            return 0;
        };
        let wanted = RayPipeline {
            pass: PASSES[part.pass],
            loading,
            occlusion: false,
            insets: false,
            glass: false,
            in_bone: false,
            tinted: false,
            counted: 0,
            reading,
        };
        self.pipelines.prepare_rays(&self.gpu, wanted);
        let map = self.look.as_ref().and_then(|look| look.occlusion.as_ref());
        if let (Some(map), Some(volume)) = (map, &self.volume) {
            let (from, _) = map.between(part.pass);
            let group = self.rays_group(target, from);
            if let (Some(group), Some(pipeline)) = (group, self.pipelines.rays.get(wanted)) {
                let mut encoder = self
                    .gpu
                    .device
                    .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
                let groups = [&self.volume_group(volume), &group];
                map.encode(&mut encoder, &part, pipeline, groups);
                self.gpu.queue.submit([encoder.finish()]);
            }
        }
        part.rows.len() as u32
    }
}

fn source(view: &VolumeView, revision: u64) -> OcclusionSource {
    (view.visible_function(), view.manner(), view.clip, revision)
}
