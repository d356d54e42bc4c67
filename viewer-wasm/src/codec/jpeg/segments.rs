//! The segments of a JPEG or JPEG-LS stream (T.81 annex B), and its frame header against the image description.

use crate::intake::ImageAttributes;

use super::super::DecodeError;

/// What a frame header (T.81 B.2.2) says.
pub(in super::super) struct FrameHeader {
    /// Second byte of the marker.
    pub marker: u8,
    pub precision: u8,
    pub rows: u32,
    pub columns: u32,
    /// Identifier, sampling factors and quantisation table of each colour.
    pub specs: Vec<[u8; 3]>,
}

impl FrameHeader {
    /// Reads the segment of a frame header.
    pub fn read(marker: u8, segment: &[u8]) -> Result<Self, DecodeError> {
        let &[precision, r1, r0, c1, c0, components, ref specs @ ..] = segment else {
            return Err(DecodeError::Truncated);
        };
        let specs = specs.as_chunks::<3>().0;
        if specs.len() != usize::from(components) {
            return Err(DecodeError::Corrupt("the JPEG frame header".to_owned()));
        }
        Ok(Self {
            marker,
            precision,
            rows: u32::from(u16::from_be_bytes([r1, r0])),
            columns: u32::from(u16::from_be_bytes([c1, c0])),
            specs: specs.to_vec(),
        })
    }
}

/// Compares the stream's frame header with the image description.
pub(in super::super) fn check(
    attributes: &ImageAttributes,
    header: &FrameHeader,
) -> Result<(), DecodeError> {
    let corrupt = |what: String| Err(DecodeError::Corrupt(what));
    if (header.rows, header.columns) != (attributes.rows, attributes.columns) {
        return corrupt(format!(
            "the stream has {} by {} pixels, the header says {} by {}",
            header.columns, header.rows, attributes.columns, attributes.rows
        ));
    }
    if header.specs.len() != usize::from(attributes.samples_per_pixel) {
        return corrupt("the stream has another number of colours than the header".to_owned());
    }
    if u16::from(header.precision) > attributes.bits_allocated {
        return corrupt("the stream has more bits than the header".to_owned());
    }
    Ok(())
}

/// Walks the marker segments up to the frame header.
pub(in super::super) fn frame_header(bytes: &[u8]) -> Result<FrameHeader, DecodeError> {
    let mut segments = Segments::new(bytes)?;
    while let Some((marker, segment)) = segments.next()? {
        // SOF markers, without DHT, JPG and DAC, which have numbers among them; 0xF7 is JPEG-LS.
        let is_frame =
            matches!(marker, 0xC0..=0xCF | 0xF7) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
        if is_frame {
            return FrameHeader::read(marker, segment);
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
pub(in super::super) struct Segments<'a> {
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

    /// Goes on at a marker behind a scan.
    pub fn resume(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where the next marker is, or the coded data of the scan whose header was the last segment.
    pub fn position(&self) -> usize {
        self.at
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
