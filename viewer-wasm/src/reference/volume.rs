//! The volume rendering, every sample of every ray.

use glam::{DVec2, DVec3};

use super::sample::Sampler;
use crate::view::camera::{OPAQUE_ENOUGH, Shading, VOLUME_BACKGROUND, jitter};
use crate::view::{Rendering, RgbaImage, TransferFunction, VolumeView};
use crate::volume::Volume;

/// The picture of a volume rendering, `size` (width, height) in pixels.
pub fn volume(volume: &Volume, view: &VolumeView, size: (u32, u32)) -> RgbaImage {
    let sampler = Sampler::new(volume);
    let step_mm = view.step_mm(volume.geometry());
    let size_px = DVec2::new(size.0.into(), size.1.into());
    let mut image = RgbaImage::new(size.0, size.1);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let px = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
            let start = sampler
                .voxel_from_patient
                .transform_point3(view.patient_from_px(px, size_px));
            let step = sampler.voxel_from_patient.matrix3 * (view.axes().forward * step_mm);
            let reach = view.reach_steps(volume.geometry());
            let phase = jitter(x, y);
            let positions = (-reach..=reach)
                .map(|n| start + step * (n as f64 + phase))
                .filter(|voxel| sampler.inside(*voxel));
            let color = match view.rendering {
                Rendering::Maximum => brightest(&sampler, view, positions),
                Rendering::Composite => composite(&sampler, view, step_mm, positions),
            };
            let [r, g, b] = color
                .to_array()
                .map(|c| (c.clamp(0.0, 1.0) * 255.0).round() as u8);
            image.set(x, y, [r, g, b, 255]);
        }
    }
    image
}

fn brightest(
    sampler: &Sampler<'_>,
    view: &VolumeView,
    positions: impl Iterator<Item = DVec3>,
) -> DVec3 {
    let largest = positions
        .map(|voxel| sampler.linear(voxel))
        .reduce(f64::max);
    largest.map_or(VOLUME_BACKGROUND, |value| {
        DVec3::from_array(view.tones.color(view.window.brightness(value)))
    })
}

fn composite(
    sampler: &Sampler<'_>,
    view: &VolumeView,
    step_mm: f64,
    positions: impl Iterator<Item = DVec3>,
) -> DVec3 {
    let transfer = view.transfer_function();
    let shading = Shading::new(view);
    let (mut color, mut through) = (DVec3::ZERO, 1.0);
    for voxel in positions {
        let (rgb, opacity) = transfer.at(sampler.linear(voxel));
        if opacity <= 0.0 {
            continue;
        }
        let alpha = TransferFunction::opacity_over(opacity, step_mm);
        let lit = shading.light(DVec3::from_array(rgb), sampler.gradient_per_mm(voxel));
        color += lit * (alpha * through);
        through *= 1.0 - alpha;
        if through < 1.0 - OPAQUE_ENOUGH {
            break;
        }
    }
    color + VOLUME_BACKGROUND * through
}
