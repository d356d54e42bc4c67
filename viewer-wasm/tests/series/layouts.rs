//! Layouts that scanners write: multi-frame images in any direction, parts of them, times, and drops of several people.

use glam::{DQuat, DVec3, EulerRot};
use viewer_wasm::intake::{FrameAttributes, Identity, ImageAttributes, Instance, PixelLocation};
use viewer_wasm::series::{Series, WarningCode, assemble};

/// An image as its header would be read: 8 by 6 pixels, without a place.
pub fn image(file: &str, frames: u32) -> Instance {
    Instance {
        file: file.to_owned(),
        attributes: ImageAttributes {
            modality: "CT".to_owned(),
            rows: 6,
            columns: 8,
            frames,
            samples_per_pixel: 1,
            photometric: "MONOCHROME2".to_owned(),
            bits_allocated: 16,
            bits_stored: 12,
            high_bit: 11,
            pixel_spacing_mm: Some([0.3, 0.2]),
            ..ImageAttributes::default()
        },
        identity: Identity {
            study_uid: Some("1.2".to_owned()),
            series_uid: Some("1.2.3".to_owned()),
            frame_of_reference_uid: Some("1.2.9".to_owned()),
            sop_uid: Some(format!("1.2.3.{file}")),
            patient_id: Some("1".to_owned()),
            patient_name: Some("Doe^Jane".to_owned()),
            ..Identity::default()
        },
        pixels: PixelLocation::default(),
    }
}

pub fn slice(k: usize, z: f64) -> Instance {
    let mut slice = image(&format!("{k:05}"), 1);
    slice.attributes.position_mm = Some([0.0, 0.0, z]);
    slice.attributes.orientation = Some([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    slice.attributes.instance_number = Some(k as i64);
    slice
}

fn codes(series: &Series) -> Vec<WarningCode> {
    series.warnings.iter().map(|warning| warning.code).collect()
}

fn turn() -> DQuat {
    DQuat::from_euler(EulerRot::ZXY, 0.4, -0.7, 1.9)
}

fn orientation() -> [f64; 6] {
    let (row, column) = (turn() * DVec3::X, turn() * DVec3::Y);
    std::array::from_fn(|n| [row, column][n / 3][n % 3])
}

fn frame_at(k: f64) -> FrameAttributes {
    FrameAttributes {
        position_mm: Some((turn() * DVec3::new(3.0, 2.0, k * 0.4)).to_array()),
        orientation: Some(orientation()),
        rescale_slope: Some(1.0 + k),
        rescale_intercept: Some(-1000.0),
        ..FrameAttributes::default()
    }
}

#[test]
fn oblique_frames_of_one_image_lie_where_each_says_with_its_own_rescale() {
    let mut whole = image("whole", 5);
    whole.attributes.per_frame = [4, 1, 0, 3, 2].map(|k| frame_at(f64::from(k))).into();
    let assembly = assemble(vec![whole]);
    let series = &assembly.series[0];
    assert_eq!(codes(series), []);
    assert_eq!(series.geometry.dims, [8, 6, 5]);
    let frames: Vec<u32> = series.slices.iter().map(|slice| slice.frame).collect();
    assert_eq!(frames, [2, 1, 4, 3, 0]);
    let slopes: Vec<f64> = series.rescale.iter().map(|rescale| rescale.slope).collect();
    assert_eq!(slopes, [1.0, 2.0, 3.0, 4.0, 5.0]);
    let at = |voxel: DVec3| series.geometry.patient_from_voxel().transform_point3(voxel);
    let expected = turn() * DVec3::new(3.0 + 7.0 * 0.2, 2.0 + 5.0 * 0.3, 4.0 * 0.4);
    assert!((at(DVec3::new(7.0, 5.0, 4.0)) - expected).length() < 1e-9);
}

#[test]
fn parts_of_a_concatenation_are_one_volume() {
    let mut parts = Vec::new();
    for part in [1u8, 0] {
        let mut image = image(&format!("part {part}"), 4);
        image.attributes.per_frame = (0..4).map(|k| frame_at(f64::from(part * 4 + k))).collect();
        parts.push(image);
    }
    let assembly = assemble(parts);
    assert_eq!(assembly.series.len(), 1);
    assert_eq!(assembly.series[0].geometry.dims[2], 8);
    assert_eq!(codes(&assembly.series[0]), []);
}

#[test]
fn times_within_one_image_are_volumes_of_their_own() {
    let mut image = image("4D", 9);
    image.attributes.per_frame = (0..9)
        .map(|n| FrameAttributes {
            temporal_position: Some(1 + n % 3),
            ..frame_at((n / 3) as f64)
        })
        .collect();
    let assembly = assemble(vec![image]);
    let frames: Vec<Vec<u32>> = assembly
        .series
        .iter()
        .map(|series| series.slices.iter().map(|slice| slice.frame).collect())
        .collect();
    assert_eq!(frames, [[0, 3, 6], [1, 4, 7], [2, 5, 8]]);
}

/// One position for all frames, and a thickness: what some dental exports write. The spacing wins where there is one.
#[test]
fn frames_with_one_position_step_along_the_normal() {
    let mut image = image("flat", 4);
    image.attributes.position_mm = Some([0.0, 0.0, -0.0]);
    image.attributes.orientation = Some(orientation());
    image.attributes.slice_thickness_mm = Some(0.5);
    let series = assemble(vec![image.clone()]).series.remove(0);
    assert_eq!(codes(&series), [WarningCode::SpacingInferred]);
    let off = DVec3::from_array(series.geometry.spacing_mm) - DVec3::new(0.2, 0.3, 0.5);
    assert!(off.length() < 1e-9, "{off}");
    assert!((series.geometry.slice_direction() - turn() * DVec3::Z).length() < 1e-9);
    image.attributes.slice_spacing_mm = Some(0.4);
    let series = assemble(vec![image]).series.remove(0);
    assert_eq!(codes(&series), []);
    assert!((series.geometry.spacing_mm[2] - 0.4).abs() < 1e-9);
}

#[test]
fn one_identifier_for_several_images_loses_none() {
    let slices: Vec<Instance> = (0..4)
        .map(|k| {
            let mut slice = slice(k, k as f64);
            slice.identity.sop_uid = Some("1.2.3.4".to_owned());
            slice
        })
        .collect();
    let assembly = assemble(slices);
    assert_eq!(assembly.series[0].geometry.dims[2], 4);
    assert_eq!(codes(&assembly.series[0]), []);
}

#[test]
fn minus_zero_is_zero() {
    let slices = [-0.0, 1.0, 2.0].iter().enumerate().map(|(k, z)| {
        let mut slice = slice(k, *z);
        slice.attributes.orientation = Some([1.0, -0.0, 0.0, -0.0, 1.0, -0.0]);
        slice
    });
    let series = assemble(slices.collect()).series.remove(0);
    assert_eq!(
        series.geometry.origin_mm.map(f64::is_sign_negative),
        [false; 3]
    );
    assert_eq!(
        series.geometry.direction.map(|c| c.is_sign_negative()),
        [false; 9]
    );
}

/// A thousand files, in any order; and the same with what a careless anonymiser writes: a frame of reference for each.
#[test]
fn a_thousand_files_are_one_volume() {
    let thousand = |each: &dyn Fn(&mut Instance, usize)| {
        let instances = (0..1000).map(|n| {
            let k = n * 387 % 1000;
            let mut slice = slice(k, k as f64 * 0.25);
            each(&mut slice, k);
            slice
        });
        assemble(instances.collect())
    };
    let plain = thousand(&|_, _| {});
    assert_eq!(
        (plain.series.len(), plain.series[0].geometry.dims[2]),
        (1, 1000)
    );
    assert_eq!(codes(&plain.series[0]), []);
    let careless = thousand(&|slice, k| {
        slice.identity.frame_of_reference_uid = Some(format!("1.2.9.{k}"));
        slice.attributes.acquisition_number = Some(k as i64);
    });
    assert_eq!(
        (careless.series.len(), careless.series[0].geometry.dims[2]),
        (1, 1000)
    );
    assert_eq!(
        codes(&careless.series[0]),
        [WarningCode::MixedFrameOfReference]
    );
}

#[test]
fn people_are_kept_apart_and_the_largest_scan_comes_first() {
    let mut all = Vec::new();
    let mut add = |count: usize, series: &str, id: &str, name: &str, born: Option<&str>| {
        for k in 0..count {
            let mut slice = slice(all.len(), k as f64);
            slice.identity.series_uid = Some(series.to_owned());
            slice.identity.patient_id = Some(id.to_owned()).filter(|id| !id.is_empty());
            slice.identity.patient_name = Some(name.to_owned()).filter(|name| !name.is_empty());
            slice.identity.patient_birth_date = born.map(str::to_owned);
            all.push(slice);
        }
    };
    add(3, "1", "7", "Doe^Jane", None);
    add(4, "2", "7", "DOE^JANE^^", Some("19700101"));
    add(2, "3", "7", "", Some("19700101"));
    // The same number in another practice.
    add(9, "4", "7", "Roe^Richard", None);
    // One series for two people.
    add(2, "4", "8", "Poe^Edgar", None);
    let assembly = assemble(all);
    let found: Vec<(usize, usize, &str)> = assembly
        .series
        .iter()
        .map(|series| (series.patient, series.slices.len(), series.uid.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (0, 9, "4"),
            (1, 4, "2"),
            (1, 3, "1"),
            (1, 2, "3"),
            (2, 2, "4")
        ]
    );
    for series in &assembly.series {
        let mixed = codes(series).contains(&WarningCode::MixedPatient);
        assert_eq!(mixed, series.uid == "4");
    }
}

/// Positions without directions, as some multi-frame exports have them: order and distances are known, the rest is said not
/// to be.
#[test]
fn positions_without_directions_give_order_and_distance() {
    let mut image = image("flat", 4);
    image.attributes.per_frame = [3.0, 0.0, 2.0, 1.0]
        .map(|k| FrameAttributes {
            position_mm: Some([5.0, 6.0, -10.0 + 0.4 * k]),
            ..FrameAttributes::default()
        })
        .into();
    let series = assemble(vec![image]).series.remove(0);
    assert_eq!(
        codes(&series),
        [
            WarningCode::OrientationUnknown,
            WarningCode::SpacingInferred
        ]
    );
    assert!((series.geometry.spacing_mm[2] - 0.4).abs() < 1e-9);
    let frames: Vec<u32> = series.slices.iter().map(|slice| slice.frame).collect();
    assert_eq!(frames, [1, 3, 2, 0]);
}

/// Without positions, uneven slice locations must not be taken for even ones.
#[test]
fn uneven_slice_locations_are_resampled_as_positions_are() {
    let slices = [0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 9.0].iter().enumerate();
    let slices = slices.map(|(k, z)| {
        let mut slice = slice(k, 0.0);
        slice.attributes.position_mm = None;
        slice.attributes.orientation = None;
        slice.attributes.slice_location_mm = Some(*z);
        slice
    });
    let series = assemble(slices.collect()).series.remove(0);
    assert!(codes(&series).contains(&WarningCode::IrregularSpacing));
    assert_eq!(series.geometry.dims[2], 10);
    assert_eq!(series.interpolated.len(), 3);
}

/// Slices that lie about sideways, so that along the line from first to last they would be out of order: the order along
/// the normal holds, and it is said.
#[test]
fn slices_that_lie_about_keep_their_order_along_the_normal() {
    let slices = [0.0, 60.0, -40.0, 90.0, 200.0].iter().enumerate();
    let slices = slices.map(|(k, x)| {
        let mut slice = slice(k, k as f64);
        slice.attributes.position_mm = Some([*x, 0.0, k as f64]);
        slice
    });
    let series = assemble(slices.collect()).series.remove(0);
    let order: Vec<usize> = series.slices.iter().map(|slice| slice.instance).collect();
    assert_eq!(order, [0, 1, 2, 3, 4]);
    assert_eq!(series.geometry.slice_direction(), DVec3::Z);
    assert_eq!(codes(&series), [WarningCode::IrregularSpacing]);
}
