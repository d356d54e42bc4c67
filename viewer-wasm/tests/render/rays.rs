//! What rays do: how far they step changes no brightness, and what is empty or cut costs next to nothing.

use viewer_wasm::reference;
use viewer_wasm::render::RenderError;
use viewer_wasm::view::{Rendering, VolumePreset, VolumeView, Window};

use crate::drawing::worst;
use crate::stage::{PX, SIZE, Stage, mean};

#[test]
fn brightness_does_not_follow_the_step() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(160)? else {
        return Ok(());
    };
    for preset in VolumePreset::ALL {
        for occlusion in [0.0, 1.0] {
            let view = VolumeView {
                preset,
                occlusion,
                ..stage.fit()
            };
            let still = mean(&stage.draw(&view)?);
            for step_voxels in [0.5, 1.5, 2.0, 3.0] {
                let moving = mean(&stage.draw(&VolumeView {
                    step_voxels,
                    ..view
                })?);
                let change = (moving / still - 1.0).abs();
                println!(
                    "{} at {step_voxels}: {still:.2}, {moving:.2}",
                    preset.name()
                );
                // An airway is only its wall, half as thick as the longest of these steps.
                let follows = preset == VolumePreset::Airway || occlusion > 0.0;
                let tolerance = if follows { 0.05 } else { 0.02 };
                assert!(change < tolerance, "{}: {still}, {moving}", preset.name());
            }
        }
    }
    Ok(())
}

#[test]
fn what_is_empty_or_cut_costs_next_to_nothing() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(160)? else {
        return Ok(());
    };
    let view = stage.fit();
    let bone = stage.count(&view)?;
    println!("{bone:?}");
    assert!(bone.values * 3 < bone.steps, "{bone:?}");
    assert!(bone.lit <= bone.values && bone.bricks < bone.values);
    let mut half = view;
    half.clip.low.y = 0.5;
    let cut = stage.count(&half)?;
    assert!(cut.steps < bone.steps * 6 / 10, "{cut:?}");
    let average = VolumeView {
        rendering: Rendering::Average,
        ..view
    };
    let average = stage.count(&average)?;
    assert_eq!((average.values, average.lit), (average.steps, 0));
    assert_eq!(average.steps, bone.steps);
    let maximum = VolumeView {
        rendering: Rendering::Maximum,
        ..view
    };
    let maximum = stage.count(&maximum)?;
    println!("{maximum:?}");
    assert!(maximum.values * 10 < maximum.steps * 6 && maximum.bricks * 2 < maximum.values);
    let surface = VolumeView {
        rendering: Rendering::Surface,
        ..view
    };
    let surface = stage.count(&surface)?;
    assert!(surface.values * 5 < surface.steps && surface.lit <= u64::from(PX * PX));
    Ok(())
}

#[test]
fn the_maximum_is_that_of_every_sample_of_a_ray() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(120)? else {
        return Ok(());
    };
    let windows = [
        Window::BONE,
        Window::TEETH,
        Window::SOFT_TISSUE,
        Window::from_ends(-1100.0, 3500.0),
    ];
    for (number, window) in windows.into_iter().enumerate() {
        let mut view = VolumeView {
            rendering: Rendering::Maximum,
            azimuth_deg: 50.0 * number as f64,
            elevation_deg: 20.0 * number as f64,
            window,
            ..stage.fit().with_perspective(number % 2 == 1, SIZE)
        };
        for inverted in [false, true] {
            view.tones.invert = inverted;
            view.clip.high.x = if inverted { 0.6 } else { 1.0 };
            let drawn = stage.draw(&view)?;
            let expected = reference::volume(&stage.volume, &view, (PX, PX));
            // Half floats, and how finely the device interpolates.
            let off = worst(&drawn, &expected);
            let uneven = drawn
                .pixels
                .iter()
                .zip(&expected.pixels)
                .filter(|(a, b)| a != b);
            println!("{window:?}: {off}, {} bytes differ", uneven.count());
            assert!(off <= 2, "{window:?}, inverted {inverted}: {off}");
        }
    }
    Ok(())
}
