//! The adaptive binary arithmetic decoder (ITU-T T.800 annex C), and plain bits between its segments.

/// For each state (T.800 table C.2): Qe, the next state after the likely and the unlikely symbol, and whether the likely
/// one changes.
#[rustfmt::skip]
const STATES: [(u16, u8, u8, u8); 47] = [
    (0x5601, 1, 1, 1), (0x3401, 2, 6, 0), (0x1801, 3, 9, 0), (0x0AC1, 4, 12, 0), (0x0521, 5, 29, 0), (0x0221, 38, 33, 0),
    (0x5601, 7, 6, 1), (0x5401, 8, 14, 0), (0x4801, 9, 14, 0), (0x3801, 10, 14, 0), (0x3001, 11, 17, 0), (0x2401, 12, 18, 0),
    (0x1C01, 13, 20, 0), (0x1601, 29, 21, 0), (0x5601, 15, 14, 1), (0x5401, 16, 14, 0), (0x5101, 17, 15, 0), (0x4801, 18, 16, 0),
    (0x3801, 19, 17, 0), (0x3401, 20, 18, 0), (0x3001, 21, 19, 0), (0x2801, 22, 19, 0), (0x2401, 23, 20, 0), (0x2201, 24, 21, 0),
    (0x1C01, 25, 22, 0), (0x1801, 26, 23, 0), (0x1601, 27, 24, 0), (0x1401, 28, 25, 0), (0x1201, 29, 26, 0), (0x1101, 30, 27, 0),
    (0x0AC1, 31, 28, 0), (0x09C1, 32, 29, 0), (0x08A1, 33, 30, 0), (0x0521, 34, 31, 0), (0x0441, 35, 32, 0), (0x02A1, 36, 33, 0),
    (0x0221, 37, 34, 0), (0x0141, 38, 35, 0), (0x0111, 39, 36, 0), (0x0085, 40, 37, 0), (0x0049, 41, 38, 0), (0x0025, 42, 39, 0),
    (0x0015, 43, 40, 0), (0x0009, 44, 41, 0), (0x0005, 45, 42, 0), (0x0001, 45, 43, 0), (0x5601, 46, 46, 0),
];

/// Twice the number of a state, and one more if the likely symbol is 1.
pub(super) type Context = u8;

/// A state with its likely symbol, ready to use.
#[derive(Clone, Copy)]
struct Entry {
    /// Qe, aligned as the interval is.
    qe: u32,
    likely: u8,
    unlikely: u8,
}

static ENTRIES: [Entry; 128] = {
    let mut entries = [Entry {
        qe: 0x5601 << 16,
        likely: 0,
        unlikely: 0,
    }; 128];
    let mut i = 0;
    while i < 2 * STATES.len() {
        let (qe, likely, unlikely, switch) = STATES[i / 2];
        let symbol = (i % 2) as u8;
        entries[i] = Entry {
            qe: (qe as u32) << 16,
            likely: 2 * likely + symbol,
            unlikely: 2 * unlikely + (symbol ^ switch),
        };
        i += 1;
    }
    entries
};

/// Decodes symbols of one segment. Behind its end come ones.
pub(super) struct Arithmetic<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The registers A, in the upper half, and C, and CT, how many bits C has left.
    interval: u32,
    code: u32,
    left: u32,
}

impl<'a> Arithmetic<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut new = Self {
            bytes,
            at: 0,
            interval: 0x8000_0000,
            code: 0,
            left: 0,
        };
        new.code = u32::from(new.byte(0)) << 16;
        new.next_byte();
        new.code <<= 7;
        new.left -= 7;
        new
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0xFF)
    }

    /// BYTEIN of T.800 figure C.19.
    fn next_byte(&mut self) {
        let next = self.byte(self.at + 1);
        if self.byte(self.at) != 0xFF {
            self.at += 1;
            self.code = self.code.wrapping_add(u32::from(next) << 8);
            self.left = 8;
        } else if next > 0x8F {
            self.code = self.code.wrapping_add(0xFF00);
            self.left = 8;
        } else {
            self.at += 1;
            self.code = self.code.wrapping_add(u32::from(next) << 9);
            self.left = 7;
        }
    }

    /// The next symbol in a context. Without a branch on what it is: in the lower planes, where most symbols are, there
    /// is nothing to predict.
    #[inline(always)]
    pub fn symbol(&mut self, context: &mut Context) -> u32 {
        let entry = ENTRIES[usize::from(*context & 127)];
        let likely = u32::from(*context & 1);
        let rest = self.interval - entry.qe;
        let is_below = self.code < entry.qe;
        let below = 0u32.wrapping_sub(u32::from(is_below));
        self.code -= entry.qe & !below;
        self.interval = rest ^ ((rest ^ entry.qe) & below);
        // The unlikely symbol has the smaller part, which is the lower one but for the conditional exchange.
        let is_unlikely = is_below ^ (rest < entry.qe);
        let next = if is_unlikely {
            entry.unlikely
        } else {
            entry.likely
        };
        let missing = self.interval.leading_zeros();
        *context = if missing == 0 { *context } else { next };
        self.fill(missing);
        likely ^ u32::from(is_unlikely)
    }

    /// Shifts the interval up by what it lacks.
    #[inline(always)]
    fn fill(&mut self, mut missing: u32) {
        while missing > self.left {
            self.shift(self.left);
            missing -= self.left;
            self.next_byte();
        }
        self.shift(missing);
        self.left -= missing;
    }

    #[inline(always)]
    fn shift(&mut self, bits: u32) {
        self.interval <<= bits;
        self.code <<= bits;
    }
}

/// Plain bits: after a byte 0xFF the next has seven.
pub(super) struct Plain<'a> {
    bytes: &'a [u8],
    at: usize,
    byte: u8,
    left: u32,
}

impl<'a> Plain<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            byte: 0,
            left: 0,
        }
    }

    pub fn bit(&mut self) -> u32 {
        if self.left == 0 {
            self.left = if self.byte == 0xFF { 7 } else { 8 };
            self.byte = self.bytes.get(self.at).copied().unwrap_or(0xFF);
            self.at += 1;
        }
        self.left -= 1;
        u32::from(self.byte >> self.left & 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_sequence_of_the_standard() {
        // T.88 H.2, which T.800 shares its coder with: 256 bits, one context.
        let coded = [
            0x84, 0xC7, 0x3B, 0xFC, 0xE1, 0xA1, 0x43, 0x04, 0x02, 0x20, 0x00, 0x00, 0x41, 0x0D,
            0xBB, 0x86, 0xF4, 0x31, 0x7F, 0xFF, 0x88, 0xFF, 0x37, 0x47, 0x1A, 0xDB, 0x6A, 0xDF,
            0xFF, 0xAC,
        ];
        let plain = [
            0x00, 0x02, 0x00, 0x51, 0x00, 0x00, 0x00, 0xC0, 0x03, 0x52, 0x87, 0x2A, 0xAA, 0xAA,
            0xAA, 0xAA, 0x82, 0xC0, 0x20, 0x00, 0xFC, 0xD7, 0x9E, 0xF6, 0xBF, 0x7F, 0xED, 0x90,
            0x4F, 0x46, 0xA3, 0xBF,
        ];
        let mut decoder = Arithmetic::new(&coded);
        let mut context = 0;
        let decoded: Vec<u8> = (0..32)
            .map(|_| (0..8).fold(0, |byte, _| byte << 1 | decoder.symbol(&mut context) as u8))
            .collect();
        assert_eq!(decoded, plain);
    }
}
