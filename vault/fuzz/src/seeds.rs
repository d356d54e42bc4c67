//! Sound input for each target, made of the vault's frozen vectors: nobody's scan, nobody's keys.

use protocol::account::{PasswordKdf, Role, Session, WrappedClinicKeys};
use protocol::audit::{AuditAction, AuditEvent, AuditHead, AuditPage};
use protocol::scan::{Blob, BlobRole, Part, PartList, Scan, ScanList, ScanStatus, WrappedScanKeys};
use protocol::share::{LinkFacts, Opening, Share, ShareList, ShareState};
use protocol::{AccountId, ClinicId, ErrorCode, Fixed, Problem, Sealed, ShareId};
use serde::Serialize;
use serde_json::Value;
use vault::package::{BlobReader, Manifest};
use vault::{LinkSecret, RecoveryKey};

use crate::keys;

const BLOBS: &str = include_str!("../../vectors/blob.json");
const DOCUMENTS: &str = include_str!("../../vectors/documents.json");
const ENVELOPES: &str = include_str!("../../vectors/envelope.json");
const RECOVERY: &str = include_str!("../../vectors/recovery.json");

/// The vectors of a file.
fn vectors(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("frozen vectors")
}

/// The text at a place within a vector, such as `/output/sealed`.
fn text<'a>(vector: &'a Value, place: &str) -> Option<&'a str> {
    vector.pointer(place)?.as_str()
}

/// The bytes at such a place, which the vectors have in hexadecimal digits.
fn bytes(vector: &Value, place: &str) -> Option<Vec<u8>> {
    let digits = text(vector, place)?;
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Fragments of both forms, and recovery keys.
pub fn link() -> Vec<Vec<u8>> {
    let mut seeds = vec![
        keys::FRAGMENT.as_bytes().to_vec(),
        keys::FRAGMENT.as_bytes()[1..].to_vec(),
        b"#v2.QEFC".to_vec(),
    ];
    let groups = vectors(RECOVERY);
    let groups = groups
        .iter()
        .filter_map(|vector| text(vector, "/output/groups"));
    seeds.extend(groups.map(|groups| groups.as_bytes().to_vec()));
    seeds
}

/// Wraps of a link with and without the identity, and a summary.
pub fn wraps() -> Vec<Vec<u8>> {
    let len = keys::SCAN_KEY.len() as u8;
    let mut seeds = vec![
        [&[0, len], &keys::SCAN_KEY[..]].concat(),
        [&[1, len], &keys::SCAN_KEY[..], &keys::IDENTITY_KEY].concat(),
    ];
    let summaries = vectors(ENVELOPES);
    let summaries = summaries
        .iter()
        .filter(|vector| text(vector, "/input/kind") == Some("summary"))
        .filter_map(|vector| bytes(vector, "/output/sealed"));
    seeds.extend(summaries.map(|sealed| [&[3, 0], &sealed[..]].concat()));
    seeds
}

/// The short blobs of the vectors: role, header, sealed bytes.
fn short_blobs() -> Vec<(BlobRole, Vec<u8>, Vec<u8>)> {
    let blob = |vector: &Value| {
        let role = BlobRole::from_name(text(vector, "/input/role")?)?;
        let header = bytes(vector, "/output/stream/header")?;
        let sealed = bytes(vector, "/output/stream/sealed")?;
        // Its key in the vectors is not that of the seeds.
        (role != BlobRole::Identity).then_some((role, header, sealed))
    };
    vectors(BLOBS).iter().filter_map(blob).collect()
}

/// Short blobs as they are, and changes to a longer one.
pub fn blob() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = short_blobs()
        .into_iter()
        .map(|(role, header, sealed)| {
            let role = BlobRole::ALL.iter().position(|of| *of == role).unwrap_or(0);
            [&[0, role as u8, 0, 0, 0, 0], &header[..], &sealed].concat()
        })
        .collect();
    seeds.extend([
        vec![1, 0, 0, 0],
        vec![1, 0, 0, 0, 0, 0, 0, 0, 1, 0],
        vec![1, 0, 0, 0, 1, 0, 0, 4, 0, 0],
        vec![1, 1, 0, 0, 3, 9, 0, 0, 7, 1],
    ]);
    seeds
}

/// The text of the vectors' manifest.
fn manifest_text() -> String {
    let documents = vectors(DOCUMENTS);
    let manifest = documents
        .iter()
        .find_map(|vector| text(vector, "/input/manifest"));
    manifest.expect("a manifest").to_owned()
}

/// The vectors' manifest.
///
/// # Panics
/// If the vault no longer reads it.
pub fn manifest() -> Manifest {
    Manifest::from_bytes(keys::scan_id(), 1, manifest_text().as_bytes()).expect("the manifest")
}

/// The vectors' manifest and identity document.
pub fn documents() -> Vec<Vec<u8>> {
    let mut seeds = vec![[&[0], manifest_text().as_bytes()].concat()];
    let identities = vectors(DOCUMENTS);
    let identities = identities
        .iter()
        .filter_map(|vector| bytes(vector, "/input/identity"));
    seeds.extend(identities.map(|identity| [&[1], &identity[..]].concat()));
    seeds
}

/// One of each of the server's answers.
pub fn answers() -> Vec<Vec<u8>> {
    let sealed = || Sealed(vec![1; 5]);
    let account = AccountId::from_bytes([1; 16]);
    let clinic = ClinicId::from_bytes([2; 16]);
    let kdf = PasswordKdf {
        version: 1,
        salt: Fixed([3; 16]),
    };
    let blob = Blob {
        role: BlobRole::Frames,
        floe_header: sealed(),
        sealed_len: 32,
    };
    let mut opened = keys::opened(&keys::SCAN_KEY, Some(&keys::IDENTITY_KEY));
    opened.blobs.push(blob.clone());
    let scan = Scan {
        scan_id: keys::scan_id(),
        status: ScanStatus::Complete,
        content_tag: Fixed([4; 32]),
        keys: WrappedScanKeys {
            clinic_key_version: 1,
            scan_key: sealed(),
            identity_key: sealed(),
        },
        summary: sealed(),
        blobs: vec![blob],
        manifest_version: 1,
        created_at: 1_700_000_000,
    };
    let share = Share {
        share_id: ShareId::from_bytes([5; 16]),
        scan_id: keys::scan_id(),
        state: ShareState::UsedUp,
        has_password: true,
        includes_identity: false,
        created_at: 1,
        expires_at: 2,
        revoked_at: Some(3),
        max_opens: Some(1),
        opens: vec![Opening {
            at: 4,
            address: "192.0.2.1".to_owned(),
        }],
        wrong_passwords: 1,
        note: sealed(),
    };
    let session = Session {
        account_id: account,
        email: "a@example.org".to_owned(),
        clinic_id: clinic,
        role: Role::Owner,
        kdf: kdf.clone(),
        mk_by_password: sealed(),
        clinic_keys: WrappedClinicKeys {
            version: 1,
            scan_key: sealed(),
            identity_key: Some(sealed()),
        },
        idle_seconds: 900,
        storage_used: 1,
        storage_limit: 2,
    };
    let head = AuditHead {
        seq: 1,
        hash: Fixed([6; 32]),
        signature: Fixed([7; 64]),
        public_key: Fixed([8; 32]),
    };
    let event = AuditEvent {
        seq: 1,
        at: 1_700_000_000,
        actor: None,
        action: AuditAction::SignedUp,
        object: Some("AwQF".to_owned()),
        address: "192.0.2.1".to_owned(),
        commitment: Fixed([9; 32]),
        salt: Some(Fixed([3; 16])),
        hash: Fixed([6; 32]),
    };
    let problem = Problem {
        kind: "about:blank".to_owned(),
        title: "No".to_owned(),
        status: 404,
        code: ErrorCode::NoSuchLink,
        retry_after: Some(1),
    };
    vec![
        answer(0, &opened),
        answer(
            1,
            &LinkFacts {
                kdf: Some(kdf.clone()),
                expires_at: 2,
                includes_identity: true,
            },
        ),
        answer(2, &scan),
        answer(
            3,
            &ScanList {
                scans: vec![scan.clone()],
            },
        ),
        answer(
            4,
            &PartList {
                parts: vec![Part {
                    role: BlobRole::Coarse,
                    index: 0,
                    len: 32,
                    sha256: Fixed([9; 32]),
                }],
            },
        ),
        answer(
            5,
            &ShareList {
                shares: vec![share],
            },
        ),
        answer(6, &session),
        answer(7, &kdf),
        answer(
            9,
            &AuditPage {
                events: vec![event],
                head: head.clone(),
            },
        ),
        answer(10, &head),
        answer(0, &problem),
    ]
}

fn answer(kind: u8, answer: &impl Serialize) -> Vec<u8> {
    let json = serde_json::to_vec(answer).expect("an answer can be written");
    [&[kind], &json[..]].concat()
}

/// That the seeds are sound, so that the targets see more than refusals.
///
/// # Panics
/// If one is not.
pub fn check() {
    assert!(LinkSecret::parse_fragment(keys::FRAGMENT).is_ok());
    assert!(
        link()
            .iter()
            .any(|seed| RecoveryKey::parse(&String::from_utf8_lossy(seed)).is_ok())
    );
    assert!(keys::scan().identity_key().is_ok());
    assert_eq!((wraps().len(), documents().len()), (3, 2));
    assert_eq!(manifest().instances.len(), 2);
    let blobs = short_blobs();
    assert!(!blobs.is_empty());
    for (role, header, sealed) in blobs {
        let blob = Blob {
            role,
            floe_header: Sealed(header),
            sealed_len: sealed.len() as u64,
        };
        let opened = pollster::block_on(async {
            BlobReader::open(keys::scan(), &blob)
                .await?
                .open_whole(&sealed)
                .await
        });
        assert!(opened.is_ok_and(|plain| !plain.is_empty()), "{role:?}");
    }
}
