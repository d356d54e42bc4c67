//! Which context a coefficient's bits are coded in (ITU-T T.800 D.3).

use super::arithmetic::Context;

/// What is known of four coefficients, one below the other: a column of a stripe. From the lowest bit: which of the three
/// by six around and in it are significant, row by row from above (18 bits); the signs of its own column's six (6); which
/// of the four were looked at in this plane (4), and which were refined once (4).
pub(super) type Column = u32;

/// All that are significant, and of those the column's own four.
pub(super) const SIGNIFICANT: Column = (1 << 18) - 1;
pub(super) const OWN: Column = 0b010_010_010_010_000;
/// Those around the coefficient of row 0, which is in their middle; three bits further for each row.
pub(super) const AROUND: Column = 0b111_101_111;
pub(super) const ITSELF: Column = 0b000_010_000;
/// Where signs begin, with that of the row above; the first flag of the visited; of the refined.
pub(super) const SIGNS: u32 = 18;
pub(super) const VISITED: Column = 1 << 24;
pub(super) const ALL_VISITED: Column = 15 << 24;
pub(super) const REFINED: Column = 1 << 28;

/// The coefficient's place in its row.
const NORTH_WEST: Column = 1;
const NORTH: Column = 1 << 1;
const NORTH_EAST: Column = 1 << 2;
const WEST: Column = 1 << 3;
const EAST: Column = 1 << 5;
const SOUTH_WEST: Column = 1 << 6;
const SOUTH: Column = 1 << 7;
const SOUTH_EAST: Column = 1 << 8;

/// The first context of signs, of refinement, and the two of the cleanup pass.
const SIGN: u8 = 9;
const REFINEMENT: u8 = 14;
pub(super) const RUN: usize = 17;
pub(super) const UNIFORM: usize = 18;

/// All contexts as they are in the beginning (T.800 table D.7).
pub(super) const FRESH: [Context; 32] = {
    let mut fresh = [0; 32];
    fresh[0] = 2 * 4;
    fresh[RUN] = 2 * 3;
    fresh[UNIFORM] = 2 * 46;
    fresh
};

/// Contexts of the first bit (T.800 table D.1), by band and by neighbours.
pub(super) static ZERO: [[u8; 512]; 4] = {
    let mut tables = [[0; 512]; 4];
    let mut kind = 0;
    while kind < 4 {
        let mut i = 0;
        while i < 512 {
            tables[kind][i] = zero(kind, i as Column);
            i += 1;
        }
        kind += 1;
    }
    tables
};

const fn zero(kind: usize, around: Column) -> u8 {
    let beside = (around & (WEST | EAST)).count_ones();
    let over = (around & (NORTH | SOUTH)).count_ones();
    let across = (around & (NORTH_WEST | NORTH_EAST | SOUTH_WEST | SOUTH_EAST)).count_ones();
    if kind == 3 {
        let straight = beside + over;
        return match (across, straight) {
            (0, 0) => 0,
            (0, 1) => 1,
            (0, _) => 2,
            (1, 0) => 3,
            (1, 1) => 4,
            (1, _) => 5,
            (2, 0) => 6,
            (2, _) => 7,
            _ => 8,
        };
    }
    let (h, v) = if kind == 1 {
        (over, beside)
    } else {
        (beside, over)
    };
    match (h, v, across) {
        (2, _, _) => 8,
        (1, 0, 0) => 5,
        (1, 0, _) => 6,
        (1, _, _) => 7,
        (_, 2, _) => 4,
        (_, 1, _) => 3,
        (_, _, 0) => 0,
        (_, _, 1) => 1,
        _ => 2,
    }
}

/// Context of the sign of the coefficient in `row` (T.800 tables D.2 and D.3), and whether it is coded the other way
/// round; with the columns beside.
#[inline(always)]
pub(super) fn sign([west, own, east]: [Column; 3], row: u32) -> (usize, u32) {
    let around = own >> (3 * row);
    let own_signs = own >> (SIGNS + row);
    let beside = SIGNS + row + 1;
    let index = (around >> 1 & 1)
        | (around >> 3 & 1) << 1
        | (around >> 5 & 1) << 2
        | (around >> 7 & 1) << 3
        | (own_signs & 1) << 4
        | (west >> beside & 1) << 5
        | (east >> beside & 1) << 6
        | (own_signs >> 2 & 1) << 7;
    let (context, flip) = SIGNS_TABLE[index as usize];
    (usize::from(context), u32::from(flip))
}

/// By which of north, west, east and south are significant (4 bits), and which of them are negative.
static SIGNS_TABLE: [(u8, u8); 256] = {
    let mut table = [(0, 0); 256];
    let mut i = 0;
    while i < 256 {
        table[i] = sign_of(i as u16);
        i += 1;
    }
    table
};

const fn sign_of(flags: u16) -> (u8, u8) {
    /// 1, 0 or -1 of two neighbours.
    const fn contribution(flags: u16, first: u16, second: u16) -> i32 {
        const fn one(flags: u16, place: u16) -> i32 {
            if flags & place == 0 {
                0
            } else if flags & place << 4 != 0 {
                -1
            } else {
                1
            }
        }
        (one(flags, first) + one(flags, second)).signum()
    }
    let h = contribution(flags, 2, 4);
    let v = contribution(flags, 1, 8);
    match (h, v) {
        (1, v) => ((SIGN as i32 + 3 + v) as u8, 0),
        (-1, v) => ((SIGN as i32 + 3 - v) as u8, 1),
        (_, 1) => (SIGN + 1, 0),
        (_, -1) => (SIGN + 1, 1),
        _ => (SIGN, 0),
    }
}

/// Context of a bit that is not the first, of the coefficient in `row` (T.800 table D.4).
#[inline(always)]
pub(super) fn refinement(column: Column, row: u32) -> usize {
    let has_neighbours = column >> (3 * row) & AROUND != 0;
    let refined = column >> row & REFINED != 0;
    let context = REFINEMENT + u8::from(has_neighbours);
    usize::from(if refined { REFINEMENT + 2 } else { context })
}
