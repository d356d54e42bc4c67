//! JPEG (ITU-T T.81), Huffman-coded: lossy of 8 and 12 bits by `dct`, `lossless` of 2 to 16.
//!
//! Our own, since no other decoder that builds for the browser reads 12 bits. `segments` are the headers, `tables` and
//! `bits` what coded data is read with.

mod bits;
mod dct;
mod lossless;
mod segments;
mod tables;

use crate::intake::ImageAttributes;

use super::native::stored;
use super::{DecodeError, Samples};
use bits::Bits;
use segments::frame_header;
pub(super) use segments::{FrameHeader, Segments, check};

const HUFFMAN_TABLES: u8 = 0xC4;
const FIRST_RESTART: u8 = 0xD0;
const START_OF_SCAN: u8 = 0xDA;
const RESTART_INTERVAL: u8 = 0xDD;

/// Decodes one frame. Colour stays as it is in the stream: YBR is not turned into RGB.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let header = frame_header(bytes)?;
    check(attributes, &header)?;
    let values = match header.marker {
        0xC0..=0xC2 => dct::decode(&header, bytes)?,
        0xC3 => lossless::decode(&header, bytes)?,
        _ => {
            return Err(DecodeError::UnsupportedImage(
                "this kind of JPEG".to_owned(),
            ));
        }
    };
    stored(attributes, values)
}

fn corrupt(what: &str) -> DecodeError {
    DecodeError::Corrupt(what.to_owned())
}

/// Units between restart markers, from a DRI segment; 0 for none.
fn restart_units(segment: &[u8]) -> usize {
    segment
        .iter()
        .take(2)
        .fold(0, |units, byte| units << 8 | usize::from(*byte))
}

/// Goes past a restart marker.
fn restarted<'a>(bytes: &'a [u8], bits: &Bits<'a>, number: usize) -> Result<Bits<'a>, DecodeError> {
    let marker = bits.marker().ok_or(DecodeError::Truncated)?;
    if bytes.get(marker + 1) != Some(&(FIRST_RESTART + (number % 8) as u8)) {
        return Err(corrupt("a restart marker is missing in the JPEG stream"));
    }
    Ok(Bits::new(bytes, marker + 2))
}
