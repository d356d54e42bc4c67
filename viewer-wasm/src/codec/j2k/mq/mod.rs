//! Code blocks of Part 1 (ITU-T T.800 annex D): bit planes, each in three passes, arithmetically coded.

mod arithmetic;
mod contexts;

use super::header::BlockStyle;
use arithmetic::{Arithmetic, Context, Plain};
use contexts::*;

/// Passes before the first that may be in plain bits.
const BEFORE_BYPASS: u32 = 10;

/// Contexts, with room so that an index needs no check.
type Contexts = [Context; 32];

/// Flags of four coefficients, one below the other: a column of a stripe.
type Column = [u16; 4];

/// Room for the decoding of blocks, kept from one to the next.
#[derive(Default)]
pub(super) struct Decoder {
    /// Stripes of columns, with a frame of one around the block.
    flags: Vec<Column>,
}

/// One block while its passes are decoded.
struct Passes<'a> {
    flags: &'a mut [Column],
    /// Columns of a stripe, with the frame.
    stride: usize,
    out: &'a mut [u32],
    width: usize,
    height: usize,
    /// Table of the first bits' contexts.
    zero: &'static [u8; 256],
    contexts: Contexts,
    causal: bool,
}

impl Decoder {
    /// Decodes a block: coded data of its segments with their number of passes, in a band of `kind`. Sign in the highest
    /// bit, and the magnitude so that its highest plane is just below that. Of the first bit that was not coded, the
    /// middle is assumed.
    pub fn block<'d>(
        &mut self,
        segments: impl Iterator<Item = (&'d [u8], u32)>,
        style: BlockStyle,
        kind: u8,
        zero_planes: u32,
        (width, height): (usize, usize),
        out: &mut [u32],
    ) {
        let stride = width + 2;
        self.flags.clear();
        self.flags.resize(stride * (height.div_ceil(4) + 2), [0; 4]);
        let mut block = Passes {
            flags: &mut self.flags,
            stride,
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
                let plane = zero_planes + pass.div_ceil(3);
                // The lowest plane that leaves room for the middle.
                if plane > 29 {
                    return;
                }
                let one = 1u32 << (30 - plane);
                match ((pass + 2) % 3, plain) {
                    (0, false) => coder = block.significance(one, coder),
                    (0, true) => bits = block.significance(one, bits),
                    (1, false) => coder = block.refinement(one, coder),
                    (1, true) => bits = block.refinement(one, bits),
                    _ => {
                        coder = block.cleanup(one, coder);
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

/// Where a pass has its bits from. Passed by value, so that its state stays in registers.
trait Source {
    fn bit(&mut self, context: &mut Context) -> u32;
    fn sign(&mut self, contexts: &mut Contexts, flags: u16) -> u32;
}

impl Source for Arithmetic<'_> {
    #[inline(always)]
    fn bit(&mut self, context: &mut Context) -> u32 {
        self.symbol(context)
    }

    #[inline(always)]
    fn sign(&mut self, contexts: &mut Contexts, flags: u16) -> u32 {
        let (context, flip) = sign(flags);
        self.symbol(&mut contexts[context & 31]) ^ flip
    }
}

impl Source for Plain<'_> {
    fn bit(&mut self, _: &mut Context) -> u32 {
        Plain::bit(self)
    }

    fn sign(&mut self, _: &mut Contexts, _: u16) -> u32 {
        Plain::bit(self)
    }
}

impl Passes<'_> {
    /// Makes the coefficient at `row` of a column significant, and tells its neighbours.
    #[inline]
    fn found(&mut self, column: usize, row: usize, place: usize, one: u32, sign: u32) {
        self.out[place] = sign << 31 | one | one >> 1;
        let signed = |place: u16| place | ((place << SIGNS) * sign as u16);
        let beside = &mut self.flags[column - 1..column + 2];
        beside[0][row] |= signed(EAST);
        beside[1][row] |= SIGNIFICANT;
        beside[2][row] |= signed(WEST);
        // A stripe that is causal tells nothing to the one above.
        if row > 0 || !self.causal {
            let (above, row) = match row {
                0 => (column - self.stride, 3),
                _ => (column, row - 1),
            };
            let above = &mut self.flags[above - 1..above + 2];
            above[0][row] |= SOUTH_EAST;
            above[1][row] |= signed(SOUTH);
            above[2][row] |= SOUTH_WEST;
        }
        let (below, row) = match row {
            3 => (column + self.stride, 0),
            _ => (column, row + 1),
        };
        let below = &mut self.flags[below - 1..below + 2];
        below[0][row] |= NORTH_EAST;
        below[1][row] |= signed(NORTH);
        below[2][row] |= NORTH_WEST;
    }

    /// The columns of all stripes in order: index, place of its first coefficient in `out`, and how many it has.
    fn columns(&self) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let (stride, width, height) = (self.stride, self.width, self.height);
        (0..height.div_ceil(4)).flat_map(move |stripe| {
            let rows = (height - 4 * stripe).min(4);
            (0..width).map(move |x| ((stripe + 1) * stride + x + 1, 4 * stripe * width + x, rows))
        })
    }

    fn significance<S: Source>(&mut self, one: u32, mut source: S) -> S {
        let mut contexts = self.contexts;
        for (column, place, rows) in self.columns() {
            let [a, b, c, d] = self.flags[column];
            if (a | b | c | d) & AROUND == 0 {
                continue;
            }
            for row in 0..rows {
                let flags = self.flags[column][row & 3];
                if flags & SIGNIFICANT != 0 || flags & AROUND == 0 {
                    continue;
                }
                let context = self.zero[usize::from(flags & AROUND)];
                if source.bit(&mut contexts[usize::from(context & 31)]) == 1 {
                    let sign = source.sign(&mut contexts, flags);
                    self.found(column, row & 3, place + row * self.width, one, sign);
                }
                self.flags[column][row & 3] |= VISITED;
            }
        }
        self.contexts = contexts;
        source
    }

    fn refinement<S: Source>(&mut self, one: u32, mut source: S) -> S {
        let mut contexts = self.contexts;
        for (column, place, rows) in self.columns() {
            let [a, b, c, d] = self.flags[column];
            if (a | b | c | d) & SIGNIFICANT == 0 {
                continue;
            }
            for row in 0..rows {
                let flags = &mut self.flags[column][row & 3];
                if *flags & (SIGNIFICANT | VISITED) != SIGNIFICANT {
                    continue;
                }
                let bit = source.bit(&mut contexts[refinement(*flags) & 31]);
                *flags |= REFINED;
                // The middle that was assumed is this bit.
                let value = &mut self.out[place + row * self.width];
                *value = *value & !one | one >> 1 | (one * bit);
            }
        }
        self.contexts = contexts;
        source
    }

    fn cleanup<'b>(&mut self, one: u32, mut coder: Arithmetic<'b>) -> Arithmetic<'b> {
        let mut contexts = self.contexts;
        for (column, place, rows) in self.columns() {
            let [a, b, c, d] = self.flags[column];
            let mut row = 0;
            let mut is_known = false;
            if rows == 4 && (a | b | c | d) & (SIGNIFICANT | VISITED | AROUND) == 0 {
                if coder.symbol(&mut contexts[RUN]) == 0 {
                    continue;
                }
                let high = coder.symbol(&mut contexts[UNIFORM]);
                row = (high << 1 | coder.symbol(&mut contexts[UNIFORM])) as usize;
                is_known = true;
            }
            while row < rows {
                let flags = self.flags[column][row & 3];
                if flags & (SIGNIFICANT | VISITED) == 0 {
                    let context = usize::from(self.zero[usize::from(flags & AROUND)]);
                    if is_known || coder.symbol(&mut contexts[context & 31]) == 1 {
                        let sign = coder.sign(&mut contexts, flags);
                        self.found(column, row & 3, place + row * self.width, one, sign);
                    }
                }
                is_known = false;
                row += 1;
            }
            for flags in &mut self.flags[column] {
                *flags &= !VISITED;
            }
        }
        self.contexts = contexts;
        coder
    }
}
