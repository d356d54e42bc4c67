//! Volumes to draw: the phantom, whole and in part, straight, askew and tilted; balls.

use glam::{DQuat, DVec3, EulerRot};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::series::{Geometry, Rescale, Series, ValueType};
use viewer_wasm::volume::{SliceValues, Volume};

/// The phantom of 96 voxels on a side.
pub fn phantom() -> (Series, Volume) {
    let phantom = Phantom::dental(96);
    (phantom.series(), phantom.volume())
}

/// The same values as if scanned askew with long voxels, and rescaled.
pub fn askew() -> (Series, Volume) {
    let phantom = Phantom::dental(96);
    let mut series = phantom.series();
    let turn = DQuat::from_euler(EulerRot::ZXY, 0.3, -0.2, 0.9);
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
pub fn sheared() -> (Series, Volume) {
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

/// The phantom as a tilted gantry with long voxels writes it: no axis is that of the patient, none is perpendicular to
/// the others.
pub fn tilted(size: usize) -> (Series, Volume) {
    let phantom = Phantom::dental(size);
    let mut series = phantom.series();
    let turn = DQuat::from_euler(EulerRot::ZXY, 0.3, -0.2, 0.9);
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

/// The middle of a phantom of `size` voxels on a side.
pub fn middle_of_phantom(size: usize, dims: [usize; 3]) -> (Series, Volume) {
    let phantom = Phantom::dental(size);
    let mut series = phantom.series();
    let first = dims.map(|n| (size - n) / 2);
    let origin = DVec3::from_array(first.map(|n| n as f64));
    series.geometry = Geometry {
        dims,
        origin_mm: series
            .geometry
            .patient_from_voxel()
            .transform_point3(origin)
            .to_array(),
        ..series.geometry
    };
    series.rescale.truncate(dims[2]);
    series.slices.truncate(dims[2]);
    let mut volume = Volume::new(&series);
    for k in 0..dims[2] {
        let whole = phantom.slice(first[2] + k);
        let rows = whole.chunks_exact(size).skip(first[1]).take(dims[1]);
        let values = rows.flat_map(|row| row[first[0]..first[0] + dims[0]].to_vec());
        volume.insert(k, SliceValues::from_i16(values.collect()));
    }
    (series, volume)
}

/// The radius of [`balls`].
pub const BALL_MM: f64 = 4.0;

/// Dense balls in air, with edges as a scanner blurs them, and where they are.
pub fn balls() -> (Series, Volume, [DVec3; 3]) {
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
