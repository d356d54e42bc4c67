//! Bits of JPEG-LS coded data (T.87 A.1): after a byte 0xFF only seven bits follow in the next byte.

use super::super::words::plain_word;

/// Fewest bits that are at hand after a refill.
const AT_HAND: u32 = 57;

/// Bits that were read and not yet used. A value of its own, so that it stays in registers while a line is decoded.
#[derive(Clone, Copy, Default)]
pub(super) struct Cache {
    /// The next bits, the first in the highest place.
    bits: u64,
    /// How many of them count.
    count: u32,
}

impl Cache {
    /// Uses up to 57 bits that are at hand.
    #[inline(always)]
    fn skip(&mut self, bits: u32) {
        self.bits <<= bits;
        self.count -= bits;
    }
}

/// Reads bits, the highest first, up to the next marker. Behind the end come zeros; [`Bits::ran_out`] says so.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// What is at hand between lines.
    pub cache: Cache,
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
            cache: Cache::default(),
            after_ff: false,
            padding: 0,
            broken: false,
        }
    }

    /// Whether bits were used that the data does not have, or that make no code.
    pub fn ran_out(&self) -> bool {
        self.broken || self.padding > u64::from(self.cache.count)
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

    #[inline(always)]
    fn refill(&mut self, cache: &mut Cache) {
        if !self.after_ff
            && let Some(word) = plain_word(self.bytes, self.at)
        {
            // Bits beyond `count` are those that the next refill puts there again.
            cache.bits |= word >> cache.count;
            let taken = (63 - cache.count) >> 3;
            self.at += taken as usize;
            cache.count += taken * 8;
            return;
        }
        *cache = self.refill_by_bytes(*cache);
    }

    #[cold]
    fn refill_by_bytes(&mut self, mut cache: Cache) -> Cache {
        while cache.count < AT_HAND {
            let next = self.bytes.get(self.at).copied();
            let is_data = match next {
                None => false,
                Some(byte) if self.after_ff => byte < 0x80,
                Some(0xFF) => self.bytes.get(self.at + 1).is_some_and(|byte| *byte < 0x80),
                Some(_) => true,
            };
            let Some(byte) = next.filter(|_| is_data) else {
                self.padding += u64::from(64 - cache.count);
                cache.count = 64;
                return cache;
            };
            let width = if self.after_ff { 7 } else { 8 };
            cache.bits |= u64::from(byte) << (64 - width - cache.count);
            cache.count += width;
            self.after_ff = byte == 0xFF;
            self.at += 1;
        }
        cache
    }

    /// The next 0 to 16 bits as a number.
    #[inline]
    pub fn take(&mut self, bits: u32) -> u32 {
        let mut cache = self.cache;
        if cache.count < bits {
            self.refill(&mut cache);
        }
        let value = (cache.bits >> 1 >> (63 - bits)) as u32;
        cache.skip(bits);
        self.cache = cache;
        value
    }

    /// A limited-length Golomb code (T.87 A.5.3) with parameter `k`, at most 16. `longest` zeros, the limit, announce a
    /// plain number of `escape` bits instead, less 1.
    #[inline]
    pub fn golomb(&mut self, k: u32, longest: u32, escape: u32) -> u32 {
        let mut cache = self.cache;
        let code = self.golomb_of(&mut cache, k, longest, escape);
        self.cache = cache;
        code
    }

    /// [`golomb`](Self::golomb) from bits that are kept elsewhere for a while.
    #[inline(always)]
    pub fn golomb_of(&mut self, cache: &mut Cache, k: u32, longest: u32, escape: u32) -> u32 {
        if cache.count < 32 {
            self.refill(cache);
        }
        let zeros = cache.bits.leading_zeros();
        let used = zeros + 1 + k;
        if zeros < longest && used <= 32 {
            // With the one that ends the zeros as its highest bit, which takes one away from them.
            let low = (cache.bits << zeros >> (63 - k)) as u32;
            cache.skip(used);
            return (zeros.wrapping_sub(1) << k).wrapping_add(low);
        }
        let code;
        (code, *cache) = self.long_golomb(*cache, k, longest, escape);
        code
    }

    #[cold]
    fn long_golomb(&mut self, mut cache: Cache, k: u32, longest: u32, escape: u32) -> (u32, Cache) {
        if cache.count < AT_HAND {
            self.refill(&mut cache);
        }
        let zeros = cache.bits.leading_zeros();
        if zeros > longest {
            self.broken = true;
            return (0, cache);
        }
        cache.skip(zeros + 1);
        self.cache = cache;
        let code = if zeros < longest {
            zeros << k | self.take(k)
        } else {
            self.take(escape) + 1
        };
        (code, self.cache)
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
