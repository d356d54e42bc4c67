//! Manifest and identity document, and attack 8.

use super::*;

pub(super) fn manifest(scan_id: ScanId, frames_len: u64) -> Manifest {
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

pub(super) fn identity(scan_id: ScanId) -> IdentityDocument {
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
