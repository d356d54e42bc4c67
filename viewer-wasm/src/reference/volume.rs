//! The volume rendering, every sample of every ray.

use glam::{DVec2, DVec3};

use super::occlusion::Hidden;
use super::ray::Ray;
use super::sample::Sampler;
use crate::view::detail::coarser_part;
use crate::view::shading::{Lit, OPAQUE_ENOUGH, SURFACE_COLOR, Shading, VOLUME_BACKGROUND};
use crate::view::{Rendering, RgbaImage, TransferFunction, ViewState, VolumeView};
use crate::volume::Volume;

/// The picture of a volume rendering, `size` (width, height) in pixels.
pub fn volume(volume: &Volume, view: &VolumeView, size: (u32, u32)) -> RgbaImage {
    let scene = Scene::new(volume, view);
    let size_px = DVec2::new(size.0.into(), size.1.into());
    let mut image = RgbaImage::new(size.0, size.1);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let ray = Ray::new(view, volume.geometry(), (x, y), size_px);
            let [r, g, b] = scene
                .color(&ray)
                .to_array()
                .map(|c| (c.clamp(0.0, 1.0) * 255.0).round() as u8);
            image.set(x, y, [r, g, b, 255]);
        }
    }
    image
}

/// What does not change from ray to ray.
struct Scene<'a> {
    sampler: Sampler<'a>,
    view: &'a VolumeView,
    step_mm: f64,
    transfer: TransferFunction,
    shading: Shading,
    hidden: Option<Hidden>,
}

impl<'a> Scene<'a> {
    fn new(volume: &'a Volume, view: &'a VolumeView) -> Self {
        let part = coarser_part(&ViewState::Volume(*view), volume.geometry());
        let sampler = Sampler::new(volume).with_coarser(part);
        let transfer = view.visible_function();
        let hidden = view
            .is_occluded()
            .then(|| Hidden::new(&Sampler::new(volume), &transfer, &view.clip));
        Self {
            step_mm: view.step_mm(volume.geometry()),
            shading: Shading::new(view),
            sampler,
            view,
            transfer,
            hidden,
        }
    }

    fn color(&self, ray: &Ray) -> DVec3 {
        let samples = ray.samples(&self.view.clip, &self.sampler);
        let values = samples.iter().map(|place_mm| self.value(ray, *place_mm));
        let shown = |value: f64| {
            let brightness = self.view.window.brightness(value);
            DVec3::from_array(self.view.tones.color(brightness))
        };
        match self.view.rendering {
            Rendering::Maximum => values.reduce(f64::max).map_or(VOLUME_BACKGROUND, shown),
            Rendering::Average if samples.is_empty() => VOLUME_BACKGROUND,
            Rendering::Average => shown(values.sum::<f64>() / samples.len() as f64),
            Rendering::Composite | Rendering::Surface => {
                let inset_mm = ray.inset(self.view, &self.sampler);
                let behind = inset_mm.map_or(VOLUME_BACKGROUND, |place_mm| {
                    shown(self.value(ray, place_mm))
                });
                let before = samples
                    .into_iter()
                    .filter(|place_mm| inset_mm.is_none_or(|inset_mm| *place_mm <= inset_mm));
                if self.view.rendering == Rendering::Composite {
                    self.composite(ray, before, behind)
                } else {
                    self.surface(ray, before, behind)
                }
            }
        }
    }

    fn value(&self, ray: &Ray, place_mm: f64) -> f64 {
        self.sampler.linear(self.sampler.voxel(ray.at(place_mm)))
    }

    fn composite(&self, ray: &Ray, samples: impl Iterator<Item = f64>, behind: DVec3) -> DVec3 {
        let (mut color, mut through) = (DVec3::ZERO, 1.0);
        for place_mm in samples {
            let (rgb, opacity) = self.transfer.at(self.value(ray, place_mm));
            if opacity <= 0.0 {
                continue;
            }
            let alpha = TransferFunction::opacity_over(opacity, self.step_mm);
            color += self.lit(ray, place_mm, DVec3::from_array(rgb)) * (alpha * through);
            through *= 1.0 - alpha;
            if through < 1.0 - OPAQUE_ENOUGH {
                break;
            }
        }
        color + behind * through
    }

    fn surface(&self, ray: &Ray, samples: impl Iterator<Item = f64>, behind: DVec3) -> DVec3 {
        let reached = |place_mm: f64| self.value(ray, place_mm) >= self.view.surface_value;
        let mut samples = samples;
        let Some(mut inner_mm) = samples.find(|place_mm| reached(*place_mm)) else {
            return behind;
        };
        let mut outer_mm = (inner_mm - self.step_mm).max(ray.enters_mm);
        if reached(outer_mm) {
            // What was cut lies open.
            inner_mm = outer_mm;
        }
        for _ in 0..40 {
            let middle_mm = 0.5 * (outer_mm + inner_mm);
            if reached(middle_mm) {
                inner_mm = middle_mm;
            } else {
                outer_mm = middle_mm;
            }
        }
        self.lit(ray, inner_mm, SURFACE_COLOR)
    }

    /// A colour at a place on a ray, in the light that reaches it.
    fn lit(&self, ray: &Ray, place_mm: f64, color: DVec3) -> DVec3 {
        let voxel = self.sampler.voxel(ray.at(place_mm));
        let mut gradient_per_mm = self.sampler.gradient_per_mm(voxel);
        if self.view.rendering == Rendering::Surface {
            // A surface is one however slowly the value changes there.
            gradient_per_mm = gradient_per_mm.normalize_or_zero() * Shading::SURFACE_PER_MM;
        }
        let depth_mm = place_mm - ray.enters_mm;
        let place = Lit {
            gradient_per_mm,
            cut: ray
                .face
                .map(|face| (face, (1.0 - depth_mm / Shading::CUT_MM).clamp(0.0, 1.0))),
            openness: self.hidden.as_ref().map_or(1.0, |hidden| {
                Shading::openness(hidden.at(voxel), self.view.occlusion)
            }),
        };
        self.shading.light(color, &place, ray.direction)
    }
}
