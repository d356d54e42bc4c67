//! A plane, sample by sample.

use glam::DVec2;

use super::sample::Sampler;
use crate::view::detail::coarser_part;
use crate::view::plane::{slab_offsets_mm, slab_samples};
use crate::view::{Interpolation, PlaneView, RgbaImage, SlabMode, ViewState};
use crate::volume::Volume;

/// The picture of a plane, `size` (width, height) in pixels.
pub fn plane(volume: &Volume, view: &PlaneView, size: (u32, u32)) -> RgbaImage {
    let part = coarser_part(&ViewState::Plane(*view), volume.geometry());
    let sampler = Sampler::new(volume).with_coarser(part);
    let size_px = DVec2::new(size.0.into(), size.1.into());
    let samples = slab_samples(view, volume.geometry());
    let mut image = RgbaImage::new(size.0, size.1);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let px = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
            let on_plane = view.patient_from_px(px, size_px);
            let values = slab_offsets_mm(view.slab_mm, samples).filter_map(|offset_mm| {
                let patient_mm = on_plane + view.normal() * offset_mm;
                let voxel = sampler.voxel_from_patient.transform_point3(patient_mm);
                sampler.inside(voxel).then(|| match view.interpolation {
                    Interpolation::Linear => sampler.linear(voxel),
                    Interpolation::Nearest => sampler.nearest(voxel),
                })
            });
            let Some(value) = combine(values, view.slab_mode) else {
                continue;
            };
            let [r, g, b] = view
                .tones
                .color(view.window.brightness(value))
                .map(|part| (part * 255.0).round() as u8);
            image.set(x, y, [r, g, b, 255]);
        }
    }
    image
}

fn combine(values: impl Iterator<Item = f64>, mode: SlabMode) -> Option<f64> {
    match mode {
        SlabMode::Mip => values.reduce(f64::max),
        SlabMode::MinIp => values.reduce(f64::min),
        SlabMode::Mean => {
            let (sum, count) = values.fold((0.0, 0), |(sum, count), v| (sum + v, count + 1));
            (count > 0).then(|| sum / f64::from(count))
        }
    }
}
