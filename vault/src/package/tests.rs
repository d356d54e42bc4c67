//! A scan is packed, sealed, read back; and what a server could answer instead.

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

#[test]
fn attack_2_a_flipped_bit_names_the_scan() {
    block_on(async {
        let keys = new_keys().await;
        let (blob, bytes) = sealed(&keys, BlobRole::Frames, &plaintext(3 * SEGMENT)).await;
        for at in (0..bytes.len()).step_by(40_961).chain([bytes.len() - 1]) {
            let mut altered = bytes.clone();
            altered[at] ^= 0x80;
            let segment = (at / SEGMENT) as u64;
            let kind = TamperKind::Segment {
                role: BlobRole::Frames,
                segment,
            };
            assert_eq!(
                opened(&keys, &blob, &altered).await,
                tampered(keys.scan_id, kind)
            );
        }
        for at in 0..blob.floe_header.0.len() {
            let mut altered = blob.clone();
            altered.floe_header.0[at] ^= 1;
            let kind = TamperKind::Header(BlobRole::Frames);
            assert_eq!(
                opened(&keys, &altered, &bytes).await,
                tampered(keys.scan_id, kind)
            );
        }
    });
}

#[test]
fn attack_3_swapped_segments_and_parts_are_refused() {
    block_on(async {
        let keys = new_keys().await;
        let plain = plaintext(2 * PART_PLAIN_LEN as usize + 7);
        let (blob, bytes) = sealed(&keys, BlobRole::Frames, &plain).await;
        let mut altered = bytes.clone();
        altered[..2 * SEGMENT].rotate_left(SEGMENT);
        let kind = |segment| TamperKind::Segment {
            role: BlobRole::Frames,
            segment,
        };
        assert_eq!(
            opened(&keys, &blob, &altered).await,
            tampered(keys.scan_id, kind(0))
        );

        let part =
            |index: usize| &bytes[index * PART_LEN as usize..(index + 1) * PART_LEN as usize];
        let reader = BlobReader::open(&keys, &blob).await.unwrap();
        let served = reader.open_part(0, part(1)).await;
        assert_eq!(served, tampered(keys.scan_id, kind(0)));
        let served = reader.open_part(1, part(0)).await;
        assert_eq!(served, tampered(keys.scan_id, kind(32)));
    });
}

#[test]
fn attack_4_truncation_at_a_segment_s_boundary_is_refused() {
    block_on(async {
        let keys = new_keys().await;
        let (blob, bytes) = sealed(&keys, BlobRole::Frames, &plaintext(3 * SEGMENT)).await;
        // The server cuts the bytes and says so in the record.
        let cut = Blob {
            sealed_len: 2 * SEALED_SEGMENT_LEN,
            ..blob.clone()
        };
        let kind = TamperKind::Segment {
            role: BlobRole::Frames,
            segment: 1,
        };
        let served = opened(&keys, &cut, &bytes[..2 * SEGMENT]).await;
        assert_eq!(served, tampered(keys.scan_id, kind));
        // It cuts the bytes only.
        let served = opened(&keys, &blob, &bytes[..2 * SEGMENT]).await;
        assert_eq!(
            served,
            tampered(keys.scan_id, TamperKind::Length(BlobRole::Frames))
        );
        // A reader that only wants the beginning learns it from the manifest.
        let manifest = manifest(keys.scan_id, 3 * SEGMENT as u64);
        let reader = BlobReader::open(&keys, &cut).await.unwrap();
        let kind = TamperKind::Length(BlobRole::Frames);
        assert_eq!(manifest.check_length(&reader), tampered(keys.scan_id, kind));
        let whole = BlobReader::open(&keys, &blob).await.unwrap();
        assert_eq!(manifest.check_length(&whole), Ok(()));
        for impossible in [0, 31, SEALED_SEGMENT_LEN + 32, u64::MAX] {
            let blob = Blob {
                sealed_len: impossible,
                ..blob.clone()
            };
            assert_eq!(
                opened(&keys, &blob, &[]).await,
                tampered(keys.scan_id, kind)
            );
        }
    });
}

#[test]
fn attack_5_an_appended_segment_is_refused() {
    block_on(async {
        let keys = new_keys().await;
        let plain = plaintext(2 * SEGMENT_PLAIN_LEN as usize);
        let (blob, bytes) = sealed(&keys, BlobRole::Frames, &plain).await;
        let appended = [bytes.as_slice(), &bytes[SEGMENT..]].concat();
        let longer = Blob {
            sealed_len: appended.len() as u64,
            ..blob.clone()
        };
        let kind = TamperKind::Segment {
            role: BlobRole::Frames,
            segment: 1,
        };
        assert_eq!(
            opened(&keys, &longer, &appended).await,
            tampered(keys.scan_id, kind)
        );
        let kind = TamperKind::Length(BlobRole::Frames);
        assert_eq!(
            opened(&keys, &blob, &appended).await,
            tampered(keys.scan_id, kind)
        );
    });
}

#[test]
fn attack_6_blobs_of_two_scans_or_two_roles_cannot_be_swapped() {
    block_on(async {
        let (a, b) = (new_keys().await, new_keys().await);
        let plain = plaintext(1000);
        let (blob_a, bytes_a) = sealed(&a, BlobRole::Frames, &plain).await;
        let (blob_b, bytes_b) = sealed(&b, BlobRole::Frames, &plain).await;
        let header = TamperKind::Header(BlobRole::Frames);
        assert_eq!(
            opened(&a, &blob_b, &bytes_b).await,
            tampered(a.scan_id, header)
        );
        let kind = TamperKind::Segment {
            role: BlobRole::Frames,
            segment: 0,
        };
        assert_eq!(
            opened(&a, &blob_a, &bytes_b).await,
            tampered(a.scan_id, kind)
        );

        let as_coarse = Blob {
            role: BlobRole::Coarse,
            ..blob_a.clone()
        };
        let kind = TamperKind::Header(BlobRole::Coarse);
        assert_eq!(
            opened(&a, &as_coarse, &bytes_a).await,
            tampered(a.scan_id, kind)
        );

        // Even one key for two scans would not help: the id is bound as well.
        let same_key = ScanKeys {
            scan_id: b.scan_id,
            ..a
        };
        let served = opened(&same_key, &blob_a, &bytes_a).await;
        assert_eq!(served, tampered(b.scan_id, header));
    });
}

#[test]
fn without_the_identity_key_the_identity_stays_closed() {
    block_on(async {
        let mut keys = new_keys().await;
        let (blob, bytes) = sealed(&keys, BlobRole::Identity, b"a name").await;
        assert_eq!(opened(&keys, &blob, &bytes).await.unwrap(), b"a name");
        keys.identity_key = None;
        assert_eq!(
            opened(&keys, &blob, &bytes).await,
            Err(VaultError::NoIdentityKey)
        );
    });
}

/// Attack 9 for packages: unknown parameters in a FLOE header, and documents of a newer format.
#[test]
fn attack_9_unknown_versions_are_refused() {
    block_on(async {
        let keys = new_keys().await;
        let (mut blob, bytes) = sealed(&keys, BlobRole::Frames, b"text").await;
        blob.floe_header.0[0] = 1;
        let kind = TamperKind::Header(BlobRole::Frames);
        assert_eq!(
            opened(&keys, &blob, &bytes).await,
            tampered(keys.scan_id, kind)
        );

        let manifest = manifest(keys.scan_id, 8);
        let newer = |bytes: Vec<u8>| {
            let at = bytes
                .windows(10)
                .position(|w| w == b"\"format\":1")
                .unwrap();
            let mut bytes = bytes;
            bytes[at + 9] = b'2';
            bytes
        };
        let json = newer(manifest.to_bytes().unwrap());
        let refused = Manifest::from_bytes(keys.scan_id, 1, &json);
        assert_eq!(
            refused,
            Err(VaultError::UnknownVersion {
                what: "manifest",
                version: 2
            })
        );
        let json = newer(identity(keys.scan_id).to_bytes().unwrap());
        let refused = IdentityDocument::from_bytes(&manifest, &json);
        assert_eq!(
            refused,
            Err(VaultError::UnknownVersion {
                what: "identity document",
                version: 2
            })
        );
    });
}

pub(crate) fn manifest(scan_id: ScanId, frames_len: u64) -> Manifest {
    let chunk = Chunk {
        offset: 2,
        stored_len: 6,
        plain_len: 8,
        codec: Codec::PackedV1,
        sha256: Fixed([7; 32]),
    };
    let raw = Chunk {
        offset: 0,
        stored_len: 2,
        plain_len: 2,
        codec: Codec::Raw,
        ..chunk.clone()
    };
    Manifest {
        format: FORMAT_VERSION,
        scan_id,
        manifest_version: 1,
        instances: vec![PackagedInstance {
            attributes: serde_json::json!({ "rows": 2, "columns": 2 }),
            chunks: vec![raw.clone(), chunk],
        }],
        coarse: Some(CoarseVolume {
            description: serde_json::json!({ "dims": [1, 1, 1] }),
            chunks: vec![raw],
            len: 2,
        }),
        frames_len,
        identity_len: 10,
    }
}

fn identity(scan_id: ScanId) -> IdentityDocument {
    IdentityDocument {
        scan_id,
        manifest_version: 1,
        instances: vec![InstanceIdentity {
            file: "a/b.dcm".to_owned(),
            fields: serde_json::json!({ "patient_name": "Doe^Jane" }),
            deflated: false,
            head: b"head".to_vec(),
            tail: b"t".to_vec(),
        }],
    }
}

#[test]
fn a_manifest_is_read_back_and_checked() {
    let scan = ScanId::from_bytes([1; 16]);
    let good = manifest(scan, 8);
    let bytes = good.to_bytes().unwrap();
    assert_eq!(Manifest::from_bytes(scan, 1, &bytes).as_ref(), Ok(&good));
    assert_eq!(good.instances[0].pixel_len(), 10);

    let document = TamperKind::Document(BlobRole::Geometry);
    let other = ScanId::from_bytes([2; 16]);
    assert_eq!(
        Manifest::from_bytes(other, 1, &bytes),
        tampered(other, document)
    );
    assert_eq!(
        Manifest::from_bytes(scan, 1, &bytes[1..]),
        tampered(scan, document)
    );
    let mut outside = good.clone();
    outside.frames_len = 7;
    assert!(outside.to_bytes().is_err());
    let json = serde_json::to_vec(&outside).unwrap();
    assert_eq!(
        Manifest::from_bytes(scan, 1, &json),
        tampered(scan, document)
    );
    let mut overflowing = good.clone();
    overflowing.instances[0].chunks[0].offset = u64::MAX;
    assert!(overflowing.to_bytes().is_err());
    let mut stretched_raw = good;
    stretched_raw.instances[0].chunks[0].plain_len = 3;
    assert!(stretched_raw.to_bytes().is_err());
}

#[test]
fn attack_8_an_older_manifest_is_a_rollback() {
    let scan = ScanId::from_bytes([1; 16]);
    let bytes = manifest(scan, 8).to_bytes().unwrap();
    // The server says 2 and serves the first.
    let kind = TamperKind::RolledBack {
        served: 1,
        expected: 2,
    };
    assert_eq!(Manifest::from_bytes(scan, 2, &bytes), tampered(scan, kind));
    // The server says 1, but this browser has seen 2.
    assert_eq!(check_not_older(scan, 1, Some(2)), tampered(scan, kind));
    assert_eq!(check_not_older(scan, 2, Some(2)), Ok(()));
    assert_eq!(check_not_older(scan, 1, None), Ok(()));
}

#[test]
fn an_identity_document_is_read_back_and_rebuilds_the_file() {
    let scan = ScanId::from_bytes([1; 16]);
    let (manifest, good) = (manifest(scan, 8), identity(scan));
    let bytes = good.to_bytes().unwrap();
    let read = IdentityDocument::from_bytes(&manifest, &bytes).unwrap();
    assert_eq!(read, good);
    assert_eq!(read.instances[0].rebuild(b"--"), b"head--t");
    assert!(!format!("{read:?} {:?}", read.instances).contains("Doe"));

    let document = TamperKind::Document(BlobRole::Identity);
    for len in 0..bytes.len() {
        let read = IdentityDocument::from_bytes(&manifest, &bytes[..len]);
        assert_eq!(read, tampered(scan, document));
    }
    let longer = [bytes.as_slice(), b"x"].concat();
    assert_eq!(
        IdentityDocument::from_bytes(&manifest, &longer),
        tampered(scan, document)
    );
    let mut other = good.clone();
    other.manifest_version = 2;
    let read = IdentityDocument::from_bytes(&manifest, &other.to_bytes().unwrap());
    assert_eq!(read, tampered(scan, document));
    let mut more = good.clone();
    more.instances.push(good.instances[0].clone());
    let read = IdentityDocument::from_bytes(&manifest, &more.to_bytes().unwrap());
    assert_eq!(read, tampered(scan, document));
}

#[test]
fn pixels_that_unpack_to_something_else_are_named() {
    block_on(async {
        let scan = ScanId::from_bytes([1; 16]);
        let chunk = Chunk {
            offset: 0,
            stored_len: 3,
            plain_len: 3,
            codec: Codec::Raw,
            sha256: Fixed(crate::primitives::sha256(b"abc").await.unwrap()),
        };
        assert_eq!(check_pixels(scan, 4, &chunk, b"abc").await, Ok(()));
        let kind = TamperKind::Pixels { instance: 4 };
        assert_eq!(
            check_pixels(scan, 4, &chunk, b"abd").await,
            tampered(scan, kind)
        );
    });
}

#[test]
fn a_header_of_the_wrong_length_is_refused() {
    block_on(async {
        let keys = new_keys().await;
        let (blob, _) = sealed(&keys, BlobRole::Coarse, b"x").await;
        for header in [Vec::new(), blob.floe_header.0[..73].to_vec(), vec![0; 1000]] {
            let blob = Blob {
                floe_header: Sealed(header),
                ..blob.clone()
            };
            let refused = BlobReader::open(&keys, &blob).await.err();
            let kind = TamperKind::Header(BlobRole::Coarse);
            assert_eq!(refused, tampered::<()>(keys.scan_id, kind).err());
        }
    });
}
