//! Sets of many frames: what grouping costs grows with their number, not with its square.

use std::time::Duration;

use glam::{DQuat, DVec3};
use viewer_wasm::intake::{FrameAttributes, Instance};
use viewer_wasm::series::assemble;

use crate::layouts::{image, slice};

#[path = "../support/clock.rs"]
mod clock;

/// Comparing each of 32,768 with each takes several times as long on any machine.
const LIMIT: Duration = Duration::from_secs(2);

/// Assembles, and says into how many series of how many slices.
fn assembled(name: &str, instances: Vec<Instance>) -> (usize, usize) {
    let (assembly, took) = clock::timed(|| assemble(instances));
    println!("{name}: {took:?}");
    assert!(took < LIMIT, "{name} took {took:?}");
    let most = assembly.series.iter().map(|series| series.slices.len());
    (assembly.series.len(), most.max().unwrap_or(0))
}

fn orientation(turn: DQuat) -> [f64; 6] {
    let (row, column) = (turn * DVec3::X, turn * DVec3::Y);
    std::array::from_fn(|n| [row, column][n / 3][n % 3])
}

#[test]
fn one_volume_of_many_frames() {
    let mut file = image("frames", 131_072);
    file.attributes.orientation = Some(orientation(DQuat::from_rotation_x(0.3)));
    file.attributes.per_frame = (0..131_072)
        .map(|k| FrameAttributes {
            position_mm: Some(
                (DQuat::from_rotation_x(0.3) * DVec3::Z * f64::from(k) * 0.1).to_array(),
            ),
            ..FrameAttributes::default()
        })
        .collect();
    assert_eq!(assembled("one file", vec![file]), (1, 131_072));

    let files = (0..32_768).map(|k| slice(k, 0.1 * k as f64)).collect();
    assert_eq!(assembled("a file for each", files), (1, 32_768));
}

#[test]
fn as_many_stacks_as_frames() {
    let spaced = (0..32_768).map(|k| {
        let mut slice = slice(k, k as f64);
        let mm = 0.01 * 1.0003_f64.powi(k as i32);
        slice.attributes.pixel_spacing_mm = Some([mm, 0.2]);
        slice
    });
    // Each stack takes in three or four neighbours.
    let (series, most) = assembled("spacings", spaced.collect());
    assert!(series > 8_000 && most == 4, "{series} {most}");

    let photographs = (0..32_768).map(|k| {
        let mut photograph = image(&format!("{k:05}"), 1);
        photograph.attributes.modality = "XC".to_owned();
        photograph
    });
    assert_eq!(assembled("photographs", photographs.collect()), (32_768, 1));
}

/// Radial slices, or a file made to look like them: each series names all others' files, and shares what it has of its own.
#[test]
fn as_many_directions_as_frames() {
    let turn =
        |k: u32| DQuat::from_axis_angle(DVec3::new(1.0, 2.0, 3.0).normalize(), f64::from(k) * 0.01);
    // 0.57 degrees apart: 628 directions around, and thirteen files about each of them.
    let files = (0..8_192).map(|k| {
        let mut file = slice(k as usize, 0.0);
        file.attributes.orientation = Some(orientation(turn(k)));
        file.attributes.position_mm = Some([0.0, 0.0, f64::from(k)]);
        file
    });
    let (series, _) = assembled("directions", files.collect());
    assert!(series > 600, "{series}");

    let frames = 32_768;
    let mut file = image("frames", frames);
    file.attributes.per_frame = (0..frames)
        .map(|k| FrameAttributes {
            position_mm: Some([0.0, 0.0, 1.0]),
            orientation: Some(orientation(
                DQuat::from_rotation_x(f64::from(k / 180) * 0.01)
                    * DQuat::from_rotation_z(f64::from(k % 180) * 0.01),
            )),
            ..FrameAttributes::default()
        })
        .collect();
    assert_eq!(assembled("directions in one file", vec![file]), (32_768, 1));
}
