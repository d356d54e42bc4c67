//! Which context a coefficient's bits are coded in (ITU-T T.800 D.3).

use super::arithmetic::Context;

/// A coefficient is known not to be zero.
pub(super) const SIGNIFICANT: u16 = 1 << 12;
/// It has been looked at in this plane.
pub(super) const VISITED: u16 = 1 << 13;
/// It has been refined once.
pub(super) const REFINED: u16 = 1 << 14;

/// Which of its neighbours are significant.
pub(super) const WEST: u16 = 1;
pub(super) const EAST: u16 = 2;
pub(super) const NORTH: u16 = 4;
pub(super) const SOUTH: u16 = 8;
pub(super) const NORTH_WEST: u16 = 16;
pub(super) const NORTH_EAST: u16 = 32;
pub(super) const SOUTH_WEST: u16 = 64;
pub(super) const SOUTH_EAST: u16 = 128;
pub(super) const AROUND: u16 = 255;
/// Where the four nearest neighbours' signs are, above the bits for their significance.
pub(super) const SIGNS: u32 = 8;

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
pub(super) static ZERO: [[u8; 256]; 4] = {
    let mut tables = [[0; 256]; 4];
    let mut kind = 0;
    while kind < 4 {
        let mut i = 0;
        while i < 256 {
            tables[kind][i] = zero(kind, i as u16);
            i += 1;
        }
        kind += 1;
    }
    tables
};

const fn zero(kind: usize, around: u16) -> u8 {
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

/// Context of the sign (T.800 tables D.2 and D.3), and whether it is coded the other way round.
#[inline]
pub(super) fn sign(flags: u16) -> (usize, u32) {
    let (context, flip) = SIGNS_TABLE[usize::from(flags & 15 | flags >> SIGNS << 4 & 0xF0)];
    (usize::from(context), u32::from(flip))
}

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
    let h = contribution(flags, WEST, EAST);
    let v = contribution(flags, NORTH, SOUTH);
    match (h, v) {
        (1, v) => ((SIGN as i32 + 3 + v) as u8, 0),
        (-1, v) => ((SIGN as i32 + 3 - v) as u8, 1),
        (_, 1) => (SIGN + 1, 0),
        (_, -1) => (SIGN + 1, 1),
        _ => (SIGN, 0),
    }
}

/// Context of a bit that is not the first (T.800 table D.4).
#[inline]
pub(super) fn refinement(flags: u16) -> usize {
    let context = if flags & REFINED != 0 {
        REFINEMENT + 2
    } else if flags & AROUND != 0 {
        REFINEMENT + 1
    } else {
        REFINEMENT
    };
    usize::from(context)
}
