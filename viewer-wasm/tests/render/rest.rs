//! Pictures drawn part by part, and devices that go away.

use std::sync::{Arc, Mutex};

use viewer_wasm::render::{RenderError, Renderer};
use viewer_wasm::view::{RgbaImage, ViewId, ViewState, VolumeView};

use crate::drawing::{PX, draw, lay_out, load, renderer, upload, views, worst};
use crate::scans::middle_of_phantom;

const ID: ViewId = ViewId::Axial;

fn read(renderer: &mut Renderer) -> Result<RgbaImage, RenderError> {
    pollster::block_on(renderer.finish());
    pollster::block_on(renderer.read_view(ID))
}

fn views_of_volume(all: Vec<(String, ViewState)>) -> impl Iterator<Item = VolumeView> {
    all.into_iter().filter_map(|(_, state)| match state {
        ViewState::Volume(view) => Some(view),
        _ => None,
    })
}

#[test]
fn a_picture_drawn_in_parts_is_the_picture() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = middle_of_phantom(64, [64; 3]);
    load(&mut renderer, &series, &volume)?;
    for view in views_of_volume(views(&series.geometry)) {
        let state = ViewState::Volume(view);
        let whole = draw(&mut renderer, &state)?;
        let coarse = draw(&mut renderer, &ViewState::Volume(view.while_moving()))?;
        assert!(coarse.width < PX);
        let mut left = 0..PX;
        for rows in [1, 60, 7, 100, 500] {
            // Until the last part is there the coarse picture stays.
            assert_eq!(worst(&read(&mut renderer)?, &coarse), 0, "{left:?}");
            left = renderer.refine_view(ID, &view, left.start..left.start + rows);
        }
        assert!(left.is_empty(), "{left:?}");
        renderer.present()?;
        assert_eq!(worst(&read(&mut renderer)?, &whole), 0);
    }
    Ok(())
}

#[test]
fn surroundings_found_out_in_parts_are_the_surroundings() -> Result<(), RenderError> {
    let (Some(mut whole), Some(mut parts)) = (renderer(), renderer()) else {
        return Ok(());
    };
    let (series, volume) = middle_of_phantom(64, [64; 3]);
    load(&mut whole, &series, &volume)?;
    load(&mut parts, &series, &volume)?;
    let Some(view) = views_of_volume(views(&series.geometry)).next() else {
        panic!("no view")
    };
    let view = VolumeView {
        occlusion: 0.8,
        ..view
    };
    let other = VolumeView {
        shift: 150.0,
        ..view
    };
    let turned = VolumeView {
        azimuth_deg: view.azimuth_deg + 70.0,
        ..view
    };
    let plain = VolumeView {
        occlusion: 0.0,
        ..turned
    };
    lay_out(&mut parts, ID, PX);
    assert_eq!(parts.learn_surroundings(ViewId::Coronal, &view, 5), 0);
    assert_eq!(parts.learn_surroundings(ID, &plain, 5), 0);
    assert_eq!(parts.learn_surroundings(ID, &other, 9), 9);
    let total = parts.surroundings_left(&view).unwrap_or(0);
    assert_eq!(parts.surroundings_left(&other), Some(total - 9));
    let mut drawn = 0;
    for rows in [1, 7, 2, 10_000].into_iter().cycle() {
        // A hand that moves meanwhile changes nothing.
        draw(&mut parts, &ViewState::Volume(plain.while_moving()))?;
        let more = parts.learn_surroundings(ID, &view, rows);
        drawn += more;
        assert_eq!(parts.surroundings_left(&turned), Some(total - drawn));
        assert_eq!(parts.knows_surroundings(&turned), drawn == total);
        if more == 0 {
            break;
        }
    }
    assert_eq!(drawn, total);
    assert!(!parts.knows_surroundings(&other));
    for view in [turned, other, view] {
        let expected = draw(&mut whole, &ViewState::Volume(view))?;
        assert_eq!(
            worst(&draw(&mut parts, &ViewState::Volume(view))?, &expected),
            0
        );
    }
    // A picture finishes what was begun.
    assert!(parts.learn_surroundings(ID, &other, total / 2 + 3) > 0);
    let state = ViewState::Volume(other);
    assert_eq!(
        worst(&draw(&mut parts, &state)?, &draw(&mut whole, &state)?),
        0
    );
    Ok(())
}

#[test]
fn parts_of_another_scan_are_never_joined() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = middle_of_phantom(64, [64; 3]);
    load(&mut renderer, &series, &volume)?;
    let Some(view) = views_of_volume(views(&series.geometry)).next() else {
        panic!("no view")
    };
    lay_out(&mut renderer, ID, PX);
    renderer.render_view(ID, &ViewState::Volume(view.while_moving()));
    let left = renderer.refine_view(ID, &view, 0..100);
    assert_eq!(left, 100..PX);
    load(&mut renderer, &series, &volume)?;
    assert_eq!(
        renderer.refine_view(ID, &view, left),
        0..PX,
        "from the start"
    );
    assert_eq!(renderer.refine_view(ViewId::Coronal, &view, 0..9), 0..0);
    Ok(())
}

#[test]
fn a_lost_device_is_told_and_another_shows_the_same() -> Result<(), RenderError> {
    let Some(mut first) = renderer() else {
        return Ok(());
    };
    let (series, volume) = middle_of_phantom(64, [64, 60, 50]);
    load(&mut first, &series, &volume)?;
    let mut before = Vec::new();
    for (_, state) in views(&series.geometry) {
        before.push(draw(&mut first, &state)?);
    }
    let told = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&told);
    first.set_on_device_lost(move |_| {
        if let Ok(mut told) = counted.lock() {
            *told += 1;
        }
    });
    first.end_device();
    assert!(matches!(first.present(), Err(RenderError::DeviceLost(_))));
    // Nothing that is still done with it panics.
    upload(&mut first, &volume, [3])?;
    pollster::block_on(first.finish());
    assert!(pollster::block_on(first.read_view(ID)).is_err());
    drop(first);
    assert_eq!(told.lock().map(|told| *told).ok(), Some(1));

    let Some(mut second) = renderer() else {
        panic!("no other device")
    };
    load(&mut second, &series, &volume)?;
    for ((name, state), before) in views(&series.geometry).into_iter().zip(before) {
        assert_eq!(worst(&draw(&mut second, &state)?, &before), 0, "{name}");
    }
    Ok(())
}
