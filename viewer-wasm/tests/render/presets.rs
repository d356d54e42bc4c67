//! The volume rendering of every preset, from several sides, against the plain CPU reference.

use viewer_wasm::reference;
use viewer_wasm::render::RenderError;
use viewer_wasm::series::Series;
use viewer_wasm::view::{Rendering, ViewState, VolumePreset, VolumeView};
use viewer_wasm::volume::Volume;

use crate::drawing::{PX, SIZE, draw, load, renderer};
use crate::scans::{askew, phantom, sheared};

/// Most pictures are above 0.9999; a shading error of a factor 2 lies below this.
const ALIKE: f64 = 0.998;

fn compare_volume_views(series: &Series, volume: &Volume) -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    load(&mut renderer, series, volume)?;
    let composites = VolumePreset::ALL.map(|preset| (preset.name(), preset, Rendering::Composite));
    let maximum = ("mip", VolumePreset::Bone, Rendering::Maximum);
    for (name, preset, rendering) in composites.into_iter().chain([maximum]) {
        for (azimuth_deg, elevation_deg) in [(0.0, 0.0), (37.0, 12.0), (-140.0, -55.0)] {
            let view = VolumeView {
                preset,
                rendering,
                azimuth_deg,
                elevation_deg,
                ..VolumeView::fit(&series.geometry, SIZE)
            };
            let drawn = draw(&mut renderer, &ViewState::Volume(view))?;
            let expected = reference::volume(volume, &view, (PX, PX));
            let alike = reference::ssim(&drawn, &expected);
            println!("{name} from {azimuth_deg}°, {elevation_deg}°: {alike:.5}");
            assert!(
                alike > ALIKE,
                "{name} from {azimuth_deg}°, {elevation_deg}°: {alike}"
            );
        }
    }
    Ok(())
}

#[test]
fn volume_renderings_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = phantom();
    compare_volume_views(&series, &volume)
}

#[test]
fn volume_renderings_of_a_volume_that_lies_askew_look_like_the_reference() -> Result<(), RenderError>
{
    let (series, volume) = askew();
    compare_volume_views(&series, &volume)
}

#[test]
fn volume_renderings_of_a_tilted_scan_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = sheared();
    compare_volume_views(&series, &volume)
}
