//! Huffman and quantisation tables (T.81 B.2.4).

use super::super::DecodeError;
use super::bits::Bits;

/// Codes up to this long are looked up at once.
const FAST_BITS: u32 = 9;

/// Index in a block, row by row, of the coefficients in zigzag order (T.81 figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A Huffman table.
#[derive(Clone)]
pub(super) struct Huffman {
    /// By the next 9 bits: symbol, and length of its code in the higher byte; 0 where the code is longer.
    fast: Vec<u16>,
    /// For each length, the end of its codes, aligned to 16 bits.
    ends: [u32; 17],
    /// For each length, what is added to a code to find its symbol.
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

impl Huffman {
    /// The table with this many codes of each length, and what they stand for.
    fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut table = Self {
            fast: vec![0; 1 << FAST_BITS],
            ends: [0; 17],
            offsets: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut index) = (0u32, 0usize);
        for (length, count) in (1u32..).zip(counts) {
            table.offsets[length as usize] = index as i32 - code as i32;
            for _ in 0..*count {
                if code >> length != 0 {
                    return None;
                }
                if length <= FAST_BITS {
                    let first = (code << (FAST_BITS - length)) as usize;
                    let entry = (length as u16) << 8 | u16::from(*symbols.get(index)?);
                    table.fast[first..first + (1 << (FAST_BITS - length))].fill(entry);
                }
                code += 1;
                index += 1;
            }
            table.ends[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }

    /// The next symbol, behind which a number of up to 15 bits is at hand; `None` for bits that are no code.
    #[inline(always)]
    pub fn symbol(&self, bits: &mut Bits<'_>) -> Option<u8> {
        bits.fill();
        let next = bits.peek_16();
        let entry = self.fast[(next >> (16 - FAST_BITS)) as usize];
        if entry != 0 {
            bits.skip(u32::from(entry >> 8));
            return Some(entry as u8);
        }
        self.long_symbol(bits, next)
    }

    #[inline(never)]
    fn long_symbol(&self, bits: &mut Bits<'_>, next: u32) -> Option<u8> {
        let length = (FAST_BITS + 1..=16).find(|length| next < self.ends[*length as usize])?;
        bits.skip(length);
        let index = (next >> (16 - length)) as i32 + self.offsets[length as usize];
        self.symbols.get(usize::try_from(index).ok()?).copied()
    }
}

/// The tables in force.
#[derive(Default)]
pub(super) struct Tables {
    /// Quantisation steps, row by row.
    pub steps: [Option<[u16; 64]>; 4],
    pub dc: [Option<Huffman>; 4],
    pub ac: [Option<Huffman>; 4],
}

fn corrupt() -> DecodeError {
    DecodeError::Corrupt("the tables of the JPEG stream".to_owned())
}

impl Tables {
    /// Reads a DHT segment.
    pub fn read_huffman(&mut self, mut segment: &[u8]) -> Result<(), DecodeError> {
        while let Some((&[place, ref counts @ ..], rest)) = segment.split_first_chunk::<17>() {
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or_else(corrupt)?;
            let table = Huffman::new(counts, symbols).ok_or_else(corrupt)?;
            let tables = match place >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(corrupt()),
            };
            *tables
                .get_mut(usize::from(place & 15))
                .ok_or_else(corrupt)? = Some(table);
            segment = rest;
        }
        if segment.is_empty() {
            Ok(())
        } else {
            Err(corrupt())
        }
    }

    /// Reads a DQT segment.
    pub fn read_steps(&mut self, mut segment: &[u8]) -> Result<(), DecodeError> {
        while let Some((&place, rest)) = segment.split_first() {
            let width = match place >> 4 {
                0 => 1,
                1 => 2,
                _ => return Err(corrupt()),
            };
            let (raw, rest) = rest.split_at_checked(64 * width).ok_or_else(corrupt)?;
            let mut steps = [0; 64];
            for (raw, target) in raw.chunks_exact(width).zip(ZIGZAG) {
                steps[usize::from(target)] = raw
                    .iter()
                    .fold(0, |step, byte| step << 8 | u16::from(*byte));
            }
            *self
                .steps
                .get_mut(usize::from(place & 15))
                .ok_or_else(corrupt)? = Some(steps);
            segment = rest;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_all_lengths() {
        // One code of each length: 0, 10, 110 and so on; the sixteen ones stay free.
        let symbols: Vec<u8> = (100..116).collect();
        let table = Huffman::new(&[1; 16], &symbols).unwrap();
        let bytes = [0b0101_1011, 0b1011_1111, 0b1111_1110, 0, 0];
        let mut bits = Bits::new(&bytes, 0);
        let found = [(); 5].map(|()| table.symbol(&mut bits));
        assert_eq!(found, [100, 101, 102, 103, 113].map(Some));
        let mut bits = Bits::new(&[0xFF, 0, 0xFF, 0, 0xFF, 0], 0);
        assert_eq!(table.symbol(&mut bits), None);
    }

    #[test]
    fn tables_that_lie_are_refused() {
        let mut counts = [0; 16];
        counts[0] = 3;
        assert!(Huffman::new(&counts, &[1, 2, 3]).is_none());
        let mut tables = Tables::default();
        assert!(tables.read_huffman(&[0x00; 16]).is_err());
        assert!(tables.read_huffman(&[0x05; 17]).is_err());
        assert!(tables.read_steps(&[0x00; 64]).is_err());
        assert!(tables.read_steps(&[0x00; 65]).is_ok());
        assert!(tables.read_steps(&[0x04; 65]).is_err());
    }
}
