//! The passes after the cleanup pass: more of the significant samples, and one more bit of those that were so already
//! (ITU-T T.814 7.4 and 7.5).

use super::streams::{Backward, Forward};
use super::{Coded, Decoder};

/// What is next to a sample in its own column of four: above and below.
fn spread(columns: u32) -> u32 {
    columns | (columns & 0x7777_7777) << 1 | (columns & 0xEEEE_EEEE) >> 1
}

impl Decoder {
    /// Decodes the passes. Samples are taken four columns by four rows at a time, a bit each, column by column.
    pub(super) fn read_refinement(
        &mut self,
        coded: &Coded<'_>,
        passes: u32,
        plane: u32,
        width: usize,
        height: usize,
    ) {
        let groups = width.div_ceil(4);
        let stripes = height.div_ceil(4);
        let stride = groups + 2;
        self.gather(groups, stripes, stride, height);
        let (out, out_stride) = (&mut self.values, 2 * width.div_ceil(2));
        let mut bits = Forward::new(coded.others, 0);
        // Significance of the stripe above, with what this pass has found.
        let mut above = vec![0u16; stride];
        for stripe in 0..stripes {
            let rows = (height - 4 * stripe).min(4);
            let mut before = 0;
            for group in 0..groups {
                let columns = (width - 4 * group).min(4);
                let pair =
                    |list: &[u16], at: usize| u32::from(list[at]) | u32::from(list[at + 1]) << 16;
                let known = pair(&self.columns, stripe * stride + group);
                let below = pair(&self.columns, (stripe + 1) * stride + group);
                let mut around = (pair(&above, group) & 0x8888_8888) >> 3;
                if !coded.causal {
                    around |= (below & 0x1111_1111) << 3;
                }
                let tall = spread(known) | around;
                let inside = (0x1111 * ((1u32 << rows) - 1)) & ((1u32 << (4 * columns)) - 1);
                let candidates = (tall | tall << 4 | tall >> 4 | before >> 12) & inside & !known;
                let mut place = Group {
                    out: &mut *out,
                    stride: out_stride,
                    x: 4 * group,
                    y: 4 * stripe,
                };
                let found = place.significance(&mut bits, candidates, !known & inside, plane);
                let all = found | known & 0xFFFF;
                above[group] = all as u16;
                before = (spread(all) | around) & 0xF000;
            }
        }
        if passes > 2 {
            let mut bits = Backward::of_refinement(coded.others);
            for stripe in 0..stripes {
                for group in 0..groups {
                    let known = u32::from(self.columns[stripe * stride + group]);
                    let mut place = Group {
                        out: &mut *out,
                        stride: out_stride,
                        x: 4 * group,
                        y: 4 * stripe,
                    };
                    place.refinement(&mut bits, known, plane);
                }
            }
        }
    }

    /// What the cleanup pass found significant, from quads to columns of four.
    fn gather(&mut self, groups: usize, stripes: usize, stride: usize, height: usize) {
        self.columns.clear();
        self.columns.resize(stride * (stripes + 1), 0);
        let quad = |row: usize, column: usize| {
            if 2 * row >= height {
                return 0;
            }
            let entry = self
                .quads
                .get(row * self.stride + column)
                .map_or(0, |(entry, _)| *entry);
            // The left column's two samples, and the right column's.
            entry >> 4 & 3 | (entry >> 6 & 3) << 4
        };
        for stripe in 0..stripes {
            for group in 0..groups {
                let [a, b, c, d] = [(0, 0), (0, 1), (1, 0), (1, 1)]
                    .map(|(y, x)| quad(2 * stripe + y, 2 * group + x));
                self.columns[stripe * stride + group] = a | b << 8 | c << 2 | d << 10;
            }
        }
    }
}

/// Four columns of four rows in the block.
struct Group<'a> {
    out: &'a mut [u32],
    stride: usize,
    x: usize,
    y: usize,
}

impl Group<'_> {
    fn sample(&mut self, bit: u32) -> Option<&mut u32> {
        let (x, y) = (self.x + bit as usize / 4, self.y + bit as usize % 4);
        self.out.get_mut(y * self.stride + x)
    }

    /// Goes over samples next to significant ones, which become more on the way; the new ones.
    fn significance(
        &mut self,
        bits: &mut Forward<'_>,
        mut candidates: u32,
        free: u32,
        plane: u32,
    ) -> u32 {
        if candidates == 0 {
            return 0;
        }
        let mut next = bits.peek();
        let (mut used, mut found) = (0, 0);
        for bit in 0..16 {
            if candidates >> bit & 1 == 0 {
                continue;
            }
            if next & 1 == 1 {
                found |= 1 << bit;
                // Those beside and below, and above in the next column, come later in this group.
                let row = bit % 4;
                let mut beside = 1u32 << (bit + 4);
                if row < 3 {
                    beside |= 1 << (bit + 1) | 1 << (bit + 5);
                }
                if row > 0 {
                    beside |= 1 << (bit + 3);
                }
                candidates |= beside & free;
            }
            next >>= 1;
            used += 1;
        }
        for bit in (0..16).filter(|bit| found >> bit & 1 == 1) {
            if let Some(sample) = self.sample(bit) {
                *sample = (next as u32) << 31 | 3 << (plane - 2);
            }
            next >>= 1;
            used += 1;
        }
        bits.skip(used);
        found
    }

    /// One more bit of the significant samples.
    fn refinement(&mut self, bits: &mut Backward<'_>, known: u32, plane: u32) {
        let mut next = bits.peek();
        for bit in (0..16).filter(|bit| known >> bit & 1 == 1) {
            if let Some(sample) = self.sample(bit) {
                *sample ^= (1 - (next & 1)) << (plane - 1) | 1 << (plane - 2);
            }
            next >>= 1;
        }
        bits.skip(known.count_ones());
    }
}
