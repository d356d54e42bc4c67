//! Every warning, from files made for it, with the files it names. `docs/GEOMETRY.md` says when each is given.

use std::collections::BTreeSet;

use crate::dicom::{EXPLICIT_LE, Slice, Writer};
use viewer_wasm::inspect::inspect;
use viewer_wasm::series::{Warning, WarningCode};

/// A file's name and bytes.
type File = (String, Vec<u8>);

fn file(slice: &Slice) -> File {
    (slice.number.to_string(), slice.file(EXPLICIT_LE))
}

/// Slices at some heights, numbered and named from 0.
fn stack(heights: &[f64]) -> Vec<Slice> {
    heights
        .iter()
        .enumerate()
        .map(|(k, z)| Slice::at(*z, k as i64))
        .collect()
}

fn regular(count: u8) -> Vec<Slice> {
    stack(&(0..count).map(f64::from).collect::<Vec<_>>())
}

/// What `inspect` says of some files in a folder: the series' warnings, the largest series first.
fn warnings_of(files: &[File]) -> Vec<Vec<Warning>> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let report = inspect(&[folder.path().to_owned()]).expect("the folder exists");
    assert!(report.rejected.is_empty(), "{:?}", report.rejected);
    report
        .series
        .into_iter()
        .map(|series| series.warnings)
        .collect()
}

/// The files that the largest series' warning names. There must be no other warning.
fn named(code: WarningCode, files: &[File]) -> BTreeSet<String> {
    let all = warnings_of(files);
    let first = &all[0];
    assert_eq!(
        first.iter().map(|warning| warning.code).collect::<Vec<_>>(),
        [code],
        "{first:?}"
    );
    assert!(first[0].message.ends_with('.'), "{}", first[0].message);
    first[0].files.iter().cloned().collect()
}

fn names<const N: usize>(list: [&str; N]) -> BTreeSet<String> {
    list.map(str::to_owned).into()
}

/// The same file without an element of group 0020: its tag becomes a private one.
fn without(mut bytes: Vec<u8>, element: u8) -> Vec<u8> {
    let tag = [0x20, 0, element, 0];
    let at = bytes
        .windows(4)
        .position(|four| four == tag)
        .expect("the element");
    bytes[at] = 0x21;
    bytes
}

#[test]
fn a_sound_stack_has_none() {
    let files: Vec<File> = regular(5).iter().map(file).collect();
    assert_eq!(warnings_of(&files), [Vec::new()]);
}

#[test]
fn of_positions() {
    let files: Vec<File> = stack(&[0.0, 1.0, 2.0, 4.0, 5.0, 6.0])
        .iter()
        .map(file)
        .collect();
    assert_eq!(named(WarningCode::MissingSlices, &files), names(["2", "3"]));

    let files: Vec<File> = stack(&[0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 9.5, 11.0])
        .iter()
        .map(file)
        .collect();
    let beside = named(WarningCode::IrregularSpacing, &files);
    assert!(beside.contains("3") && beside.contains("4"), "{beside:?}");

    let mut twice = regular(5);
    let mut second = Slice::at(2.0, 7);
    second.rows = 4;
    twice.push(second);
    let files: Vec<File> = twice.iter().map(file).collect();
    assert_eq!(named(WarningCode::DuplicatePosition, &files), names(["7"]));

    let mut copied: Vec<File> = regular(5).iter().map(file).collect();
    copied.push(("copy".to_owned(), copied[3].1.clone()));
    assert_eq!(
        named(WarningCode::DuplicatePosition, &copied),
        names(["copy"])
    );

    let mut astray = regular(8);
    astray[3].position[0] += 0.4;
    let files: Vec<File> = astray.iter().map(file).collect();
    assert_eq!(named(WarningCode::IrregularSpacing, &files), names(["3"]));

    let tilted: Vec<File> = regular(5)
        .into_iter()
        .map(|mut slice| {
            slice.position[1] += 0.1 * slice.position[2];
            file(&slice)
        })
        .collect();
    assert_eq!(named(WarningCode::GantryTilt, &tilted), names([]));
}

#[test]
fn of_what_is_mixed() {
    let mut turned = regular(5);
    turned[4].orientation = [1.0, 0.0, 0.0, 0.0, 0.0, -1.0];
    let files: Vec<File> = turned.iter().map(file).collect();
    assert_eq!(named(WarningCode::MixedOrientation, &files), names(["4"]));

    let mut elsewhere = regular(5);
    elsewhere[4].frame_of_reference = "1.2.10";
    let files: Vec<File> = elsewhere.iter().map(file).collect();
    assert_eq!(
        named(WarningCode::MixedFrameOfReference, &files),
        names(["4"])
    );

    let mut stranger = regular(5);
    stranger[4].patient = "Roe^Richard";
    let files: Vec<File> = stranger.iter().map(file).collect();
    assert_eq!(named(WarningCode::MixedPatient, &files), names(["4"]));
    assert_eq!(
        warnings_of(&files).len(),
        2,
        "each patient has a volume of their own"
    );
}

#[test]
fn of_spacing() {
    let bare: Vec<File> = regular(3)
        .into_iter()
        .map(|mut slice| {
            slice.spacing = None;
            file(&slice)
        })
        .collect();
    assert_eq!(
        named(WarningCode::SpacingUnknown, &bare),
        names(["0", "1", "2"])
    );

    let detector: Vec<File> = regular(3)
        .into_iter()
        .map(|mut slice| {
            slice.spacing = None;
            slice
                .extra
                .push((0x0018, 0x1164, b"DS", "0.1\\0.1".to_owned()));
            file(&slice)
        })
        .collect();
    assert_eq!(
        named(WarningCode::SpacingFromImager, &detector),
        names(["0", "1", "2"])
    );

    let mut contradicted = regular(4);
    contradicted[2]
        .extra
        .push((0x0018, 0x0088, b"DS", "1.2".to_owned()));
    let files: Vec<File> = contradicted.iter().map(file).collect();
    assert_eq!(named(WarningCode::SpacingDisagrees, &files), names(["2"]));

    let unplaced: Vec<File> = regular(3)
        .into_iter()
        .map(|mut slice| {
            slice.extra.push((0x0018, 0x0050, b"DS", "1.5".to_owned()));
            let (name, bytes) = file(&slice);
            (name, without(bytes, 0x32))
        })
        .collect();
    let all = warnings_of(&unplaced);
    let codes: Vec<_> = all[0].iter().map(|warning| warning.code).collect();
    assert_eq!(
        codes,
        [
            WarningCode::OrientationUnknown,
            WarningCode::SpacingInferred
        ]
    );
}

#[test]
fn of_single_files() {
    let one_of = |change: &dyn Fn(&mut Slice)| -> Vec<File> {
        let mut slices = regular(4);
        change(&mut slices[1]);
        slices.iter().map(file).collect()
    };
    let lossy = one_of(&|slice| slice.extra.push((0x0028, 0x2110, b"CS", "01".to_owned())));
    assert_eq!(named(WarningCode::LossyCompressed, &lossy), names(["1"]));

    let mut cut = one_of(&|_| {});
    let len = cut[1].1.len();
    cut[1].1.truncate(len - 10);
    assert_eq!(named(WarningCode::TruncatedPixelData, &cut), names(["1"]));

    let mut program = one_of(&|_| {});
    program[1].1[..2].copy_from_slice(b"MZ");
    assert_eq!(named(WarningCode::NonDicomPreamble, &program), names(["1"]));

    let mut odd = one_of(&|_| {});
    let at = odd[1]
        .1
        .windows(11)
        .position(|text| text == b"MONOCHROME2")
        .expect("there");
    odd[1].1[at + 10] = b'9';
    assert_eq!(
        named(WarningCode::UnsupportedPhotometric, &odd),
        names(["1"])
    );

    assert_eq!(
        named(WarningCode::SingleSlice, &[file(&Slice::at(0.0, 0))]),
        names([])
    );

    let mut wide = one_of(&|_| {});
    wide[1].1 = with_32_bits(&Slice::at(1.0, 1));
    assert_eq!(named(WarningCode::ValueRangeClipped, &wide), names(["1"]));
}

/// The slice with its samples in 32 bits.
fn with_32_bits(slice: &Slice) -> Vec<u8> {
    let mut set = slice.data_set(true, false);
    for (element, value) in [(0x00, 32u16), (0x01, 32), (0x02, 31)] {
        let tag = [0x28, 0, element, 1, b'U', b'S', 2, 0];
        let at = set
            .bytes
            .windows(8)
            .position(|eight| eight == tag)
            .expect("there");
        set.bytes[at + 8..at + 10].copy_from_slice(&value.to_le_bytes());
    }
    let values = slice.values();
    set.head(0x7FE0, 0x0010, b"OW", values.len() as u32 * 4);
    for value in values {
        set.u32(i32::from(value) as u32);
    }
    let mut bytes = Writer::meta(EXPLICIT_LE);
    bytes.extend(set.bytes);
    bytes
}

/// Frames of RLE of which the second is not what it should be.
#[test]
fn of_frames_that_do_not_decode() {
    let mut slice = Slice::at(0.0, 0);
    slice.extra.push((0x0028, 0x0008, b"IS", "2".to_owned()));
    slice.extra.push((0x0018, 0x0088, b"DS", "1".to_owned()));
    let mut set = slice.data_set(true, false);
    set.head(0x7FE0, 0x0010, b"OB", u32::MAX);
    let pixels = usize::from(slice.rows) * usize::from(slice.columns);
    // Two segments, high bytes and low bytes, each a literal run.
    let mut sound = vec![0u8; 64];
    sound[0] = 2;
    sound[4] = 64;
    sound[8] = 64 + pixels as u8 + 2;
    for _ in 0..2 {
        sound.push(pixels as u8 - 1);
        sound.extend((0..pixels).map(|n| n as u8));
        sound.push(0x80);
    }
    for fragment in [Vec::new(), sound, vec![7; 8]] {
        set.head(0xFFFE, 0xE000, b"OB", fragment.len() as u32);
        set.bytes.extend(fragment);
    }
    set.head(0xFFFE, 0xE0DD, b"OB", 0);
    let mut bytes = Writer::meta("1.2.840.10008.1.2.5");
    bytes.extend(set.bytes);
    assert_eq!(
        named(WarningCode::DecodeFailed, &[("0".to_owned(), bytes)]),
        names(["0"])
    );
}
