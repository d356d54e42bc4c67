//! A scan is packed, sealed, read back. What a server could answer instead is in `attacks`.

mod attacks;
mod documents;

use super::*;
use crate::error::{TamperKind, Tampering};
use crate::scan::{new_scan, tests::unlocked};
use crate::{ScanKeys, VaultError};
use pollster::block_on;
use protocol::limits::{PART_LEN, SEALED_SEGMENT_LEN};
use protocol::scan::{Blob, BlobRole};
use protocol::{Fixed, ScanId, Sealed};

const SEGMENT: usize = SEALED_SEGMENT_LEN as usize;

fn plaintext(len: usize) -> Vec<u8> {
    (0..len as u32)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect()
}

async fn new_keys() -> ScanKeys {
    new_scan(&unlocked()).await.unwrap().0
}

/// A blob and all its sealed bytes.
async fn sealed(keys: &ScanKeys, role: BlobRole, plain: &[u8]) -> (Blob, Vec<u8>) {
    let writer = BlobWriter::start(keys, role).await.unwrap();
    let floe_header = writer.header().clone();
    let (parts, sealed_len) = seal_whole(writer, plain).await.unwrap();
    let blob = Blob {
        role,
        floe_header,
        sealed_len,
    };
    (
        blob,
        parts.into_iter().flat_map(|part| part.bytes).collect(),
    )
}

async fn opened(keys: &ScanKeys, blob: &Blob, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
    BlobReader::open(keys, blob).await?.open_whole(bytes).await
}

fn tampered<T>(scan_id: ScanId, kind: TamperKind) -> Result<T, VaultError> {
    Err(Tampering { scan_id, kind }.into())
}

#[test]
fn a_blob_in_uneven_pushes_becomes_even_parts_and_opens_by_part_and_by_range() {
    block_on(async {
        let keys = new_keys().await;
        let plain = plaintext(2 * PART_PLAIN_LEN as usize + 300_000);
        let mut writer = BlobWriter::start(&keys, BlobRole::Frames).await.unwrap();
        let floe_header = writer.header().clone();
        let mut parts = Vec::new();
        for mut rest in plain.chunks(777_777) {
            while let Some(part) = writer.push(&mut rest).await.unwrap() {
                parts.push(part);
            }
        }
        let finished = writer.finish().await.unwrap();
        parts.extend(finished.last_part);
        assert_eq!(finished.plain_len, plain.len() as u64);
        assert_eq!(finished.sealed_len, sealed_len(plain.len() as u64));
        let lens: Vec<u64> = parts.iter().map(|part| part.bytes.len() as u64).collect();
        assert_eq!(lens, [PART_LEN, PART_LEN, 300_000 + 2 * 32]);
        for (index, part) in parts.iter().enumerate() {
            assert_eq!(part.index as usize, index);
            assert_eq!(
                part.sha256.0,
                crate::primitives::sha256(&part.bytes).await.unwrap()
            );
        }

        let blob = Blob {
            role: BlobRole::Frames,
            floe_header,
            sealed_len: finished.sealed_len,
        };
        let reader = BlobReader::open(&keys, &blob).await.unwrap();
        assert_eq!(
            (reader.parts(), reader.plain_len()),
            (3, plain.len() as u64)
        );
        let mut read = Vec::new();
        for part in &parts {
            assert_eq!(reader.part_len(part.index), Some(part.bytes.len() as u64));
            read.extend(reader.open_part(part.index, &part.bytes).await.unwrap());
        }
        assert!(read == plain);

        let (segment, part) = (SEGMENT_PLAIN_LEN, PART_PLAIN_LEN);
        for range in [
            0..1,
            0..segment,
            segment - 1..segment + 1,
            part - 5..part + 5,
            part..part,
            segment * 3..part * 2 + 17,
            finished.plain_len - 1..finished.plain_len,
            0..finished.plain_len,
        ] {
            let mut read = Vec::new();
            for piece in reader.pieces(range.clone()).unwrap() {
                let part = &parts[piece.part as usize].bytes;
                let bytes = &part[piece.bytes.start as usize..piece.bytes.end as usize];
                read.extend(reader.open_piece(&piece, bytes).await.unwrap());
            }
            assert!(
                read == plain[range.start as usize..range.end as usize],
                "{range:?}"
            );
        }
        let beyond = reader.pieces(0..finished.plain_len + 1);
        assert!(matches!(beyond, Err(VaultError::OutOfRange { .. })));
    });
}

#[test]
fn lengths_at_the_boundaries_come_back() {
    block_on(async {
        let keys = new_keys().await;
        let (segment, part) = (SEGMENT_PLAIN_LEN as usize, PART_PLAIN_LEN as usize);
        for len in [0, 1, segment - 1, segment, segment + 1, part, part + 1] {
            let plain = plaintext(len);
            let (blob, bytes) = sealed(&keys, BlobRole::Coarse, &plain).await;
            assert_eq!(bytes.len() as u64, blob.sealed_len);
            assert!(
                opened(&keys, &blob, &bytes).await.as_ref() == Ok(&plain),
                "{len}"
            );
        }
    });
}

#[test]
fn an_upload_goes_on_where_it_stopped() {
    block_on(async {
        let keys = new_keys().await;
        let plain = plaintext(2 * PART_PLAIN_LEN as usize + 1000);
        let writer = BlobWriter::start(&keys, BlobRole::Frames).await.unwrap();
        let floe_header = writer.header().clone();
        let (before, sealed_len) = seal_whole(writer, &plain).await.unwrap();
        let blob = Blob {
            role: BlobRole::Frames,
            floe_header: floe_header.clone(),
            sealed_len,
        };

        // From part 1 on, with the plaintext from there on.
        let resumed = BlobWriter::resume(&keys, BlobRole::Frames, &floe_header, 1)
            .await
            .unwrap();
        let offset = part_plain_offset(1) as usize;
        assert_eq!(resumed.plain_len(), offset as u64);
        let (after, len) = seal_whole(resumed, &plain[offset..]).await.unwrap();
        assert_eq!((after.len(), len), (2, sealed_len));
        let mixed = [&before[0].bytes, after[0].bytes.as_slice(), &after[1].bytes].concat();
        assert!(opened(&keys, &blob, &mixed).await.unwrap() == plain);

        // With all of the plaintext, but parts 0 and 2 there already.
        let mut resumed = BlobWriter::resume(&keys, BlobRole::Frames, &floe_header, 0)
            .await
            .unwrap();
        resumed.skip([0, 2]);
        let (gap, len) = seal_whole(resumed, &plain).await.unwrap();
        assert_eq!((gap.len(), gap[0].index, len), (1, 1, sealed_len));
        let mixed = [&before[0].bytes, gap[0].bytes.as_slice(), &before[2].bytes].concat();
        assert!(opened(&keys, &blob, &mixed).await.unwrap() == plain);

        let other = new_keys().await;
        let refused = BlobWriter::resume(&other, BlobRole::Frames, &floe_header, 0).await;
        assert_eq!(
            refused.err(),
            tampered::<()>(other.scan_id, TamperKind::Header(BlobRole::Frames)).err()
        );
    });
}
