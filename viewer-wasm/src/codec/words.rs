//! Eight bytes of coded data at once.

/// The eight bytes at a place, the first in the highest, if none of them is 0xFF: after that byte, in JPEG and all of
/// its successors, the next one means something else.
#[inline(always)]
pub(super) fn plain_word(bytes: &[u8], at: usize) -> Option<u64> {
    let word = u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?);
    // The classic test for a zero byte, on the complement.
    let has_ff = (!word).wrapping_sub(0x0101_0101_0101_0101) & word & 0x8080_8080_8080_8080;
    (has_ff == 0).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::plain_word;

    #[test]
    fn bytes_of_all_ones_are_seen_wherever_they_are() {
        let bytes = [0x80, 0xFE, 0, 1, 0x7F, 0xFE, 0x81, 0];
        assert_eq!(plain_word(&bytes, 0), Some(0x80FE_0001_7FFE_8100));
        assert_eq!(plain_word(&bytes, 1), None);
        for place in 0..8 {
            let mut bytes = bytes;
            bytes[place] = 0xFF;
            assert_eq!(plain_word(&bytes, 0), None);
        }
    }
}
