//! Lossless JPEG (ITU-T T.81 annex H): each sample predicted from its neighbours, the differences Huffman-coded.

use super::super::DecodeError;
use super::bits::Bits;
use super::tables::Tables;
use super::{
    FrameHeader, HUFFMAN_TABLES, RESTART_INTERVAL, START_OF_SCAN, Segments, corrupt, restart_units,
    restarted,
};

/// Decodes an image whose frame header was compared with the image description. Colours are interleaved.
pub(super) fn decode(header: &FrameHeader, bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    let sound = (2..=16).contains(&header.precision)
        && header
            .specs
            .iter()
            .all(|spec| spec[1] == header.specs[0][1]);
    if !sound {
        return Err(corrupt("the JPEG frame header"));
    }
    let channels = header.specs.len();
    let mut image = Image {
        bytes,
        precision: u32::from(header.precision),
        columns: header.columns as usize,
        ids: header.specs.iter().map(|spec| spec[0]).collect(),
        values: vec![0; header.rows as usize * header.columns as usize * channels],
        seen: vec![false; channels],
    };
    let mut segments = Segments::new(bytes)?;
    let mut tables = Tables::default();
    let mut restarts = 0;
    while let Some((marker, segment)) = segments.next()? {
        match marker {
            HUFFMAN_TABLES => tables.read_huffman(segment)?,
            RESTART_INTERVAL => restarts = restart_units(segment),
            START_OF_SCAN => {
                let end = image.scan(&tables, segment, segments.position(), restarts)?;
                if image.seen.iter().all(|seen| *seen) {
                    return Ok(image.values);
                }
                segments = Segments::resume(bytes, end);
            }
            _ => {}
        }
    }
    Err(DecodeError::Truncated)
}

struct Image<'a> {
    bytes: &'a [u8],
    precision: u32,
    columns: usize,
    /// Identifiers of the colours.
    ids: Vec<u8>,
    values: Vec<u16>,
    /// Which colours were decoded.
    seen: Vec<bool>,
}

impl Image<'_> {
    /// Decodes the scan with this header whose data begins at `at`; where its data ends.
    fn scan(
        &mut self,
        tables: &Tables,
        header: &[u8],
        at: usize,
        restarts: usize,
    ) -> Result<usize, DecodeError> {
        let error = || corrupt("the JPEG scan header");
        let (&count, rest) = header.split_first().ok_or_else(error)?;
        let (specs, rest) = rest
            .split_at_checked(2 * usize::from(count))
            .ok_or_else(error)?;
        let &[predictor @ 1..=7, _, shift] = rest else {
            return Err(error());
        };
        let shift = u32::from(shift & 15);
        if shift >= self.precision || specs.is_empty() {
            return Err(error());
        }
        let mut parts = Vec::new();
        for &[id, table] in specs.as_chunks::<2>().0 {
            let channel = self.ids.iter().position(|own| *own == id);
            let channel = channel.ok_or_else(error)?;
            let table = tables.dc.get(usize::from(table >> 4));
            let table = table.and_then(Option::as_ref).ok_or_else(error)?;
            if std::mem::replace(&mut self.seen[channel], true) {
                return Err(error());
            }
            parts.push((channel, table));
        }
        let channels = self.ids.len();
        let stride = self.columns * channels;
        let beginning = 1 << (self.precision - shift - 1);
        let mut bits = Bits::new(self.bytes, at);
        // Whether the line above belongs to what came before a restart.
        let mut is_first_line = true;
        for y in 0..self.values.len() / stride {
            let (done, rest) = self.values.split_at_mut(y * stride);
            let above = &done[done.len().saturating_sub(stride)..];
            let line = &mut rest[..stride];
            let mut begins = y == 0;
            for x in 0..self.columns {
                let unit = y * self.columns + x;
                if restarts > 0 && unit > 0 && unit.is_multiple_of(restarts) {
                    bits = restarted(self.bytes, &bits, unit / restarts - 1)?;
                    (is_first_line, begins) = (true, true);
                }
                for (channel, table) in &parts {
                    let i = x * channels + channel;
                    let prediction = if begins {
                        beginning
                    } else if is_first_line {
                        i32::from(line[i - channels])
                    } else if x == 0 {
                        i32::from(above[i])
                    } else {
                        let (left, up) = (i32::from(line[i - channels]), i32::from(above[i]));
                        predict(predictor, left, up, i32::from(above[i - channels]))
                    };
                    let size = table.symbol(&mut bits).filter(|size| *size <= 16);
                    let difference = match size.ok_or_else(|| corrupt("the JPEG stream"))? {
                        16 => 1 << 15,
                        size => bits.signed(u32::from(size)),
                    };
                    line[i] = prediction.wrapping_add(difference) as u16;
                }
                begins = false;
            }
            is_first_line = false;
            if bits.ran_out() {
                return Err(DecodeError::Truncated);
            }
        }
        if shift > 0 {
            for (channel, _) in &parts {
                let values = self.values.iter_mut().skip(*channel).step_by(channels);
                for value in values {
                    *value <<= shift;
                }
            }
        }
        Ok(bits.marker().unwrap_or(self.bytes.len()))
    }
}

/// T.81 table H.1.
#[inline(always)]
fn predict(predictor: u8, left: i32, up: i32, corner: i32) -> i32 {
    match predictor {
        1 => left,
        2 => up,
        3 => corner,
        4 => left + up - corner,
        5 => left + ((up - corner) >> 1),
        6 => up + ((left - corner) >> 1),
        _ => (left + up) >> 1,
    }
}
