//! The volume rendering, every sample of every ray.

use glam::{DVec2, DVec3};

use super::occlusion::Surroundings;
use super::ray::Ray;
use super::sample::Sampler;
use crate::view::detail::coarser_part;
use crate::view::shading::{Lit, OPAQUE_ENOUGH, SURFACE_COLOR, Shading, VOLUME_BACKGROUND};
use crate::view::{Manner, Rendering, RgbaImage, TransferFunction, ViewState, VolumeView};
use crate::volume::Volume;

/// The picture of a volume rendering, `size` (width, height) in pixels.
pub fn volume(volume: &Volume, view: &VolumeView, size: (u32, u32)) -> RgbaImage {
    picture(volume, view, size, false)
}

/// The picture of a volume whose slices are still coming: of those that are there. Without what is around a place
/// ([`VolumeView::needs_surroundings`]).
pub fn volume_while_loading(volume: &Volume, view: &VolumeView, size: (u32, u32)) -> RgbaImage {
    picture(volume, view, size, true)
}

fn picture(volume: &Volume, view: &VolumeView, size: (u32, u32), loading: bool) -> RgbaImage {
    let scene = Scene::new(volume, view, loading);
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
    manner: Manner,
    surroundings: Option<Surroundings>,
}

impl<'a> Scene<'a> {
    fn new(volume: &'a Volume, view: &'a VolumeView, loading: bool) -> Self {
        let part = coarser_part(&ViewState::Volume(*view), volume.geometry());
        let manner = view.manner();
        let mut sampler = Sampler::new(volume)
            .with_coarser(part)
            .with_tissue(manner.inside);
        if loading {
            sampler = sampler.of_what_came();
        }
        let transfer = view.visible_function();
        let surroundings = view.needs_surroundings().then(|| {
            let fine = Sampler::new(volume).with_tissue(manner.inside);
            Surroundings::new(&fine, &transfer, view)
        });
        Self {
            step_mm: view.step_mm(volume.geometry()),
            shading: Shading::new(view),
            sampler,
            view,
            transfer,
            manner,
            surroundings,
        }
    }

    fn color(&self, ray: &Ray) -> DVec3 {
        let mut samples = ray.samples(&self.view.clip, &self.sampler);
        samples.retain(|place_mm| self.sampler.is_there(self.sampler.voxel(ray.at(*place_mm))));
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
            let value = self.value(ray, place_mm);
            let (rgb, opacity) = self.transfer.at(value);
            let voxel = self.sampler.voxel(ray.at(place_mm));
            if opacity <= 0.0 || !self.sampler.is_surrounded(voxel) {
                continue;
            }
            let gradient_per_mm = self.sampler.gradient_per_mm(voxel);
            let bends = Shading::bends(gradient_per_mm, ray.direction);
            let share = self.manner.share(value, bends, self.around(voxel).y);
            let alpha = TransferFunction::opacity_over(opacity, self.step_mm * share);
            let rgb = DVec3::from_array(rgb);
            color += self.lit(ray, place_mm, gradient_per_mm, rgb) * (alpha * through);
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
        let voxel = self.sampler.voxel(ray.at(inner_mm));
        // A surface is one however slowly the value changes there.
        let gradient_per_mm =
            self.sampler.gradient_per_mm(voxel).normalize_or_zero() * Shading::SURFACE_PER_MM;
        self.lit(ray, inner_mm, gradient_per_mm, SURFACE_COLOR)
    }

    /// How hidden a place is, and how much around it is bone.
    fn around(&self, voxel: DVec3) -> DVec2 {
        let surroundings = self.surroundings.as_ref();
        surroundings.map_or(DVec2::ZERO, |surroundings| surroundings.at(voxel))
    }

    /// A colour at a place on a ray where the value changes so, in the light that reaches it.
    fn lit(&self, ray: &Ray, place_mm: f64, gradient_per_mm: DVec3, color: DVec3) -> DVec3 {
        let depth_mm = place_mm - ray.enters_mm;
        let place = Lit {
            gradient_per_mm,
            cut: ray
                .face
                .map(|face| (face, (1.0 - depth_mm / Shading::CUT_MM).clamp(0.0, 1.0))),
            openness: if self.view.is_occluded() {
                // A sample stands for the step before it, and is lit in its middle.
                let before_mm = match self.view.rendering {
                    Rendering::Surface => 0.0,
                    _ => 0.5 * self.step_mm,
                };
                let open_at = self.sampler.voxel(ray.at(place_mm - before_mm));
                Shading::openness(self.around(open_at).x, self.view.occlusion)
            } else {
                1.0
            },
        };
        self.shading.light(color, &place, ray.direction)
    }
}
