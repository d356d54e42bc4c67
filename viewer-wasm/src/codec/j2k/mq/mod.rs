//! Code blocks of Part 1 (ITU-T T.800 annex D): bit planes, each in three passes, arithmetically coded.

mod arithmetic;
mod contexts;

use super::header::BlockStyle;
use super::tile::Values;
use arithmetic::{Arithmetic, Context, Plain};
use contexts::*;

/// Passes before the first that may be in plain bits.
const BEFORE_BYPASS: u32 = 10;

/// Contexts, with room so that an index needs no check.
type Contexts = [Context; 32];

/// Room for the decoding of blocks, kept from one to the next.
#[derive(Default)]
pub(super) struct Decoder {
    /// Stripes of columns, with a frame of one around the block.
    flags: Vec<Column>,
    values: Vec<u32>,
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
    zero: &'static [u8; 512],
    contexts: Contexts,
    causal: bool,
}

impl Decoder {
    /// Decodes a block: coded data of its segments with their number of passes, in a band of `kind`. Of the first bit that
    /// was not coded, the middle is assumed.
    pub fn block<'d>(
        &mut self,
        segments: impl Iterator<Item = (&'d [u8], u32)>,
        style: BlockStyle,
        kind: u8,
        zero_planes: u32,
        (width, height): (usize, usize),
    ) -> Values<'_> {
        let stride = width + 2;
        self.flags.clear();
        self.flags.resize(stride * (height.div_ceil(4) + 2), 0);
        self.values.clear();
        self.values.resize(width * height, 0);
        let mut block = Passes {
            flags: &mut self.flags,
            stride,
            out: &mut self.values,
            width,
            height,
            zero: &ZERO[usize::from(kind & 3)],
            contexts: FRESH,
            causal: style.causal(),
        };
        let mut pass = 0;
        'planes: for (data, passes) in segments {
            let plain = style.bypass() && pass >= BEFORE_BYPASS && (pass + 2) % 3 < 2;
            let mut coder = Arithmetic::new(if plain { &[] } else { data });
            let mut bits = Plain::new(data);
            for _ in 0..passes {
                let plane = zero_planes + pass.div_ceil(3);
                // The lowest plane that leaves room for the middle.
                if plane > 29 {
                    break 'planes;
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
        Values {
            values: &self.values,
            stride: width,
        }
    }
}

/// Where a pass has its bits from. Passed by value, so that its state stays in registers.
trait Source {
    fn bit(&mut self, context: &mut Context) -> u32;
    fn sign(&mut self, contexts: &mut Contexts, columns: [Column; 3], row: u32) -> u32;
}

impl Source for Arithmetic<'_> {
    #[inline(always)]
    fn bit(&mut self, context: &mut Context) -> u32 {
        self.symbol(context)
    }

    #[inline(always)]
    fn sign(&mut self, contexts: &mut Contexts, columns: [Column; 3], row: u32) -> u32 {
        let (context, flip) = sign(columns, row);
        self.symbol(&mut contexts[context & 31]) ^ flip
    }
}

impl Source for Plain<'_> {
    fn bit(&mut self, _: &mut Context) -> u32 {
        Plain::bit(self)
    }

    fn sign(&mut self, _: &mut Contexts, _: [Column; 3], _: u32) -> u32 {
        Plain::bit(self)
    }
}

impl Passes<'_> {
    /// The sign of a coefficient that is significant now; its column as it is from here on, and its neighbours told.
    #[inline(always)]
    fn found<S: Source>(
        &mut self,
        source: &mut S,
        contexts: &mut Contexts,
        (at, column): (usize, Column),
        row: u32,
        (place, one): (usize, u32),
    ) -> Column {
        let (west, east) = (self.flags[at - 1], self.flags[at + 1]);
        let sign = source.sign(contexts, [west, column, east], row);
        self.out[place] = sign << 31 | one | one >> 1;
        let itself = ITSELF << (3 * row);
        self.flags[at - 1] = west | itself << 1;
        self.flags[at + 1] = east | itself >> 1;
        // A stripe that is causal tells nothing to the one above.
        if row == 0 && !self.causal {
            self.tell(at - self.stride, itself << 12, sign << (SIGNS + 5));
        }
        if row == 3 {
            self.tell(at + self.stride, itself >> 12, sign << SIGNS);
        }
        column | itself | sign << (SIGNS + row + 1)
    }

    /// Tells three columns of another stripe of a significant coefficient beyond their end.
    #[inline(always)]
    fn tell(&mut self, at: usize, itself: Column, sign: Column) {
        if let [west, own, east] = &mut self.flags[at - 1..at + 2] {
            *west |= itself << 1;
            *own |= itself | sign;
            *east |= itself >> 1;
        }
    }

    /// The columns of all stripes in order: index, place of its first coefficient in `out`, and how many it has.
    fn columns(&self) -> impl Iterator<Item = (usize, usize, u32)> + use<> {
        let (stride, width, height) = (self.stride, self.width, self.height);
        (0..height.div_ceil(4)).flat_map(move |stripe| {
            let rows = (height - 4 * stripe).min(4) as u32;
            (0..width).map(move |x| ((stripe + 1) * stride + x + 1, 4 * stripe * width + x, rows))
        })
    }

    fn significance<S: Source>(&mut self, one: u32, mut source: S) -> S {
        let mut contexts = self.contexts;
        for (at, place, rows) in self.columns() {
            let mut column = self.flags[at];
            if column & SIGNIFICANT == 0 {
                continue;
            }
            for row in 0..rows {
                let around = column >> (3 * row);
                if around & ITSELF != 0 || around & AROUND == 0 {
                    continue;
                }
                let context = self.zero[(around & AROUND) as usize];
                if source.bit(&mut contexts[usize::from(context & 31)]) == 1 {
                    let place = (place + row as usize * self.width, one);
                    column = self.found(&mut source, &mut contexts, (at, column), row, place);
                }
                column |= VISITED << row;
            }
            self.flags[at] = column;
        }
        self.contexts = contexts;
        source
    }

    fn refinement<S: Source>(&mut self, one: u32, mut source: S) -> S {
        let mut contexts = self.contexts;
        for (at, place, rows) in self.columns() {
            let mut column = self.flags[at];
            if column & OWN == 0 {
                continue;
            }
            for row in 0..rows {
                if column >> (3 * row) & ITSELF == 0 || column >> row & VISITED != 0 {
                    continue;
                }
                let bit = source.bit(&mut contexts[refinement(column, row) & 31]);
                column |= REFINED << row;
                // The middle that was assumed is this bit.
                let value = &mut self.out[place + row as usize * self.width];
                *value = *value & !one | one >> 1 | (one * bit);
            }
            self.flags[at] = column;
        }
        self.contexts = contexts;
        source
    }

    fn cleanup<'b>(&mut self, one: u32, mut coder: Arithmetic<'b>) -> Arithmetic<'b> {
        let mut contexts = self.contexts;
        for (at, place, rows) in self.columns() {
            let mut column = self.flags[at];
            let mut row = 0;
            let mut is_known = false;
            if rows == 4 && column & (SIGNIFICANT | ALL_VISITED) == 0 {
                if coder.symbol(&mut contexts[RUN]) == 0 {
                    continue;
                }
                let high = coder.symbol(&mut contexts[UNIFORM]);
                row = high << 1 | coder.symbol(&mut contexts[UNIFORM]);
                is_known = true;
            }
            while row < rows {
                let around = column >> (3 * row);
                if around & ITSELF == 0 && column >> row & VISITED == 0 {
                    let context = self.zero[(around & AROUND) as usize];
                    if is_known || coder.symbol(&mut contexts[usize::from(context & 31)]) == 1 {
                        let place = (place + row as usize * self.width, one);
                        column = self.found(&mut coder, &mut contexts, (at, column), row, place);
                    }
                }
                is_known = false;
                row += 1;
            }
            self.flags[at] = column & !ALL_VISITED;
        }
        self.contexts = contexts;
        coder
    }
}
