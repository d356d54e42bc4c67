//! Reading headers: files made here, element by element, sound and hostile.

#[path = "support/dicom.rs"]
mod dicom;

use std::time::{Duration, Instant};

use dicom::{EXPLICIT_LE, Slice, Writer};
use proptest::prelude::*;
use viewer_wasm::codec::{self, Samples};
use viewer_wasm::intake::{self, Kind, PreambleKind, RejectCode};

fn code(bytes: &[u8]) -> RejectCode {
    intake::read_instance(&bytes, "x.dcm")
        .expect_err("refused")
        .code
}

#[test]
fn the_same_slice_in_each_native_syntax() {
    let slice = Slice::at(12.5, 3);
    for syntax in ["1.2.840.10008.1.2", EXPLICIT_LE, "1.2.840.10008.1.2.2"] {
        let bytes = slice.file(syntax);
        let instance = intake::read_instance(&bytes, "a/b.dcm").expect("a sound file");
        let image = &instance.attributes;
        assert_eq!(instance.file, "a/b.dcm");
        assert_eq!((image.rows, image.columns, image.frames), (4, 6, 1));
        assert_eq!(image.position_mm, Some([-3.0, -2.0, 12.5]));
        assert_eq!(image.pixel_spacing_mm, Some([0.5, 0.25]));
        assert_eq!(
            (image.rescale_slope, image.rescale_intercept),
            (Some(2.0), Some(-1000.0))
        );
        assert_eq!(instance.identity.patient_name.as_deref(), Some("Doe^Jane"));
        let samples = codec::read_frame(&bytes, &instance, 0).expect("pixels");
        assert_eq!(samples, Samples::I16(slice.values()), "{syntax}");
        let native = codec::native_range(&instance, 0);
        assert_eq!(native.is_some(), syntax != "1.2.840.10008.1.2.2");
        if let Some((offset, len)) = native {
            let raw = &bytes[offset as usize..(offset + len) as usize];
            assert!(codec::is_stored_as_is(image, raw));
            let direct: Vec<i16> = raw
                .as_chunks::<2>()
                .0
                .iter()
                .map(|raw| i16::from_le_bytes(*raw))
                .collect();
            assert_eq!(direct, slice.values());
        }
    }
}

#[test]
fn a_deflated_slice() {
    use std::io::Write;
    let slice = Slice::at(1.0, 1);
    let plain = slice.file(EXPLICIT_LE);
    let meta_len = Writer::meta(EXPLICIT_LE).len();
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&plain[meta_len..]).expect("memory");
    let mut bytes = Writer::meta("1.2.840.10008.1.2.1.99");
    bytes.extend(encoder.finish().expect("memory"));
    let instance = intake::read_instance(&bytes, "x").expect("a sound file");
    assert!(instance.pixels.deflated);
    let samples = codec::read_frame(&bytes, &instance, 0).expect("pixels");
    assert_eq!(samples, Samples::I16(slice.values()));
}

#[test]
fn recognised_by_content() {
    let file = Slice::at(0.0, 1).file(EXPLICIT_LE);
    assert_eq!(intake::sniff(&file).unwrap(), Kind::Dicom);
    assert_eq!(
        intake::sniff(&&file[132..]).unwrap(),
        Kind::Dicom,
        "no preamble, no DICM"
    );
    assert_eq!(
        intake::sniff(&&file[128..]).unwrap(),
        Kind::Dicom,
        "DICM at once"
    );
    assert_eq!(intake::sniff(&b"<html>".as_slice()).unwrap(), Kind::Other);
    assert_eq!(
        intake::sniff(&b"PK\x03\x04................................".as_slice()).unwrap(),
        Kind::Zip
    );
    assert_eq!(code(b""), RejectCode::Empty);
    assert_eq!(code(&[0x42; 500]), RejectCode::NotDicom);
    assert_eq!(code(&file[..300]), RejectCode::Malformed);

    let mut directory = Writer::new(true, false);
    directory.text(0x0002, 0x0002, b"UI", "1.2.840.10008.1.3.10");
    directory.text(0x0002, 0x0010, b"UI", EXPLICIT_LE);
    let mut bytes = vec![0; 128];
    bytes.extend_from_slice(b"DICM");
    bytes.extend(directory.bytes);
    assert_eq!(intake::sniff(&bytes).unwrap(), Kind::DicomDir);
}

#[test]
fn a_program_in_the_preamble_is_noted() {
    let mut file = Slice::at(0.0, 1).file(EXPLICIT_LE);
    file[..2].copy_from_slice(b"MZ");
    let instance = intake::read_instance(&file, "x").unwrap();
    assert_eq!(instance.attributes.preamble, Some(PreambleKind::DosProgram));
    file[..4].copy_from_slice(b"\x7fELF");
    let instance = intake::read_instance(&file, "x").unwrap();
    assert_eq!(instance.attributes.preamble, Some(PreambleKind::ElfProgram));
}

#[test]
fn lengths_beyond_the_file_are_refused_at_once() {
    let started = Instant::now();
    for (vr, len) in [
        (b"LO", 0xFFFF),
        (b"UT", 0x7FFF_FFFF),
        (b"UT", 0xFFFF_FFFE),
        (b"SQ", 0x8000_0000),
    ] {
        let mut w = Slice::at(0.0, 1).data_set(true, false);
        w.head(0x0029, 0x1010, vr, len);
        w.bytes.extend_from_slice(&[0; 64]);
        let bytes = [Writer::meta(EXPLICIT_LE), w.bytes].concat();
        assert_eq!(code(&bytes), RejectCode::Malformed);
    }
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn deep_nesting_is_refused_and_shallow_read_past() {
    let nested = |depth: usize| {
        let mut w = Slice::at(0.0, 1).data_set(true, false);
        for _ in 0..depth {
            w.head(0x0029, 0x1010, b"SQ", u32::MAX);
            w.head(0xFFFE, 0xE000, b"  ", u32::MAX);
        }
        for _ in 0..depth {
            w.head(0xFFFE, 0xE00D, b"  ", 0);
            w.head(0xFFFE, 0xE0DD, b"  ", 0);
        }
        w.head(0x7FE0, 0x0010, b"OW", 48);
        w.bytes.extend_from_slice(&[0; 48]);
        [Writer::meta(EXPLICIT_LE), w.bytes].concat()
    };
    assert!(intake::read_instance(&nested(10), "x").is_ok());
    let started = Instant::now();
    assert_eq!(code(&nested(100_000)), RejectCode::Malformed);
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn sizes_that_overflow_are_refused() {
    let mut slice = Slice::at(0.0, 1);
    (slice.rows, slice.columns) = (65_535, 65_535);
    let mut w = slice.data_set(true, false);
    w.head(0x7FE0, 0x0010, b"OW", 64);
    w.bytes.extend_from_slice(&[0; 64]);
    let bytes = [Writer::meta(EXPLICIT_LE), w.bytes].concat();
    assert_eq!(code(&bytes), RejectCode::TooLarge);

    let mut slice = Slice::at(0.0, 1);
    slice
        .extra
        .push((0x0028, 0x0008, b"IS", "2147483647".to_owned()));
    assert_eq!(code(&slice.file(EXPLICIT_LE)), RejectCode::Malformed);
}

#[test]
fn other_syntaxes_are_refused_by_name() {
    let mut w = Slice::at(0.0, 1).data_set(true, false);
    w.head(0x7FE0, 0x0010, b"OB", u32::MAX);
    w.bytes
        .extend_from_slice(&[0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0]);
    let bytes = [Writer::meta("1.2.840.10008.1.2.4.58"), w.bytes].concat();
    let rejection = intake::read_instance(&bytes, "x").unwrap_err();
    assert_eq!(rejection.code, RejectCode::UnsupportedTransferSyntax);
    assert!(
        rejection.message.contains("(Process 15)"),
        "{}",
        rejection.message
    );
    assert_eq!(rejection.patient_name.as_deref(), Some("Doe^Jane"));
}

#[test]
fn attributes_hold_nothing_that_identifies() {
    let mut slice = Slice::at(0.0, 1);
    slice
        .extra
        .push((0x0008, 0x103E, b"LO", "CanaryDescription".to_owned()));
    slice
        .extra
        .push((0x0008, 0x0080, b"LO", "CanaryClinic".to_owned()));
    slice
        .extra
        .push((0x0008, 0x0020, b"DA", "19990909".to_owned()));
    let instance = intake::read_instance(&slice.file(EXPLICIT_LE), "canary-file").unwrap();
    let json = serde_json::to_string(&instance.attributes).unwrap();
    for canary in ["Doe", "Canary", "canary", "1.2.3", "1.2.9", "19990909"] {
        assert!(!json.contains(canary), "{canary} in {json}");
    }
    // The identity does hold them, so the test can fail.
    let identity = serde_json::to_string(&instance.identity).unwrap();
    assert!(identity.contains("CanaryClinic") && identity.contains("1.2.3"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Bytes of a sound file changed, cut and added to: an answer, never a panic, and no image larger than its limits.
    #[test]
    fn mutated_headers_never_panic(
        syntax in prop::sample::select(vec!["1.2.840.10008.1.2", EXPLICIT_LE, "1.2.840.10008.1.2.2"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = Slice::at(1.0, 1).file(syntax);
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(instance) = intake::read_instance(&bytes, "x") {
            for frame in 0..instance.attributes.frames.min(3) {
                if let Ok(samples) = codec::read_frame(&bytes, &instance, frame) {
                    let image = &instance.attributes;
                    prop_assert_eq!(
                        samples.len() as u64,
                        u64::from(image.rows) * u64::from(image.columns) * u64::from(image.samples_per_pixel)
                    );
                }
            }
            viewer_wasm::series::assemble(vec![instance]);
        }
    }

    /// Anything behind the letters DICM.
    #[test]
    fn random_data_sets_never_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let bytes = [Writer::meta(EXPLICIT_LE), body].concat();
        let _ = intake::examine(&bytes, "x");
    }
}
