//! The volume rendering's modes against the plain CPU reference, on a real (software) graphics device: average, surface,
//! clipping, perspective, insets, occlusion, edited functions; and where things are in them.
//!
//! Where there is no device the tests say so in one line; with `CUSPID_REQUIRE_GPU=1` that is a failure.
#![cfg(feature = "render")]

use glam::{DVec2, DVec3};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::render::{RayCounts, Rect, RenderError, Renderer};
use viewer_wasm::series::{Geometry, Series};
use viewer_wasm::view::{
    Clip, ClipPlane, ControlPoint, Inset, Rendering, RgbaImage, Tones, TransferFunction, ViewId,
    ViewState, VolumePreset, VolumeView, Window,
};
use viewer_wasm::volume::{SliceValues, Volume};

const PX: u32 = 128;
const SIZE: DVec2 = DVec2::splat(PX as f64);
const ALIKE: f64 = 0.99;
const ID: ViewId = ViewId::Volume;

/// A renderer with a volume on it.
struct Stage {
    renderer: Renderer,
    volume: Volume,
}

impl Stage {
    /// `None` where there is no device.
    fn new(series: &Series, volume: Volume) -> Result<Option<Self>, RenderError> {
        let mut renderer = match pollster::block_on(Renderer::headless()) {
            Ok(renderer) => renderer,
            Err(error) => {
                let required = std::env::var("CUSPID_REQUIRE_GPU").as_deref() == Ok("1");
                assert!(!required, "{error}");
                println!("skipped: {error}");
                return Ok(None);
            }
        };
        let range = (-1024.0, 3071.0);
        renderer.begin_volume(&series.geometry, &series.rescale, series.value_type, range)?;
        for k in 0..series.geometry.dims[2] {
            if let Some(slice) = volume.slice(k) {
                renderer.upload_slice(k, slice)?;
            }
        }
        renderer.finish_volume(range, &volume)?;
        let rect = Rect {
            x: 0,
            y: 0,
            width: PX,
            height: PX,
        };
        renderer.set_layout(&[(ID, rect)]);
        Ok(Some(Self { renderer, volume }))
    }

    fn phantom(size: usize) -> Result<Option<Self>, RenderError> {
        let phantom = Phantom::dental(size);
        Self::new(&phantom.series(), phantom.volume())
    }

    fn draw(&mut self, view: &VolumeView) -> Result<RgbaImage, RenderError> {
        self.renderer.render_view(ID, &ViewState::Volume(*view));
        self.renderer.present()?;
        pollster::block_on(self.renderer.read_view(ID))
    }

    fn count(&mut self, view: &VolumeView) -> Result<RayCounts, RenderError> {
        pollster::block_on(self.renderer.count(ID, view))
    }

    fn compare(&mut self, name: &str, view: &VolumeView) -> Result<(), RenderError> {
        let drawn = self.draw(view)?;
        let expected = reference::volume(&self.volume, view, (PX, PX));
        let alike = reference::ssim(&drawn, &expected);
        let (a, b) = (mean(&drawn), mean(&expected));
        println!("{name}: {alike:.5}, mean {a:.2} and {b:.2}");
        assert!(alike > ALIKE, "{name}: {alike}");
        assert!((a - b).abs() < 0.6, "{name}: {a}, expected {b}");
        Ok(())
    }

    /// Draws from two sides, with both kinds of camera.
    fn compare_around(&mut self, name: &str, view: &VolumeView) -> Result<(), RenderError> {
        for (azimuth_deg, elevation_deg) in [(0.0, 0.0), (-140.0, 35.0)] {
            for perspective in [false, true] {
                let view = VolumeView {
                    azimuth_deg,
                    elevation_deg,
                    ..view.with_perspective(perspective, SIZE)
                };
                let name = format!("{name} from {azimuth_deg}°, perspective {perspective}");
                self.compare(&name, &view)?;
            }
        }
        Ok(())
    }

    fn fit(&self) -> VolumeView {
        VolumeView::fit(self.volume.geometry(), SIZE)
    }
}

fn mean(image: &RgbaImage) -> f64 {
    let luminance = image.luminance();
    luminance.iter().sum::<f64>() / luminance.len() as f64
}

/// The phantom as a tilted gantry with long voxels writes it: no axis is that of the patient, none is perpendicular to
/// the others.
fn sheared(size: usize) -> (Series, Volume) {
    let phantom = Phantom::dental(size);
    let mut series = phantom.series();
    let turn = glam::DQuat::from_euler(glam::EulerRot::ZXY, 0.3, -0.2, 0.9);
    let slice = (turn * DVec3::new(-0.1, 0.3, 1.0)).normalize();
    let axes = [turn * DVec3::X, turn * DVec3::Y, slice];
    let spacing = phantom.spacing_mm();
    series.geometry = Geometry {
        spacing_mm: [spacing, spacing, 1.5 * spacing],
        origin_mm: [-30.0, 12.0, 80.0],
        direction: std::array::from_fn(|i| axes[i / 3][i % 3]),
        ..series.geometry
    };
    let mut volume = Volume::new(&series);
    for k in 0..size {
        volume.insert(k, SliceValues::from_i16(phantom.slice(k)));
    }
    (series, volume)
}

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

#[test]
fn every_look_is_that_of_the_reference() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(96)? else {
        return Ok(());
    };
    let geometry = *stage.volume.geometry();
    for (name, view) in looks(stage.fit(), &geometry) {
        stage.compare_around(name, &view)?;
    }
    Ok(())
}

#[test]
fn every_look_of_a_tilted_scan_is_that_of_the_reference() -> Result<(), RenderError> {
    let (series, volume) = sheared(80);
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

const BALL_MM: f64 = 4.0;

/// Dense balls in air, with edges as a scanner blurs them, and where they are.
fn balls() -> (Series, Volume, [DVec3; 3]) {
    let centers = [
        DVec3::new(-17.3, -9.1, 12.4),
        DVec3::new(14.8, 6.6, 3.9),
        DVec3::new(2.2, 18.7, -19.6),
    ];
    let series = Phantom::dental(100).series();
    let patient_from_voxel = series.geometry.patient_from_voxel();
    let mut volume = Volume::new(&series);
    for k in 0..100 {
        let value = |at: usize| {
            let voxel = DVec3::new((at % 100) as f64, (at / 100) as f64, k as f64);
            let point = patient_from_voxel.transform_point3(voxel);
            let deepest = centers.map(|center| BALL_MM - point.distance(center));
            let depth_mm = deepest.into_iter().fold(f64::MIN, f64::max);
            ((depth_mm / 1.6 + 0.5).clamp(0.0, 1.0) * 3000.0 - 1000.0).round() as i16
        };
        volume.insert(k, SliceValues::from_i16((0..10_000).map(value).collect()));
    }
    (series, volume, centers)
}

/// The middle of the pixels around a place that are not background, and how many there are.
fn blob(
    image: &RgbaImage,
    around: DVec2,
    reach_px: f64,
    counts: impl Fn([u8; 4]) -> bool,
) -> (DVec2, f64) {
    let (mut sum, mut count) = (DVec2::ZERO, 0.0);
    for y in 0..image.height {
        for x in 0..image.width {
            let px = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
            if px.distance(around) < reach_px && image.get(x, y).is_some_and(&counts) {
                sum += px;
                count += 1.0;
            }
        }
    }
    (sum / count, count)
}

#[test]
fn balls_are_at_their_place_and_of_their_size() -> Result<(), RenderError> {
    let (series, volume, centers) = balls();
    let Some(mut stage) = Stage::new(&series, volume)? else {
        return Ok(());
    };
    let half_voxel_mm = 0.5 * series.geometry.spacing_mm[0];
    let mut seen = 0;
    for perspective in [false, true] {
        for (azimuth_deg, elevation_deg) in [(0.0, 0.0), (70.0, 20.0), (-150.0, -40.0)] {
            for rendering in [Rendering::Surface, Rendering::Composite] {
                let view = VolumeView {
                    azimuth_deg,
                    elevation_deg,
                    rendering,
                    surface_value: 500.0,
                    ..stage.fit()
                }
                .with_perspective(perspective, SIZE);
                let image = stage.draw(&view)?;
                let background = image.get(0, 0).unwrap_or_default();
                for center in centers {
                    // Another one beside or before it would be part of what is seen.
                    let alone = centers.iter().all(|other| {
                        let apart = (*other - center).reject_from(view.axes().forward).length();
                        *other == center || apart > 3.0 * BALL_MM
                    });
                    if !alone {
                        continue;
                    }
                    seen += 1;
                    let expected = view.px_from_patient(center, SIZE).unwrap_or(DVec2::NAN);
                    let eye = view.eye_position_mm();
                    let nearer = eye.map_or(1.0, |eye| {
                        let depth = (center - eye).dot(view.axes().forward);
                        eye.distance(view.target_mm) / depth
                    });
                    let px_mm = view.mm_per_px / nearer;
                    let reach_px = 1.6 * BALL_MM / px_mm;
                    let (middle, count) =
                        blob(&image, expected, reach_px, |pixel| pixel != background);
                    let off_mm = middle.distance(expected) * px_mm;
                    assert!(off_mm < half_voxel_mm, "{off_mm} mm off, {view:?}");
                    if rendering == Rendering::Surface {
                        let radius_mm = (count / std::f64::consts::PI).sqrt() * px_mm;
                        assert!((radius_mm - BALL_MM).abs() < half_voxel_mm, "{radius_mm}");
                    }
                }
            }
        }
    }
    assert!(seen >= 24, "{seen}");
    Ok(())
}

#[test]
fn the_canal_is_where_an_inset_cuts_it() -> Result<(), RenderError> {
    let phantom = Phantom::dental(160);
    let Some(mut stage) = Stage::phantom(160)? else {
        return Ok(());
    };
    let half_voxel_mm = 0.5 * phantom.spacing_mm();
    for left in [true, false] {
        let path = phantom.canal_path_mm(left);
        for at in [6, 9] {
            let normal = (path[at + 1] - path[at - 1]).normalize();
            let azimuth_deg = normal.x.atan2(-normal.y).to_degrees();
            let view = VolumeView {
                target_mm: path[at] + DVec3::new(1.0, 0.5, 2.0),
                azimuth_deg,
                elevation_deg: 0.0,
                mm_per_px: 0.1,
                insets: [
                    None,
                    Some(Inset {
                        point_mm: path[at],
                        normal,
                    }),
                    None,
                ],
                // Nothing stands in the way.
                clip: Clip {
                    low: DVec3::ONE,
                    high: DVec3::ZERO,
                    ..Clip::NONE
                },
                window: Window::new(300.0, 1000.0),
                ..stage.fit()
            }
            .with_perspective(true, SIZE);
            let expected = view.px_from_patient(path[at], SIZE).unwrap_or(DVec2::NAN);
            let image = stage.draw(&view)?;
            let half = Window::new(300.0, 1000.0).brightness(240.0) * 255.0;
            let (middle, count) = blob(&image, expected, 22.0, |p| f64::from(p[0]) < half);
            let off_mm = middle.distance(expected) * view.mm_per_px;
            assert!(count > 300.0, "{count}");
            assert!(off_mm < half_voxel_mm, "{off_mm} mm off at {at}");
        }
    }
    Ok(())
}

#[test]
fn nerves_are_in_their_canals_and_not_in_cheeks() -> Result<(), RenderError> {
    let phantom = Phantom::dental(160);
    let Some(mut stage) = Stage::phantom(160)? else {
        return Ok(());
    };
    for left in [true, false] {
        let path = phantom.canal_path_mm(left);
        let middle = path[path.len() / 2];
        let view = VolumeView {
            target_mm: middle,
            azimuth_deg: if left { 90.0 } else { -90.0 },
            elevation_deg: 0.0,
            mm_per_px: 0.25,
            ..stage.fit().with_preset(VolumePreset::TeethNerve)
        };
        let image = stage.draw(&view)?;
        let red = |point_mm: DVec3| {
            let px = view.px_from_patient(point_mm, SIZE).unwrap_or(DVec2::NAN);
            let [r, g, ..] = image.get(px.x as u32, px.y as u32).unwrap_or_default();
            f64::from(r) / f64::from(g.max(1))
        };
        let along = &path[path.len() / 2 - 2..=path.len() / 2 + 2];
        for place in along {
            let (canal, below) = (red(*place), red(*place - DVec3::Z * 6.0));
            println!("{canal:.2} {below:.2}");
            assert!(canal > 1.1 * below, "{canal} {below}");
        }
    }
    Ok(())
}

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
fn while_loading_nothing_is_drawn_where_slices_are_missing() -> Result<(), RenderError> {
    let Some(mut stage) = Stage::phantom(96)? else {
        return Ok(());
    };
    let series = Phantom::dental(96).series();
    let mut partial = Volume::new(&series);
    let range = (-1024.0, 3071.0);
    let renderer = &mut stage.renderer;
    renderer.begin_volume(&series.geometry, &series.rescale, series.value_type, range)?;
    for rendering in Rendering::ALL {
        let view = VolumeView {
            rendering,
            occlusion: 0.0,
            ..VolumeView::fit(&series.geometry, SIZE)
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
        let expected = reference::volume_while_loading(&partial, &view, (PX, PX));
        let alike = reference::ssim(&drawn, &expected);
        let whole = reference::ssim(&drawn, &reference::volume(&stage.volume, &view, (PX, PX)));
        println!("{rendering:?}: {alike:.4}, the whole volume {whole:.4}");
        assert!(alike >= ALIKE, "{rendering:?}: {alike}");
        assert!(whole < alike, "{rendering:?}: {whole}");
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
    let surface = VolumeView {
        rendering: Rendering::Surface,
        ..view
    };
    let surface = stage.count(&surface)?;
    assert!(surface.values * 5 < surface.steps && surface.lit <= u64::from(PX * PX));
    Ok(())
}
