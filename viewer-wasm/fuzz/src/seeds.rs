//! Sound input for each target, made of the project's own fixtures: small, and never of a person.

use std::io::{Cursor, Write};
use std::path::Path;

use viewer_wasm::codec::pack as packing;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::frames::encapsulated;
use crate::shape;

#[path = "../../tests/support/dicom.rs"]
mod dicom;

use dicom::{EXPLICIT_LE, Slice, Writer};

/// Size of the frames in `viewer-wasm/tests/codecs`.
const ROWS: u16 = 43;
const COLUMNS: u16 = 61;

/// Frames of one kind in `viewer-wasm/tests/codecs`, behind their descriptions. The name says how they were made.
fn compressed(accept: fn(&str) -> bool) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/codecs");
    let mut names: Vec<String> = std::fs::read_dir(folder.clone())
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| accept(name))
        .collect();
    names.sort();
    let seed = |name: &String| {
        let frame = std::fs::read(folder.join(name)).ok()?;
        let colours = if name.contains("colour")
            || name.contains("rgb")
            || name.starts_with("layers")
            || name == "tiles.jph"
        {
            3
        } else {
            1
        };
        let bits = match name.as_str() {
            "signed.j2k" | "squeezed.jxl" | "lossy-grey.jxl" => 16,
            name if name.contains("16") => 16,
            name if name.contains('8') || colours == 3 || name.contains("near") => 8,
            name if name.contains("progressive") || name == "of-jpeg.jxl" => 8,
            _ => 12,
        };
        let signed = name == "signed.j2k";
        let mut bytes = shape::prefix(ROWS, COLUMNS, bits, colours, signed);
        bytes.extend(frame);
        Some(bytes)
    };
    names.iter().filter_map(seed).collect()
}

/// JPEG with a cosine transform.
pub fn jpeg() -> Vec<Vec<u8>> {
    compressed(|name| name.ends_with(".jpg") && !name.starts_with("lossless"))
}

/// JPEG Lossless.
pub fn jpeg_lossless() -> Vec<Vec<u8>> {
    compressed(|name| name.ends_with(".jpg") && name.starts_with("lossless"))
}

/// JPEG-LS.
pub fn jpegls() -> Vec<Vec<u8>> {
    compressed(|name| name.ends_with(".jls"))
}

/// JPEG 2000.
pub fn j2k() -> Vec<Vec<u8>> {
    compressed(|name| name.ends_with(".j2k"))
}

/// High-throughput JPEG 2000.
pub fn htj2k() -> Vec<Vec<u8>> {
    compressed(|name| name.ends_with(".jph"))
}

/// JPEG XL.
pub fn jxl() -> Vec<Vec<u8>> {
    compressed(|name| name.ends_with(".jxl"))
}

/// Native pixels of every kind.
pub fn native() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (bits, colours, bytes) in [
        (1, 1, 3),
        (8, 1, 20),
        (12, 1, 40),
        (16, 3, 120),
        (32, 1, 80),
    ] {
        let mut seed = shape::prefix(4, 5, bits, colours, false);
        seed.extend((0..bytes).map(|i: u8| i.wrapping_mul(37)));
        seeds.push(seed);
    }
    let mut subsampled = shape::prefix(4, 4, 8, 3, false);
    subsampled[7] = 4 | 2 << 6;
    subsampled.extend(0..32);
    seeds.push(subsampled);
    seeds
}

/// Run-length coded frames.
pub fn rle() -> Vec<Vec<u8>> {
    let frame = |segments: &[&[u8]]| {
        let mut words = vec![segments.len() as u32];
        let mut at = 64;
        for segment in segments {
            words.push(at);
            at += segment.len() as u32;
        }
        words.resize(16, 0);
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(segments.concat());
        bytes
    };
    let mut deep = shape::prefix(1, 5, 16, 1, true);
    deep.extend(frame(&[&[1, 7, 8, 128, 254, 9], &[4, 1, 2, 3, 4, 5]]));
    let mut colour = shape::prefix(2, 4, 8, 3, false);
    colour.extend(frame(&[&[249, 7], &[249, 8], &[3, 1, 2, 3, 4, 253, 5]]));
    vec![deep, colour]
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder =
        flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Deflated frames.
pub fn deflated() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for (bits, bytes) in [(1, 3), (8, 20), (12, 40)] {
        let mut seed = shape::prefix(4, 5, bits, 1, false);
        seed.extend(deflate(&(0..bytes).collect::<Vec<u8>>()));
        seeds.push(seed);
    }
    seeds
}

/// Offset tables and fragments.
pub fn fragments() -> Vec<Vec<u8>> {
    let frame = deflate(&[1, 2, 3, 4, 5, 6]);
    let plain = encapsulated(&[&frame, &frame, &frame]);
    let mut with_table = vec![0xFE, 0xFF, 0x00, 0xE0, 12, 0, 0, 0];
    for k in 0..3 {
        with_table.extend((k * (frame.len() as u32 + 8)).to_le_bytes());
    }
    with_table.extend(&plain[8..]);
    with_table.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    let images = encapsulated(&[
        &[0xFF, 0x4F, 0xFF, 0x51, 1],
        &[2, 3],
        &[0xFF, 0x4F, 0xFF, 0x51],
    ]);
    [(2, 1, plain), (2, 1, with_table), (1, 2, images)]
        .into_iter()
        .map(|(frames, kind, value)| [&[frames, kind], value.as_slice()].concat())
        .collect()
}

/// Something to pack, and something packed.
pub fn pack() -> Vec<Vec<u8>> {
    let plain: Vec<u8> = (0..300u16).flat_map(|i| (i / 3).to_le_bytes()).collect();
    let packed = packing::pack(&plain, 20, 2);
    let len = (plain.len() as u32).to_le_bytes();
    vec![
        [&[0, 20, 2, 0], plain.as_slice()].concat(),
        [&[1, len[0], len[1], len[2]], packed.as_slice()].concat(),
        [&[1, 30, 0, 0], packing::pack(&[9; 30], 6, 1).as_slice()].concat(),
    ]
}

/// Files in every encoding, compressed and not, with functional groups, and a directory.
pub fn headers() -> Vec<Vec<u8>> {
    let slice = Slice::at(1.5, 3);
    let mut files: Vec<Vec<u8>> = ["1.2.840.10008.1.2", EXPLICIT_LE, "1.2.840.10008.1.2.2"]
        .into_iter()
        .map(|syntax| slice.file(syntax))
        .collect();

    let mut named = slice.clone();
    named.extra = vec![
        (0x0028, 0x0008, b"IS", "1".to_owned()),
        (0x0028, 0x0120, b"SS", "ab".to_owned()),
        (0x0028, 0x1050, b"DS", "40\\400".to_owned()),
    ];
    files.push(named.file(EXPLICIT_LE));

    let native = slice.file(EXPLICIT_LE);
    let data_set = &native[Writer::meta(EXPLICIT_LE).len()..];
    let mut file = Writer::meta("1.2.840.10008.1.2.1.99");
    file.extend(deflate(data_set));
    files.push(file);

    // Encapsulated: the same header, its pixels run-length coded in one fragment.
    let mut data_set = slice.data_set(true, false);
    data_set.head(0x7FE0, 0x0010, b"OB", u32::MAX);
    data_set
        .bytes
        .extend(encapsulated(&[&rle()[0][shape::LEN..]]));
    data_set.bytes.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    let mut file = Writer::meta("1.2.840.10008.1.2.5");
    file.extend(data_set.bytes);
    files.push(file);

    files.push(multi_frame());

    let mut directory = Writer::new(true, false);
    directory.text(0x0002, 0x0002, b"UI", "1.2.840.10008.1.3.10");
    directory.text(0x0002, 0x0010, b"UI", EXPLICIT_LE);
    directory.head(0x0004, 0x1220, b"SQ", u32::MAX);
    directory.head(0xFFFE, 0xE0DD, b"\0\0", 0);
    let mut file = vec![0; 128];
    file.extend(b"DICM");
    file.extend(directory.bytes);
    files.push(file);
    files
}

/// Two frames with functional groups of undefined length.
fn multi_frame() -> Vec<u8> {
    let mut slice = Slice::at(0.0, 1);
    slice.rows = 2;
    slice.extra = vec![(0x0028, 0x0008, b"IS", "2".to_owned())];
    let mut w = slice.data_set(true, false);
    w.head(0x5200, 0x9230, b"SQ", u32::MAX);
    for z in ["0", "1.5"] {
        w.head(0xFFFE, 0xE000, b"\0\0", u32::MAX);
        w.head(0x0020, 0x9113, b"SQ", u32::MAX);
        w.head(0xFFFE, 0xE000, b"\0\0", u32::MAX);
        w.text(0x0020, 0x0032, b"DS", &format!("0\\0\\{z}"));
        w.head(0xFFFE, 0xE00D, b"\0\0", 0);
        w.head(0xFFFE, 0xE0DD, b"\0\0", 0);
        w.head(0x0020, 0x9111, b"SQ", u32::MAX);
        w.head(0xFFFE, 0xE000, b"\0\0", u32::MAX);
        w.text(0x0020, 0x9056, b"SH", "1");
        w.head(0xFFFE, 0xE00D, b"\0\0", 0);
        w.head(0xFFFE, 0xE0DD, b"\0\0", 0);
        w.head(0xFFFE, 0xE00D, b"\0\0", 0);
    }
    w.head(0xFFFE, 0xE0DD, b"\0\0", 0);
    w.head(0x7FE0, 0x0010, b"OW", 48);
    w.bytes.extend([7; 48]);
    let mut file = Writer::meta(EXPLICIT_LE);
    file.extend(w.bytes);
    file
}

/// Any bytes describe instances: a few long enough for several.
pub fn series() -> Vec<Vec<u8>> {
    (0u64..8)
        .map(|seed| {
            let mut state = seed;
            (0..200 + 150 * seed)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    (state >> 33) as u8
                })
                .collect()
        })
        .collect()
}

/// Archives: stored, deflated, with an empty file and a folder.
pub fn zip() -> Vec<Vec<u8>> {
    [CompressionMethod::Stored, CompressionMethod::Deflated]
        .into_iter()
        .filter_map(|method| {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            let options = SimpleFileOptions::default().compression_method(method);
            for (name, bytes) in [("a/b.dcm", &[7; 90][..]), ("../c", b"two"), ("empty", b"")] {
                writer.start_file(name, options).ok()?;
                writer.write_all(bytes).ok()?;
            }
            writer.add_directory("d/", options).ok()?;
            Some(writer.finish().ok()?.into_inner())
        })
        .collect()
}
