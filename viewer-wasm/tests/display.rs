//! What a header says about showing an image, read from files made here in each native encoding, and what becomes of it.

#[path = "support/dicom.rs"]
mod dicom;

use dicom::{EXPLICIT_LE, Slice, Writer};
use glam::DVec3;
use viewer_wasm::intake::{Instance, LookupTable, VoiFunction, read_instance};
use viewer_wasm::series::{Calibration, Series, SeriesKind, Unit, WarningCode, assemble};
use viewer_wasm::volume::{SliceValues, Volume};

const SYNTAXES: [(&str, bool, bool); 3] = [
    ("1.2.840.10008.1.2", false, false),
    (EXPLICIT_LE, true, false),
    ("1.2.840.10008.1.2.2", true, true),
];

/// A sequence of one item with a lookup table.
fn table(w: &mut Writer, group: u16, element: u16, (explicit, big_endian): (bool, bool)) {
    let mut item = Writer::new(explicit, big_endian);
    item.head(0x0028, 0x3002, b"US", 6);
    // Four entries from -50 on, 12 bits.
    for value in [4, -50i16 as u16, 12] {
        item.u16(value);
    }
    item.head(0x0028, 0x3006, b"OW", 8);
    for value in [4095, 3000, 20, 1] {
        item.u16(value);
    }
    w.head(group, element, b"SQ", item.bytes.len() as u32 + 8);
    w.head(0xFFFE, 0xE000, b"  ", item.bytes.len() as u32);
    w.bytes.extend(item.bytes);
}

/// A slice with tables and windows, without pixels' bytes being of interest.
fn with_tables(syntax: &str, explicit: bool, big_endian: bool) -> Instance {
    let slice = Slice::at(0.0, 0);
    let mut w = slice.data_set(explicit, big_endian);
    w.text(0x0028, 0x1050, b"DS", "40\\600");
    w.text(0x0028, 0x1051, b"DS", "400\\2800");
    w.text(0x0028, 0x1056, b"CS", "SIGMOID");
    table(&mut w, 0x0028, 0x3000, (explicit, big_endian));
    table(&mut w, 0x0028, 0x3010, (explicit, big_endian));
    let values = slice.values();
    w.head(0x7FE0, 0x0010, b"OW", values.len() as u32 * 2);
    for value in values {
        w.u16(value as u16);
    }
    let mut bytes = Writer::meta(syntax);
    bytes.extend(w.bytes);
    read_instance(&bytes.as_slice(), "x.dcm").expect("a sound file")
}

#[test]
fn windows_and_tables_are_read_in_each_encoding() {
    for (syntax, explicit, big_endian) in SYNTAXES {
        let display = with_tables(syntax, explicit, big_endian).attributes.display;
        let expected = LookupTable {
            first: -50,
            bits: 12,
            entries: vec![4095, 3000, 20, 1],
        };
        assert_eq!(
            display.windows,
            [[40.0, 400.0], [600.0, 2800.0]],
            "{syntax}"
        );
        assert_eq!(display.voi_function, VoiFunction::Sigmoid);
        assert_eq!(display.modality_lut, Some(expected.clone()), "{syntax}");
        assert_eq!(display.voi_luts, [expected]);
    }
}

#[test]
fn a_modality_table_gives_an_images_output_values() {
    let instance = with_tables(EXPLICIT_LE, true, false);
    let series = only(vec![instance]);
    assert_eq!(series.kind, SeriesKind::Image);
    assert_eq!(
        series.unit,
        Unit::Gv,
        "a table's output has no unit that is known"
    );
    let mut volume = Volume::new(&series);
    volume.insert(0, SliceValues::from_i16(Slice::at(0.0, 0).values()));
    // Stored values run from -50 on.
    let found: Vec<(i32, f64)> = (0..5)
        .filter_map(|i| {
            let at = series
                .geometry
                .patient_from_voxel()
                .transform_point3(DVec3::new(f64::from(i), 0.0, 0.0));
            volume
                .probe(at)
                .and_then(|probe| Some((probe.stored?, probe.value)))
        })
        .collect();
    assert_eq!(
        found,
        [
            (-50, 4095.0),
            (-49, 3000.0),
            (-48, 20.0),
            (-47, 1.0),
            (-46, 1.0)
        ]
    );
    assert_eq!(volume.value_range(), Some((1.0, 4095.0)));
}

fn only(instances: Vec<Instance>) -> Series {
    let mut assembly = assemble(instances);
    assert_eq!(assembly.series.len(), 1);
    assembly.series.remove(0)
}

fn instance(slice: &Slice) -> Instance {
    read_instance(&slice.file(EXPLICIT_LE).as_slice(), &slice.sop).expect("a sound file")
}

#[test]
fn slices_make_a_volume_and_one_of_them_an_image() {
    let slices = [Slice::at(0.0, 1), Slice::at(1.0, 2)];
    let both = only(slices.iter().map(instance).collect());
    assert_eq!(
        (both.kind, both.calibration),
        (SeriesKind::Volume, Calibration::Patient)
    );
    let one = only(vec![instance(&slices[0])]);
    assert_eq!(
        (one.kind, one.calibration),
        (SeriesKind::Image, Calibration::Patient)
    );
    assert!(
        one.warnings
            .iter()
            .any(|warning| warning.code == WarningCode::SingleSlice)
    );
}

#[test]
fn a_range_of_padding_counts_nowhere() {
    let slice = Slice::at(0.0, 0);
    let mut image = instance(&slice);
    image.attributes.padding = Some(-50);
    image.attributes.padding_limit = Some(-60);
    assert_eq!(image.attributes.padding_range(), Some((-60, -50)));
    image.attributes.padding_limit = Some(-40);
    let series = only(vec![image]);
    assert_eq!(series.padding, Some((-50, -40)));
    let mut volume = Volume::new(&series);
    volume.insert(0, SliceValues::from_i16(slice.values()));
    // -39 is the first value that is not padding, -27 the last; stored * 2 - 1000.
    assert_eq!(volume.value_range(), Some((-1078.0, -1054.0)));
    let (center, width) = volume.auto_window().expect("values");
    assert_eq!(
        (center - width / 2.0, center + width / 2.0),
        (-1078.0, -1054.0)
    );
}
