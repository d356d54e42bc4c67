//! What two series have in common: nothing is taken for the same that the files do not say.

use super::layouts::slice;
use viewer_wasm::intake::Instance;
use viewer_wasm::series::{Pair, SamePatient, Series, assemble};

/// A series of four slices, with something changed in each.
fn series(change: impl Fn(&mut Instance)) -> Series {
    let slices = (0..4)
        .map(|k| {
            let mut slice = slice(k, k as f64 * 0.4);
            change(&mut slice);
            slice
        })
        .collect();
    assemble(slices).series.swap_remove(0)
}

fn pair(change: impl Fn(&mut Instance)) -> Pair {
    Pair::of(&series(|_| ()), &series(change), false)
}

#[test]
fn one_frame_of_reference_is_one_place() {
    let same = pair(|_| ());
    assert!(same.same_frame && same.same_unit && same.lengths_compare);
    assert_eq!(same.patient, SamePatient::Yes);
    let frames: [fn(&mut Instance); 3] = [
        |other| other.identity.frame_of_reference_uid = Some("1.2.10".to_owned()),
        |other| other.identity.frame_of_reference_uid = Some(" ".to_owned()),
        |other| other.identity.frame_of_reference_uid = None,
    ];
    for change in frames {
        assert!(!pair(change).same_frame);
    }
    // One file that names none leaves the whole series without one.
    let partly = pair(|other| {
        if other.file == "00002" {
            other.identity.frame_of_reference_uid = None;
        }
    });
    assert!(!partly.same_frame);
    // A position that was never stated is none.
    let nowhere = pair(|other| {
        other.attributes.position_mm = None;
        other.attributes.slice_spacing_mm = Some(0.4);
    });
    assert!(!nowhere.same_frame);
}

#[test]
fn people_are_told_apart_by_what_is_said() {
    let of = |change: fn(&mut Instance)| pair(change).patient;
    assert_eq!(
        of(|other| other.identity.patient_id = None),
        SamePatient::Yes
    );
    assert_eq!(
        of(|other| other.identity.patient_name = Some("DOE^JANE^^".to_owned())),
        SamePatient::Yes
    );
    assert_eq!(
        of(|other| other.identity.patient_id = Some("2".to_owned())),
        SamePatient::No
    );
    assert_eq!(
        of(|other| other.identity.patient_name = Some("Roe^Richard".to_owned())),
        SamePatient::No
    );
    assert_eq!(
        of(|other| {
            other.identity.patient_id = None;
            other.identity.patient_name = None;
        }),
        SamePatient::Unknown
    );
    // The same place in two people is no place at all.
    let stranger = pair(|other| other.identity.patient_id = Some("2".to_owned()));
    assert!(!stranger.same_frame);
}

#[test]
fn numbers_count_among_series_assembled_together() {
    let (first, mut second) = (series(|_| ()), series(|_| ()));
    second.patient = 1;
    assert_eq!(Pair::of(&first, &second, true).patient, SamePatient::No);
    assert_eq!(Pair::of(&first, &second, false).patient, SamePatient::Yes);
}

#[test]
fn lengths_compare_where_both_are_millimetres() {
    let unknown = pair(|other| other.attributes.pixel_spacing_mm = None);
    assert!(!unknown.lengths_compare);
}
