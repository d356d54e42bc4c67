//! A plane, sample by sample; and planes side by side.

use glam::{DVec2, DVec3};

use super::sample::Sampler;
use crate::view::detail::coarser_part;
use crate::view::plane::{slab_offsets_mm, slab_samples};
use crate::view::{GridView, Interpolation, PlaneView, RgbaImage, SlabMode, ViewState};
use crate::volume::Volume;

/// The picture of a plane, `size` (width, height) in pixels.
pub fn plane(volume: &Volume, view: &PlaneView, size: (u32, u32)) -> RgbaImage {
    let size_px = DVec2::new(size.0.into(), size.1.into());
    picture(volume, &ViewState::Plane(*view), size, |px| {
        (*view, view.patient_from_px(px, size_px))
    })
}

/// The picture of parallel planes side by side, `size` in pixels.
pub fn grid(volume: &Volume, view: &GridView, size: (u32, u32)) -> RgbaImage {
    let size_px = DVec2::new(size.0.into(), size.1.into());
    let tile_px = view.tile_size(size_px);
    picture(volume, &ViewState::Grid(*view), size, |px| {
        let (number, in_tile) = view.tile_at(px, size_px);
        let plane = view.tile(number);
        (plane, plane.patient_from_px(in_tile, tile_px))
    })
}

/// Every pixel from the plane that it lies on, and where (LPS, mm).
fn picture(
    volume: &Volume,
    state: &ViewState,
    size: (u32, u32),
    on_plane: impl Fn(DVec2) -> (PlaneView, DVec3),
) -> RgbaImage {
    let part = coarser_part(state, volume.geometry());
    let sampler = Sampler::new(volume).with_coarser(part);
    let mut image = RgbaImage::new(size.0, size.1);
    for y in 0..size.1 {
        for x in 0..size.0 {
            let (view, middle_mm) = on_plane(DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5));
            if let Some([r, g, b]) = color(&sampler, volume, &view, middle_mm) {
                image.set(x, y, [r, g, b, 255]);
            }
        }
    }
    image
}

/// The colour of one place of a plane; `None` outside the volume.
fn color(
    sampler: &Sampler<'_>,
    volume: &Volume,
    view: &PlaneView,
    middle_mm: DVec3,
) -> Option<[u8; 3]> {
    let samples = slab_samples(view, volume.geometry());
    let values = slab_offsets_mm(view.slab_mm, samples).filter_map(|offset_mm| {
        let patient_mm = middle_mm + view.normal() * offset_mm;
        let voxel = sampler.voxel_from_patient.transform_point3(patient_mm);
        sampler.inside(voxel).then(|| match view.interpolation {
            Interpolation::Linear => sampler.linear(voxel),
            Interpolation::Nearest => sampler.nearest(voxel),
            Interpolation::Cubic => sampler.cubic(voxel),
        })
    });
    let value = combine(values, view.slab_mode)?;
    Some(
        view.tones
            .color(view.window.brightness(value))
            .map(|part| (part * 255.0).round() as u8),
    )
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
