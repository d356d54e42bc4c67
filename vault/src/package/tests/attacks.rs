//! What a server could answer in place of a blob: attacks 2 to 6 and 9.

use super::documents::{identity, manifest};
use super::*;

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
