//! Files made to do harm, beyond those of the conformance data: each is refused, or opened for what it is, within two
//! seconds and in bounded memory, and costs the others of its drop nothing.

#[path = "support/clock.rs"]
mod clock;
#[path = "support/dicom.rs"]
mod dicom;

use std::io::Write;
use std::time::Duration;

use dicom::{EXPLICIT_LE, Slice, Writer};
use viewer_wasm::codec::{self, DecodeError, FrameIndex, PixelValue, Samples};
use viewer_wasm::inspect::inspect;
use viewer_wasm::intake::{self, Found, ImageAttributes, Instance, RejectCode, Rejection};
use viewer_wasm::series::{WarningCode, assemble};

/// Longest that one file may take.
const SLOW: Duration = Duration::from_secs(2);

fn read(bytes: &[u8]) -> Result<Instance, Rejection> {
    let (outcome, took) = clock::timed(|| intake::read_instance(&bytes, "x.dcm"));
    assert!(took < SLOW, "{took:?}");
    outcome
}

fn refused(bytes: &[u8]) -> RejectCode {
    let rejection = read(bytes).expect_err("refused");
    assert!(rejection.message.ends_with('.'), "{}", rejection.message);
    rejection.code
}

/// A slice with one attribute more.
fn with(group: u16, element: u16, vr: &'static [u8; 2], text: &str) -> Vec<u8> {
    let mut slice = Slice::at(1.0, 1);
    slice.extra.push((group, element, vr, text.to_owned()));
    slice.file(EXPLICIT_LE)
}

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

/// A file in a compressed syntax, with this as the value of its pixel data.
fn encapsulated(syntax: &str, slice: &Slice, value: &[u8]) -> Vec<u8> {
    let mut w = slice.data_set(true, false);
    w.head(0x7FE0, 0x0010, b"OB", u32::MAX);
    w.bytes.extend_from_slice(value);
    [Writer::meta(syntax), w.bytes].concat()
}

fn item(bytes: &[u8]) -> Vec<u8> {
    let head = [0xFE, 0xFF, 0x00, 0xE0];
    [&head[..], &(bytes.len() as u32).to_le_bytes(), bytes].concat()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
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

/// An offset table and fragments as many as a file may have frames, looked up without trying each with each.
#[test]
fn offset_tables_without_end_and_beyond_it() {
    let attributes = |frames| ImageAttributes {
        transfer_syntax: "1.2.840.10008.1.2.8.1".to_owned(),
        rows: 1,
        columns: 1,
        frames,
        samples_per_pixel: 1,
        bits_allocated: 8,
        bits_stored: 8,
        high_bit: 7,
        ..ImageAttributes::default()
    };
    let frame = item(&deflate(&[9]));
    let count = 1 << 15;
    let table: Vec<u8> = (0..count)
        .flat_map(|k| (k * frame.len() as u32).to_le_bytes())
        .collect();
    let value = [item(&table), frame.repeat(count as usize)].concat();
    let (index, took) = clock::timed(|| FrameIndex::read(&attributes(count), &value));
    assert!(took < SLOW, "{took:?}");
    let index = index.expect("an index");
    let last = codec::decode_indexed(&attributes(count), &value, &index, count - 1);
    assert_eq!(last.expect("a frame"), Samples::U8(vec![9]));

    let decode = |value: &[u8], frame: u32| {
        let value = PixelValue {
            bytes: &value,
            encapsulated: true,
        };
        codec::decode_frame(&attributes(2), &value, frame)
    };
    // Offsets outside, falling, or into the middle of a fragment: the fragments themselves count.
    let other = item(&deflate(&[5]));
    for offsets in [[0, u32::MAX], [0, 3], [40, 0], [0, 0]] {
        let table: Vec<u8> = offsets
            .iter()
            .flat_map(|offset| offset.to_le_bytes())
            .collect();
        let value = [item(&table), frame.clone(), other.clone()].concat();
        assert_eq!(decode(&value, 0).expect("a frame"), Samples::U8(vec![9]));
        assert_eq!(decode(&value, 1).expect("a frame"), Samples::U8(vec![5]));
    }
    // A fragment that swallows the next, or more than there is.
    for len in [frame.len() as u32 * 2, u32::MAX, u32::MAX - 1] {
        let mut value = [item(&[]), frame.clone(), other.clone()].concat();
        value[12..16].copy_from_slice(&len.to_le_bytes());
        assert!(decode(&value, 1).is_err(), "{len}");
    }
    // A table longer than the value.
    let mut value = [item(&[0; 8]), frame.clone()].concat();
    value[4..8].copy_from_slice(&0x7FFF_FFF0u32.to_le_bytes());
    assert!(matches!(decode(&value, 0), Err(DecodeError::Truncated)));
}

/// The bytes that lie in a fragment may look like a fragment, and a table may point there.
#[test]
fn an_offset_table_that_contradicts_the_fragments_never_gives_two_pictures() {
    let attributes = |frames| ImageAttributes {
        transfer_syntax: "1.2.840.10008.1.2.8.1".to_owned(),
        rows: 1,
        columns: 1,
        frames,
        samples_per_pixel: 1,
        bits_allocated: 8,
        bits_stored: 8,
        high_bit: 7,
        ..ImageAttributes::default()
    };
    // What each frame is, by the two ways to it; `None` if it is refused.
    let frames = |offsets: &[usize], fragments: &[Vec<u8>], frames: u32| -> Vec<Option<Samples>> {
        let table: Vec<u8> = offsets
            .iter()
            .flat_map(|offset| (*offset as u32).to_le_bytes())
            .collect();
        let value = [item(&table), fragments.concat()].concat();
        let attributes = attributes(frames);
        let index = FrameIndex::read(&attributes, &value).expect("an index");
        let pixels = PixelValue {
            bytes: &value,
            encapsulated: true,
        };
        (0..frames)
            .map(|frame| {
                let direct = codec::decode_frame(&attributes, &pixels, frame).ok();
                let indexed = codec::decode_indexed(&attributes, &value, &index, frame).ok();
                assert_eq!(direct, indexed, "frame {frame} at {offsets:?}");
                direct
            })
            .collect()
    };
    let one = |value| item(&deflate(&[value]));
    let is = |value| Some(Samples::U8(vec![value]));
    let (a, b, c, none) = (one(1), one(2), one(3), item(&[]));
    let len = a.len();

    // The second frame lies within the first by the table, so the first is not to be told.
    let around = item(&[a.clone(), b.clone(), vec![0; 2]].concat());
    let inner = [0, 8 + len, 8 + 2 * len];
    let found = frames(&inner, &[around, c.clone()], 3);
    assert_eq!(found, [None, is(2), None]);
    // A table wrong about one frame leaves the fragments to tell, as long as it is right about no other than they are.
    let found = frames(
        &[0, len, 2 * len + 1],
        &[a.clone(), b.clone(), c.clone()],
        3,
    );
    assert_eq!(found, [is(1), is(2), is(3)]);
    let halves = |value: u8| {
        let stream = deflate(&[value]);
        let (start, rest) = stream.split_at(stream.len() / 2);
        [item(start), item(rest)].concat()
    };
    let (start, next) = (halves(1), halves(2));
    let wrong = [0, start.len(), start.len() + next.len() + 1];
    let found = frames(&wrong, &[start, next, c.clone()], 3);
    assert_eq!(found, [is(1), None, None]);
    // A frame without bytes is missing, and moves no other.
    for offsets in [&[][..], &[0, len, len + 8]] {
        let found = frames(offsets, &[a.clone(), none.clone(), c.clone()], 3);
        assert_eq!(found, [is(1), None, is(3)], "{offsets:?}");
    }
}

#[test]
fn deflated_bombs_and_breaks() {
    let meta = Writer::meta("1.2.840.10008.1.2.1.99");
    // 80 MB of zeros where a header should be.
    let bomb = [meta.clone(), deflate(&vec![0; 80 << 20])].concat();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused(&bomb), RejectCode::Malformed);
    // A header, then a text element without end.
    let mut w = Slice::at(1.0, 1).data_set(true, false);
    w.head(0x0029, 0x1010, b"UT", 0x7FFF_FFFE);
    w.bytes.resize(w.bytes.len() + (80 << 20), b'A');
    assert_eq!(
        refused(&[meta.clone(), deflate(&w.bytes)].concat()),
        RejectCode::Malformed
    );
    // A frame that claims more than its stream can hold is refused before room is made for it.
    let image = ImageAttributes {
        transfer_syntax: "1.2.840.10008.1.2.8.1".to_owned(),
        rows: 8192,
        columns: 8192,
        frames: 1,
        samples_per_pixel: 1,
        bits_allocated: 16,
        bits_stored: 16,
        high_bit: 15,
        ..ImageAttributes::default()
    };
    let value = [item(&[]), item(&deflate(&[0; 5000]))].concat();
    let value = PixelValue {
        bytes: &value,
        encapsulated: true,
    };
    let outcome = codec::decode_frame(&image, &value, 0);
    assert!(matches!(outcome, Err(DecodeError::Truncated)));

    // A stream that breaks off among its pixels, behind what is inflated for the header: an error, not black rows.
    let mut slice = Slice::at(1.0, 1);
    (slice.rows, slice.columns) = (1024, 1024);
    let mut w = slice.data_set(true, false);
    w.head(0x7FE0, 0x0010, b"OW", 2 << 20);
    let mut noise = 1u32;
    w.bytes.extend((0..2 << 20).map(|_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    }));
    let whole = [meta, deflate(&w.bytes)].concat();
    let instance = read(&whole).expect("an image");
    assert!(codec::read_frame(&whole, &instance, 0).is_ok());
    let cut = &whole[..whole.len() * 3 / 4];
    let instance = read(cut).expect("an image");
    assert!(codec::read_frame(&cut, &instance, 0).is_err());
}

/// Streams of more bits than the image keeps would lose their upper ones, and look like a picture all the same.
#[test]
fn deeper_streams_than_described_are_refused() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codecs");
    for (name, syntax) in [
        ("lossless12.jpg", "1.2.840.10008.1.2.4.57"),
        ("lossless16.jpg", "1.2.840.10008.1.2.4.57"),
        ("grey12.jpg", "1.2.840.10008.1.2.4.51"),
        ("grey12.jls", "1.2.840.10008.1.2.4.80"),
        ("grey16.jls", "1.2.840.10008.1.2.4.80"),
        ("grey12.j2k", "1.2.840.10008.1.2.4.90"),
        ("signed.j2k", "1.2.840.10008.1.2.4.90"),
        ("grey12.jph", "1.2.840.10008.1.2.4.201"),
    ] {
        let image = ImageAttributes {
            transfer_syntax: syntax.to_owned(),
            rows: 43,
            columns: 61,
            frames: 1,
            samples_per_pixel: 1,
            bits_allocated: 8,
            bits_stored: 8,
            high_bit: 7,
            ..ImageAttributes::default()
        };
        let stream = std::fs::read(folder.join(name)).expect("a fixture");
        let value = [item(&[]), item(&stream)].concat();
        let value = PixelValue {
            bytes: &value,
            encapsulated: true,
        };
        assert!(codec::decode_frame(&image, &value, 0).is_err(), "{name}");
    }
}

/// One drop with all of it: the sound series opens, whole, and every other file is named with a reason.
#[test]
fn the_rest_of_the_drop_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("a file");
    };
    for k in 0..5u8 {
        let slice = Slice::at(f64::from(k), i64::from(k) + 1);
        put(&format!("good-{k}.dcm"), &slice.file(EXPLICIT_LE));
    }
    let mut large = Slice::at(0.0, 9);
    (large.rows, large.columns) = (u16::MAX, u16::MAX);
    let mut deep = Slice::at(0.0, 9).data_set(true, false);
    for _ in 0..50_000 {
        deep.head(0x0029, 0x1010, b"SQ", u32::MAX);
        deep.head(0xFFFE, 0xE000, b"  ", u32::MAX);
    }
    let hostile: [(&str, Vec<u8>); 8] = [
        ("large.dcm", large.file(EXPLICIT_LE)),
        ("frames.dcm", with(0x0028, 0x0008, b"IS", "2147483648")),
        ("deep.dcm", [Writer::meta(EXPLICIT_LE), deep.bytes].concat()),
        ("program.exe", [b"MZ".as_slice(), &[0x90; 4000]].concat()),
        (
            "bomb.dcm",
            [
                Writer::meta("1.2.840.10008.1.2.1.99"),
                deflate(&vec![0; 100 << 20]),
            ]
            .concat(),
        ),
        ("empty.dcm", Vec::new()),
        (
            "cut.dcm",
            Slice::at(0.0, 9).file(EXPLICIT_LE)[..200].to_vec(),
        ),
        (
            "zip.zip",
            b"PK\x03\x04 and nothing that makes sense".to_vec(),
        ),
    ];
    for (name, bytes) in &hostile {
        put(name, bytes);
    }
    let (report, took) = clock::timed(|| inspect(&[folder.path().to_owned()]));
    assert!(took < SLOW, "{took:?}");
    let report = report.expect("a report");
    assert_eq!(report.series.len(), 1);
    assert_eq!(report.series[0].dims, [6, 4, 5]);
    assert!(report.series[0].warnings.is_empty());
    let mut left_out: Vec<&str> = report.rejected.iter().map(|r| r.file.as_str()).collect();
    left_out.sort_unstable();
    let mut expected: Vec<&str> = hostile.iter().map(|(name, _)| *name).collect();
    expected.sort_unstable();
    assert_eq!(left_out, expected);
    assert!(report.rejected.iter().all(|r| r.message.ends_with('.')));
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
