//! The coefficients of one block: sequential (T.81 F.2.2) and progressive (G.1.2).

use super::super::bits::Bits;
use super::super::tables::{Huffman, ZIGZAG};

/// Bits that are no code, or coefficients beyond the block.
pub(super) struct NoCode;

/// Which coefficients a progressive scan has, and which of their bits.
#[derive(Clone, Copy)]
pub(super) struct Band {
    /// Ss and Se, in zigzag order.
    pub first: usize,
    pub last: usize,
    /// Whether the scan refines (Ah is not 0).
    pub refines: bool,
    /// Al: the lowest bit there is so far.
    pub low: u32,
}

/// The next level (DC coefficient).
#[inline]
fn next_level(bits: &mut Bits<'_>, table: &Huffman, level: &mut i32) -> Result<i32, NoCode> {
    let size = table.symbol(bits).filter(|size| *size < 16).ok_or(NoCode)?;
    let sum = *level + bits.signed(u32::from(size));
    // Sound data stays within 16 bits; other data must not grow without end.
    *level = sum.clamp(-0xFFFF, 0xFFFF);
    Ok(*level)
}

/// A whole block.
#[inline]
pub(super) fn sequential(
    bits: &mut Bits<'_>,
    dc: &Huffman,
    ac: &Huffman,
    level: &mut i32,
    block: &mut [i16; 64],
) -> Result<(), NoCode> {
    block[0] = next_level(bits, dc, level)? as i16;
    let mut k = 1;
    while k < 64 {
        let symbol = ac.symbol(bits).ok_or(NoCode)?;
        let (zeros, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 {
            if zeros < 15 {
                break;
            }
            k += 16;
            continue;
        }
        k += zeros;
        let place = *ZIGZAG.get(k).ok_or(NoCode)?;
        block[usize::from(place)] = bits.signed(size) as i16;
        k += 1;
    }
    Ok(())
}

/// The level's bits that a progressive scan has.
pub(super) fn progressive_level(
    bits: &mut Bits<'_>,
    table: Option<&Huffman>,
    band: Band,
    level: &mut i32,
    block: &mut [i16; 64],
) -> Result<(), NoCode> {
    if band.refines {
        block[0] |= (bits.take(1) as i16) << band.low;
    } else {
        let value = next_level(bits, table.ok_or(NoCode)?, level)?;
        block[0] = (value << band.low) as i16;
    }
    Ok(())
}

/// The band's first bits of a block. `blank` counts the blocks that have nothing more.
pub(super) fn progressive_first(
    bits: &mut Bits<'_>,
    table: &Huffman,
    band: Band,
    blank: &mut u32,
    block: &mut [i16; 64],
) -> Result<(), NoCode> {
    if *blank > 0 {
        *blank -= 1;
        return Ok(());
    }
    let mut k = band.first;
    while k <= band.last {
        let symbol = table.symbol(bits).ok_or(NoCode)?;
        let (zeros, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
        if size == 0 {
            if zeros < 15 {
                *blank = (1 << zeros) + bits.take(zeros) - 1;
                break;
            }
            k += 16;
            continue;
        }
        k += zeros as usize;
        let place = *ZIGZAG.get(k).ok_or(NoCode)?;
        block[usize::from(place)] = (bits.signed(size) << band.low) as i16;
        k += 1;
    }
    Ok(())
}

/// One more bit of the band's coefficients of a block.
pub(super) fn progressive_refine(
    bits: &mut Bits<'_>,
    table: &Huffman,
    band: Band,
    blank: &mut u32,
    block: &mut [i16; 64],
) -> Result<(), NoCode> {
    let bit = 1i16 << band.low;
    let mut k = band.first;
    if *blank == 0 {
        while k <= band.last {
            let symbol = table.symbol(bits).ok_or(NoCode)?;
            let (mut zeros, size) = (u32::from(symbol >> 4), symbol & 15);
            let mut value = 0;
            match size {
                0 if zeros < 15 => {
                    *blank = (1 << zeros) + bits.take(zeros);
                    break;
                }
                0 => {}
                1 => value = if bits.take(1) == 1 { bit } else { -bit },
                _ => return Err(NoCode),
            }
            // Past as many zeros as the symbol says, refining what is not zero on the way.
            while k <= band.last {
                let place = &mut block[usize::from(ZIGZAG[k])];
                k += 1;
                if *place != 0 {
                    refine(bits, place, bit);
                } else if zeros == 0 {
                    *place = value;
                    break;
                } else {
                    zeros -= 1;
                }
            }
        }
    }
    if *blank > 0 {
        for place in ZIGZAG.iter().take(band.last + 1).skip(k) {
            let place = &mut block[usize::from(*place)];
            if *place != 0 {
                refine(bits, place, bit);
            }
        }
        *blank -= 1;
    }
    Ok(())
}

#[inline]
fn refine(bits: &mut Bits<'_>, value: &mut i16, bit: i16) {
    if bits.take(1) == 1 && *value & bit == 0 {
        let step = if *value < 0 { -bit } else { bit };
        *value = value.saturating_add(step);
    }
}
