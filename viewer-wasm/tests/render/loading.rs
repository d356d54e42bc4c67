//! While a volume loads: what is shown is what has come, and a wrong expectation of its values is mended at the end.

use glam::DVec3;
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::render::RenderError;
use viewer_wasm::view::{Interpolation, PlaneView, Rendering, ViewState, VolumeView, Window};
use viewer_wasm::volume::Volume;

use crate::drawing::{PX, RANGE, SIZE, begin, draw, renderer, upload, worst};
use crate::scans::phantom;
use crate::stage::{self, Stage};

/// Most pictures are above 0.9999; a shading error of a factor 2 lies below this.
const ALIKE: f64 = 0.998;

#[test]
fn while_loading_the_nearest_slice_is_shown() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = phantom();
    begin(&mut renderer, &series)?;
    let axial = PlaneView::axial(&series.geometry, SIZE);
    let at = |k: usize| {
        let z = series.geometry.origin_mm[2] + series.geometry.spacing_mm[2] * k as f64;
        axial.through(DVec3::new(0.0, 0.0, z))
    };
    let nothing = draw(&mut renderer, &ViewState::Plane(axial))?;
    assert!(
        nothing.luminance().iter().all(|v| *v == 0.0),
        "nothing is there yet"
    );
    upload(&mut renderer, &volume, [48, 60])?;
    for (position, shown) in [(0, 48), (48, 48), (53, 48), (55, 60), (95, 60)] {
        let drawn = draw(&mut renderer, &ViewState::Plane(at(position)))?;
        let expected = reference::plane(&volume, &at(shown), (PX, PX));
        let alike = reference::ssim(&drawn, &expected);
        assert!(alike > 0.999, "at {position}: {alike}");
    }
    // The volume rendering shows the two slices that have come, and nothing between them.
    let view = VolumeView {
        azimuth_deg: 0.0,
        elevation_deg: 0.0,
        occlusion: 0.0,
        ..VolumeView::fit(&series.geometry, SIZE)
    };
    let drawn = draw(&mut renderer, &ViewState::Volume(view))?;
    let mut came = Volume::new(&series);
    for k in [48, 60] {
        if let Some(slice) = volume.slice(k) {
            came.insert(k, slice.clone());
        }
    }
    let expected = reference::volume_while_loading(&came, &view, (PX, PX));
    let alike = reference::ssim(&drawn, &expected);
    assert!(alike > ALIKE, "{alike}");
    Ok(())
}

#[test]
fn a_wrong_expectation_is_mended_at_the_end() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = phantom();
    renderer.begin_volume(
        &series.geometry,
        &series.rescale,
        series.value_type,
        (20_000.0, 32_000.0),
    )?;
    upload(&mut renderer, &volume, 0..96)?;
    renderer.finish_volume(RANGE, &volume)?;
    // A window of 40 values: rounding to steps of 16, as around the wrong centre, would show.
    let plane = PlaneView {
        window: Window::new(40.0, 40.0),
        interpolation: Interpolation::Nearest,
        ..PlaneView::axial(&series.geometry, SIZE)
    };
    let drawn = draw(&mut renderer, &ViewState::Plane(plane))?;
    let expected = reference::plane(&volume, &plane, (PX, PX));
    let worst = worst(&drawn, &expected);
    assert!(worst <= 1, "{worst}");
    Ok(())
}

#[test]
fn while_loading_nothing_is_drawn_where_slices_are_missing() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(96)? else {
        return Ok(());
    };
    let series = Phantom::dental(96).series();
    let mut partial = Volume::new(&series);
    begin(&mut stage.renderer, &series)?;
    for rendering in Rendering::ALL {
        let view = VolumeView {
            rendering,
            occlusion: 0.0,
            ..stage.fit()
        };
        // More and more of them: at first every sixth, and a block without gaps.
        let more = |k: usize| match rendering {
            Rendering::Composite => k.is_multiple_of(6) || (30..42).contains(&k),
            Rendering::Maximum => k.is_multiple_of(3),
            Rendering::Average => (40..70).contains(&k),
            Rendering::Surface => k > 80,
        };
        for k in (0..96).filter(|k| more(*k)) {
            if let Some(slice) = stage.volume.slice(k) {
                stage.renderer.upload_slice(k, slice)?;
                partial.insert(k, slice.clone());
            }
        }
        let drawn = stage.draw(&view)?;
        let expected = reference::volume_while_loading(&partial, &view, (stage::PX, stage::PX));
        let alike = reference::ssim(&drawn, &expected);
        let whole = reference::ssim(
            &drawn,
            &reference::volume(&stage.volume, &view, (stage::PX, stage::PX)),
        );
        println!("{rendering:?}: {alike:.4}, the whole volume {whole:.4}");
        assert!(alike >= stage::ALIKE, "{rendering:?}: {alike}");
        assert!(whole < alike, "{rendering:?}: {whole}");
    }
    Ok(())
}
