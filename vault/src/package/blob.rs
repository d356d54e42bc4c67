//! Lengths: plaintext, sealed bytes, segments, parts.

use protocol::limits::{MAX_BLOB_LEN, PART_LEN, SEALED_SEGMENT_LEN};

/// Bytes a sealed segment is longer than its plaintext: length field 4, nonce 12, tag 16.
pub(crate) const SEGMENT_OVERHEAD: u64 = 32;

/// Plaintext of every segment but the last.
pub const SEGMENT_PLAIN_LEN: u64 = SEALED_SEGMENT_LEN - SEGMENT_OVERHEAD;

pub(crate) const SEGMENTS_PER_PART: u64 = PART_LEN / SEALED_SEGMENT_LEN;

/// Plaintext of every part but the last.
pub const PART_PLAIN_LEN: u64 = SEGMENTS_PER_PART * SEGMENT_PLAIN_LEN;

/// Where the plaintext of part `index` begins.
pub const fn part_plain_offset(index: u32) -> u64 {
    index as u64 * PART_PLAIN_LEN
}

/// Sealed length of `plain_len` bytes, all parts together. An empty blob has one, empty, segment.
pub const fn sealed_len(plain_len: u64) -> u64 {
    let segments = plain_len.div_ceil(SEGMENT_PLAIN_LEN);
    plain_len + SEGMENT_OVERHEAD * if segments == 0 { 1 } else { segments }
}

/// Plaintext length of a blob of `sealed_len` bytes, or `None` if no blob has that length.
pub const fn plain_len(sealed_len: u64) -> Option<u64> {
    let segments = sealed_len.div_ceil(SEALED_SEGMENT_LEN);
    let last = sealed_len % SEALED_SEGMENT_LEN;
    if sealed_len == 0 || sealed_len > MAX_BLOB_LEN || (last > 0 && last < SEGMENT_OVERHEAD) {
        return None;
    }
    Some(sealed_len - segments * SEGMENT_OVERHEAD)
}

/// How many parts a blob of `sealed_len` bytes has.
pub const fn part_count(sealed_len: u64) -> u64 {
    sealed_len.div_ceil(PART_LEN)
}

/// Sealed length of part `index`, or `None` past the end.
pub const fn part_len(sealed_len: u64, index: u32) -> Option<u64> {
    let start = index as u64 * PART_LEN;
    if start >= sealed_len {
        return None;
    }
    let rest = sealed_len - start;
    Some(if rest < PART_LEN { rest } else { PART_LEN })
}
