//! The renderer's pictures against the plain CPU reference, on a real (software) graphics device.
//!
//! Where there is no device the tests say so in one line; with `CUSPID_REQUIRE_GPU=1` that is a failure.
#![cfg(feature = "render")]

use glam::{DVec2, DVec3};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::render::{Rect, RenderError, Renderer};
use viewer_wasm::series::{Geometry, Rescale, Series, ValueType};
use viewer_wasm::view::{
    GridView, Interpolation, PlaneView, Rendering, RgbaImage, SlabMode, Tones, ViewId, ViewState,
    VolumePreset, VolumeView, Window,
};
use viewer_wasm::volume::{SliceValues, Volume};

const PX: u32 = 192;
const SIZE: DVec2 = DVec2::splat(PX as f64);
/// Most pictures are above 0.9999; a shading error of a factor 2 lies below this.
const ALIKE: f64 = 0.998;

fn renderer() -> Option<Renderer> {
    match pollster::block_on(Renderer::headless()) {
        Ok(renderer) => Some(renderer),
        Err(error) => {
            assert!(
                std::env::var("CUSPID_REQUIRE_GPU").as_deref() != Ok("1"),
                "{error}"
            );
            println!("skipped: {error}");
            None
        }
    }
}

fn load(renderer: &mut Renderer, series: &Series, volume: &Volume) -> Result<(), RenderError> {
    renderer.begin_volume(
        &series.geometry,
        &series.rescale,
        series.value_type,
        (-1024.0, 3071.0),
    )?;
    for k in 0..series.geometry.dims[2] {
        if let Some(slice) = volume.slice(k) {
            renderer.upload_slice(k, slice)?;
        }
    }
    renderer.finish_volume((-1024.0, 3071.0), volume)
}

fn draw(renderer: &mut Renderer, state: &ViewState) -> Result<RgbaImage, RenderError> {
    let id = ViewId::Axial;
    renderer.set_layout(&[(
        id,
        Rect {
            x: 0,
            y: 0,
            width: PX,
            height: PX,
        },
    )]);
    renderer.render_view(id, state);
    renderer.present()?;
    pollster::block_on(renderer.finish());
    pollster::block_on(renderer.read_view(id))
}

fn phantom() -> (Series, Volume) {
    let phantom = Phantom::dental(96);
    (phantom.series(), phantom.volume())
}

/// The same values as if scanned askew with long voxels, and rescaled.
fn askew() -> (Series, Volume) {
    let phantom = Phantom::dental(96);
    let mut series = phantom.series();
    let turn = glam::DQuat::from_euler(glam::EulerRot::ZXY, 0.3, -0.2, 0.9);
    let axes = [turn * DVec3::X, turn * DVec3::Y, turn * DVec3::Z];
    series.geometry = Geometry {
        dims: [96; 3],
        spacing_mm: [0.8, 0.8, 1.3],
        spacing_known: true,
        origin_mm: [-30.0, 12.0, 80.0],
        direction: std::array::from_fn(|i| axes[i / 3][i % 3]),
    };
    series.rescale = vec![
        Rescale {
            slope: 0.5,
            intercept: -1000.0
        };
        96
    ];
    series.value_type = ValueType::U16;
    let mut volume = Volume::new(&series);
    for k in 0..96 {
        let stored = phantom
            .slice(k)
            .into_iter()
            .map(|v| ((v + 1024) * 2) as u16)
            .collect();
        volume.insert(k, SliceValues::from_u16(stored));
    }
    (series, volume)
}

/// The same with a tilted gantry besides: the volume's axes are not perpendicular.
fn sheared() -> (Series, Volume) {
    let (mut series, old) = askew();
    let row = series.geometry.row_direction();
    let column = series.geometry.column_direction();
    let slice = (series.geometry.slice_direction() + column * 0.3 - row * 0.1).normalize();
    series.geometry.direction[6..].copy_from_slice(&slice.to_array());
    let mut volume = Volume::new(&series);
    for k in 0..96 {
        if let Some(slice) = old.slice(k) {
            volume.insert(k, slice.clone());
        }
    }
    (series, volume)
}

fn planes(geometry: &Geometry) -> Vec<(String, PlaneView)> {
    let mut views = Vec::new();
    for id in ViewId::PLANES {
        let Some(plane) = PlaneView::of_view(id, geometry, SIZE) else {
            continue;
        };
        views.push((id.name().to_owned(), plane));
        let oblique = plane.turned(geometry.center_mm(), DVec3::new(0.4, 1.0, -0.3), 0.7);
        views.push((format!("oblique {}", id.name()), oblique));
    }
    let axial = PlaneView::axial(geometry, SIZE);
    for (name, slab_mode) in [
        ("mean", SlabMode::Mean),
        ("mip", SlabMode::Mip),
        ("minip", SlabMode::MinIp),
    ] {
        views.push((
            name.into(),
            PlaneView {
                slab_mm: 7.3,
                slab_mode,
                ..axial
            },
        ));
    }
    let zoomed = axial.zoomed(3.0, DVec2::new(50.0, 60.0), SIZE);
    views.push(("zoomed".into(), zoomed));
    views.push((
        "inverted".into(),
        PlaneView {
            tones: Tones {
                invert: true,
                ..Tones::PLAIN
            },
            window: Window::TEETH,
            ..zoomed
        },
    ));
    views.push((
        "nearest".into(),
        PlaneView {
            interpolation: Interpolation::Nearest,
            ..zoomed.panned(DVec2::splat(0.37))
        },
    ));
    let cubic = PlaneView {
        interpolation: Interpolation::Cubic,
        ..zoomed.zoomed(2.0, DVec2::new(90.0, 100.0), SIZE)
    };
    views.push(("cubic".into(), cubic));
    let turned = cubic.turned(cubic.center_mm, DVec3::new(0.4, 1.0, -0.3), 0.7);
    views.push(("oblique cubic".into(), turned));
    let slab_mm = 3.1;
    views.push(("cubic slab".into(), PlaneView { slab_mm, ..turned }));
    views
}

fn compare_planes(series: &Series, volume: &Volume) -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    load(&mut renderer, series, volume)?;
    for (name, plane) in planes(&series.geometry) {
        let drawn = draw(&mut renderer, &ViewState::Plane(plane))?;
        let expected = reference::plane(volume, &plane, (PX, PX));
        let alike = reference::ssim(&drawn, &expected);
        println!("{name}: {alike:.5}");
        assert!(alike > ALIKE, "{name}: {alike}");
    }
    Ok(())
}

fn compare_grids(series: &Series, volume: &Volume) -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    load(&mut renderer, series, volume)?;
    let (columns, rows) = (4, 3);
    let tile_px = SIZE / DVec2::new(columns.into(), rows.into());
    let axial = PlaneView::axial(&series.geometry, tile_px);
    let first = axial.shifted(-14.0, &series.geometry);
    let grid = |first| GridView {
        first,
        columns,
        rows,
        spacing_mm: 2.3,
    };
    let tilted = first.turned(axial.center_mm, DVec3::new(0.3, 1.0, 0.1), 0.4);
    for (name, view) in [
        ("straight", grid(first)),
        ("oblique", grid(tilted)),
        (
            "slabs",
            grid(PlaneView {
                slab_mm: 2.0,
                slab_mode: SlabMode::Mip,
                ..first
            }),
        ),
        (
            "cubic",
            grid(PlaneView {
                interpolation: Interpolation::Cubic,
                ..tilted
            }),
        ),
    ] {
        let drawn = draw(&mut renderer, &ViewState::Grid(view))?;
        let expected = reference::grid(volume, &view, (PX, PX));
        let alike = reference::ssim(&drawn, &expected);
        println!("grid, {name}: {alike:.5}");
        assert!(alike > ALIKE, "grid, {name}: {alike}");
    }
    // Each tile is what the plane shows there.
    let view = grid(first);
    let drawn = draw(&mut renderer, &ViewState::Grid(view))?;
    for number in 0..view.count() {
        let corner = view.tile_corner(number, SIZE);
        let tile = reference::plane(
            volume,
            &view.tile(number),
            (tile_px.x as u32, tile_px.y as u32),
        );
        for (x, y) in [(10, 20), (24, 32), (33, 50)] {
            let seen = drawn.get(corner.x as u32 + x, corner.y as u32 + y);
            let plane = tile.get(x, y).unwrap_or_default();
            let off = seen.map(|seen| seen[0].abs_diff(plane[0]));
            assert!(
                off.is_some_and(|off| off <= 2),
                "tile {number} at {x}, {y}: {off:?}"
            );
        }
    }
    Ok(())
}

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
fn planes_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = phantom();
    compare_planes(&series, &volume)
}

#[test]
fn planes_of_a_volume_that_lies_askew_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = askew();
    compare_planes(&series, &volume)
}

#[test]
fn grids_of_slices_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = phantom();
    compare_grids(&series, &volume)?;
    let (series, volume) = askew();
    compare_grids(&series, &volume)
}

#[test]
fn a_cubic_plane_shows_voxels_as_they_are() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = phantom();
    load(&mut renderer, &series, &volume)?;
    // A pixel for each voxel, centres on centres.
    let fitted = PlaneView::axial(&series.geometry, SIZE);
    let half = DVec3::new(0.5, 0.5, 0.0) * series.geometry.spacing_mm[0];
    let cubic = PlaneView {
        mm_per_px: series.geometry.spacing_mm[0],
        center_mm: fitted.center_mm + half,
        interpolation: Interpolation::Cubic,
        window: Window::new(1000.0, 4080.0),
        ..fitted
    };
    let nearest = PlaneView {
        interpolation: Interpolation::Nearest,
        ..cubic
    };
    let drawn = draw(&mut renderer, &ViewState::Plane(cubic))?;
    let expected = reference::plane(&volume, &nearest, (PX, PX));
    let worst = drawn
        .pixels
        .iter()
        .zip(&expected.pixels)
        .map(|(a, b)| a.abs_diff(*b))
        .max();
    assert!(worst.is_some_and(|worst| worst <= 1), "{worst:?}");
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
fn pictures_of_a_tilted_scan_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = sheared();
    compare_planes(&series, &volume)?;
    compare_volume_views(&series, &volume)
}

#[test]
fn the_nearest_voxel_is_shown_unchanged() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = phantom();
    load(&mut renderer, &series, &volume)?;
    // Wide enough that neighbouring values differ by less than a grey level: any blending would show.
    let window = Window::new(1000.0, 4080.0);
    let plane = PlaneView {
        interpolation: Interpolation::Nearest,
        window,
        ..PlaneView::coronal(&series.geometry, SIZE)
    };
    let drawn = draw(&mut renderer, &ViewState::Plane(plane))?;
    let expected = reference::plane(&volume, &plane, (PX, PX));
    let worst = drawn
        .pixels
        .iter()
        .zip(&expected.pixels)
        .map(|(a, b)| a.abs_diff(*b))
        .max();
    assert!(worst.is_some_and(|worst| worst <= 1), "{worst:?}");
    Ok(())
}

#[test]
fn landmarks_are_at_their_pixels() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let phantom = Phantom::dental(160);
    load(&mut renderer, &phantom.series(), &phantom.volume())?;
    let window = Window::new(1000.0, 4200.0);
    let mut seen = 0;
    for landmark in phantom.landmarks() {
        // Not smaller than what 0.5 mm voxels keep pure.
        if landmark.radius_mm < 0.5 {
            continue;
        }
        for id in ViewId::PLANES {
            let Some(plane) = PlaneView::of_view(id, &phantom.geometry(), SIZE) else {
                continue;
            };
            let plane = PlaneView {
                window,
                ..plane.through(landmark.center_mm)
            };
            let px = plane.px_from_patient(landmark.center_mm, SIZE);
            let image = draw(&mut renderer, &ViewState::Plane(plane))?;
            let pixel = image.get(px.x as u32, px.y as u32).unwrap_or_default();
            let expected = window.brightness(landmark.value) * 255.0;
            let off = (f64::from(pixel[0]) - expected).abs();
            assert!(
                off < 12.0,
                "{} in {}: {pixel:?}, expected {expected}",
                landmark.name,
                id.name()
            );
            seen += 1;
        }
    }
    assert!(seen >= 15, "{seen}");
    Ok(())
}

#[test]
fn while_loading_the_nearest_slice_is_shown() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = phantom();
    renderer.begin_volume(
        &series.geometry,
        &series.rescale,
        series.value_type,
        (-1024.0, 3071.0),
    )?;
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
    for k in [48, 60] {
        if let Some(slice) = volume.slice(k) {
            renderer.upload_slice(k, slice)?;
        }
    }
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
    for k in 0..96 {
        if let Some(slice) = volume.slice(k) {
            renderer.upload_slice(k, slice)?;
        }
    }
    renderer.finish_volume((-1024.0, 3071.0), &volume)?;
    // A window of 40 values: rounding to steps of 16, as around the wrong centre, would show.
    let plane = PlaneView {
        window: Window::new(40.0, 40.0),
        interpolation: Interpolation::Nearest,
        ..PlaneView::axial(&series.geometry, SIZE)
    };
    let drawn = draw(&mut renderer, &ViewState::Plane(plane))?;
    let expected = reference::plane(&volume, &plane, (PX, PX));
    let worst = drawn
        .pixels
        .iter()
        .zip(&expected.pixels)
        .map(|(a, b)| a.abs_diff(*b))
        .max();
    assert!(worst.is_some_and(|worst| worst <= 1), "{worst:?}");
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = phantom();
    let huge = Geometry {
        dims: [64, 64, 1_000_000],
        ..series.geometry
    };
    let refused = renderer.begin_volume(&huge, &series.rescale, ValueType::I16, (0.0, 1.0));
    assert!(
        matches!(
            refused,
            Err(RenderError::TooLarge {
                axis: "slices",
                size: 1_000_000,
                ..
            })
        ),
        "{refused:?}"
    );
    let empty = Geometry {
        dims: [64, 0, 64],
        ..series.geometry
    };
    let refused = renderer.begin_volume(&empty, &series.rescale, ValueType::I16, (0.0, 1.0));
    assert!(matches!(refused, Err(RenderError::Empty)), "{refused:?}");
    let Some(slice) = volume.slice(0) else {
        return Ok(());
    };
    assert!(matches!(
        renderer.upload_slice(0, slice),
        Err(RenderError::NoVolume)
    ));
    load(&mut renderer, &series, &volume)?;
    assert_eq!(renderer.bricks(), 12 * 12 * 12);
    let refused = renderer.upload_slice(96, slice);
    assert!(
        matches!(refused, Err(RenderError::SliceMismatch { index: 96, .. })),
        "{refused:?}"
    );
    let refused = pollster::block_on(renderer.read_view(ViewId::Coronal));
    assert!(matches!(refused, Err(RenderError::NoView)), "{refused:?}");
    renderer.drop_volume();
    assert_eq!(renderer.bricks(), 0);
    renderer.present()
}
