//! Bits of JPEG-LS coded data (T.87 A.1): after a byte 0xFF only seven bits follow in the next byte.

/// Fewest bits that are at hand after a refill.
const AT_HAND: u32 = 57;

/// Reads bits, the highest first, up to the next marker. Behind the end come zeros; [`Bits::ran_out`] says so.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, the first in the highest place.
    cache: u64,
    /// How many bits of the cache count.
    count: u32,
    after_ff: bool,
    /// Zeros that were appended because the data ended.
    padding: u64,
    /// A code that cannot be.
    broken: bool,
}

impl<'a> Bits<'a> {
    pub fn new(bytes: &'a [u8], at: usize) -> Self {
        Self {
            bytes,
            at,
            cache: 0,
            count: 0,
            after_ff: false,
            padding: 0,
            broken: false,
        }
    }

    /// Whether bits were used that the data does not have, or that make no code.
    pub fn ran_out(&self) -> bool {
        self.broken || self.padding > u64::from(self.count)
    }

    /// Where the marker behind the coded data is.
    pub fn marker(&self) -> Option<usize> {
        // What is in the cache has no marker in it, so looking back over it finds none too early.
        let from = self.at.saturating_sub(9);
        let rest = self.bytes.get(from..)?;
        rest.windows(2)
            .position(|pair| pair[0] == 0xFF && pair[1] >= 0x80)
            .map(|i| from + i)
    }

    #[inline]
    fn refill(&mut self) {
        if !self.after_ff
            && let Some(raw) = self
                .bytes
                .get(self.at..)
                .and_then(|rest| rest.first_chunk::<8>())
        {
            let word = u64::from_be_bytes(*raw);
            // No byte is 0xFF: the classic test for a zero byte, on the complement.
            let has_ff = (!word).wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080;
            if has_ff == 0 {
                // Bits beyond `count` are those that the next refill puts there again.
                self.cache |= word >> self.count;
                let taken = (63 - self.count) >> 3;
                self.at += taken as usize;
                self.count += taken * 8;
                return;
            }
        }
        self.refill_by_bytes();
    }

    #[cold]
    fn refill_by_bytes(&mut self) {
        while self.count < AT_HAND {
            let next = self.bytes.get(self.at).copied();
            let is_data = match next {
                None => false,
                Some(byte) if self.after_ff => byte < 0x80,
                Some(0xFF) => self.bytes.get(self.at + 1).is_some_and(|byte| *byte < 0x80),
                Some(_) => true,
            };
            let Some(byte) = next.filter(|_| is_data) else {
                self.padding += u64::from(64 - self.count);
                self.count = 64;
                return;
            };
            let width = if self.after_ff { 7 } else { 8 };
            self.cache |= u64::from(byte) << (64 - width - self.count);
            self.count += width;
            self.after_ff = byte == 0xFF;
            self.at += 1;
        }
    }

    /// Uses up to 57 bits that are at hand.
    #[inline]
    fn skip(&mut self, bits: u32) {
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

    /// A limited-length Golomb code (T.87 A.5.3) with parameter `k`, at most 16. `longest` zeros, the limit, announce a
    /// plain number of `escape` bits instead, less 1.
    #[inline]
    pub fn golomb(&mut self, k: u32, longest: u32, escape: u32) -> u32 {
        if self.count < 32 {
            self.refill();
        }
        let zeros = self.cache.leading_zeros();
        let used = zeros + 1 + k;
        if zeros < longest && used <= 32 {
            let low = (self.cache << zeros << 1 >> 1 >> (63 - k)) as u32;
            self.skip(used);
            return zeros << k | low;
        }
        self.long_golomb(k, longest, escape)
    }

    #[cold]
    fn long_golomb(&mut self, k: u32, longest: u32, escape: u32) -> u32 {
        if self.count < AT_HAND {
            self.refill();
        }
        let zeros = self.cache.leading_zeros();
        if zeros > longest {
            self.broken = true;
            return 0;
        }
        self.skip(zeros + 1);
        if zeros < longest {
            zeros << k | self.take(k)
        } else {
            self.take(escape) + 1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_behind_ff_gives_seven_bits() {
        let bytes = [0xFF, 0x7F, 0x01, 0xFF, 0xD9];
        let mut bits = Bits::new(&bytes, 0);
        assert_eq!([bits.take(8), bits.take(7), bits.take(8)], [0xFF, 0x7F, 1]);
        assert!(!bits.ran_out());
        assert_eq!(bits.marker(), Some(3));
        bits.take(1);
        assert!(bits.ran_out());
    }

    #[test]
    fn long_data_is_read_as_by_single_bytes() {
        let bytes: Vec<u8> = (0..4000u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .map(|byte| if byte == 0xFF { 0xFE } else { byte })
            .collect();
        let mut bits = Bits::new(&bytes, 0);
        let mut at = 0;
        while at + 16 <= bytes.len() * 8 {
            let width = at as u32 % 13;
            let value = (0..width as usize).fold(0, |value, i| {
                let bit = at + i;
                value << 1 | u32::from(bytes[bit / 8] >> (7 - bit % 8) & 1)
            });
            assert_eq!(bits.take(width), value, "{at}");
            at += width.max(1) as usize;
            if width == 0 {
                bits.take(1);
            }
        }
        assert!(!bits.ran_out());
    }

    #[test]
    fn golomb_codes() {
        // 001 10: two zeros, a one, k = 2 bits "10"; then 0001 announces the plain number 0101.
        let bytes = [0b0011_0000, 0b1010_1000];
        let mut bits = Bits::new(&bytes, 0);
        assert_eq!(bits.golomb(2, 3, 4), 2 << 2 | 2);
        assert_eq!(bits.golomb(2, 3, 4), 5 + 1);
        // More zeros than any code has.
        let mut bits = Bits::new(&[0; 12], 0);
        bits.golomb(0, 23, 8);
        assert!(bits.ran_out());
    }
}
