//! Series from made slices: order, gaps, tilt, repetitions, identity left out.

use crate::dicom::{EXPLICIT_LE, Slice};
use glam::DVec3;
use viewer_wasm::intake::{self, Identity, Instance};
use viewer_wasm::series::{Assembly, Series, Unit, WarningCode, assemble, place_of};

fn instance(slice: &Slice) -> Instance {
    let name = format!("{}-{}.dcm", slice.series, slice.sop);
    intake::read_instance(&slice.file(EXPLICIT_LE), &name).expect("a sound file")
}

fn assembled(slices: &[Slice]) -> Assembly {
    assemble(slices.iter().map(instance).collect())
}

fn codes(series: &Series) -> Vec<WarningCode> {
    series.warnings.iter().map(|warning| warning.code).collect()
}

/// How many slices each series has.
fn lengths(assembly: &Assembly) -> Vec<usize> {
    let series = assembly.series.iter();
    series.map(|series| series.geometry.dims[2]).collect()
}

#[test]
fn slices_are_sorted_along_their_normal() {
    let shuffled = [3, 0, 4, 1, 2].map(|k| Slice::at(f64::from(k) * 0.4 - 7.0, 10 - i64::from(k)));
    let assembly = assembled(&shuffled);
    let [series] = &assembly.series[..] else {
        panic!("one series")
    };
    assert_eq!(series.geometry.dims, [6, 4, 5]);
    assert_eq!(
        series.geometry.spacing_mm[..2],
        [0.25, 0.5],
        "along a row, then along a column"
    );
    assert!((series.geometry.spacing_mm[2] - 0.4).abs() < 1e-9);
    assert_eq!(series.geometry.origin_mm, [-3.0, -2.0, -7.0]);
    assert_eq!(codes(series), []);
    assert_eq!(series.unit, Unit::Hu);
    let numbers: Vec<_> = series
        .slices
        .iter()
        .map(|slice| {
            series.instances[slice.instance]
                .attributes
                .instance_number
                .unwrap()
        })
        .collect();
    assert_eq!(numbers, [10, 9, 8, 7, 6]);
    let corner = series
        .geometry
        .patient_from_voxel()
        .transform_point3(DVec3::new(5.0, 3.0, 4.0));
    assert!((corner - DVec3::new(-3.0 + 1.25, -2.0 + 1.5, -5.4)).length() < 1e-9);
}

#[test]
fn a_slice_alone_is_where_it_is_among_the_others() {
    let slices: Vec<Slice> = (0..5_u8)
        .map(|k| Slice::at(f64::from(k) * 0.4 - 7.0, i64::from(k)))
        .collect();
    let whole = &assembled(&slices).series[0];
    for (k, slice) in slices.iter().enumerate() {
        let (alone, rescale) = place_of(&instance(slice)).unwrap();
        let voxel = DVec3::new(3.0, 2.0, k as f64);
        let expected = whole.geometry.patient_from_voxel().transform_point3(voxel);
        let voxel = DVec3::new(3.0, 2.0, 0.0);
        let found = alone.patient_from_voxel().transform_point3(voxel);
        assert!(found.distance(expected) < 1e-9, "{found} is not {expected}");
        assert_eq!(alone.dims[..2], whole.geometry.dims[..2]);
        assert_eq!(rescale, whole.rescale[k]);
    }
}

#[test]
fn a_gap_stays_a_gap() {
    let slices: Vec<Slice> = [0, 1, 2, 5, 6, 7]
        .map(|k| Slice::at(f64::from(k) * 1.5, k.into()))
        .into();
    let assembly = assembled(&slices);
    let series = &assembly.series[0];
    assert_eq!(series.geometry.dims[2], 8);
    assert_eq!(
        series.slices.iter().map(|s| s.index).collect::<Vec<_>>(),
        [0, 1, 2, 5, 6, 7]
    );
    assert_eq!(series.rescale.len(), 8);
    assert_eq!(codes(series), [WarningCode::MissingSlices]);
    assert!(
        series.warnings[0]
            .message
            .contains("2 between 3.00 mm and 7.50 mm"),
        "{:?}",
        series.warnings
    );
}

#[test]
fn a_tilt_stays_in_the_geometry() {
    let angle = 12f64.to_radians();
    let slices: Vec<Slice> = (0..6)
        .map(|k| {
            let mut slice = Slice::at(f64::from(k) * 2.0, k.into());
            slice.orientation = [1.0, 0.0, 0.0, 0.0, angle.cos(), -angle.sin()];
            slice
        })
        .collect();
    let assembly = assembled(&slices);
    let series = &assembly.series[0];
    assert_eq!(codes(series), [WarningCode::GantryTilt]);
    assert!((series.geometry.spacing_mm[2] - 2.0).abs() < 1e-9);
    let last = series
        .geometry
        .patient_from_voxel()
        .transform_point3(DVec3::new(0.0, 0.0, 5.0));
    assert!(
        (last - DVec3::new(-3.0, -2.0, 10.0)).length() < 1e-6,
        "{last}"
    );
    let back = series.geometry.voxel_from_patient().transform_point3(last);
    assert!((back - DVec3::new(0.0, 0.0, 5.0)).length() < 1e-9);
}

#[test]
fn repetitions_are_parted_by_acquisition_and_else_reported() {
    let mut slices = Vec::new();
    for acquisition in 1..=2 {
        for k in 0..5 {
            let mut slice = Slice::at(f64::from(k), i64::from(k) + 100 * acquisition);
            slice.acquisition = acquisition;
            slices.push(slice);
        }
    }
    let assembly = assembled(&slices);
    assert_eq!(lengths(&assembly), [5, 5]);
    assert_eq!(codes(&assembly.series[0]), []);

    for slice in &mut slices[5..6] {
        slice.acquisition = 1;
    }
    let one_too_many = &slices[..6];
    let assembly = assembled(one_too_many);
    let series = &assembly.series[0];
    assert_eq!(series.geometry.dims[2], 5);
    assert_eq!(
        series.instances.len(),
        6,
        "the spare one is kept with the series"
    );
    assert_eq!(codes(series), [WarningCode::DuplicatePosition]);
}

#[test]
fn copies_are_left_out_and_strangers_are_noticed() {
    let slices: Vec<Slice> = (0..4).map(|k| Slice::at(f64::from(k), k.into())).collect();
    let mut instances: Vec<Instance> = slices.iter().map(instance).collect();
    let mut copy = instances[2].clone();
    copy.file = "copy of it.dcm".to_owned();
    instances.push(copy);
    let assembly = assemble(instances);
    assert_eq!(assembly.series[0].instances.len(), 4);
    assert_eq!(codes(&assembly.series[0]), [WarningCode::DuplicatePosition]);

    let mut mixed = slices.clone();
    mixed[3].patient = "Roe^Richard";
    let assembly = assembled(&mixed);
    assert!(codes(&assembly.series[0]).contains(&WarningCode::MixedPatient));

    let mut mixed = slices;
    mixed[3].frame_of_reference = "1.2.10";
    let assembly = assembled(&mixed);
    assert_eq!(assembly.series.len(), 2);
    assert!(codes(&assembly.series[0]).contains(&WarningCode::MixedFrameOfReference));
}

#[test]
fn planes_of_other_direction_are_volumes_of_their_own() {
    let mut slices: Vec<Slice> = (0..4).map(|k| Slice::at(f64::from(k), k.into())).collect();
    for k in 4..6 {
        let mut slice = Slice::at(0.0, k);
        slice.orientation = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0];
        slice.position = [-3.0, k as f64, 5.0];
        slices.push(slice);
    }
    let assembly = assembled(&slices);
    assert_eq!(lengths(&assembly), [4, 2]);
    assert!(
        assembly
            .series
            .iter()
            .all(|s| codes(s).contains(&WarningCode::MixedOrientation))
    );
}

#[test]
fn without_identity_the_same_volumes_come_out() {
    let mut slices: Vec<Slice> = (0..4).map(|k| Slice::at(f64::from(k), k.into())).collect();
    let mut other: Vec<Slice> = (0..3)
        .map(|k| Slice::at(f64::from(k) * 3.0, 50 + k as i64))
        .collect();
    for slice in &mut other {
        slice.series = "1.2.4";
    }
    slices.extend(other);
    let first = assembled(&slices);
    let blank: Vec<Instance> = first
        .series
        .iter()
        .flat_map(|series| series.instances.clone())
        .map(|mut instance| {
            instance.identity = Identity::default();
            let json = serde_json::to_string(&instance).expect("JSON");
            serde_json::from_str(&json).expect("the same again")
        })
        .collect();
    let second = assemble(blank);
    assert_eq!(second.series.len(), 2);
    for (a, b) in first.series.iter().zip(&second.series) {
        assert_eq!(a.geometry, b.geometry);
        assert_eq!(a.slices, b.slices);
    }
}

#[test]
fn without_spacing_there_are_no_millimetres() {
    let slices: Vec<Slice> = (0..3)
        .map(|k| {
            let mut slice = Slice::at(f64::from(k), k.into());
            slice.spacing = None;
            slice
        })
        .collect();
    let assembly = assembled(&slices);
    assert!(!assembly.series[0].geometry.spacing_known);
    assert_eq!(codes(&assembly.series[0]), [WarningCode::SpacingUnknown]);
}

#[test]
fn a_cone_beam_scan_has_grey_values() {
    let mut slice = Slice::at(0.0, 1);
    slice
        .extra
        .push((0x0008, 0x103E, b"LO", "CBCT upper jaw".to_owned()));
    assert_eq!(assembled(&[slice.clone()]).series[0].unit, Unit::Gv);
    slice.extra = vec![(0x0028, 0x1054, b"LO", "US".to_owned())];
    assert_eq!(assembled(&[slice]).series[0].unit, Unit::Gv);
}
