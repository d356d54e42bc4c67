//! Codecs, native pixels, and the fragments between them and the file.

use viewer_wasm::codec::{self, DecodeError, FrameIndex, PixelValue, Samples};
use viewer_wasm::intake::{ImageAttributes, Instance, PixelLocation, SampleKind, syntax};

use crate::shape;

/// Native pixels in either byte order.
pub fn native(bytes: &[u8]) {
    let Some((attributes, frame, rest)) = shape::split(bytes) else {
        return;
    };
    let value = PixelValue {
        bytes: &rest,
        encapsulated: false,
    };
    let outcome = codec::decode_frame(&attributes, &value, frame);
    check(&attributes, &outcome);
    as_is(&attributes, frame, rest, outcome.ok());
}

/// The short way for 16-bit values, which takes bytes as they are, must give what decoding gives.
fn as_is(attributes: &ImageAttributes, frame: u32, value: &[u8], decoded: Option<Samples>) {
    let instance = Instance {
        file: String::new(),
        attributes: attributes.clone(),
        identity: Default::default(),
        pixels: PixelLocation {
            len: value.len() as u64,
            ..PixelLocation::default()
        },
    };
    let Some((offset, len)) = codec::native_range(&instance, frame) else {
        return;
    };
    let raw = &value[offset as usize..][..len as usize];
    // A frame of no pixels is refused by the one and empty for the other.
    if codec::is_stored_as_is(attributes, raw)
        && let Some(decoded) = decoded
    {
        assert_eq!(decoded.to_le_bytes(), raw, "the short way differs");
    }
}

/// RLE Lossless.
pub fn rle(bytes: &[u8]) {
    compressed(syntax::RLE, bytes);
}

/// Deflated image frames.
pub fn deflated(bytes: &[u8]) {
    compressed(syntax::DEFLATED_FRAME, bytes);
}

/// JPEG with a cosine transform: baseline, extended, progressive.
pub fn jpeg(bytes: &[u8]) {
    compressed(syntax::JPEG_EXTENDED, bytes);
}

/// JPEG Lossless.
pub fn jpeg_lossless(bytes: &[u8]) {
    compressed(syntax::JPEG_LOSSLESS, bytes);
}

/// JPEG-LS.
pub fn jpegls(bytes: &[u8]) {
    compressed(syntax::JPEG_LS_NEAR, bytes);
}

/// JPEG 2000.
pub fn j2k(bytes: &[u8]) {
    compressed(syntax::JPEG_2000, bytes);
}

/// High-throughput JPEG 2000.
pub fn htj2k(bytes: &[u8]) {
    compressed(syntax::HTJ2K, bytes);
}

/// JPEG XL.
pub fn jxl(bytes: &[u8]) {
    compressed(syntax::JPEG_XL, bytes);
}

/// Decodes the bytes behind the description as the one fragment of a frame.
fn compressed(syntax: &str, bytes: &[u8]) {
    let Some((mut attributes, _, rest)) = shape::split(bytes) else {
        return;
    };
    attributes.frames = 1;
    attributes.transfer_syntax = syntax.to_owned();
    let value = encapsulated(&[rest]);
    let value = PixelValue {
        bytes: &value,
        encapsulated: true,
    };
    check(&attributes, &codec::decode_frame(&attributes, &value, 0));
}

/// Offset table and fragments. The first byte says how many frames the header claims, the second how they are coded.
pub fn fragments(bytes: &[u8]) {
    let [frames, kind, value @ ..] = bytes else {
        return;
    };
    let attributes = ImageAttributes {
        transfer_syntax: [syntax::RLE, syntax::DEFLATED_FRAME, syntax::JPEG_2000]
            [usize::from(kind % 3)]
        .to_owned(),
        rows: 2,
        columns: 3,
        frames: 1 + u32::from(*frames),
        samples_per_pixel: 1,
        photometric: "MONOCHROME2".to_owned(),
        bits_allocated: 8,
        bits_stored: 8,
        high_bit: 7,
        ..ImageAttributes::default()
    };
    let pixels = PixelValue {
        bytes: &value,
        encapsulated: true,
    };
    let index = FrameIndex::read(&attributes, &value);
    for frame in [0, attributes.frames / 2, attributes.frames - 1] {
        let direct = codec::decode_frame(&attributes, &pixels, frame);
        check(&attributes, &direct);
        let Ok(index) = &index else {
            assert!(direct.is_err(), "a frame that the index does not have");
            continue;
        };
        if let Ok(joined) = index.frame(&value, frame) {
            assert!(joined.len() <= value.len(), "bytes from nowhere");
        }
        let indexed = codec::decode_indexed(&attributes, &value, index, frame);
        assert_eq!(direct.ok(), indexed.ok(), "two ways to a frame differ");
    }
}

/// Fragments behind an empty offset table.
pub fn encapsulated(fragments: &[&[u8]]) -> Vec<u8> {
    let mut value = vec![0xFE, 0xFF, 0x00, 0xE0, 0, 0, 0, 0];
    for fragment in fragments {
        value.extend([0xFE, 0xFF, 0x00, 0xE0]);
        value.extend((fragment.len() as u32).to_le_bytes());
        value.extend_from_slice(fragment);
    }
    value
}

/// What must hold of a decoded frame: a value for each sample, of the described type, within the described bits; or
/// an error that a codec gave on purpose.
///
/// # Panics
/// If it does not.
pub fn check(attributes: &ImageAttributes, outcome: &Result<Samples, DecodeError>) {
    let samples = match outcome {
        Ok(samples) => samples,
        Err(error) => {
            let text = error.to_string();
            // What catches a codec's panic says this.
            assert!(!text.contains("gave up"), "the decoder panics");
            assert!(!text.is_empty() && fuzzing::is_inert(&text), "{text:?}");
            return;
        }
    };
    let expected = u64::from(attributes.rows)
        * u64::from(attributes.columns)
        * u64::from(attributes.samples_per_pixel);
    assert_eq!(
        samples.len() as u64,
        expected,
        "not a value for each sample"
    );
    let signed = attributes.signed && attributes.bits_allocated > 1;
    let described = match (attributes.samples, attributes.bits_allocated) {
        (SampleKind::Float, _) => matches!(samples, Samples::F32(_)),
        (SampleKind::Double, _) => matches!(samples, Samples::F64(_)),
        (SampleKind::Integer, ..=8) if signed => matches!(samples, Samples::I8(_)),
        (SampleKind::Integer, ..=8) => matches!(samples, Samples::U8(_)),
        (SampleKind::Integer, 16) if signed => matches!(samples, Samples::I16(_)),
        (SampleKind::Integer, 16) => matches!(samples, Samples::U16(_)),
        (SampleKind::Integer, _) if signed => matches!(samples, Samples::I32(_)),
        (SampleKind::Integer, _) => matches!(samples, Samples::U32(_)),
    };
    assert!(described, "not the described type");
    if attributes.samples == SampleKind::Integer {
        let size = (u64::from(attributes.bits_stored)).min(32);
        let (least, beyond) = if signed {
            let half = (1u64 << (size - 1)) as f64;
            (-half, half)
        } else {
            (0.0, (1u64 << size) as f64)
        };
        let mut within = true;
        samples.for_each(|value| within &= value >= least && value < beyond);
        assert!(within, "a value with more bits than are stored");
    }
}
