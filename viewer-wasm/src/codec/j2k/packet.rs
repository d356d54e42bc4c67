//! Packets: which blocks have which bytes (ITU-T T.800 B.9 to B.12, T.814 annex B).

use super::super::DecodeError;
use super::corrupt;
use super::geometry::{Block, Precinct, Segment, TileComponent};
use super::header::{BlockStyle, Order, Style};

/// Coding passes of one block at most: three for each of 38 bits.
const PASSES: u32 = 114;

/// Numbers of a grid of blocks, each told only as far as it is needed (T.800 B.10.2).
pub(super) struct TagTree {
    /// The blocks' own, then a quarter as many each; width and nodes.
    levels: Vec<(usize, Vec<Node>)>,
}

#[derive(Clone, Copy)]
struct Node {
    /// The number is at least this.
    least: u32,
    known: bool,
}

impl TagTree {
    pub fn new(mut across: usize, mut down: usize) -> Self {
        let mut levels = Vec::new();
        let blank = Node {
            least: 0,
            known: false,
        };
        while across * down > 0 {
            levels.push((across, vec![blank; across * down]));
            if across * down == 1 {
                break;
            }
            (across, down) = (across.div_ceil(2), down.div_ceil(2));
        }
        Self { levels }
    }

    /// The number at a place if it is below `limit`.
    fn below(
        &mut self,
        bits: &mut Bits<'_>,
        (x, y): (usize, usize),
        limit: u32,
    ) -> Result<Option<u32>, DecodeError> {
        let mut least = 0;
        let mut known = false;
        for (level, (across, nodes)) in self.levels.iter_mut().enumerate().rev() {
            let node = &mut nodes[(y >> level) * *across + (x >> level)];
            node.least = node.least.max(least);
            while node.least < limit && !node.known {
                if bits.bit()? == 1 {
                    node.known = true;
                } else {
                    node.least += 1;
                }
            }
            (least, known) = (node.least, node.known);
        }
        Ok((known && least < limit).then_some(least))
    }
}

/// Bits of a packet header: after a byte 0xFF only seven follow in the next.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    byte: u8,
    left: u32,
}

impl Bits<'_> {
    fn bit(&mut self) -> Result<u32, DecodeError> {
        if self.left == 0 {
            self.left = if self.byte == 0xFF { 7 } else { 8 };
            self.byte = *self.bytes.get(self.at).ok_or(DecodeError::Truncated)?;
            self.at += 1;
        }
        self.left -= 1;
        Ok(u32::from(self.byte >> self.left & 1))
    }

    fn number(&mut self, bits: u32) -> Result<u32, DecodeError> {
        let mut value = 0;
        for _ in 0..bits {
            value = value << 1 | self.bit()?;
        }
        Ok(value)
    }

    /// Where the header's last byte ends.
    fn end(&self) -> usize {
        self.at + usize::from(self.byte == 0xFF)
    }
}

/// Reads all packets of a tile.
pub(super) fn read_all(
    data: &[u8],
    style: &Style,
    components: &mut [TileComponent],
) -> Result<(), DecodeError> {
    // Resolution, component, position, number of the precinct.
    let mut places: Vec<(usize, usize, (u64, u64), usize)> = Vec::new();
    for (c, component) in components.iter().enumerate() {
        for (r, resolution) in component.resolutions.iter().enumerate() {
            for (p, precinct) in resolution.precincts.iter().enumerate() {
                let (x, y) = precinct.position;
                places.push((r, c, (y, x), p));
            }
        }
    }
    match style.order {
        Order::LayerResolution | Order::ResolutionLayer => {
            places.sort_by_key(|(r, c, _, p)| (*r, *c, *p));
        }
        Order::ResolutionPosition => places.sort_by_key(|(r, c, at, p)| (*r, *at, *c, *p)),
        Order::PositionComponent => places.sort_by_key(|(r, c, at, p)| (*at, *c, *r, *p)),
        Order::ComponentPosition => places.sort_by_key(|(r, c, at, p)| (*c, *at, *r, *p)),
    }
    let groups: Vec<&[_]> = match style.order {
        Order::LayerResolution => vec![&places[..]],
        Order::ResolutionLayer => places.chunk_by(|a, b| a.0 == b.0).collect(),
        _ => places.chunks(1).collect(),
    };
    let mut at = 0;
    for group in groups {
        for layer in 0..u32::from(style.layers) {
            for (r, c, _, p) in group {
                // Packets that would be empty may be left away at the end.
                if at >= data.len() {
                    return Ok(());
                }
                let precinct = &mut components[*c].resolutions[*r].precincts[*p];
                let block_style = style.components[*c].block_style;
                at = packet(data, at, style, block_style, layer, precinct)?;
            }
        }
    }
    Ok(())
}

/// What a packet adds to a block's segment.
struct Addition {
    band: usize,
    block: usize,
    segment: usize,
    len: usize,
}

/// Reads one packet; where it ends.
fn packet(
    data: &[u8],
    mut at: usize,
    style: &Style,
    block_style: BlockStyle,
    layer: u32,
    precinct: &mut Precinct,
) -> Result<usize, DecodeError> {
    let has = |at: usize, marker: [u8; 2]| data.get(at..at + 2) == Some(&marker[..]);
    if style.packet_marks && has(at, [0xFF, 0x91]) {
        at += 6;
    }
    let mut bits = Bits {
        bytes: data,
        at,
        byte: 0,
        left: 0,
    };
    let mut additions = Vec::new();
    if bits.bit()? == 1 {
        for (band, part) in precinct.bands.iter_mut().enumerate() {
            for index in 0..part.blocks.len() {
                let place = (index % part.blocks_across, index / part.blocks_across);
                let block = &mut part.blocks[index];
                if block.passes > 0 {
                    if bits.bit()? == 0 {
                        continue;
                    }
                } else {
                    let included = part.inclusion.below(&mut bits, place, layer + 1)?;
                    if included.is_none() {
                        continue;
                    }
                    let planes = (1..=PASSES).find_map(|limit| {
                        part.zero_planes.below(&mut bits, place, limit).transpose()
                    });
                    block.zero_planes = planes.ok_or_else(|| corrupt("a packet"))??;
                }
                let passes = passes(&mut bits)?;
                while bits.bit()? == 1 {
                    block.length_bits += 1;
                }
                add(&mut bits, block, block_style, passes, |segment, len| {
                    additions.push(Addition {
                        band,
                        block: index,
                        segment,
                        len,
                    });
                })?;
            }
        }
    }
    let mut at = bits.end();
    if style.header_marks && has(at, [0xFF, 0x92]) {
        at += 2;
    }
    for addition in additions {
        let end = at
            .checked_add(addition.len)
            .filter(|end| *end <= data.len())
            .ok_or(DecodeError::Truncated)?;
        let block = &mut precinct.bands[addition.band].blocks[addition.block];
        block.segments[addition.segment].pieces.push(at..end);
        at = end;
    }
    Ok(at)
}

/// How many coding passes follow (T.800 table B.4).
fn passes(bits: &mut Bits<'_>) -> Result<u32, DecodeError> {
    if bits.bit()? == 0 {
        return Ok(1);
    }
    if bits.bit()? == 0 {
        return Ok(2);
    }
    match bits.number(2)? {
        3 => {}
        few => return Ok(3 + few),
    }
    match bits.number(5)? {
        31 => {}
        more => return Ok(6 + more),
    }
    Ok(37 + bits.number(7)?)
}

/// Parts new passes into segments and reads the segments' lengths.
fn add(
    bits: &mut Bits<'_>,
    block: &mut Block,
    style: BlockStyle,
    mut passes: u32,
    mut found: impl FnMut(usize, usize),
) -> Result<(), DecodeError> {
    let is_first = block.passes == 0;
    // High-throughput blocks may be told with passes that are not there, three for each further plane of zeros.
    let mut absent = 0;
    if style.fast() && is_first {
        absent = (passes - 1) / 3 * 3;
        block.zero_planes += absent / 3;
        passes -= absent;
    }
    block.passes += passes;
    if block.passes > PASSES || style.fast() && block.passes > 3 || block.length_bits > 31 {
        return Err(corrupt("a packet"));
    }
    while passes > 0 {
        if block
            .segments
            .last()
            .is_none_or(|segment| segment.passes == segment.most)
        {
            let most = most_passes(style, &block.segments);
            block.segments.push(Segment {
                most,
                ..Segment::default()
            });
        }
        let index = block.segments.len() - 1;
        let segment = &mut block.segments[index];
        let taken = passes.min(segment.most - segment.passes);
        segment.passes += taken;
        passes -= taken;
        let width = block.length_bits + (taken + absent).ilog2();
        absent = 0;
        if width > 31 {
            return Err(corrupt("a packet"));
        }
        found(index, bits.number(width)? as usize);
    }
    Ok(())
}

/// Passes that the next segment takes at most (T.800 table D.9, T.814 B.3).
fn most_passes(style: BlockStyle, segments: &[Segment]) -> u32 {
    let last = segments.last().map(|segment| segment.most);
    if style.fast() {
        return if last.is_none() { 1 } else { 2 };
    }
    if style.ends_each_pass() {
        return 1;
    }
    if style.bypass() {
        return match last {
            None => 10,
            Some(1 | 10) => 2,
            Some(_) => 1,
        };
    }
    PASSES
}
