//! The bit streams of a high-throughput block (ITU-T T.814 7.1): one forwards, one backwards, and the run lengths.
//!
//! In all of them the first bit is the lowest. None has an end: behind the data come ones or zeros.

use super::super::super::words::plain_word;

/// Bits from the front: after a byte 0xFF the next has seven.
pub(super) struct Forward<'a> {
    bytes: &'a [u8],
    at: usize,
    cache: u64,
    count: u32,
    after_ff: bool,
    /// What comes behind the data.
    filler: u8,
}

impl Forward<'_> {
    /// How many of the bits that are peeked at are sound.
    pub const SOUND: u32 = 56;
}

impl<'a> Forward<'a> {
    pub fn new(bytes: &'a [u8], filler: u8) -> Self {
        Self {
            bytes,
            at: 0,
            cache: 0,
            count: 0,
            after_ff: false,
            filler,
        }
    }

    /// The next bits, [`SOUND`](Self::SOUND) of which are sound at least.
    #[inline(always)]
    pub fn peek(&mut self) -> u64 {
        if self.count < Self::SOUND {
            self.refill();
        }
        self.cache
    }

    #[inline(always)]
    pub fn skip(&mut self, bits: u32) {
        self.cache >>= bits;
        self.count -= bits;
    }

    #[inline(always)]
    fn refill(&mut self) {
        if !self.after_ff
            && let Some(word) = plain_word(self.bytes, self.at)
        {
            self.cache |= word.swap_bytes() << self.count;
            let taken = (63 - self.count) >> 3;
            self.at += taken as usize;
            self.count += taken * 8;
            return;
        }
        self.refill_by_bytes();
    }

    #[cold]
    fn refill_by_bytes(&mut self) {
        // Bits beyond `count` that the quick way left are put there again.
        while self.count <= 56 {
            let byte = self.bytes.get(self.at).copied().unwrap_or(self.filler);
            self.at += 1;
            let width = if self.after_ff { 7 } else { 8 };
            let bits = u64::from(byte) & ((1 << width) - 1);
            self.cache |= bits << self.count;
            self.count += width;
            self.after_ff = byte == 0xFF;
        }
    }
}

/// Bits from the back: after a byte above 0x8F, one that ends in seven ones has only those.
pub(super) struct Backward<'a> {
    /// What is left, the next byte last.
    bytes: &'a [u8],
    cache: u64,
    count: u32,
    last: u8,
}

impl<'a> Backward<'a> {
    /// The codes of a block whose suffix, with the run lengths in front, is `suffix`: its last 12 bits are something
    /// else.
    pub fn of_codes(suffix: &'a [u8]) -> Self {
        let (bytes, half) = match suffix {
            [bytes @ .., half, _] => (bytes, *half),
            _ => (&[][..], 0),
        };
        let value = half >> 4;
        Self {
            bytes,
            cache: u64::from(value),
            count: if value & 7 == 7 { 3 } else { 4 },
            last: half | 15,
        }
    }

    /// The bits of a refinement pass.
    pub fn of_refinement(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            cache: 0,
            count: 0,
            last: 0xFF,
        }
    }

    /// The next bits, at least 32 of which are sound.
    #[inline]
    pub fn peek(&mut self) -> u32 {
        if self.count < 32 {
            self.refill();
        }
        self.cache as u32
    }

    /// The next bits, after some that were seen.
    #[inline]
    pub fn skip(&mut self, bits: u32) -> u32 {
        self.cache >>= bits;
        self.count -= bits;
        self.cache as u32
    }

    #[inline]
    fn refill(&mut self) {
        if let Some((rest, raw)) = self.bytes.split_last_chunk::<8>() {
            let word = u64::from_be_bytes(*raw);
            // No byte ends in seven ones.
            let odd = !word & 0x7F7F_7F7F_7F7F_7F7F;
            if odd.wrapping_sub(0x0101_0101_0101_0101) & !odd & 0x8080_8080_8080_8080 == 0 {
                let taken = (63 - self.count) >> 3;
                // Only whole bytes may stay in the cache, since those behind them count as unread.
                let kept = word & (u64::MAX >> (64 - 8 * taken));
                self.cache |= kept << self.count;
                self.count += taken * 8;
                self.last = raw[8 - taken as usize];
                self.bytes = &self.bytes[..rest.len() + 8 - taken as usize];
                return;
            }
        }
        self.refill_by_bytes();
    }

    #[cold]
    fn refill_by_bytes(&mut self) {
        while self.count <= 56 {
            let byte = match self.bytes.split_last() {
                Some((byte, rest)) => {
                    self.bytes = rest;
                    *byte
                }
                None => 0,
            };
            let width = if self.last > 0x8F && byte & 0x7F == 0x7F {
                7
            } else {
                8
            };
            self.cache |= (u64::from(byte) & ((1 << width) - 1)) << self.count;
            self.count += width;
            self.last = byte;
        }
    }
}

/// Lengths of runs of events that do not happen (T.814 7.3.3).
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    at: usize,
    byte: u8,
    left: u32,
    state: usize,
    /// Events that do not happen, and whether one that does comes after them.
    run: u32,
    ends: bool,
}

/// T.814 table 2.
const RUN_BITS: [u32; 13] = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5];

impl<'a> Runs<'a> {
    /// Of a block's suffix, whose last byte is not part of it and half of the one before.
    pub fn new(suffix: &'a [u8]) -> Self {
        Self {
            bytes: suffix,
            at: 0,
            byte: 0,
            left: 0,
            state: 0,
            run: 0,
            ends: false,
        }
    }

    fn bit(&mut self) -> u32 {
        if self.left == 0 {
            self.left = if self.byte == 0xFF { 7 } else { 8 };
            let end = self.bytes.len().saturating_sub(1);
            self.byte = match self.bytes.get(self.at) {
                Some(byte) if self.at + 1 < end => *byte,
                Some(byte) if self.at < end => *byte | 15,
                _ => 0xFF,
            };
            self.at += 1;
        }
        self.left -= 1;
        u32::from(self.byte >> self.left & 1)
    }

    /// Whether the next event happens.
    #[inline]
    pub fn event(&mut self) -> bool {
        if self.run == 0 && !self.ends {
            self.next_run();
        }
        if self.run > 0 {
            self.run -= 1;
            return false;
        }
        self.ends = false;
        true
    }

    fn next_run(&mut self) {
        let bits = RUN_BITS[self.state];
        if self.bit() == 1 {
            self.run = 1 << bits;
            self.state = (self.state + 1).min(12);
        } else {
            for _ in 0..bits {
                self.run = self.run << 1 | self.bit();
            }
            self.state = self.state.saturating_sub(1);
            self.ends = true;
        }
    }
}
