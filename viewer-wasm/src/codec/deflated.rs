//! Deflated image frames (PS3.5 A.4.16): a raw DEFLATE stream (RFC 1951) of each frame's native pixels.

use flate2::{Decompress, FlushDecompress};

use crate::intake::ImageAttributes;

use super::native::{self, native_len};
use super::{DecodeError, Samples};

/// DEFLATE makes at most this many bytes of one.
const MOST_RATIO: usize = 1032;

/// Decodes one frame. Nothing is made room for beyond what the image description needs and the stream can hold.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let len = native_len(attributes, 1) as usize;
    if len / MOST_RATIO > bytes.len() {
        return Err(DecodeError::Truncated);
    }
    let mut native = Vec::with_capacity(len);
    Decompress::new(false)
        .decompress_vec(bytes, &mut native, FlushDecompress::Finish)
        .map_err(|_| DecodeError::Corrupt("a deflated frame".to_owned()))?;
    if native.len() < len {
        return Err(DecodeError::Truncated);
    }
    native.truncate(len);
    native::decode(attributes, &native, 0)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn frames_come_back_and_damage_is_refused() {
        let attributes = ImageAttributes {
            rows: 3,
            columns: 7,
            frames: 1,
            samples_per_pixel: 1,
            bits_allocated: 1,
            bits_stored: 1,
            ..ImageAttributes::default()
        };
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&[0b0000_0101, 0, 0b0001_0000]).unwrap();
        let mut stream = encoder.finish().unwrap();
        let mut expected = vec![0; 21];
        for bit in [0, 2, 20] {
            expected[bit] = 1;
        }
        assert_eq!(decode(&attributes, &stream).unwrap(), Samples::U8(expected));
        // Padded to an even length.
        stream.push(0);
        assert!(decode(&attributes, &stream).is_ok());
        assert!(decode(&attributes, &stream[..2]).is_err());
        assert!(decode(&attributes, &[0xFF; 9]).is_err());
        let taller = ImageAttributes {
            rows: 30,
            ..attributes
        };
        assert!(matches!(
            decode(&taller, &stream),
            Err(DecodeError::Truncated)
        ));
    }
}
