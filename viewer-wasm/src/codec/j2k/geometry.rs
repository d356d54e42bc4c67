//! Where the parts of a tile are: resolutions, bands, precincts and code blocks (ITU-T T.800 annex B).

use super::super::DecodeError;
use super::corrupt;
use super::header::Coding;
use super::packet::TagTree;

/// Code blocks and precincts of one tile at most: a hostile stream may ask for one each few samples.
const BLOCKS: u64 = 1 << 19;
const PRECINCTS: u64 = 1 << 16;

/// Half-open on both axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Area {
    pub x0: u64,
    pub y0: u64,
    pub x1: u64,
    pub y1: u64,
}

impl Area {
    pub fn width(&self) -> usize {
        self.x1.saturating_sub(self.x0) as usize
    }

    pub fn height(&self) -> usize {
        self.y1.saturating_sub(self.y0) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.width() == 0 || self.height() == 0
    }

    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        }
    }

    /// Every coordinate divided and rounded up.
    fn halved(&self, times: u8) -> Self {
        let up = |value: u64| value.div_ceil(1 << times);
        Self {
            x0: up(self.x0),
            y0: up(self.y0),
            x1: up(self.x1),
            y1: up(self.y1),
        }
    }
}

/// One component of a tile.
pub(super) struct TileComponent {
    pub area: Area,
    pub resolutions: Vec<Resolution>,
}

pub(super) struct Resolution {
    pub area: Area,
    /// LL; or HL, LH and HH.
    pub bands: Vec<Band>,
    pub precincts: Vec<Precinct>,
}

pub(super) struct Band {
    /// 0 LL, 1 HL, 2 LH, 3 HH.
    pub kind: u8,
    pub area: Area,
    /// Bits of a coefficient.
    pub bits: u32,
    /// Size of a quantisation step.
    pub step: f32,
}

/// A part of a resolution whose blocks come together in a packet.
pub(super) struct Precinct {
    /// Where it begins, on the grid of the image.
    pub position: (u64, u64),
    /// For each band of the resolution.
    pub bands: Vec<PrecinctBand>,
}

pub(super) struct PrecinctBand {
    pub blocks_across: usize,
    pub blocks: Vec<Block>,
    /// In which layer a block comes first.
    pub inclusion: TagTree,
    /// How many of its highest bits are all 0.
    pub zero_planes: TagTree,
}

/// A code block.
#[derive(Default)]
pub(super) struct Block {
    /// On the grid of its band.
    pub area: Area,
    pub zero_planes: u32,
    pub passes: u32,
    pub length_bits: u32,
    pub segments: Vec<Segment>,
}

/// Coding passes with coded data of their own.
#[derive(Default)]
pub(super) struct Segment {
    pub passes: u32,
    /// Passes that it takes at most.
    pub most: u32,
    /// Places in the tile's data.
    pub pieces: Vec<std::ops::Range<usize>>,
}

impl TileComponent {
    /// Lays out a component whose samples have `precision` bits.
    pub fn new(area: Area, coding: &Coding, precision: u8) -> Result<Self, DecodeError> {
        let (mut blocks, mut precincts) = (0, 0);
        let resolutions = (0..=coding.levels)
            .map(|r| resolution(area, coding, precision, r, &mut blocks, &mut precincts))
            .collect::<Result<_, _>>()?;
        Ok(Self { area, resolutions })
    }
}

fn resolution(
    tile: Area,
    coding: &Coding,
    precision: u8,
    r: u8,
    blocks: &mut u64,
    precincts: &mut u64,
) -> Result<Resolution, DecodeError> {
    let below = coding.levels - r;
    let area = tile.halved(below);
    let kinds: &[u8] = if r == 0 { &[0] } else { &[1, 2, 3] };
    let bands = kinds
        .iter()
        .map(|kind| {
            let (bits, step) = coding.band(r, *kind, precision)?;
            if bits > 30 {
                return Err(DecodeError::UnsupportedImage(
                    "JPEG 2000 of that many bits".to_owned(),
                ));
            }
            Ok(Band {
                kind: *kind,
                area: band_area(tile, *kind, below),
                bits,
                step,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let size = coding.precincts[usize::from(r)];
    let (from_x, from_y) = (area.x0 >> size.0, area.y0 >> size.1);
    let (mut across, mut down) = (0, 0);
    if !area.is_empty() {
        across = area.x1.div_ceil(1 << size.0) - from_x;
        down = area.y1.div_ceil(1 << size.1) - from_y;
    }
    *precincts += across * down;
    if *precincts > PRECINCTS {
        return Err(DecodeError::TooLarge("a JPEG 2000 tile".to_owned()));
    }
    // In a band half as large as its resolution a precinct is so as well.
    let half = u8::from(r > 0);
    let in_band = (size.0 - half, size.1 - half);
    let block = (coding.block.0.min(in_band.0), coding.block.1.min(in_band.1));
    let mut list = Vec::with_capacity((across * down) as usize);
    for y in from_y..from_y + down {
        for x in from_x..from_x + across {
            let cell = Area {
                x0: x << in_band.0,
                y0: y << in_band.1,
                x1: (x + 1) << in_band.0,
                y1: (y + 1) << in_band.1,
            };
            let parts = bands
                .iter()
                .map(|band| precinct_band(cell.intersection(&band.area), block, blocks))
                .collect::<Result<_, _>>()?;
            list.push(Precinct {
                position: (
                    ((x << size.0) << below).max(tile.x0),
                    ((y << size.1) << below).max(tile.y0),
                ),
                bands: parts,
            });
        }
    }
    Ok(Resolution {
        area,
        bands,
        precincts: list,
    })
}

/// T.800 equation B-15.
fn band_area(tile: Area, kind: u8, below: u8) -> Area {
    if kind == 0 {
        return tile.halved(below);
    }
    let (x, y) = (u64::from(kind & 1), u64::from(kind >> 1));
    let level = below + 1;
    let half = 1u64 << below;
    let part = |value: u64, high: u64| value.saturating_sub(half * high).div_ceil(1 << level);
    Area {
        x0: part(tile.x0, x),
        y0: part(tile.y0, y),
        x1: part(tile.x1, x),
        y1: part(tile.y1, y),
    }
}

fn precinct_band(area: Area, size: (u8, u8), total: &mut u64) -> Result<PrecinctBand, DecodeError> {
    let (mut across, mut down) = (0, 0);
    let (from_x, from_y) = (area.x0 >> size.0, area.y0 >> size.1);
    if !area.is_empty() {
        across = area.x1.div_ceil(1 << size.0) - from_x;
        down = area.y1.div_ceil(1 << size.1) - from_y;
    }
    *total += across * down;
    if *total > BLOCKS {
        return Err(corrupt("the code blocks"));
    }
    let mut blocks = Vec::with_capacity((across * down) as usize);
    for y in from_y..from_y + down {
        for x in from_x..from_x + across {
            let cell = Area {
                x0: x << size.0,
                y0: y << size.1,
                x1: (x + 1) << size.0,
                y1: (y + 1) << size.1,
            };
            blocks.push(Block {
                area: cell.intersection(&area),
                length_bits: 3,
                ..Block::default()
            });
        }
    }
    let (across, down) = (across as usize, down as usize);
    Ok(PrecinctBand {
        blocks_across: across,
        blocks,
        inclusion: TagTree::new(across, down),
        zero_planes: TagTree::new(across, down),
    })
}
