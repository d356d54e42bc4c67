//! The marker segments that say how tiles are coded: COD, COC, QCD, QCC (ITU-T T.800 A.6).

use super::super::DecodeError;
use super::corrupt;

/// Most decompositions (T.800 table A.15).
const MOST_LEVELS: u8 = 32;

/// What holds for the whole of a tile (the SGcod part of COD).
#[derive(Clone, Debug)]
pub(super) struct Style {
    pub order: Order,
    pub layers: u16,
    /// The first three components were transformed together.
    pub colours_mixed: bool,
    /// Packets may begin with an SOP segment, and headers end with an EPH marker.
    pub packet_marks: bool,
    pub header_marks: bool,
    /// For each component.
    pub components: Vec<Coding>,
}

/// Which of layers, resolutions, components and positions vary slowest (T.800 B.12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    LayerResolution,
    ResolutionLayer,
    ResolutionPosition,
    PositionComponent,
    ComponentPosition,
}

/// How one component is coded.
#[derive(Clone, Debug, Default)]
pub(super) struct Coding {
    /// Decompositions.
    pub levels: u8,
    /// Logarithms of a code block's width and height.
    pub block: (u8, u8),
    pub block_style: BlockStyle,
    /// The 5/3 transform, in whole numbers; otherwise 9/7.
    pub reversible: bool,
    /// Logarithms of the precincts' width and height, for each resolution.
    pub precincts: Vec<(u8, u8)>,
    pub steps: Steps,
    /// An own segment has been seen, which the general one does not override.
    own_style: bool,
    own_steps: bool,
}

/// The code block style (T.800 table A.19, T.814 table A.4).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct BlockStyle(u8);

impl BlockStyle {
    pub fn bypass(self) -> bool {
        self.0 & 1 != 0
    }
    pub fn resets(self) -> bool {
        self.0 & 2 != 0
    }
    pub fn ends_each_pass(self) -> bool {
        self.0 & 4 != 0
    }
    pub fn causal(self) -> bool {
        self.0 & 8 != 0
    }
    pub fn has_marks(self) -> bool {
        self.0 & 32 != 0
    }
    /// High-throughput blocks.
    pub fn fast(self) -> bool {
        self.0 & 64 != 0
    }
}

/// Quantisation of a component's bands.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    guard_bits: u8,
    /// Exponent and mantissa of each band, lowest resolution first; one for all if `derived`.
    bands: Vec<(u8, u16)>,
    derived: bool,
}

impl Steps {
    /// Exponent and mantissa for a band of a resolution; `band` counts from 1 but at resolution 0.
    fn of(&self, resolution: u8, band: u8) -> Option<(u8, u16)> {
        if self.derived {
            let (exponent, mantissa) = *self.bands.first()?;
            return Some((
                exponent.saturating_sub(resolution.saturating_sub(1)),
                mantissa,
            ));
        }
        let index = match resolution {
            0 => 0,
            _ => 3 * (usize::from(resolution) - 1) + usize::from(band),
        };
        self.bands.get(index).copied()
    }
}

impl Coding {
    /// Bits of a band's coefficients (T.800 equation E-2), and its step's size beside the range of a sample (E-3).
    pub fn band(&self, resolution: u8, band: u8, precision: u8) -> Result<(u32, f32), DecodeError> {
        let (exponent, mantissa) = self
            .steps
            .of(resolution, band)
            .ok_or_else(|| corrupt("the quantisation"))?;
        let bits = u32::from(exponent) + u32::from(self.steps.guard_bits);
        let gain = match band {
            0 => 0,
            1 | 2 => 1,
            _ => 2,
        };
        let power = i32::from(precision) + gain - i32::from(exponent);
        let step = (1.0 + f32::from(mantissa) / 2048.0) * 2f32.powi(power);
        Ok((bits.saturating_sub(1), step))
    }
}

/// Bytes of a segment, one after the other.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn u8(&mut self) -> Result<u8, DecodeError> {
        let (first, rest) = self.0.split_first().ok_or(DecodeError::Truncated)?;
        self.0 = rest;
        Ok(*first)
    }

    fn u16(&mut self) -> Result<u16, DecodeError> {
        Ok(u16::from_be_bytes([self.u8()?, self.u8()?]))
    }
}

impl Style {
    pub fn new(components: usize) -> Self {
        Self {
            order: Order::LayerResolution,
            layers: 0,
            colours_mixed: false,
            packet_marks: false,
            header_marks: false,
            components: vec![Coding::default(); components],
        }
    }

    /// Whether both how and in what steps are known for all components.
    pub fn is_complete(&self) -> bool {
        self.layers > 0
            && self
                .components
                .iter()
                .all(|coding| !coding.precincts.is_empty() && !coding.steps.bands.is_empty())
    }

    /// What a tile's own header begins with: nothing of the main header is an own segment any more.
    pub fn for_tile(&self) -> Self {
        let mut style = self.clone();
        for coding in &mut style.components {
            (coding.own_style, coding.own_steps) = (false, false);
        }
        style
    }

    /// Reads a COD segment.
    pub fn read_style(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        let mut bytes = Bytes(segment);
        let flags = bytes.u8()?;
        self.order = match bytes.u8()? {
            0 => Order::LayerResolution,
            1 => Order::ResolutionLayer,
            2 => Order::ResolutionPosition,
            3 => Order::PositionComponent,
            4 => Order::ComponentPosition,
            _ => return Err(corrupt("the coding style")),
        };
        self.layers = bytes.u16()?;
        self.colours_mixed = bytes.u8()? == 1;
        self.packet_marks = flags & 2 != 0;
        self.header_marks = flags & 4 != 0;
        if self.layers == 0 || (self.colours_mixed && self.components.len() < 3) {
            return Err(corrupt("the coding style"));
        }
        let coding = coding(&mut bytes, flags & 1 != 0)?;
        for component in &mut self.components {
            if !component.own_style {
                component.set_style(&coding);
            }
        }
        Ok(())
    }

    /// Reads a COC segment.
    pub fn read_own_style(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        let mut bytes = Bytes(segment);
        let component = self.component(&mut bytes)?;
        let flags = bytes.u8()?;
        let coding = coding(&mut bytes, flags & 1 != 0)?;
        component.set_style(&coding);
        component.own_style = true;
        Ok(())
    }

    /// Reads a QCD segment.
    pub fn read_steps(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        let steps = steps(&mut Bytes(segment))?;
        for component in &mut self.components {
            if !component.own_steps {
                component.steps = steps.clone();
            }
        }
        Ok(())
    }

    /// Reads a QCC segment.
    pub fn read_own_steps(&mut self, segment: &[u8]) -> Result<(), DecodeError> {
        let mut bytes = Bytes(segment);
        let component = self.component(&mut bytes)?;
        component.steps = steps(&mut bytes)?;
        component.own_steps = true;
        Ok(())
    }

    /// The component that a segment is about. One byte, as there are fewer than 257.
    fn component(&mut self, bytes: &mut Bytes<'_>) -> Result<&mut Coding, DecodeError> {
        let index = usize::from(bytes.u8()?);
        self.components
            .get_mut(index)
            .ok_or_else(|| corrupt("the coding style"))
    }
}

impl Coding {
    fn set_style(&mut self, other: &Self) {
        self.levels = other.levels;
        self.block = other.block;
        self.block_style = other.block_style;
        self.reversible = other.reversible;
        self.precincts.clone_from(&other.precincts);
    }
}

/// The SPcod or SPcoc part.
fn coding(bytes: &mut Bytes<'_>, own_precincts: bool) -> Result<Coding, DecodeError> {
    let levels = bytes.u8()?;
    let (width, height) = (bytes.u8()?, bytes.u8()?);
    let style = bytes.u8()?;
    let transform = bytes.u8()?;
    let block = (width.saturating_add(2), height.saturating_add(2));
    let sound = levels <= MOST_LEVELS
        && block.0 <= 10
        && block.1 <= 10
        && block.0 + block.1 <= 12
        && transform <= 1;
    if !sound {
        return Err(corrupt("the coding style"));
    }
    if style & 0xC0 == 0xC0 {
        return Err(DecodeError::UnsupportedImage(
            "JPEG 2000 with two kinds of blocks".to_owned(),
        ));
    }
    let precincts = (0..=levels)
        .map(|resolution| {
            if !own_precincts {
                return Ok((15, 15));
            }
            let size = bytes.u8()?;
            let (width, height) = (size & 15, size >> 4);
            // Only the lowest resolution's bands are not half as large as its precincts.
            if resolution > 0 && (width == 0 || height == 0) {
                return Err(corrupt("the precincts"));
            }
            Ok((width, height))
        })
        .collect::<Result<_, _>>()?;
    Ok(Coding {
        levels,
        block,
        block_style: BlockStyle(style),
        reversible: transform == 1,
        precincts,
        ..Coding::default()
    })
}

fn steps(bytes: &mut Bytes<'_>) -> Result<Steps, DecodeError> {
    let style = bytes.u8()?;
    let mut bands = Vec::new();
    while !bytes.0.is_empty() && bands.len() < 3 * usize::from(MOST_LEVELS) + 1 {
        bands.push(if style & 31 == 0 {
            (bytes.u8()? >> 3, 0)
        } else {
            let value = bytes.u16()?;
            ((value >> 11) as u8, value & 0x7FF)
        });
    }
    if style & 31 > 2 || bands.is_empty() {
        return Err(corrupt("the quantisation"));
    }
    Ok(Steps {
        guard_bits: style >> 5,
        bands,
        derived: style & 31 == 1,
    })
}
