//! Code blocks of Part 1 (ITU-T T.800 annex D): bit planes, each in three passes, arithmetically coded.

mod arithmetic;
mod contexts;

use super::header::BlockStyle;
use arithmetic::{Arithmetic, Context, Plain};
use contexts::*;

/// Passes before the first that may be in plain bits.
const BEFORE_BYPASS: u32 = 10;

/// Room for the decoding of blocks, kept from one to the next.
#[derive(Default)]
pub(super) struct Decoder {
    /// A frame of one wide around the block, and a stripe's height below.
    flags: Vec<u16>,
    stride: usize,
}

/// One block while its passes are decoded.
struct Passes<'a> {
    flags: &'a mut [u16],
    stride: usize,
    out: &'a mut [u32],
    width: usize,
    height: usize,
    /// Table of the first bits' contexts.
    zero: &'static [u8; 256],
    contexts: [Context; 19],
    causal: bool,
}

impl Decoder {
    /// Decodes a block: coded data of its segments with their number of passes, in a band of `kind` whose coefficients
    /// have planes below bit `31 - bits`. Sign in the highest bit; of the first bit not coded, the middle is assumed.
    pub fn block<'d>(
        &mut self,
        segments: impl Iterator<Item = (&'d [u8], u32)>,
        style: BlockStyle,
        kind: u8,
        zero_planes: u32,
        (width, height): (usize, usize),
        out: &mut [u32],
    ) {
        self.stride = width + 2;
        self.flags.clear();
        self.flags.resize(self.stride * (height + 2), 0);
        let mut block = Passes {
            flags: &mut self.flags,
            stride: self.stride,
            out,
            width,
            height,
            zero: &ZERO[usize::from(kind & 3)],
            contexts: FRESH,
            causal: style.causal(),
        };
        let mut pass = 0;
        for (data, passes) in segments {
            let plain = style.bypass() && pass >= BEFORE_BYPASS && (pass + 2) % 3 < 2;
            let mut coder = Arithmetic::new(if plain { &[] } else { data });
            let mut bits = Plain::new(data);
            for _ in 0..passes {
                let plane = zero_planes + (pass + 2) / 3;
                // The lowest plane that leaves room for the middle.
                if plane > 29 {
                    return;
                }
                let one = 1u32 << (30 - plane);
                match ((pass + 2) % 3, plain) {
                    (0, false) => block.significance(one, &mut Coded(&mut coder)),
                    (0, true) => block.significance(one, &mut Raw(&mut bits)),
                    (1, false) => block.refinement(one, &mut Coded(&mut coder)),
                    (1, true) => block.refinement(one, &mut Raw(&mut bits)),
                    _ => {
                        block.cleanup(one, &mut coder);
                        if style.has_marks() {
                            for _ in 0..4 {
                                coder.symbol(&mut block.contexts[UNIFORM]);
                            }
                        }
                    }
                }
                if style.resets() {
                    block.contexts = FRESH;
                }
                pass += 1;
            }
        }
    }
}

/// Where a pass has its bits from.
trait Source {
    fn bit(&mut self, context: &mut Context) -> u32;
    fn sign(&mut self, contexts: &mut [Context; 19], flags: u16) -> u32;
}

struct Coded<'a, 'b>(&'a mut Arithmetic<'b>);
struct Raw<'a, 'b>(&'a mut Plain<'b>);

impl Source for Coded<'_, '_> {
    #[inline(always)]
    fn bit(&mut self, context: &mut Context) -> u32 {
        self.0.symbol(context)
    }

    #[inline(always)]
    fn sign(&mut self, contexts: &mut [Context; 19], flags: u16) -> u32 {
        let (context, flip) = sign(flags);
        self.0.symbol(&mut contexts[context]) ^ flip
    }
}

impl Source for Raw<'_, '_> {
    fn bit(&mut self, _: &mut Context) -> u32 {
        self.0.bit()
    }

    fn sign(&mut self, _: &mut [Context; 19], _: u16) -> u32 {
        self.0.bit()
    }
}

impl Passes<'_> {
    /// All coefficients, in stripes of four rows, column by column.
    #[inline(always)]
    fn each(&mut self, mut visit: impl FnMut(&mut Self, usize, usize, bool)) {
        for top in (0..self.height).step_by(4) {
            let bottom = (top + 4).min(self.height);
            for x in 0..self.width {
                for y in top..bottom {
                    let at = (y + 1) * self.stride + x + 1;
                    visit(self, at, y * self.width + x, y == top);
                }
            }
        }
    }

    /// Makes a coefficient significant, and tells its neighbours.
    #[inline]
    fn found(&mut self, at: usize, place: usize, one: u32, sign: u32, is_top: bool) {
        self.out[place] = sign << 31 | one | one >> 1;
        let s = self.stride;
        let signed = |place: u16| place | if sign == 1 { place << SIGNS } else { 0 };
        self.flags[at] |= SIGNIFICANT;
        self.flags[at - 1] |= signed(EAST);
        self.flags[at + 1] |= signed(WEST);
        self.flags[at + s] |= signed(NORTH);
        self.flags[at + s - 1] |= NORTH_EAST;
        self.flags[at + s + 1] |= NORTH_WEST;
        // A stripe that is causal tells nothing to the one above.
        if !(self.causal && is_top) {
            self.flags[at - s] |= signed(SOUTH);
            self.flags[at - s - 1] |= SOUTH_EAST;
            self.flags[at - s + 1] |= SOUTH_WEST;
        }
    }

    fn significance(&mut self, one: u32, source: &mut impl Source) {
        self.each(|block, at, place, is_top| {
            let flags = block.flags[at];
            if flags & SIGNIFICANT != 0 || flags & AROUND == 0 {
                return;
            }
            let context = block.zero[usize::from(flags & AROUND)];
            if source.bit(&mut block.contexts[usize::from(context)]) == 1 {
                let sign = source.sign(&mut block.contexts, flags);
                block.found(at, place, one, sign, is_top);
            }
            block.flags[at] |= VISITED;
        });
    }

    fn refinement(&mut self, one: u32, source: &mut impl Source) {
        self.each(|block, at, place, _| {
            let flags = block.flags[at];
            if flags & (SIGNIFICANT | VISITED) != SIGNIFICANT {
                return;
            }
            let bit = source.bit(&mut block.contexts[refinement(flags)]);
            // The middle that was assumed is this bit.
            let value = block.out[place] & !one | one >> 1;
            block.out[place] = value | if bit == 1 { one } else { 0 };
            block.flags[at] |= REFINED;
        });
    }

    fn cleanup(&mut self, one: u32, coder: &mut Arithmetic<'_>) {
        let s = self.stride;
        for top in (0..self.height).step_by(4) {
            let bottom = (top + 4).min(self.height);
            for x in 0..self.width {
                let first = (top + 1) * s + x + 1;
                let mut y = top;
                let mut is_known = false;
                let quiet = bottom - top == 4
                    && (0..4).all(|row| {
                        self.flags[first + row * s] & (SIGNIFICANT | VISITED | AROUND) == 0
                    });
                if quiet {
                    if coder.symbol(&mut self.contexts[RUN]) == 0 {
                        continue;
                    }
                    let high = coder.symbol(&mut self.contexts[UNIFORM]);
                    let low = coder.symbol(&mut self.contexts[UNIFORM]);
                    y += (high << 1 | low) as usize;
                    is_known = true;
                }
                while y < bottom {
                    let at = (y + 1) * s + x + 1;
                    let flags = self.flags[at];
                    if flags & (SIGNIFICANT | VISITED) == 0 {
                        let context = usize::from(self.zero[usize::from(flags & AROUND)]);
                        if is_known || coder.symbol(&mut self.contexts[context]) == 1 {
                            let sign = Coded(coder).sign(&mut self.contexts, flags);
                            self.found(at, y * self.width + x, one, sign, y == top);
                        }
                    }
                    is_known = false;
                    y += 1;
                }
                for row in 0..bottom - top {
                    self.flags[first + row * s] &= !VISITED;
                }
            }
        }
    }
}
