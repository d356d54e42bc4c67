//! The codestream of a JPEG 2000 frame and its size segment (ITU-T T.800 A.5.1), against the image description.

use crate::intake::ImageAttributes;

use super::super::DecodeError;
use super::corrupt;
use super::geometry::Area;

/// Start of codestream, and of the size segment.
const START: [u8; 4] = [0xFF, 0x4F, 0xFF, 0x51];
/// First box of a file that wraps a codestream (T.800 I.5.1).
const SIGNATURE_BOX: [u8; 12] = *b"\x00\x00\x00\x0CjP  \r\n\x87\n";
const CODESTREAM_BOX: [u8; 4] = *b"jp2c";

/// Tiles of one image at most; a slice of a scan is one tile.
const TILES: u64 = 4096;

/// What a size segment says, where it is as the image description says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Bits of a sample.
    pub precision: u8,
    pub signed: bool,
    /// The image on its grid.
    pub area: Area,
    /// Where the first tile begins, and how large tiles are.
    origin: (u64, u64),
    tile: (u64, u64),
}

impl Size {
    /// Tiles across and down.
    fn tiles(&self) -> (u64, u64) {
        (
            (self.area.x1 - self.origin.0).div_ceil(self.tile.0),
            (self.area.y1 - self.origin.1).div_ceil(self.tile.1),
        )
    }

    /// How many tiles there are.
    pub fn tile_count(&self) -> usize {
        let (across, down) = self.tiles();
        (across * down) as usize
    }

    /// Where a tile is on the image's grid.
    pub fn tile_area(&self, index: usize) -> Area {
        let (across, _) = self.tiles();
        let (x, y) = (index as u64 % across, index as u64 / across);
        let corner = (
            self.origin.0 + x * self.tile.0,
            self.origin.1 + y * self.tile.1,
        );
        let tile = Area {
            x0: corner.0,
            y0: corner.1,
            x1: corner.0 + self.tile.0,
            y1: corner.1 + self.tile.1,
        };
        tile.intersection(&self.area)
    }
}

/// The codestream: the bytes themselves or, where they are a whole JP2 file, which the standard does not want but
/// files have, what is in its box.
pub(super) fn codestream(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    if bytes.starts_with(&START) {
        return Ok(bytes);
    }
    let mut rest = bytes;
    if !rest.starts_with(&SIGNATURE_BOX) {
        return Err(corrupt("the stream does not begin as JPEG 2000 does"));
    }
    loop {
        let (head, body) = rest
            .split_first_chunk::<8>()
            .ok_or(DecodeError::Truncated)?;
        let [l0, l1, l2, l3, kind @ ..] = *head;
        let len = u32::from_be_bytes([l0, l1, l2, l3]) as usize;
        if kind == CODESTREAM_BOX {
            // The length may be 0, to the end, or 1, written in eight more bytes.
            let body = if len == 1 { body.get(8..) } else { Some(body) };
            return body
                .filter(|body| body.starts_with(&START))
                .ok_or(DecodeError::Truncated);
        }
        if len < 8 {
            return Err(corrupt("the boxes of the JPEG 2000 stream"));
        }
        rest = rest.get(len..).ok_or(DecodeError::Truncated)?;
    }
}

/// Reads the size segment and compares it with the image description.
pub(super) fn size(attributes: &ImageAttributes, stream: &[u8]) -> Result<Size, DecodeError> {
    let word = |at: usize| -> Result<u64, DecodeError> {
        let raw = stream
            .get(at..)
            .and_then(|rest| rest.first_chunk::<4>())
            .ok_or(DecodeError::Truncated)?;
        Ok(u64::from(u32::from_be_bytes(*raw)))
    };
    // Grid, its offset, tiles and their offset, from byte 8 on.
    let [x1, y1, x0, y0, tile_x, tile_y, tile_x0, tile_y0] =
        [8, 12, 16, 20, 24, 28, 32, 36].map(word);
    let (x1, y1, x0, y0) = (x1?, y1?, x0?, y0?);
    let (tile_x, tile_y, tile_x0, tile_y0) = (tile_x?, tile_y?, tile_x0?, tile_y0?);
    let count = word(38)? & 0xFFFF;
    let found = (x1.saturating_sub(x0), y1.saturating_sub(y0));
    if found != (u64::from(attributes.columns), u64::from(attributes.rows)) {
        return Err(DecodeError::Corrupt(format!(
            "the stream has {} by {} pixels, the header says {} by {}",
            found.0, found.1, attributes.columns, attributes.rows
        )));
    }
    if count != u64::from(attributes.samples_per_pixel) {
        return Err(corrupt(
            "the stream has another number of colours than the header",
        ));
    }
    let sound = tile_x > 0
        && tile_y > 0
        && tile_x0 <= x0
        && tile_y0 <= y0
        && tile_x0 + tile_x > x0
        && tile_y0 + tile_y > y0;
    if !sound {
        return Err(corrupt("the tiles of the JPEG 2000 stream"));
    }
    let components = stream
        .get(42..42 + 3 * count as usize)
        .ok_or(DecodeError::Truncated)?
        .as_chunks::<3>()
        .0;
    let first = components.first().ok_or(DecodeError::Truncated)?;
    if components.iter().any(|component| component[0] != first[0]) {
        return Err(DecodeError::UnsupportedImage(
            "JPEG 2000 with colours of different depth".to_owned(),
        ));
    }
    if components.iter().any(|component| component[1..] != [1, 1]) {
        return Err(DecodeError::UnsupportedImage(
            "JPEG 2000 with colours at less than full size".to_owned(),
        ));
    }
    let size = Size {
        precision: (first[0] & 0x7F) + 1,
        signed: first[0] & 0x80 != 0,
        area: Area { x0, y0, x1, y1 },
        origin: (tile_x0, tile_y0),
        tile: (tile_x, tile_y),
    };
    let (across, down) = size.tiles();
    if across * down > TILES {
        return Err(DecodeError::TooLarge("a JPEG 2000 stream".to_owned()));
    }
    if u16::from(size.precision) > attributes.bits_allocated {
        return Err(corrupt("the stream has more bits than the header"));
    }
    Ok(size)
}
