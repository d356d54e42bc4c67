//! High-throughput code blocks (ITU-T T.814 clause 7): one cleanup pass and, after it, a significance and a refinement
//! pass.
//!
//! `codes` are the tables, `streams` the bits. The cleanup pass goes over quads of two by two samples: first all their
//! codes, which say what is significant and how large, then the magnitudes and signs. `refine` is the other passes.

mod codes;
mod refine;
mod streams;

use codes::tables;
use streams::{Backward, Forward, Runs};

use super::tile::Values;

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
    values: Vec<u32>,
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
    /// Decodes a block of `width` by `height` coefficients. Of the first bit that was not coded, the middle is assumed.
    pub fn block(
        &mut self,
        coded: &Coded<'_>,
        width: usize,
        height: usize,
    ) -> Result<Values<'_>, Broken> {
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
        let plane = 30 - coded.zero_planes;
        let (across, down) = (width.div_ceil(2), height.div_ceil(2));
        self.read_magnitudes(Forward::new(magnitudes, 0xFF), plane, across, down)?;
        if passes > 1 {
            self.read_refinement(coded, passes, plane, width, height);
        }
        Ok(Values {
            values: &self.values,
            stride: 2 * across,
        })
    }

    /// All quads' codes and exponents (T.814 7.3.5 and 7.3.6).
    fn read_codes(&mut self, suffix: &[u8], width: usize, height: usize) {
        // Quads come in pairs.
        let pairs = width.div_ceil(4);
        let rows = height.div_ceil(2);
        self.stride = 2 * pairs + 2;
        self.quads.clear();
        self.quads.resize(self.stride * (rows + 1), (0, 0));
        let mut codes = Codes {
            runs: Runs::new(suffix),
            codes: Backward::of_codes(suffix),
            quads_across: width.div_ceil(2),
        };
        let mut rows = self.quads.chunks_exact_mut(self.stride).take(rows);
        let Some(mut above) = rows.next() else {
            return;
        };
        codes.read_row::<true>(&[], above);
        for row in rows {
            codes.read_row::<false>(above, row);
            above = row;
        }
    }

    /// Magnitudes and signs (T.814 7.3.7 and 7.3.8) of all quads' samples, `across` by `down` quads.
    fn read_magnitudes(
        &mut self,
        mut bits: Forward<'_>,
        plane: u32,
        across: usize,
        down: usize,
    ) -> Result<(), Broken> {
        let largest = 32 - plane;
        self.magnitudes.clear();
        self.magnitudes.resize(across + 1, 0);
        self.values.resize(4 * across * down, 0);
        let rows = self.values.chunks_exact_mut(4 * across);
        for (row, (out, quads)) in rows.zip(self.quads.chunks_exact(self.stride)).enumerate() {
            let (upper, lower) = out.split_at_mut(2 * across);
            let places = upper.as_chunks_mut::<2>().0.iter_mut();
            let places = places.zip(lower.as_chunks_mut::<2>().0);
            let magnitudes = &mut self.magnitudes[..=across];
            // Magnitudes of the right column of the quad before, of which the lower sample is next to this quad's row
            // below.
            let mut before = 0;
            for (i, ((upper, lower), &(entry, exponent))) in places.zip(quads).enumerate() {
                let entry = u32::from(entry);
                let mut exponent = u32::from(exponent);
                if row > 0 {
                    let significant = entry & 0xF0;
                    let several = significant & significant.wrapping_sub(0x10) != 0;
                    let known = magnitudes[i] | magnitudes[i + 1];
                    exponent += (known & mask(several.into()) | 2).ilog2();
                }
                if exponent > largest {
                    return Err(Broken);
                }
                let quad = quad(&mut bits, entry, exponent);
                let place = |magnitude: u32, raw: u32, n: u32| {
                    (raw << 31 | magnitude.wrapping_add(2) << (plane - 1)) & mask(entry >> (4 + n))
                };
                let [a, b, c, d] = quad;
                *upper = [place(a.0, a.1, 0), place(c.0, c.1, 2)];
                *lower = [place(b.0, b.1, 1), place(d.0, d.1, 3)];
                magnitudes[i] = before | b.0;
                before = d.0;
            }
            magnitudes[across] = before;
        }
        Ok(())
    }
}

/// All ones if the lowest bit is 1.
#[inline(always)]
fn mask(bit: u32) -> u32 {
    0u32.wrapping_sub(bit & 1)
}

/// Longest magnitudes of which a whole quad's are sound at once.
const SHORT: u32 = Forward::SOUND / 4;

/// Magnitudes of the four samples of a quad, 0 where not significant, and the bits that each begins with, of which the
/// lowest is its sign.
#[inline(always)]
fn quad(bits: &mut Forward<'_>, entry: u32, exponent: u32) -> [(u32, u32); 4] {
    let mut next = bits.peek();
    let mut used = 0;
    [0, 1, 2, 3].map(|n| {
        let significant = mask(entry >> (4 + n));
        let coded = (exponent - (entry >> (12 + n) & 1)) & significant;
        if exponent > SHORT {
            bits.skip(used);
            used = 0;
            next = bits.peek();
        }
        let raw = next as u32;
        next >>= coded;
        used += coded;
        if n == 3 {
            bits.skip(used);
        }
        let magnitude = raw & ((1 << coded) - 1) | (entry >> (8 + n) & 1) << coded | 1;
        (magnitude & significant, raw)
    })
}

/// The codes of a block while they are read.
struct Codes<'a> {
    runs: Runs<'a>,
    codes: Backward<'a>,
    quads_across: usize,
}

impl Codes<'_> {
    /// Codes and exponents of a row of quads, below another or, without predictions from it, the `FIRST`.
    #[inline(always)]
    fn read_row<const FIRST: bool>(&mut self, above: &[(u16, u16)], row: &mut [(u16, u16)]) {
        let tables = tables();
        let table = &tables.quads[usize::from(!FIRST)];
        let exponents = &tables.exponents[usize::from(!FIRST)];
        // Significance of the samples around that are known (T.814 equations 1 and 2): of the quad before, and of the
        // lower samples of the quads above.
        let mut context = 0;
        let lower =
            |quad: Option<&(u16, u16)>| quad.map_or(0, |(entry, _)| u32::from(*entry) & 0xA0);
        let mut over = lower(above.first());
        let mut above = above.iter().skip(1);
        for (pair, quads) in row.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            if 2 * pair >= self.quads_across {
                break;
            }
            let mut entries = [0u32; 2];
            let mut next = self.codes.peek();
            for (i, entry) in entries.iter_mut().enumerate() {
                let mut beyond = 0;
                if !FIRST {
                    beyond = lower(above.next());
                    context |= over << 2 | (beyond & 0x20) << 4;
                }
                let there = i == 0 || 2 * pair + 1 < self.quads_across;
                if there && (context != 0 || self.runs.event()) {
                    *entry = u32::from(table[(context | next & 0x7F) as usize & 1023]);
                }
                next = self.codes.skip(*entry & 7);
                context = if FIRST {
                    (*entry & 0x10) << 3 | (*entry & 0xE0) << 2
                } else {
                    (*entry & 0x40) << 2 | (*entry & 0x80) << 1 | over & 0x80
                };
                over = beyond;
            }
            let mut mode = (entries[0] & 8) << 3 | (entries[1] & 8) << 4;
            if FIRST && mode == 0xC0 && self.runs.event() {
                mode += 0x40;
            }
            let entry = u32::from(exponents[(mode | next & 0x3F) as usize & 511]);
            let (prefixes, suffixes) = (entry & 7, entry >> 3 & 15);
            let suffix = entry >> 7 & 7;
            let value = self.codes.skip(prefixes) & ((1 << suffixes) - 1);
            self.codes.skip(suffixes);
            let first = (entry >> 10 & 7) + (value & ((1 << suffix) - 1));
            let second = (entry >> 13) + (value >> suffix);
            // In the first row nothing above predicts an exponent, and it counts from 1.
            let base = u32::from(FIRST);
            *quads = [
                (entries[0] as u16, (first + base) as u16),
                (entries[1] as u16, (second + base) as u16),
            ];
        }
    }
}
