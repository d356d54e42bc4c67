//! Views in which a pixel covers more than a voxel: the coarser level, against the reference and for what it is there for.

use glam::DVec3;
use viewer_wasm::reference;
use viewer_wasm::render::RenderError;
use viewer_wasm::view::detail::coarser_part;
use viewer_wasm::view::{PlaneView, ViewState, Window};
use viewer_wasm::volume::SliceValues;

use crate::drawing::{PX, SIZE, draw, expected, load, renderer, views, worst};
use crate::scans::middle_of_phantom;

const ALIKE: f64 = 0.998;

/// The view, from so far that a pixel covers this many voxels of 1 unit.
fn zoomed_out(state: &ViewState, mm_per_px: f64) -> ViewState {
    match state {
        ViewState::Plane(view) => {
            let mut view = *view;
            view.mm_per_px = mm_per_px;
            ViewState::Plane(view)
        }
        ViewState::Grid(view) => ViewState::Grid(*view),
        ViewState::Volume(view) => {
            let mut view = *view;
            view.mm_per_px = mm_per_px;
            ViewState::Volume(view)
        }
    }
}

#[test]
fn zoomed_out_views_look_like_the_reference() -> Result<(), RenderError> {
    let (Some(mut plain), Some(mut folded)) = (renderer(), renderer()) else {
        return Ok(());
    };
    folded.limit_textures(64);
    // Odd sizes: the last texel of the coarser level is one voxel.
    let (series, volume) = middle_of_phantom(160, [121, 113, 57]);
    load(&mut plain, &series, &volume)?;
    load(&mut folded, &series, &volume)?;
    let bytes = plain.volume_bytes();
    assert_eq!(bytes, 121 * 113 * 57 * 2);
    let spacing = series.geometry.spacing_mm[0];
    let mut parts = Vec::new();
    for voxels in [2.05, 2.4] {
        for (name, state) in views(&series.geometry) {
            let state = zoomed_out(&state, spacing * voxels);
            let part = coarser_part(&state, &series.geometry);
            parts.push(part);
            let drawn = draw(&mut plain, &state)?;
            let alike = reference::ssim(&drawn, &expected(&volume, &state, (PX, PX)));
            assert!(alike > ALIKE, "{name} at {voxels}, part {part}: {alike}");
            let same = draw(&mut folded, &state)?;
            assert!(worst(&drawn, &same) <= 2, "{name} at {voxels}, folded");
        }
    }
    assert!(parts.contains(&0.0) && parts.contains(&1.0));
    assert!(parts.iter().any(|part| *part > 0.0 && *part < 1.0));
    assert!(plain.volume_bytes() > bytes, "made when it was needed");
    assert!((plain.volume_bytes() as f64) < 1.3 * bytes as f64);
    assert!((folded.volume_bytes() as f64) < 1.3 * bytes as f64);
    Ok(())
}

#[test]
fn a_plane_that_moves_by_less_than_a_pixel_flickers_less_and_keeps_its_brightness()
-> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    // Every other voxel white, in all three directions: grey from afar.
    let (series, mut volume) = middle_of_phantom(160, [160; 3]);
    for k in 0..160 {
        let value = |n: usize| {
            if (n % 160 + n / 160 + k).is_multiple_of(2) {
                2000
            } else {
                0
            }
        };
        let values = (0..160 * 160).map(value).collect();
        volume.insert(k, SliceValues::from_i16(values));
    }
    load(&mut renderer, &series, &volume)?;
    let spacing = series.geometry.spacing_mm[0];
    let plane = PlaneView {
        mm_per_px: spacing * 2.2,
        window: Window::new(1000.0, 2000.0),
        ..PlaneView::axial(&series.geometry, SIZE)
    };
    for moved in [0.0, 0.3, 0.5, 0.8] {
        let at = plane.center_mm + DVec3::new(moved, moved * 0.7, 0.0) * spacing;
        let image = draw(&mut renderer, &ViewState::Plane(plane.through(at)))?;
        let middle = image.get(PX / 2, PX / 2).unwrap_or_default()[0];
        assert!(middle.abs_diff(128) <= 2, "{moved}: {middle}");
    }
    Ok(())
}
