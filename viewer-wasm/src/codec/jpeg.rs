//! JPEG baseline and JPEG lossless (ITU-T T.81), by `jpeg-decoder`.

use jpeg_decoder::{ColorTransform, Decoder};

use crate::intake::ImageAttributes;

use super::native::{frame_samples, words_8, words_16};
use super::{DecodeError, Samples};

/// What a frame header (T.81 B.2.2) says.
pub(super) struct FrameHeader {
    /// Second byte of the marker.
    pub marker: u8,
    pub precision: u8,
    pub rows: u32,
    pub columns: u32,
    pub components: u8,
}

/// Decodes one frame. Colour stays as it is in the stream: YBR is not turned into RGB.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let header = frame_header(bytes)?;
    check(attributes, &header)?;
    if !matches!(header.marker, 0xC0..=0xC3) {
        return Err(DecodeError::UnsupportedImage(
            "this kind of JPEG".to_owned(),
        ));
    }
    if header.precision > 8 && header.marker != 0xC3 {
        return Err(DecodeError::UnsupportedImage(
            "lossy JPEG of more than 8 bits".to_owned(),
        ));
    }
    let expected = frame_samples(attributes);
    let mut decoder = Decoder::new(bytes);
    // `RGB` passes three colours through as they are; `None` would leave them line by line.
    decoder.set_color_transform(ColorTransform::RGB);
    decoder.set_max_decoding_buffer_size(expected.saturating_mul(8).max(1 << 16));
    let decoded = decoder
        .decode()
        .map_err(|_| DecodeError::Corrupt("the JPEG stream".to_owned()))?;
    let narrow = decoded.len() == expected;
    if !narrow && decoded.len() != 2 * expected {
        return Err(DecodeError::Corrupt(
            "the JPEG stream has another size".to_owned(),
        ));
    }
    Ok(match (narrow, attributes.bits_allocated) {
        (true, 8) => words_8(attributes, decoded),
        (true, 16) => words_16(attributes, decoded.into_iter().map(u16::from).collect()),
        (false, 8) => {
            let words = decoded.as_chunks::<2>().0.iter();
            words_8(
                attributes,
                words.map(|raw| u16::from_ne_bytes(*raw) as u8).collect(),
            )
        }
        (false, 16) => {
            let words = decoded.as_chunks::<2>().0.iter();
            words_16(
                attributes,
                words.map(|raw| u16::from_ne_bytes(*raw)).collect(),
            )
        }
        _ => {
            return Err(DecodeError::UnsupportedImage(format!(
                "JPEG in {} bits",
                attributes.bits_allocated
            )));
        }
    })
}

/// Compares the stream's frame header with the image description.
pub(super) fn check(attributes: &ImageAttributes, header: &FrameHeader) -> Result<(), DecodeError> {
    let corrupt = |what: String| Err(DecodeError::Corrupt(what));
    if (header.rows, header.columns) != (attributes.rows, attributes.columns) {
        return corrupt(format!(
            "the stream has {} by {} pixels, the header says {} by {}",
            header.columns, header.rows, attributes.columns, attributes.rows
        ));
    }
    if u16::from(header.components) != attributes.samples_per_pixel {
        return corrupt("the stream has another number of colours than the header".to_owned());
    }
    if u16::from(header.precision) > attributes.bits_allocated {
        return corrupt("the stream has more bits than the header".to_owned());
    }
    Ok(())
}

/// Walks the marker segments up to the frame header.
pub(super) fn frame_header(bytes: &[u8]) -> Result<FrameHeader, DecodeError> {
    let mut segments = Segments::new(bytes)?;
    while let Some((marker, segment)) = segments.next()? {
        // SOF markers, without DHT, JPG and DAC, which have numbers among them; 0xF7 is JPEG-LS.
        let is_frame =
            matches!(marker, 0xC0..=0xCF | 0xF7) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
        if is_frame {
            let &[precision, r1, r0, c1, c0, components, ..] = segment else {
                return Err(DecodeError::Truncated);
            };
            return Ok(FrameHeader {
                marker,
                precision,
                rows: u32::from(u16::from_be_bytes([r1, r0])),
                columns: u32::from(u16::from_be_bytes([c1, c0])),
                components,
            });
        }
        if marker == 0xDA {
            break;
        }
    }
    Err(DecodeError::Corrupt(
        "the stream has no frame header".to_owned(),
    ))
}

/// The marker segments of a JPEG or JPEG-LS stream, up to the first scan.
pub(super) struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    pub fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        if !bytes.starts_with(&[0xFF, 0xD8]) {
            return Err(DecodeError::Corrupt(
                "the stream does not begin as JPEG does".to_owned(),
            ));
        }
        Ok(Self { bytes, at: 2 })
    }

    /// Marker and payload of the next segment; `None` at the end of the image.
    pub fn next(&mut self) -> Result<Option<(u8, &'a [u8])>, DecodeError> {
        let byte = |at: usize| self.bytes.get(at).copied().ok_or(DecodeError::Truncated);
        if byte(self.at)? != 0xFF {
            return Err(DecodeError::Corrupt(
                "a marker is missing in the stream".to_owned(),
            ));
        }
        let mut at = self.at + 1;
        while byte(at)? == 0xFF {
            at += 1;
        }
        let marker = byte(at)?;
        if marker == 0xD9 {
            return Ok(None);
        }
        let len = usize::from(u16::from_be_bytes([byte(at + 1)?, byte(at + 2)?]));
        let payload = self
            .bytes
            .get(at + 3..(at + 1 + len).max(at + 3))
            .ok_or(DecodeError::Truncated)?;
        self.at = at + 3 + payload.len();
        Ok(Some((marker, payload)))
    }
}
