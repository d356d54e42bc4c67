use super::*;

fn volume() -> Volume {
    Volume {
        geometry: Geometry {
            dims: [4, 3, 3],
            spacing_mm: [0.5, 1.0, 2.0],
            spacing_known: true,
            origin_mm: [10.0, 20.0, 30.0],
            direction: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        },
        rescale: vec![
            Rescale {
                slope: 2.0,
                intercept: -1000.0,
            },
            Rescale::IDENTITY,
            Rescale {
                slope: 1.0,
                intercept: 5.0,
            },
        ],
        value_type: ValueType::U16,
        unit: Unit::Gv,
        padding: Some((0, 0)),
        photometric_inverted: false,
        modality_lut: None,
        spread: BTreeMap::new(),
        in_file: BTreeMap::new(),
        expected: 2,
        slices: vec![None; 3],
        interpolated: Vec::new(),
    }
}

#[test]
fn a_probe_reads_the_nearest_voxel_with_its_own_slices_rescale() {
    let mut volume = volume();
    volume.insert(0, SliceValues::from_u16((0..12).collect()));
    assert!(!volume.is_complete());
    volume.insert(2, SliceValues::from_u16((100..112).collect()));
    assert!(volume.is_complete());
    let probe = volume.probe(DVec3::new(10.6, 21.9, 33.5)).unwrap();
    assert_eq!(
        (probe.voxel, probe.stored, probe.value),
        ([1, 2, 2], Some(109), 114.0)
    );
    let probe = volume.probe(DVec3::new(9.8, 19.6, 29.1)).unwrap();
    assert_eq!(
        (probe.voxel, probe.stored, probe.value),
        ([0, 0, 0], Some(0), -1000.0)
    );
    assert!(
        volume.probe(DVec3::new(10.0, 20.0, 32.0)).is_none(),
        "a gap has no value"
    );
    assert!(
        volume.probe(DVec3::new(9.7, 20.0, 30.0)).is_none(),
        "outside"
    );
    assert!(volume.probe(DVec3::new(f64::NAN, 20.0, 30.0)).is_none());
}

#[test]
fn ranges_leave_padding_out() {
    let mut volume = volume();
    volume.insert(0, SliceValues::from_u16((0..12).collect()));
    assert_eq!(volume.value_range(), Some((-998.0, -978.0)));
    let (center, width) = volume.auto_window().unwrap();
    assert_eq!((center, width), (-988.0, 20.0));
    volume.insert(1, SliceValues::from_i16(vec![1; 12]));
    assert_eq!(volume.loaded(), 1, "another type does not fit");
}

#[test]
fn between_irregular_slices_values_are_made_when_both_are_there() {
    let mut volume = volume();
    volume.geometry.dims = [4, 3, 4];
    volume.rescale = vec![Rescale::IDENTITY; 5];
    volume.slices = vec![None; 5];
    volume.padding = None;
    volume.expected = 3;
    // Slices at 0, 1.6 (between two points) and 3.
    volume.interpolated = [(1, 0, 4, 0.625), (2, 4, 3, 0.4 / 1.4)]
        .map(|(index, below, above, part)| Interpolated {
            index,
            below,
            above,
            part,
        })
        .to_vec();
    let of = |value: u16| SliceValues::from_u16(vec![value; 12]);
    assert_eq!(volume.insert(3, of(700)), [3]);
    assert_eq!(volume.insert(0, of(0)), [0]);
    assert_eq!((volume.loaded(), volume.is_complete()), (2, false));
    assert_eq!(volume.insert(4, of(160)), [1, 2]);
    assert_eq!((volume.loaded(), volume.is_complete()), (3, true));
    assert_eq!(volume.value_at(0, 0, 1), Some(100.0));
    assert_eq!(volume.value_at(0, 0, 2), Some(314.0));
    let probe = volume.probe(DVec3::new(10.0, 20.0, 32.0)).unwrap();
    assert_eq!(
        (probe.stored, probe.value, probe.interpolated),
        (None, 100.0, true)
    );
    let probe = volume.probe(DVec3::new(10.0, 20.0, 36.0)).unwrap();
    assert_eq!((probe.stored, probe.interpolated), (Some(700), false));
}

/// Of a volume whose slices went through a modality's table.
#[test]
fn a_probe_tells_the_file_s_value_beside_the_table_s() {
    let mut volume = volume();
    volume.rescale.fill(Rescale::IDENTITY);
    volume.insert(
        0,
        SliceValues::from_u16((0..12).map(|at| 100 * (at / 2)).collect()),
    );
    volume.keep_stored(0, SliceValues::from_i16((0..12).map(|at| at - 6).collect()));
    volume.keep_stored(0, SliceValues::from_u16(vec![9; 5]));
    volume.insert(2, SliceValues::from_u16(vec![7; 12]));
    let at = |x, z| volume.probe(DVec3::new(x, 20.0, z)).unwrap();
    assert_eq!(
        (at(10.0, 30.0).stored, at(10.0, 30.0).value),
        (Some(-6), 0.0)
    );
    assert_eq!(
        (at(11.5, 30.0).stored, at(11.5, 30.0).value),
        (Some(-3), 100.0)
    );
    assert_eq!(
        (at(11.5, 34.0).stored, at(11.5, 34.0).value),
        (Some(7), 7.0)
    );
    assert_eq!(volume.value_range(), Some((7.0, 500.0)));
}
