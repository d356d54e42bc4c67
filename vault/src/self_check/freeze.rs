//! Writes the frozen vectors. Only for a new version of the format, by hand:
//! `cargo nextest run -p vault --run-ignored only freeze_the_vectors`.

use super::*;
use crate::{
    hex::Hex,
    package::{
        Chunk, CoarseVolume, Codec, FORMAT_VERSION, IdentityDocument, InstanceIdentity, Manifest,
        PackagedInstance, SEGMENT_PLAIN_LEN,
    },
    wrap::{Purpose, WrappedBy},
};
use protocol::{Fixed, ScanId, scan::BlobRole};

/// `len` bytes that count up from `first`.
fn bytes(first: u8, len: u8) -> Hex {
    Hex((0..len).map(|at| first.wrapping_add(at)).collect())
}

fn freeze<C: Case>(file: &str, inputs: Vec<C>) {
    let vectors: Vec<Vector<C, C::Output>> = inputs
        .into_iter()
        .map(|input| Vector {
            output: pollster::block_on(input.output()).unwrap(),
            input,
        })
        .collect();
    let path = format!("{}/vectors/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let json = serde_json::to_string_pretty(&vectors).unwrap();
    std::fs::write(path, json + "\n").unwrap();
}

#[test]
#[ignore = "writes the frozen vectors anew"]
fn freeze_the_vectors() {
    let password = |password: &str| PasswordCase {
        version: 1,
        password: password.to_owned(),
        salt: bytes(0x10, 16),
    };
    freeze(
        "password",
        vec![
            password("correct horse battery staple"),
            password("Zähne, 歯"),
        ],
    );
    freeze(
        "recovery",
        vec![
            RecoveryCase { key: bytes(0, 20) },
            RecoveryCase {
                key: bytes(0xc0, 20),
            },
        ],
    );
    let wrap = |purpose, clinic, object, key_version, wrapped_by, wrapper| WrapCase {
        purpose,
        clinic,
        object,
        key_version,
        wrapped_by,
        wrapper,
        key: bytes(0x40, 32),
        wrapping_key: bytes(0x80, 32),
        nonce: bytes(0xf0, 12),
    };
    let (none, account, clinic) = (Hex(vec![0; 16]), bytes(1, 16), bytes(2, 16));
    let (scan, share) = (bytes(3, 16), bytes(4, 16));
    let person = |by| {
        wrap(
            Purpose::Master,
            none.clone(),
            account.clone(),
            0,
            by,
            account.clone(),
        )
    };
    let of_clinic = |purpose| {
        let (clinic, by) = (clinic.clone(), WrappedBy::MasterKey);
        wrap(purpose, clinic.clone(), clinic, 1, by, account.clone())
    };
    let of_scan = |purpose, by| wrap(purpose, clinic.clone(), scan.clone(), 1, by, clinic.clone());
    let of_link = |purpose| {
        wrap(
            purpose,
            none.clone(),
            scan.clone(),
            0,
            WrappedBy::Link,
            share.clone(),
        )
    };
    freeze(
        "wrap",
        vec![
            person(WrappedBy::Password),
            person(WrappedBy::Recovery),
            of_clinic(Purpose::ClinicScan),
            of_clinic(Purpose::ClinicIdentity),
            of_scan(Purpose::Scan, WrappedBy::ClinicScanKey),
            of_scan(Purpose::Identity, WrappedBy::ClinicIdentityKey),
            of_link(Purpose::Scan),
            of_link(Purpose::Identity),
        ],
    );
    let envelope = |kind: &str, object: &Hex, text: &str| EnvelopeCase {
        kind: kind.to_owned(),
        object: object.clone(),
        key: bytes(0x20, 32),
        text: text.to_owned(),
        nonce: bytes(0xe0, 12),
    };
    freeze(
        "envelope",
        vec![
            envelope("summary", &scan, "{\"description\":\"phantom\"}"),
            envelope("note", &share, "{}"),
        ],
    );
    freeze(
        "content-tag",
        vec![ContentTagCase {
            clinic_identity_key: bytes(0x20, 32),
            packer: "packed-v1".to_owned(),
            content_digest: bytes(0x30, 32),
        }],
    );
    let link = |stretched_password| LinkCase {
        share_id: share.clone(),
        fragment: "#v1.QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl8".to_owned(),
        stretched_password,
    };
    freeze("link", vec![link(None), link(Some(bytes(0x50, 32)))]);
    let segment = SEGMENT_PLAIN_LEN;
    let floe = |plain_len| FloeCase {
        key: bytes(0x60, 32),
        associated_data: Hex(b"associated data".to_vec()),
        iv: bytes(0x90, 32),
        plain_len,
    };
    freeze(
        "floe",
        vec![floe(0), floe(100), floe(segment), floe(2 * segment + 1)],
    );
    let blob = |role, plain_len| BlobCase {
        scan_id: scan.clone(),
        role,
        key: bytes(0x70, 32),
        iv: bytes(0xa0, 32),
        plain_len,
    };
    freeze(
        "blob",
        vec![
            blob(BlobRole::Geometry, 100),
            blob(BlobRole::Coarse, 101),
            blob(BlobRole::Frames, segment + 1),
            blob(BlobRole::Identity, 102),
        ],
    );
    freeze("documents", vec![documents(&scan)]);
}

fn documents(scan: &Hex) -> DocumentsCase {
    let scan_id = ScanId::from_bytes(scan.fixed().unwrap());
    let chunk = |offset, stored_len, plain_len, codec| Chunk {
        offset,
        stored_len,
        plain_len,
        codec,
        sha256: Fixed([9; 32]),
    };
    let identity = IdentityDocument {
        scan_id,
        manifest_version: 1,
        instances: (0..2)
            .map(|at| InstanceIdentity {
                file: format!("phantom/{at}.dcm"),
                fields: serde_json::json!({ "patient_name": "Phantom^Made" }),
                deflated: at == 1,
                head: vec![at; 3],
                tail: vec![0xff; usize::from(at)],
            })
            .collect(),
    };
    let identity = identity.to_bytes().unwrap();
    let instance = |chunks| PackagedInstance {
        attributes: serde_json::json!({ "rows": 2, "columns": 3 }),
        chunks,
    };
    let manifest = Manifest {
        format: FORMAT_VERSION,
        scan_id,
        manifest_version: 1,
        instances: vec![
            instance(vec![chunk(0, 10, 12, Codec::PackedV1)]),
            instance(vec![
                chunk(10, 6, 6, Codec::Raw),
                chunk(16, 4, 6, Codec::PackedV1),
            ]),
        ],
        coarse: Some(CoarseVolume {
            description: serde_json::json!({ "dims": [1, 1, 2] }),
            chunks: vec![chunk(0, 4, 4, Codec::Raw)],
            len: 4,
        }),
        frames_len: 20,
        identity_len: identity.len() as u64,
    };
    DocumentsCase {
        scan_id: scan.clone(),
        manifest_version: 1,
        manifest: String::from_utf8(manifest.to_bytes().unwrap()).unwrap(),
        identity: Hex(identity),
    }
}
