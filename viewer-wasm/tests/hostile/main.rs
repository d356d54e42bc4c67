//! Files made to do harm, beyond those of the conformance data: each is refused, or opened for what it is, within two
//! seconds and in bounded memory, and costs the others of its drop nothing.
//!
//! - `headers`: what a header says. `frames`: offset tables, fragments and streams. Here: all of it in one drop.

#[path = "../support/clock.rs"]
mod clock;
#[path = "../support/dicom.rs"]
mod dicom;

mod frames;
mod headers;

use std::io::Write;
use std::time::Duration;

use dicom::{EXPLICIT_LE, Slice, Writer};
use viewer_wasm::inspect::inspect;
use viewer_wasm::intake::{self, Instance, RejectCode, Rejection};

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
