//! Headers that say what cannot be, or what should not be shown.

use viewer_wasm::intake::{self, Found, RejectCode};
use viewer_wasm::series::{WarningCode, assemble};

use crate::dicom::{EXPLICIT_LE, Slice, Writer};
use crate::{encapsulated, item, read, refused, with};

/// A slice whose header has no value at one place but this.
fn replaced(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = Slice::at(1.0, 1).file(EXPLICIT_LE);
    let at = bytes
        .windows(from.len())
        .position(|window| window == from.as_bytes())
        .expect("the text to replace");
    bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    bytes
}

#[test]
fn names_are_inert_and_complete() {
    let names = [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Evil\u{202E}fdp.exe", "Evilfdp.exe"),
        ("A\u{2066}B\u{2069}\u{200F}", "AB"),
        ("Line\r\nBreak\u{7}\u{0}", "LineBreak"),
        ("../../etc/passwd", "../../etc/passwd"),
        ("\u{feff}\u{2028}x\u{2029}", "x"),
    ];
    for (written, read_as) in names {
        let mut slice = Slice::at(1.0, 1);
        slice.patient = written.to_owned().leak();
        let instance = read(&slice.file(EXPLICIT_LE)).expect("a sound file");
        assert_eq!(instance.identity.patient_name.as_deref(), Some(read_as));
    }
    let endless = "A".repeat(60_000);
    let instance = read(&with(0x0008, 0x1030, b"LO", &endless)).expect("a sound file");
    let description = instance.identity.study_description.expect("a text");
    assert!(description.len() <= 1024);
}

#[test]
fn numbers_that_are_none_are_missing_and_said_to_be() {
    // Written in the place of `0.5\0.25` and `-3\-2\1`, as long as those.
    for spacing in [
        "NaN\\0.25",
        "inf\\0.25",
        "0.0\\0.00",
        "-.5\\-.25",
        "1e9\\1e99",
        "abcdefgh",
    ] {
        let instance = read(&replaced("0.5\\0.25", spacing)).expect("an image");
        assert_eq!(instance.attributes.pixel_spacing_mm, None, "{spacing}");
        let series = assemble(vec![instance]).series.remove(0);
        assert!(!series.geometry.spacing_known, "{spacing}");
        let codes: Vec<WarningCode> = series.warnings.iter().map(|w| w.code).collect();
        assert!(codes.contains(&WarningCode::SpacingUnknown), "{spacing}");
    }
    for position in ["nan\\-2\\", "-inf\\-2", "1e9\\9e9", "9\\9\\9\\9"] {
        let padded = format!("{position:<7}");
        let instance = read(&replaced("-3\\-2\\1", &padded)).expect("an image");
        assert_eq!(instance.attributes.position_mm, None, "{position}");
    }
    for (written, expected) in [
        ("-1.5", None),
        ("0", None),
        ("1e999", None),
        ("2", Some(2.0)),
    ] {
        let instance = read(&with(0x0018, 0x0050, b"DS", written)).expect("an image");
        assert_eq!(instance.attributes.slice_thickness_mm, expected);
    }
    // A number of a thousand digits is none either.
    let endless = "9".repeat(50_000);
    let instance = read(&with(0x0018, 0x0088, b"DS", &endless)).expect("an image");
    assert_eq!(instance.attributes.slice_spacing_mm, None);
}

#[test]
fn counts_of_frames_that_cannot_be() {
    for (frames, native) in [
        ("2147483648", RejectCode::Malformed),
        ("4294967295", RejectCode::Malformed),
        ("40000", RejectCode::Malformed),
    ] {
        assert_eq!(refused(&with(0x0028, 0x0008, b"IS", frames)), native);
        let mut slice = Slice::at(1.0, 1);
        slice.extra = vec![(0x0028, 0x0008, b"IS", frames.to_owned())];
        let value = [item(&[]), item(&[0; 4000])].concat();
        let bytes = encapsulated("1.2.840.10008.1.2.5", &slice, &value);
        assert_eq!(refused(&bytes), RejectCode::TooLarge, "{frames}");
    }
    for nonsense in ["-5", "1.5", "0", "two"] {
        let instance = read(&with(0x0028, 0x0008, b"IS", nonsense)).expect("one image");
        assert_eq!(instance.attributes.frames, 1, "{nonsense}");
    }
}

#[test]
fn sizes_of_nothing_and_of_the_wrong_kind() {
    let mut slice = Slice::at(1.0, 1);
    slice.columns = 0;
    assert_eq!(refused(&slice.file(EXPLICIT_LE)), RejectCode::Malformed);
    // Rows as text where a number belongs: the dictionary counts, and its bytes are no such number of rows.
    let sound = Slice::at(1.0, 1).file(EXPLICIT_LE);
    let rows = [0x28, 0, 0x10, 0, b'U', b'S', 2, 0, 4, 0];
    let at = sound
        .windows(10)
        .position(|window| window == rows)
        .expect("rows");
    let mut wrong = sound.clone();
    wrong[at + 4..at + 10].copy_from_slice(b"DS\x02\x004 ");
    assert!(read(&wrong).is_err());
    for bits in [0u8, 7, 12, 64] {
        let mut wrong = sound.clone();
        let allocated = [0x28, 0, 0, 1, b'U', b'S', 2, 0];
        let at = sound
            .windows(8)
            .position(|window| window == allocated)
            .expect("bits");
        wrong[at + 8] = bits;
        assert_eq!(refused(&wrong), RejectCode::Malformed, "{bits}");
    }
}

/// Thirty thousand frames that each name a stack of their own: as many as may be, and no square of it.
#[test]
fn functional_groups_without_end() {
    let frames = 30_000u32;
    let mut slice = Slice::at(1.0, 1);
    (slice.rows, slice.columns) = (1, 1);
    slice.extra = vec![(0x0028, 0x0008, b"IS", frames.to_string())];
    let mut w = slice.data_set(true, false);
    w.head(0x5200, 0x9230, b"SQ", u32::MAX);
    for frame in 0..frames {
        w.head(0xFFFE, 0xE000, b"  ", u32::MAX);
        w.head(0x0020, 0x9111, b"SQ", u32::MAX);
        w.head(0xFFFE, 0xE000, b"  ", u32::MAX);
        w.text(0x0020, 0x9056, b"SH", &format!("stack {frame}"));
        w.head(0xFFFE, 0xE00D, b"  ", 0);
        w.head(0xFFFE, 0xE0DD, b"  ", 0);
        w.head(0xFFFE, 0xE00D, b"  ", 0);
    }
    w.head(0xFFFE, 0xE0DD, b"  ", 0);
    w.head(0x7FE0, 0x0010, b"OW", frames * 2);
    w.bytes.resize(w.bytes.len() + frames as usize * 2, 0);
    let instance = read(&[Writer::meta(EXPLICIT_LE), w.bytes].concat()).expect("an image");
    assert_eq!(instance.attributes.per_frame.len(), frames as usize);
    assert_eq!(instance.attributes.per_frame[7].stack, Some(7));
}

/// A program before the letters DICM: opened, and said.
#[test]
fn programs_in_the_preamble_are_said() {
    for start in [b"MZ".as_slice(), b"\x7fELF", b"#!/bin/sh\n", b"<html>"] {
        let mut bytes = Slice::at(1.0, 1).file(EXPLICIT_LE);
        bytes[..start.len()].copy_from_slice(start);
        let Found::Image(instance) = intake::examine(&bytes, "x") else {
            panic!("not opened: {start:?}");
        };
        let series = assemble(vec![*instance]).series.remove(0);
        let warned = series
            .warnings
            .iter()
            .any(|warning| warning.code == WarningCode::NonDicomPreamble);
        assert!(warned, "{start:?}");
    }
}
