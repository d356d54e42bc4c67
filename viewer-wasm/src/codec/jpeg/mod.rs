//! JPEG (ITU-T T.81): lossy of 8 and 12 bits by our own `dct`, lossless by `jpeg-decoder`.

mod dct;
mod segments;

use jpeg_decoder::{ColorTransform, Decoder};

use crate::intake::ImageAttributes;

use super::native::{frame_samples, words_8, words_16};
use super::{DecodeError, Samples};
use segments::frame_header;
pub(super) use segments::{FrameHeader, Segments, check};

/// Decodes one frame. Colour stays as it is in the stream: YBR is not turned into RGB.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let header = frame_header(bytes)?;
    check(attributes, &header)?;
    let values = match header.marker {
        0xC0..=0xC2 => dct::decode(&header, bytes)?,
        0xC3 => lossless(attributes, bytes)?,
        _ => {
            return Err(DecodeError::UnsupportedImage(
                "this kind of JPEG".to_owned(),
            ));
        }
    };
    match attributes.bits_allocated {
        8 => Ok(words_8(
            attributes,
            values.into_iter().map(|value| value as u8).collect(),
        )),
        16 => Ok(words_16(attributes, values)),
        other => Err(DecodeError::UnsupportedImage(format!(
            "JPEG in {other} bits"
        ))),
    }
}

fn lossless(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    let expected = frame_samples(attributes);
    let mut decoder = Decoder::new(bytes);
    // `RGB` passes three colours through as they are; `None` would leave them line by line.
    decoder.set_color_transform(ColorTransform::RGB);
    decoder.set_max_decoding_buffer_size(expected.saturating_mul(8).max(1 << 16));
    let decoded = decoder
        .decode()
        .map_err(|_| DecodeError::Corrupt("the JPEG stream".to_owned()))?;
    if decoded.len() == expected {
        return Ok(decoded.into_iter().map(u16::from).collect());
    }
    if decoded.len() != 2 * expected {
        return Err(DecodeError::Corrupt(
            "the JPEG stream has another size".to_owned(),
        ));
    }
    let words = decoded.as_chunks::<2>().0.iter();
    Ok(words.map(|raw| u16::from_ne_bytes(*raw)).collect())
}
