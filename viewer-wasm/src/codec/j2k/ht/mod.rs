//! High-throughput code blocks (ITU-T T.814 clause 7): one cleanup pass and, after it, a significance and a refinement
//! pass.
//!
//! `codes` are the tables, `streams` the bits. The cleanup pass goes over quads of two by two samples: first all their
//! codes, which say what is significant and how large, then the magnitudes and signs. `refine` is the other passes.

mod codes;
mod refine;
mod streams;

use codes::codes;
use streams::{Backward, Forward, Runs};

/// The suffix of a cleanup pass (run lengths and codes) in bytes, at most.
const LONGEST_SUFFIX: usize = 4079;

/// Room for the decoding of blocks, kept from one to the next.
#[derive(Default)]
pub(super) struct Decoder {
    /// For each quad its code's entry and its exponent, rows of `stride`; one more on the right and below.
    quads: Vec<(u16, u16)>,
    stride: usize,
    /// For each pair of columns of the row of quads above: magnitudes, of which the highest bit matters.
    magnitudes: Vec<u32>,
    /// Of the refinement passes.
    columns: Vec<u16>,
}

/// A block that cannot be.
pub(super) struct Broken;

/// What a block is decoded from.
pub(super) struct Coded<'a> {
    /// The cleanup pass, and the others.
    pub cleanup: &'a [u8],
    pub others: &'a [u8],
    /// How many passes, 1 to 3.
    pub passes: u32,
    /// Bits of a coefficient that are 0 in all of the block.
    pub zero_planes: u32,
    /// Only samples above may tell of a stripe.
    pub causal: bool,
}

impl Decoder {
    /// Decodes a block of `width` by `height` coefficients, row by row: sign in the highest bit, and the magnitude so
    /// that its highest plane is just below that. Of the first bit that was not coded, the middle is assumed.
    pub fn block(
        &mut self,
        coded: &Coded<'_>,
        width: usize,
        height: usize,
        out: &mut [u32],
    ) -> Result<(), Broken> {
        let mut passes = coded.passes;
        if coded.others.is_empty() {
            passes = 1;
        }
        // The cleanup pass has one bit below its plane, the others one more.
        if coded.zero_planes > 29 || coded.zero_planes == 29 && passes > 1 {
            return Err(Broken);
        }
        let &[.., low, high] = coded.cleanup else {
            return Err(Broken);
        };
        let suffix = usize::from(high) << 4 | usize::from(low & 15);
        if suffix < 2 || suffix > coded.cleanup.len() || suffix > LONGEST_SUFFIX {
            return Err(Broken);
        }
        let (magnitudes, suffix) = coded.cleanup.split_at(coded.cleanup.len() - suffix);
        self.read_codes(suffix, width, height);
        let mut bits = Forward::new(magnitudes, 0xFF);
        let plane = 30 - coded.zero_planes;
        self.read_magnitudes(&mut bits, plane, width, height, out)?;
        if passes > 1 {
            self.read_refinement(coded, passes, plane, width, height, out);
        }
        Ok(())
    }

    /// All quads' codes and exponents (T.814 7.3.5 and 7.3.6).
    fn read_codes(&mut self, suffix: &[u8], width: usize, height: usize) {
        let tables = codes();
        // Quads come in pairs.
        let pairs = width.div_ceil(4);
        let rows = height.div_ceil(2);
        self.stride = 2 * pairs + 2;
        self.quads.clear();
        self.quads.resize(self.stride * (rows + 1), (0, 0));
        let mut runs = Runs::new(suffix);
        let mut codes = Backward::of_codes(suffix);
        let has_second = |pair: usize| 4 * pair + 2 < width;
        for row in 0..rows {
            let first_row = row == 0;
            let table = &tables.quads[usize::from(!first_row)];
            let exponents = &tables.exponents[usize::from(!first_row)];
            let (above, rest) = self.quads.split_at_mut(row * self.stride);
            let above = &above[above.len().saturating_sub(self.stride)..];
            let quads = &mut rest[..self.stride];
            // Significance of the samples around that are known (T.814 equations 1 and 2).
            let over =
                |quad: usize| above.get(quad).map_or(0, |(entry, _)| u32::from(*entry)) & 0xA0;
            let mut context = 0;
            for pair in 0..pairs {
                let mut entries = [0u32; 2];
                let mut next = codes.peek();
                for (i, entry) in entries.iter_mut().enumerate() {
                    let quad = 2 * pair + i;
                    if !first_row {
                        context |= over(quad) << 2 | (over(quad + 1) & 0x20) << 4;
                    }
                    let there = i == 0 || has_second(pair);
                    if there && (context != 0 || runs.event()) {
                        *entry = u32::from(table[(context | next & 0x7F) as usize & 1023]);
                    }
                    next = codes.skip(*entry & 7);
                    context = if first_row {
                        (*entry & 0x10) << 3 | (*entry & 0xE0) << 2
                    } else {
                        (*entry & 0x40) << 2 | (*entry & 0x80) << 1 | over(quad) & 0x80
                    };
                }
                let mut mode = (entries[0] & 8) << 3 | (entries[1] & 8) << 4;
                if first_row && mode == 0xC0 && runs.event() {
                    mode += 0x40;
                }
                let entry = u32::from(exponents[(mode | next & 0x3F) as usize]);
                let (prefixes, suffixes) = (entry & 7, entry >> 3 & 15);
                let suffix = entry >> 7 & 7;
                let value = codes.skip(prefixes) & ((1 << suffixes) - 1);
                codes.skip(suffixes);
                let first = (entry >> 10 & 7) + (value & ((1 << suffix) - 1));
                let second = (entry >> 13) + (value >> suffix);
                // In the first row nothing above predicts an exponent, and it counts from 1.
                let base = u32::from(first_row);
                quads[2 * pair] = (entries[0] as u16, (first + base) as u16);
                quads[2 * pair + 1] = (entries[1] as u16, (second + base) as u16);
            }
        }
    }

    /// Magnitudes and signs (T.814 7.3.7 and 7.3.8).
    fn read_magnitudes(
        &mut self,
        bits: &mut Forward<'_>,
        plane: u32,
        width: usize,
        height: usize,
        out: &mut [u32],
    ) -> Result<(), Broken> {
        let largest = 32 - plane;
        let quads_across = width.div_ceil(2);
        self.magnitudes.clear();
        self.magnitudes.resize(quads_across + 2, 0);
        for (row, pair_of_rows) in out[..width * height].chunks_mut(2 * width).enumerate() {
            let (upper, lower) = pair_of_rows.split_at_mut(width);
            let quads = &self.quads[row * self.stride..][..self.stride];
            // Magnitudes of the right column of the quad before, of which the lower sample is next to this quad's row
            // below.
            let mut before = 0;
            for (i, &(entry, exponent)) in quads.iter().enumerate().take(quads_across) {
                let entry = u32::from(entry);
                let mut exponent = u32::from(exponent);
                if row > 0 {
                    let significant = entry & 0xF0;
                    let several = significant & significant.wrapping_sub(0x10) != 0;
                    let known = self.magnitudes[i] | self.magnitudes[i + 1];
                    exponent += if several { (known | 2).ilog2() } else { 1 };
                }
                if exponent > largest {
                    return Err(Broken);
                }
                let mut values = [0; 4];
                let mut kept = [0; 4];
                for (n, (value, kept)) in values.iter_mut().zip(&mut kept).enumerate() {
                    if entry >> (4 + n) & 1 == 0 {
                        continue;
                    }
                    let coded = exponent - (entry >> (12 + n) & 1);
                    let raw = bits.peek();
                    bits.skip(coded);
                    let magnitude =
                        raw & ((1u32 << coded) - 1) | (entry >> (8 + n) & 1) << coded | 1;
                    *kept = magnitude;
                    *value = raw << 31 | magnitude.wrapping_add(2) << (plane - 1);
                }
                upper[2 * i] = values[0];
                if let Some(place) = lower.get_mut(2 * i) {
                    *place = values[1];
                }
                self.magnitudes[i] = before | kept[1];
                before = 0;
                if 2 * i + 1 < width {
                    upper[2 * i + 1] = values[2];
                    if let Some(place) = lower.get_mut(2 * i + 1) {
                        *place = values[3];
                    }
                    before = kept[3];
                }
            }
            self.magnitudes[quads_across] = before;
        }
        Ok(())
    }
}
