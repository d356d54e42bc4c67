//! Values packed to twelve bits each.
//!
//! Scanners give twelve bits, DICOM stores sixteen: a slice whose values span at most 4,096 levels is kept as what each
//! value is above the least of them, exactly and in three quarters of the memory.
//!
//! Of 32 values in a row the lower eight bits come first, a byte each; then their upper four, the `j`th byte with those
//! of value `j` in its lower half and those of value `16 + j` in its upper one. The last values are filled up to 32. So
//! laid out, eight or sixteen values are unpacked at once.

use serde::{Deserialize, Serialize};

/// Levels that twelve bits have.
const LEVELS: i32 = 1 << 12;
/// Values of a block, and its bytes.
pub(super) const BLOCK: usize = 32;
pub(super) const BLOCK_BYTES: usize = BLOCK / 2 * 3;
const HALF: usize = BLOCK / 2;
/// The number 1 in each of four 16-bit lanes.
const ONES: u64 = 0x0001_0001_0001_0001;

/// How a slice's values are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packing {
    least: i32,
    len: usize,
}

impl Packing {
    /// For `len` values that go from the least to the greatest, if they can be packed.
    pub fn of(len: usize, (least, greatest): (i32, i32)) -> Option<Self> {
        (greatest - least < LEVELS).then_some(Self { least, len })
    }

    /// How many values.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes that the packed values take.
    pub(super) fn bytes(&self) -> usize {
        self.len.div_ceil(BLOCK) * BLOCK_BYTES
    }

    /// Packs little-endian 16-bit values, signed or not.
    pub fn pack(&self, words: &[u8]) -> Vec<u8> {
        // Four at once: without a sign none is below the least, so that no lane borrows of the next.
        let sign = if self.least < 0 { 0x8000 * ONES } else { 0 };
        let least = (u64::from(bits_of(self.least)) * ONES) ^ sign;
        let above = |four: &[u8; 8]| (u64::from_le_bytes(*four) ^ sign).wrapping_sub(least);
        let mut packed = vec![0; self.bytes()];
        let (blocks, rest) = words.as_chunks::<{ BLOCK * 2 }>();
        let mut last = [0; BLOCK * 2];
        for (last, least) in last.chunks_exact_mut(2).zip([bits_of(self.least); BLOCK]) {
            last.copy_from_slice(&least.to_le_bytes());
        }
        last[..rest.len()].copy_from_slice(rest);
        let blocks = blocks.iter().chain(std::iter::once(&last));
        for (words, packed) in blocks.zip(packed.as_chunks_mut::<BLOCK_BYTES>().0) {
            let (lower, upper) = words.split_at(HALF * 2);
            let fours = lower
                .as_chunks::<8>()
                .0
                .iter()
                .zip(upper.as_chunks::<8>().0);
            for (at, (lower, upper)) in fours.enumerate() {
                let (a, b) = (above(lower), above(upper));
                let halves = (a >> 8) & (0x0f * ONES) | (b >> 4) & (0xf0 * ONES);
                let parts = [a & (0xff * ONES), b & (0xff * ONES), halves];
                for (part, start) in parts.into_iter().zip([0, HALF, BLOCK]) {
                    packed[start + 4 * at..][..4].copy_from_slice(&low_bytes(part));
                }
            }
        }
        packed
    }

    /// Unpacks as many values as `out` takes, as bits of the 16-bit type that they had. `packed` begins with the block of
    /// the first, which is its `skip`th. What has no bytes is left as it is.
    pub(super) fn unpack(&self, packed: &[u8], skip: usize, out: &mut [u16]) {
        let mut blocks = packed.as_chunks::<BLOCK_BYTES>().0.iter();
        let mut out = out;
        if skip > 0 {
            let Some(first) = blocks.next() else { return };
            let (begin, others) = out.split_at_mut(out.len().min(BLOCK - skip));
            begin.copy_from_slice(&self.unpacked(first)[skip..skip + begin.len()]);
            out = others;
        }
        let (whole, last) = out.as_chunks_mut::<BLOCK>();
        for (out, block) in whole.iter_mut().zip(&mut blocks) {
            *out = self.unpacked(block);
        }
        if let Some(block) = blocks.next() {
            last.copy_from_slice(&self.unpacked(block)[..last.len()]);
        }
    }

    /// The values of a block.
    fn unpacked(&self, block: &[u8; BLOCK_BYTES]) -> [u16; BLOCK] {
        let least = bits_of(self.least);
        let mut values = [0; BLOCK];
        // Loops of a plain form become vectors.
        for j in 0..HALF {
            let half = u16::from(block[BLOCK + j] & 0x0f);
            values[j] = (u16::from(block[j]) | half << 8).wrapping_add(least);
        }
        for j in 0..HALF {
            let half = u16::from(block[BLOCK + j] >> 4);
            values[HALF + j] = (u16::from(block[HALF + j]) | half << 8).wrapping_add(least);
        }
        values
    }

    /// One value, as bits, from the packed bytes.
    pub(super) fn value(&self, i: usize, byte: impl Fn(usize) -> u8) -> u16 {
        let (block, within) = (i / BLOCK * BLOCK_BYTES, i % BLOCK);
        let halves = byte(block + BLOCK + within % HALF) >> (within / HALF * 4) & 0x0f;
        let above = u16::from(byte(block + within)) | u16::from(halves) << 8;
        above.wrapping_add(bits_of(self.least))
    }
}

/// The low bytes of four lanes whose high bytes are 0.
fn low_bytes(lanes: u64) -> [u8; 4] {
    let pairs = (lanes | lanes >> 8) & 0x0000_ffff_0000_ffff;
    ((pairs | pairs >> 16) as u32).to_le_bytes()
}

/// A signed or unsigned value of 16 bits, as bits.
fn bits_of(value: i32) -> u16 {
    value as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(values: &[i32]) -> Vec<u8> {
        let words = values
            .iter()
            .flat_map(|value| bits_of(*value).to_le_bytes());
        words.collect()
    }

    #[test]
    fn as_many_levels_as_twelve_bits_have_fit() {
        let fits = |range| Packing::of(1, range).is_some();
        let (lowest, highest) = (i32::from(i16::MIN), i32::from(u16::MAX));
        assert!(
            fits((-1024, 3071)) && fits((lowest, lowest + 4095)) && fits((highest - 4095, highest))
        );
        assert!(!fits((-1025, 3071)) && !fits((lowest, i32::from(i16::MAX))));
    }

    #[test]
    fn packed_values_take_three_quarters() {
        let packing = Packing::of(400 * 400, (-1024, 3071)).expect("twelve bits");
        assert_eq!(packing.bytes(), 400 * 400 * 3 / 2);
        assert_eq!(packing.pack(&[0; 2 * 400 * 400]).len(), packing.bytes());
    }

    proptest! {
        #[test]
        fn every_value_comes_back_from_wherever_it_is_read(
            least in -32_768..=61_440,
            above in prop::collection::vec(prop_oneof![Just(0), Just(4095), 0..4096], 0..150),
            from in 0_usize..150,
            count in 0_usize..150,
        ) {
            // A slice's values are all signed or all unsigned.
            let most = if least < 0 { i32::from(i16::MAX) - least } else { 4095 };
            let values: Vec<i32> = above.iter().map(|above| least + above.min(&most)).collect();
            let expected: Vec<u16> = values.iter().map(|value| bits_of(*value)).collect();
            let packing = Packing { least, len: values.len() };
            let packed = packing.pack(&words(&values));
            for (i, expected) in expected.iter().enumerate() {
                prop_assert_eq!(packing.value(i, |at| packed[at]), *expected);
            }
            let from = from.min(values.len());
            let count = count.min(values.len() - from);
            let mut out = vec![7; count];
            let start = (from / BLOCK * BLOCK_BYTES).min(packed.len());
            packing.unpack(&packed[start..], from % BLOCK, &mut out);
            prop_assert_eq!(&out[..], &expected[from..from + count]);
        }
    }
}
