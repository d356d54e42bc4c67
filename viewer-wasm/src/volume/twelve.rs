//! Values packed to twelve bits each, two in three bytes.
//!
//! Scanners give twelve bits, DICOM stores sixteen: a slice whose values span at most 4,096 levels is kept as what each
//! value is above the least of them, exactly and in three quarters of the memory. The first value of a pair is in the lower
//! twelve bits of its three little-endian bytes, so that any value lies in two bytes that are next to each other: a column
//! of a slice takes one call of the browser for each.

use serde::{Deserialize, Serialize};

/// Levels that twelve bits have.
const LEVELS: i32 = 1 << 12;
/// The bits of a packed value.
const MASK: u16 = 0xfff;
/// Values packed at once, and their bytes.
const GROUP: usize = 8;
const GROUP_BYTES: usize = GROUP / 2 * 3;

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
        bytes_of(self.len)
    }

    /// Packs little-endian 16-bit values, signed or not.
    pub fn pack(&self, words: &[u8]) -> Vec<u8> {
        let least = bits_of(self.least);
        let above = |word: &[u8; 2]| u16::from_le_bytes(*word).wrapping_sub(least) & MASK;
        let words = words.as_chunks::<2>().0;
        let (groups, rest) = words.as_chunks::<GROUP>();
        let mut packed = Vec::with_capacity(self.bytes());
        for group in groups {
            let [a, b, c, d, e, f, g, h] = group.each_ref().map(|word| u64::from(above(word)));
            let low = a | (b << 12) | (c << 24) | (d << 36) | (e << 48) | (f << 60);
            let high = ((f >> 4) | (g << 8) | (h << 20)) as u32;
            packed.extend_from_slice(&low.to_le_bytes());
            packed.extend_from_slice(&high.to_le_bytes());
        }
        for pair in rest.chunks(2) {
            let bits =
                (pair.iter().rev()).fold(0, |bits, word| (bits << 12) | u32::from(above(word)));
            packed.extend_from_slice(&bits.to_le_bytes()[..bytes_of(pair.len())]);
        }
        packed
    }

    /// Unpacks as many values as `out` takes, as bits of the 16-bit type that they had. `packed` begins with the pair of the
    /// first, which is its second value if that is to be skipped to. What has no bytes is left as it is.
    pub(super) fn unpack(&self, packed: &[u8], skips_one: bool, out: &mut [u16]) {
        let least = bits_of(self.least);
        let value = |above: u64| (above as u16 & MASK).wrapping_add(least);
        let (mut packed, mut out) = (packed, out);
        if skips_one {
            let ([_, middle, high, rest @ ..], [first, others @ ..]) = (packed, out) else {
                return;
            };
            *first = value(u64::from(u16::from_le_bytes([*middle, *high])) >> 4);
            (packed, out) = (rest, others);
        }
        let (whole, last) = out.as_chunks_mut::<GROUP>();
        let groups = packed.as_chunks::<GROUP_BYTES>().0;
        for (out, group) in whole.iter_mut().zip(groups) {
            let [a, b, c, d, e, f, g, h, i, j, k, l] = *group;
            let low = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
            let high = u64::from(u32::from_le_bytes([i, j, k, l]));
            *out = [
                value(low),
                value(low >> 12),
                value(low >> 24),
                value(low >> 36),
                value(low >> 48),
                value((low >> 60) | (high << 4)),
                value(high >> 8),
                value(high >> 20),
            ];
        }
        let rest = packed.get(whole.len() * GROUP_BYTES..).unwrap_or_default();
        for (i, out) in last.iter_mut().enumerate() {
            let (at, shift) = place(i);
            if let Some([low, high]) = rest.get(at..at + 2) {
                *out = value(u64::from(u16::from_le_bytes([*low, *high])) >> shift);
            }
        }
    }

    /// One value, as bits; `two_bytes` gives those from a place in the packed ones on, as a little-endian number.
    pub(super) fn value(&self, i: usize, two_bytes: impl Fn(usize) -> u16) -> u16 {
        let (at, shift) = place(i);
        ((two_bytes(at) >> shift) & MASK).wrapping_add(bits_of(self.least))
    }
}

/// Bytes that so many values take from the beginning of a pair on.
pub(super) fn bytes_of(values: usize) -> usize {
    values + values.div_ceil(2)
}

/// The first of the two bytes that have a value, and how far its bits are from their low end.
fn place(i: usize) -> (usize, u32) {
    (i + i / 2, if i % 2 == 1 { 4 } else { 0 })
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
    fn a_pair_lies_in_three_bytes_first_value_lowest() {
        let packing = Packing::of(3, (0, 4095)).expect("twelve bits");
        let packed = packing.pack(&words(&[0x123, 0xabc, 0xfed]));
        assert_eq!(packed, [0x23, 0xc1, 0xab, 0xed, 0x0f]);
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
            prop_assert_eq!(packed.len(), packing.bytes());
            for (i, expected) in expected.iter().enumerate() {
                let two_bytes = |at| u16::from_le_bytes([packed[at], packed[at + 1]]);
                prop_assert_eq!(packing.value(i, two_bytes), *expected);
            }
            let from = from.min(values.len());
            let count = count.min(values.len() - from);
            let mut out = vec![7; count];
            let start = (from / 2 * 3).min(packed.len());
            packing.unpack(&packed[start..], from % 2 == 1, &mut out);
            prop_assert_eq!(&out[..], &expected[from..from + count]);
        }
    }
}
