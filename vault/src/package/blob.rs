//! What writer and reader share: a blob's key and associated data, and lengths (of plaintext, sealed bytes,
//! segments, parts).

use super::FORMAT_VERSION;
use crate::{
    ScanKeys, Tampering, VaultError,
    error::TamperKind,
    floe::{self, FloeError},
    primitives::context,
    secret::SecretKey,
};
use protocol::limits::{MAX_BLOB_LEN, PART_LEN, SEALED_SEGMENT_LEN};
use protocol::{ScanId, scan::BlobRole};

/// Bytes a sealed segment is longer than its plaintext: length field 4, nonce 12, tag 16.
pub(crate) const SEGMENT_OVERHEAD: u64 = floe::SEGMENT_OVERHEAD as u64;

/// Plaintext of every segment but the last.
pub const SEGMENT_PLAIN_LEN: u64 = SEALED_SEGMENT_LEN - SEGMENT_OVERHEAD;

/// Segments in every part but the last.
pub(crate) const SEGMENTS_PER_PART: u64 = PART_LEN / SEALED_SEGMENT_LEN;

/// Plaintext of every part but the last.
pub const PART_PLAIN_LEN: u64 = SEGMENTS_PER_PART * SEGMENT_PLAIN_LEN;

/// The FLOE key and associated data of a blob: SK's for what is seen, IK's for who it is.
pub(crate) async fn blob_stream_context(
    keys: &ScanKeys,
    role: BlobRole,
) -> Result<(SecretKey, Vec<u8>), VaultError> {
    let key = match role {
        BlobRole::Geometry | BlobRole::Coarse | BlobRole::Frames => &keys.scan_key.0,
        BlobRole::Identity => &keys.identity_key()?.0,
    };
    let key = key.derive(&context(&[b"cuspid blob key v1"])).await?;
    let aad = context(&[
        b"cuspid blob",
        &[FORMAT_VERSION],
        keys.scan_id.as_bytes(),
        role.name().as_bytes(),
    ]);
    Ok((key, aad))
}

/// Names the scan and the blob in an error of its stream.
pub(super) fn stream_error(scan_id: ScanId, role: BlobRole, error: FloeError) -> VaultError {
    let kind = match error {
        FloeError::Parameters | FloeError::Header => TamperKind::Header(role),
        FloeError::Length(segment) | FloeError::Segment(segment) => {
            TamperKind::Segment { role, segment }
        }
        FloeError::Unavailable(what) => return VaultError::Unavailable { what },
    };
    Tampering { scan_id, kind }.into()
}

/// Where the plaintext of part `index` begins.
pub const fn part_plain_offset(index: u32) -> u64 {
    index as u64 * PART_PLAIN_LEN
}

/// Sealed length of `plain_len` bytes, all parts together. An empty blob has one, empty, segment.
pub const fn sealed_len(plain_len: u64) -> u64 {
    let segments = plain_len.div_ceil(SEGMENT_PLAIN_LEN);
    let segments = if segments == 0 { 1 } else { segments };
    plain_len + SEGMENT_OVERHEAD * segments
}

/// Plaintext length of a blob of `sealed_len` bytes, or `None` if no blob has that length: the last segment
/// is only empty where the blob is.
pub const fn plain_len(of_sealed: u64) -> Option<u64> {
    let segments = of_sealed.div_ceil(SEALED_SEGMENT_LEN);
    if of_sealed > MAX_BLOB_LEN || of_sealed < segments * SEGMENT_OVERHEAD {
        return None;
    }
    let plain_len = of_sealed - segments * SEGMENT_OVERHEAD;
    if sealed_len(plain_len) == of_sealed {
        Some(plain_len)
    } else {
        None
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lengths_go_there_and_back(plain in 0_u64..(1 << 35)) {
            let sealed = sealed_len(plain);
            prop_assert_eq!(plain_len(sealed), Some(plain));
            let parts = part_count(sealed);
            let last = u32::try_from(parts - 1).unwrap();
            let sum = u64::from(last) * PART_LEN + part_len(sealed, last).unwrap();
            prop_assert_eq!(sum, sealed);
            prop_assert_eq!(part_len(sealed, last + 1), None);
        }
    }

    #[test]
    fn impossible_lengths_are_refused() {
        assert_eq!(plain_len(SEALED_SEGMENT_LEN + 32), None);
        assert_eq!(plain_len(0), None);
        assert_eq!(plain_len(31), None);
        assert_eq!(plain_len(32), Some(0));
        assert_eq!(plain_len(SEALED_SEGMENT_LEN), Some(SEGMENT_PLAIN_LEN));
        assert_eq!(plain_len(SEALED_SEGMENT_LEN + 31), None);
        assert_eq!(
            plain_len(SEALED_SEGMENT_LEN + 33),
            Some(SEGMENT_PLAIN_LEN + 1)
        );
        assert_eq!(plain_len(MAX_BLOB_LEN + 1), None);
    }
}
