//! Where things are in a volume rendering.

use glam::{DVec2, DVec3};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::render::RenderError;
use viewer_wasm::view::{Clip, Inset, Rendering, RgbaImage, VolumePreset, VolumeView, Window};

use crate::scans::{BALL_MM, balls};
use crate::stage::{SIZE, Stage};

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
