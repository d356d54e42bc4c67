//! The volume rendering's modes against the plain CPU reference: average, surface, clipping, perspective, insets,
//! occlusion, edited functions.

use glam::DVec3;
use viewer_wasm::reference;
use viewer_wasm::render::RenderError;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::{
    Clip, ClipPlane, ControlPoint, Inset, Rendering, Tones, TransferFunction, VolumePreset,
    VolumeView, Window,
};

use crate::scans::tilted;
use crate::stage::{PX, SIZE, Stage};

fn clipped(geometry: &Geometry) -> Clip {
    Clip {
        low: DVec3::new(0.1, 0.3, 0.0),
        high: DVec3::new(0.8, 1.0, 0.85),
        planes: [
            Some(ClipPlane {
                point_mm: geometry.center_mm() + DVec3::new(0.0, -6.0, 3.0),
                normal: DVec3::new(0.3, -0.8, 0.5).normalize(),
            }),
            None,
            Some(ClipPlane {
                point_mm: geometry.center_mm() + DVec3::X * 20.0,
                normal: DVec3::X,
            }),
        ],
    }
}

fn insets(geometry: &Geometry) -> [Option<Inset>; 3] {
    let at = |x: f64, y: f64, z: f64, normal: DVec3| {
        Some(Inset {
            point_mm: geometry.center_mm() + DVec3::new(x, y, z),
            normal,
        })
    };
    [
        at(0.0, 0.0, -8.0, DVec3::Z),
        None,
        at(4.0, 0.0, 0.0, DVec3::new(1.0, 0.2, 0.0).normalize()),
    ]
}

/// Every mode and feature, one by one and together.
fn looks(view: VolumeView, geometry: &Geometry) -> Vec<(&'static str, VolumeView)> {
    let custom = TransferFunction::new([(600.0, 0.0), (900.0, 0.3), (3000.0, 0.9)].map(
        |(value, opacity)| ControlPoint {
            value,
            color: [0.4, opacity, 1.0 - opacity],
            opacity,
        },
    ));
    let average = VolumeView {
        rendering: Rendering::Average,
        window: Window::new(100.0, 1600.0),
        ..view
    };
    let surface = VolumeView {
        rendering: Rendering::Surface,
        ..view
    };
    let clip = clipped(geometry);
    let insets = insets(geometry);
    vec![
        (
            "custom",
            VolumeView {
                custom: Some(custom),
                ..view
            },
        ),
        ("average", average),
        (
            "average, clipped, inverted and dark",
            VolumeView {
                clip,
                tones: Tones {
                    invert: true,
                    gamma: 0.6,
                    ..Tones::PLAIN
                },
                ..average
            },
        ),
        (
            "maximum, clipped",
            VolumeView {
                rendering: Rendering::Maximum,
                clip,
                ..view
            },
        ),
        ("surface", surface),
        (
            "surface of enamel",
            VolumeView {
                surface_value: 2000.0,
                ..surface
            },
        ),
        ("surface, clipped", VolumeView { clip, ..surface }),
        ("clipped", VolumeView { clip, ..view }),
        ("insets", VolumeView { insets, ..view }),
        (
            "insets in what is clipped, on a surface",
            VolumeView {
                clip,
                insets,
                tones: Tones {
                    gamma: 1.8,
                    ..Tones::PLAIN
                },
                ..surface
            },
        ),
        (
            "occlusion",
            VolumeView {
                occlusion: 1.0,
                ..view
            },
        ),
        (
            "occlusion of teeth, clipped",
            VolumeView {
                preset: VolumePreset::Teeth,
                occlusion: 0.7,
                clip,
                ..view
            },
        ),
        (
            "nerves, clipped",
            VolumeView {
                clip,
                ..view.with_preset(VolumePreset::TeethNerve)
            },
        ),
        ("airway", view.with_preset(VolumePreset::Airway)),
        (
            "occlusion of a surface",
            VolumeView {
                occlusion: 0.7,
                ..surface
            },
        ),
    ]
}

/// One in three, from the `first` on: three tests share the looks, since the reference takes its time over each.
fn every_third_look(first: usize) -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(96)? else {
        return Ok(());
    };
    let geometry = *stage.volume.geometry();
    for (name, view) in looks(stage.fit(), &geometry)
        .into_iter()
        .skip(first)
        .step_by(3)
    {
        stage.compare_around(name, &view)?;
    }
    Ok(())
}

#[test]
fn every_look_is_that_of_the_reference_one_in_three() -> Result<(), RenderError> {
    every_third_look(0)
}

#[test]
fn every_look_is_that_of_the_reference_the_next() -> Result<(), RenderError> {
    every_third_look(1)
}

#[test]
fn every_look_is_that_of_the_reference_and_the_last() -> Result<(), RenderError> {
    every_third_look(2)
}

#[test]
fn every_look_of_a_tilted_scan_is_that_of_the_reference() -> Result<(), RenderError> {
    let (series, volume) = tilted(80);
    let Some(mut stage) = Stage::new(&series, volume)? else {
        return Ok(());
    };
    let view = VolumeView {
        azimuth_deg: 65.0,
        elevation_deg: -20.0,
        ..stage.fit()
    };
    for (name, view) in looks(view, &series.geometry) {
        stage.compare(name, &view.with_perspective(true, SIZE))?;
    }
    Ok(())
}

#[test]
fn every_preset_is_that_of_the_reference() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(96)? else {
        return Ok(());
    };
    for preset in VolumePreset::ALL {
        let view = VolumeView {
            preset,
            occlusion: 0.8,
            azimuth_deg: 40.0,
            ..stage.fit()
        };
        stage.compare(preset.name(), &view)?;
    }
    Ok(())
}

#[test]
fn an_eye_inside_the_patient_sees_what_is_before_it() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(96)? else {
        return Ok(());
    };
    for rendering in Rendering::ALL {
        let view = VolumeView {
            rendering,
            azimuth_deg: 25.0,
            eye_mm: Some(15.0),
            mm_per_px: 0.15,
            ..stage.fit()
        };
        stage.compare(rendering.name(), &view)?;
    }
    Ok(())
}

#[test]
fn a_box_that_is_inside_out_leaves_nothing() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(32)? else {
        return Ok(());
    };
    for rendering in Rendering::ALL {
        let mut view = VolumeView {
            rendering,
            ..stage.fit()
        };
        (view.clip.low.y, view.clip.high.y) = (0.6, 0.4);
        let drawn = stage.draw(&view)?;
        let background = drawn.get(0, 0);
        assert!(
            drawn
                .pixels
                .as_chunks::<4>()
                .0
                .iter()
                .all(|p| Some(*p) == background)
        );
        assert_eq!(drawn, reference::volume(&stage.volume, &view, (PX, PX)));
    }
    Ok(())
}
