//! Planes against the plain CPU reference, voxel by voxel and landmark by landmark.

use glam::{DVec2, DVec3};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::render::RenderError;
use viewer_wasm::series::{Geometry, Series};
use viewer_wasm::view::{Interpolation, PlaneView, SlabMode, Tones, ViewId, ViewState, Window};
use viewer_wasm::volume::Volume;

use crate::drawing::{PX, SIZE, draw, load, renderer, worst};
use crate::scans::{askew, phantom, sheared};

/// Most pictures are above 0.9999; a shading error of a factor 2 lies below this.
const ALIKE: f64 = 0.998;

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
fn planes_of_a_tilted_scan_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = sheared();
    compare_planes(&series, &volume)
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
    let worst = worst(&drawn, &expected);
    assert!(worst <= 1, "{worst}");
    Ok(())
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
    let worst = worst(&drawn, &expected);
    assert!(worst <= 1, "{worst}");
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
