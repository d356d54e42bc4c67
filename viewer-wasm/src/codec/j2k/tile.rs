//! Tiles: their parts of the stream, and from their blocks to their samples.

use std::borrow::Cow;

use super::super::DecodeError;
use super::codestream::Size;
use super::geometry::{Area, Band, Block, TileComponent};
use super::header::{BlockStyle, Coding, Style};
use super::wavelet::{Coefficient, synthesise};
use super::{corrupt, ht, mq, packet};

const TILE_PART: u8 = 0x90;
const DATA: u8 = 0x93;
const END: u8 = 0xD9;

/// How a tile is coded, and its data in parts.
pub(super) struct Tile<'a> {
    style: Style,
    parts: Vec<&'a [u8]>,
}

/// The samples of a tile's component.
pub(super) enum Plane {
    Whole(Vec<i32>),
    Real(Vec<f32>),
}

/// Finds the parts of all tiles (T.800 A.4.2). A tile that the stream does not have is `None`.
pub(super) fn find<'a>(
    stream: &'a [u8],
    size: &Size,
    components: usize,
) -> Result<Vec<Option<Tile<'a>>>, DecodeError> {
    let mut tiles: Vec<Option<Tile<'a>>> = Vec::new();
    tiles.resize_with(size.tile_count(), || None);
    let mut style = Style::new(components);
    // Behind the start of the codestream.
    let mut at = 2;
    loop {
        // The end marker may be missing.
        let Some(marker) = stream.get(at..at + 2).filter(|marker| marker[1] != END) else {
            return Ok(tiles);
        };
        let &[0xFF, marker] = marker else {
            return Err(corrupt("a marker is missing in the JPEG 2000 stream"));
        };
        let segment = segment(stream, at)?;
        if marker != TILE_PART {
            setting(&mut style, marker, segment)?;
            at += 4 + segment.len();
            continue;
        }
        if !style.is_complete() {
            return Err(corrupt("the JPEG 2000 stream does not say how it is coded"));
        }
        let &[i1, i0, l3, l2, l1, l0, _, _] = segment else {
            return Err(corrupt("a part of a JPEG 2000 tile"));
        };
        let index = usize::from(u16::from_be_bytes([i1, i0]));
        let len = u32::from_be_bytes([l3, l2, l1, l0]) as usize;
        // The last part's length may be 0: all that follows.
        let end = if len == 0 { stream.len() } else { at + len };
        let part = stream.get(at..end).ok_or(DecodeError::Truncated)?;
        let tile = tiles
            .get_mut(index)
            .ok_or_else(|| corrupt("a JPEG 2000 tile lies outside"))?
            .get_or_insert_with(|| Tile {
                style: style.for_tile(),
                parts: Vec::new(),
            });
        tile.add(part)?;
        at = end;
    }
}

/// The payload of the marker segment at an offset.
fn segment(stream: &[u8], at: usize) -> Result<&[u8], DecodeError> {
    let head = stream.get(at + 2..at + 4).ok_or(DecodeError::Truncated)?;
    let len = usize::from(u16::from_be_bytes([head[0], head[1]]));
    stream
        .get(at + 4..at + 2 + len.max(2))
        .ok_or(DecodeError::Truncated)
}

/// A segment that says how tiles are coded. Lengths, pointers, capabilities and comments are not needed.
fn setting(style: &mut Style, marker: u8, segment: &[u8]) -> Result<(), DecodeError> {
    match marker {
        0x52 => style.read_style(segment),
        0x53 => style.read_own_style(segment),
        0x5C => style.read_steps(segment),
        0x5D => style.read_own_steps(segment),
        0x5E => Err(unsupported("regions of interest")),
        0x5F => Err(unsupported("changes of progression")),
        0x60 | 0x61 => Err(unsupported("packed packet headers")),
        _ => Ok(()),
    }
}

fn unsupported(what: &str) -> DecodeError {
    DecodeError::UnsupportedImage(format!("JPEG 2000 with {what}"))
}

impl<'a> Tile<'a> {
    /// Adds a tile-part: its header, then its data.
    fn add(&mut self, part: &'a [u8]) -> Result<(), DecodeError> {
        let mut at = 12;
        loop {
            let marker = part.get(at..at + 2).ok_or(DecodeError::Truncated)?;
            let &[0xFF, marker] = marker else {
                return Err(corrupt("a marker is missing in the JPEG 2000 stream"));
            };
            if marker == DATA {
                break;
            }
            let segment = segment(part, at)?;
            setting(&mut self.style, marker, segment)?;
            at += 4 + segment.len();
        }
        self.parts.push(&part[at + 2..]);
        Ok(())
    }

    /// Whether the first three components were transformed together.
    pub fn colours_mixed(&self) -> bool {
        self.style.colours_mixed
    }

    /// Decodes the tile's components.
    pub fn decode(&self, area: Area, precision: u8) -> Result<Vec<Plane>, DecodeError> {
        let data: Cow<'_, [u8]> = match &self.parts[..] {
            [one] => Cow::Borrowed(one),
            parts => Cow::Owned(parts.concat()),
        };
        let codings = &self.style.components;
        let mut components = codings
            .iter()
            .map(|coding| TileComponent::new(area, coding, precision))
            .collect::<Result<Vec<_>, _>>()?;
        packet::read_all(&data, &self.style, &mut components)?;
        let mut decoders = Decoders::default();
        components
            .iter()
            .zip(codings)
            .map(|(component, coding)| {
                Ok(if coding.reversible {
                    Plane::Whole(decoders.component(&data, component, coding)?)
                } else {
                    Plane::Real(decoders.component(&data, component, coding)?)
                })
            })
            .collect()
    }
}

/// A coefficient of either transform, from what a block decoder gives.
trait Decoded: Coefficient {
    fn of(value: u32, band: &Band) -> Self;
}

impl Decoded for i32 {
    #[inline(always)]
    fn of(value: u32, band: &Band) -> Self {
        let magnitude = ((value & 0x7FFF_FFFF) >> (31 - band.bits)) as i32;
        // Minus, where the highest bit is set.
        let sign = value as i32 >> 31;
        (magnitude ^ sign) - sign
    }
}

impl Decoded for f32 {
    #[inline(always)]
    fn of(value: u32, band: &Band) -> Self {
        let scale = band.step / (1u32 << (31 - band.bits)) as f32;
        let magnitude = (value & 0x7FFF_FFFF) as f32 * scale;
        if value >> 31 == 1 {
            -magnitude
        } else {
            magnitude
        }
    }
}

/// A block's coefficients, row by row: sign in the highest bit, and the magnitude so that its highest plane is just
/// below that.
pub(super) struct Values<'a> {
    pub values: &'a [u32],
    /// From row to row; what lies beyond the block's width means nothing.
    pub stride: usize,
}

impl<'a> Values<'a> {
    fn rows(&self, height: usize) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        self.values.chunks_exact(self.stride).take(height)
    }
}

/// The two kinds of block decoders, and room that is used again.
#[derive(Default)]
struct Decoders {
    fast: ht::Decoder,
    planes: mq::Decoder,
    coded: Vec<Vec<u8>>,
}

impl Decoders {
    /// The samples of a component, before its level is shifted back.
    fn component<T: Decoded>(
        &mut self,
        data: &[u8],
        component: &TileComponent,
        coding: &Coding,
    ) -> Result<Vec<T>, DecodeError> {
        let mut low: Vec<T> = Vec::new();
        for resolution in &component.resolutions {
            let mut bands: Vec<Vec<T>> = resolution
                .bands
                .iter()
                .map(|band| vec![T::default(); band.area.width() * band.area.height()])
                .collect();
            for precinct in &resolution.precincts {
                let parts = precinct.bands.iter().zip(&resolution.bands);
                for ((part, band), out) in parts.zip(&mut bands) {
                    for block in part.blocks.iter().filter(|block| block.passes > 0) {
                        self.block(data, block, band, coding.block_style, out)?;
                    }
                }
            }
            low = match &mut bands[..] {
                [hl, lh, hh] if !resolution.area.is_empty() => {
                    synthesise([&mut low, hl, lh, hh], &resolution.area)
                }
                [ll] => std::mem::take(ll),
                _ => Vec::new(),
            };
        }
        if low.len() != component.area.width() * component.area.height() {
            return Err(corrupt("a JPEG 2000 tile"));
        }
        Ok(low)
    }

    fn block<T: Decoded>(
        &mut self,
        data: &[u8],
        block: &Block,
        band: &Band,
        style: BlockStyle,
        out: &mut [T],
    ) -> Result<(), DecodeError> {
        let (width, height) = (block.area.width(), block.area.height());
        self.coded.resize_with(block.segments.len(), Vec::new);
        for (coded, segment) in self.coded.iter_mut().zip(&block.segments) {
            coded.clear();
            for piece in &segment.pieces {
                coded.extend_from_slice(&data[piece.clone()]);
            }
        }
        let values = if style.fast() {
            let coded = ht::Coded {
                cleanup: self.coded.first().map_or(&[][..], |coded| coded),
                others: self.coded.get(1).map_or(&[][..], |coded| coded),
                passes: block.passes,
                zero_planes: block.zero_planes,
                causal: style.causal(),
            };
            self.fast
                .block(&coded, width, height)
                .map_err(|ht::Broken| corrupt("a block of the JPEG 2000 stream"))?
        } else {
            let segments = block
                .segments
                .iter()
                .zip(&self.coded)
                .map(|(segment, coded)| (&coded[..], segment.passes));
            let size = (width, height);
            self.planes
                .block(segments, style, band.kind, block.zero_planes, size)
        };
        let left = (block.area.x0 - band.area.x0) as usize;
        let top = (block.area.y0 - band.area.y0) as usize;
        let places = out[top * band.area.width()..].chunks_mut(band.area.width());
        for (out, row) in places.zip(values.rows(height)) {
            for (place, value) in out[left..left + width].iter_mut().zip(row) {
                *place = T::of(*value, band);
            }
        }
        Ok(())
    }
}
