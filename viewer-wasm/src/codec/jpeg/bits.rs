//! Bits of Huffman-coded JPEG data (T.81 F.2.2.5): a byte 0xFF in them is followed by a byte 0.

use super::super::words::plain_word;

/// Reads bits, the highest first, up to the next marker. Behind the end come zeros; [`Bits::ran_out`] says so.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, the first in the highest place.
    cache: u64,
    /// How many bits of the cache count.
    count: u32,
    /// Zeros that were appended because the data ended.
    padding: u64,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            cache: 0,
            count: 0,
            padding: 0,
        }
    }

    /// Whether bits were used that the data does not have.
    pub fn ran_out(&self) -> bool {
        self.padding > u64::from(self.count)
    }

    /// Where the marker behind the coded data is; `None` if the stream ends without one.
    pub fn marker(&self) -> Option<usize> {
        // What is in the cache has no marker in it, so looking back over it finds none too early.
        let from = self.at.saturating_sub(1);
        let rest = self.bytes.get(from..)?;
        rest.windows(2)
            .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0 | 0xFF))
            .map(|i| from + i)
    }

    #[inline]
    fn refill(&mut self) {
        if let Some(word) = plain_word(self.bytes, self.at) {
            // Bits beyond `count` are those that the next refill puts there again.
            self.cache |= word >> self.count;
            let taken = (63 - self.count) >> 3;
            self.at += taken as usize;
            self.count += taken * 8;
            return;
        }
        self.refill_by_bytes();
    }

    #[inline(never)]
    fn refill_by_bytes(&mut self) {
        while self.count <= 56 {
            let next = self.bytes.get(self.at).copied();
            let stuffed = next == Some(0xFF);
            let is_data = !stuffed || self.bytes.get(self.at + 1) == Some(&0);
            let Some(byte) = next.filter(|_| is_data) else {
                self.padding += u64::from(64 - self.count);
                self.count = 64;
                return;
            };
            self.cache |= u64::from(byte) << (56 - self.count);
            self.count += 8;
            self.at += 1 + usize::from(stuffed);
        }
    }

    /// Brings at least 32 bits to hand: a code and the number behind it.
    #[inline(always)]
    pub fn fill(&mut self) {
        if self.count < 32 {
            self.refill();
        }
    }

    /// The next 16 bits, which stay and must be at hand.
    #[inline(always)]
    pub fn peek_16(&self) -> u32 {
        (self.cache >> 48) as u32
    }

    /// Uses bits that were seen.
    #[inline]
    pub fn skip(&mut self, bits: u32) {
        self.cache <<= bits;
        self.count -= bits;
    }

    /// The next 0 to 16 bits as a number.
    #[inline]
    pub fn take(&mut self, bits: u32) -> u32 {
        if self.count < bits {
            self.refill();
        }
        let value = (self.cache >> 1 >> (63 - bits)) as u32;
        self.skip(bits);
        value
    }

    /// A difference or coefficient of 0 to 15 bits (T.81 F.2.2.1, EXTEND), which must be at hand.
    #[inline(always)]
    pub fn signed(&mut self, bits: u32) -> i32 {
        if bits == 0 {
            return 0;
        }
        let value = (self.cache >> (64 - bits)) as i32;
        self.skip(bits);
        // Without a branch, since there is nothing to predict: all ones if the highest bit is 0.
        let is_negative = (value >> (bits - 1)) - 1;
        value + (is_negative & (1 - (1 << bits)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffing_is_taken_out_and_markers_end_the_data() {
        let bytes = [0xAB, 0xFF, 0x00, 0x12, 0xFF, 0xFF, 0xD9];
        let mut bits = Bits::new(&bytes, 0);
        assert_eq!(
            [bits.take(8), bits.take(8), bits.take(8)],
            [0xAB, 0xFF, 0x12]
        );
        assert!(!bits.ran_out());
        assert_eq!(bits.marker(), Some(5));
        assert_eq!(bits.take(1), 0);
        assert!(bits.ran_out());
    }

    #[test]
    fn signed_numbers() {
        // T.81 table F.1: category 3 holds -7 to -4 and 4 to 7.
        let bytes = [0b0000_1110, 0b0111_0000];
        let mut bits = Bits::new(&bytes, 0);
        bits.fill();
        let values = [3, 3, 3, 3].map(|size| bits.signed(size));
        assert_eq!(values, [-7, -4, 4, 7]);
    }
}
