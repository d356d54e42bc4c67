//! JPEG-LS, lossless and near-lossless (ITU-T T.87): grey and colour, interleaved by line, by sample or not.
//!
//! Our own decoder, for speed and for colour. Every number of the stream's headers is checked here, so that nothing
//! further in overflows: `parameters` (presets and what follows from them), `bits` (the coded data), `context` (what
//! is learnt) and `scan` (the lines).

mod bits;
mod context;
mod parameters;
mod scan;

use crate::intake::ImageAttributes;

use super::jpeg::{FrameHeader, Segments, check};
use super::native::{frame_samples, stored};
use super::{DecodeError, Samples};
use parameters::{Parameters, Presets};
use scan::Scan;

const START_OF_FRAME: u8 = 0xF7;
const PRESETS: u8 = 0xF8;
const START_OF_SCAN: u8 = 0xDA;
const RESTART_INTERVAL: u8 = 0xDD;
const FIRST_RESTART: u8 = 0xD0;

/// Decodes one frame. Colours stay as they are in the stream.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    stored(attributes, Image::read(attributes, bytes)?)
}

fn corrupt(what: &str) -> DecodeError {
    DecodeError::Corrupt(what.to_owned())
}

/// An image whose scans are being read.
struct Image<'a> {
    bytes: &'a [u8],
    columns: usize,
    rows: usize,
    /// Identifiers of the components, in the order of the samples.
    components: Vec<u8>,
    precision: u8,
    presets: Presets,
    /// Lines between restart markers; 0 for none.
    restart_lines: usize,
    /// Colours interleaved.
    values: Vec<u16>,
    /// Which components were decoded.
    seen: [bool; 3],
}

impl<'a> Image<'a> {
    /// Walks the stream (T.87 annex C), decoding its scans.
    fn read(attributes: &ImageAttributes, bytes: &'a [u8]) -> Result<Vec<u16>, DecodeError> {
        let mut segments = Segments::new(bytes)?;
        let mut image: Option<Self> = None;
        let mut restart_lines = 0;
        while let Some((marker, segment)) = segments.next()? {
            match (marker, &mut image) {
                (START_OF_FRAME, None) => {
                    image = Some(Self::new(attributes, bytes, marker, segment)?);
                }
                (PRESETS, Some(image)) => {
                    image.presets = Presets::read(segment, image.precision)?;
                }
                (RESTART_INTERVAL, _) => {
                    restart_lines = segment
                        .iter()
                        .fold(0usize, |lines, byte| lines << 8 | usize::from(*byte))
                        .min(1 << 20);
                }
                (START_OF_SCAN, Some(image)) => {
                    image.restart_lines = restart_lines;
                    let end = image.scan(segment, segments.position())?;
                    if image.seen[..image.components.len()]
                        .iter()
                        .all(|seen| *seen)
                    {
                        return Ok(std::mem::take(&mut image.values));
                    }
                    segments = Segments::resume(bytes, end);
                }
                // Colour transforms of HP's own, which DICOM has no word for.
                (0xE8, _) if segment.starts_with(b"mrfx") && segment.get(4) != Some(&0) => {
                    return Err(DecodeError::UnsupportedImage(
                        "JPEG-LS with a colour transform".to_owned(),
                    ));
                }
                // Application data and comments.
                (0xE0..=0xEF | 0xFE, _) => {}
                _ => return Err(corrupt("an unknown segment in the JPEG-LS stream")),
            }
        }
        Err(corrupt("the JPEG-LS stream has no scan"))
    }

    fn new(
        attributes: &ImageAttributes,
        bytes: &'a [u8],
        marker: u8,
        segment: &[u8],
    ) -> Result<Self, DecodeError> {
        let header = FrameHeader::read(marker, segment)?;
        check(attributes, &header)?;
        let (precision, specs) = (header.precision, &header.specs);
        let sound = (2..=16).contains(&precision)
            && matches!(specs.len(), 1 | 3)
            && specs.iter().all(|spec| spec[1] == 0x11);
        if !sound {
            return Err(corrupt("the JPEG-LS frame header"));
        }
        Ok(Self {
            bytes,
            columns: attributes.columns as usize,
            rows: attributes.rows as usize,
            components: specs.iter().map(|spec| spec[0]).collect(),
            precision,
            presets: Presets::default(),
            restart_lines: 0,
            values: vec![0; frame_samples(attributes)],
            seen: [false; 3],
        })
    }

    /// Decodes the scan whose header is `header` (T.87 C.2.3) and whose data begins at `at`; where its data ends.
    fn scan(&mut self, header: &[u8], at: usize) -> Result<usize, DecodeError> {
        let error = || corrupt("the JPEG-LS scan header");
        let (&count, rest) = header.split_first().ok_or_else(error)?;
        let count = usize::from(count);
        let (specs, rest) = rest.split_at_checked(2 * count).ok_or_else(error)?;
        let &[near, interleave, transform] = rest else {
            return Err(error());
        };
        if transform != 0 {
            return Err(DecodeError::UnsupportedImage(
                "JPEG-LS with a point transform".to_owned(),
            ));
        }
        let mut channels = Vec::with_capacity(count);
        for spec in specs.as_chunks::<2>().0 {
            let channel = self.components.iter().position(|id| *id == spec[0]);
            let channel = channel.ok_or_else(error)?;
            if std::mem::replace(&mut self.seen[channel], true) {
                return Err(error());
            }
            if spec[1] != 0 {
                return Err(DecodeError::UnsupportedImage(
                    "JPEG-LS with mapping tables".to_owned(),
                ));
            }
            channels.push(channel);
        }
        let parameters = Parameters::new(self.precision, near, &self.presets)?;
        let scan = Scan::new(self.bytes, at, parameters);
        match (interleave, &channels[..]) {
            (0..=2, &[channel]) => self.lines(scan, &[channel]),
            (1, [_, _, _]) => self.lines(scan, &channels),
            (2, &[first, second, third]) => self.triples(scan, [first, second, third]),
            _ => Err(error()),
        }
    }

    /// Lines of one component after the other.
    fn lines(&mut self, mut scan: Scan<'a>, channels: &[usize]) -> Result<usize, DecodeError> {
        let blank = vec![0; self.columns + 2];
        let mut above = vec![blank.clone(); channels.len()];
        let mut line = above.clone();
        let mut run_index = vec![0; channels.len()];
        for row in 0..self.rows {
            if self.restart(&mut scan, row)? {
                above.fill(blank.clone());
                line.fill(blank.clone());
                run_index.fill(0);
            }
            for (i, channel) in channels.iter().enumerate() {
                scan.line(&mut above[i], &mut line[i], &mut run_index[i])?;
                self.keep(row, *channel, &line[i]);
            }
            std::mem::swap(&mut above, &mut line);
        }
        Ok(scan.marker().unwrap_or(self.bytes.len()))
    }

    /// Lines of three components at once.
    fn triples(&mut self, mut scan: Scan<'a>, channels: [usize; 3]) -> Result<usize, DecodeError> {
        let blank = vec![0; self.columns + 2];
        let mut above = [blank.clone(), blank.clone(), blank.clone()];
        let mut line = above.clone();
        let mut run_index = 0;
        for row in 0..self.rows {
            if self.restart(&mut scan, row)? {
                above.fill(blank.clone());
                line.fill(blank.clone());
                run_index = 0;
            }
            scan.line_of_three(&mut above, &mut line, &mut run_index)?;
            for (channel, line) in channels.iter().zip(&line) {
                self.keep(row, *channel, line);
            }
            std::mem::swap(&mut above, &mut line);
        }
        Ok(scan.marker().unwrap_or(self.bytes.len()))
    }

    /// Goes past the restart marker before this row, if there is one.
    fn restart(&self, scan: &mut Scan<'a>, row: usize) -> Result<bool, DecodeError> {
        if row == 0 || self.restart_lines == 0 || !row.is_multiple_of(self.restart_lines) {
            return Ok(false);
        }
        let marker = scan.marker().ok_or(DecodeError::Truncated)?;
        let number = (row / self.restart_lines - 1) % 8;
        if self.bytes.get(marker + 1) != Some(&(FIRST_RESTART + number as u8)) {
            return Err(corrupt("a restart marker is missing in the JPEG-LS stream"));
        }
        scan.restart(self.bytes, marker + 2);
        Ok(true)
    }

    /// Keeps a decoded line.
    fn keep(&mut self, row: usize, channel: usize, line: &[u16]) {
        let channels = self.components.len();
        let line = &line[1..=self.columns];
        let start = row * self.columns * channels;
        let target = &mut self.values[start..start + self.columns * channels];
        if channels == 1 {
            target.copy_from_slice(line);
        } else {
            let places = target.iter_mut().skip(channel).step_by(channels);
            for (place, value) in places.zip(line) {
                *place = *value;
            }
        }
    }
}
