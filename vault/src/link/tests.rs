//! A link opens its scan, and nothing else does.

use super::*;
use crate::scan::{new_scan, tests::unlocked};
use pollster::block_on;

const SHARE: ShareId = ShareId::from_bytes([7; 16]);

fn secret(byte: u8) -> LinkSecret {
    LinkSecret(SecretKey::from_bytes([byte; 32]))
}

fn opened(keys: &ScanKeys, wrapped: &WrappedLinkKeys) -> OpenedLink {
    OpenedLink {
        scan_id: keys.scan_id,
        scan_key: wrapped.scan_key.clone(),
        identity_key: wrapped.identity_key.clone(),
        manifest_version: 1,
        blobs: Vec::new(),
        token: Fixed([0; 32]),
        expires_at: 0,
    }
}

#[test]
fn a_fragment_is_read_back() {
    let secret = LinkSecret::generate().unwrap();
    let fragment = secret.to_fragment();
    assert_eq!(fragment.len(), "#v1.".len() + SECRET_CHARS);
    let read = LinkSecret::parse_fragment(&fragment).unwrap();
    assert_eq!(read.0.expose(), secret.0.expose());
    let read = LinkSecret::parse_fragment(&fragment[1..]).unwrap();
    assert_eq!(read.0.expose(), secret.0.expose());
}

#[test]
fn malformed_and_percent_encoded_fragments_are_refused() {
    let good = secret(0xfb).to_fragment();
    let encoded = good.replace('.', "%2E");
    let padded = format!("{good}=");
    let standard = good.replace('-', "+").replace('_', "/");
    let mut trailing_bits = good.clone();
    trailing_bits.pop();
    trailing_bits.push('t');
    let percent = format!("%23{}", &good[1..]);
    for wrong in [
        "",
        "#",
        "v1",
        "#v1.",
        "#v1",
        "#v01.",
        "#v.",
        "#x1.",
        "##v1.",
        "#v0.",
        "#v-1.",
        &encoded,
        &padded,
        &standard,
        &trailing_bits,
        &percent,
        &good[..20],
        &good[2..],
        &format!("{good}A"),
        &format!(" {good}"),
        &good.replace("v1", "V1"),
        &good.replace("v1", "v+1"),
        &good.replace("v1", "v01"),
    ] {
        let refused = LinkSecret::parse_fragment(wrong).err();
        assert_eq!(refused, Some(VaultError::MalformedLink), "{wrong}");
    }
    let newer = LinkSecret::parse_fragment(&good.replace("v1", "v2")).err();
    assert_eq!(
        newer,
        Some(VaultError::UnknownVersion {
            what: "link",
            version: 2
        })
    );
}

#[test]
fn a_link_opens_with_and_without_the_identity() {
    block_on(async {
        let (keys, _) = new_scan(&unlocked()).await.unwrap();
        for with_identity in [false, true] {
            let link = LinkKeys::derive(SHARE, &secret(1), None).await.unwrap();
            let wrapped = link.wrap(&keys, with_identity).await.unwrap();
            let fresh = LinkKeys::derive(SHARE, &secret(1), None).await.unwrap();
            let read = fresh.unwrap(&opened(&keys, &wrapped)).await.unwrap();
            assert_eq!(read.scan_key.0.expose(), keys.scan_key.0.expose());
            assert_eq!(read.identity_key.is_some(), with_identity);
        }
    });
}

#[test]
fn a_password_changes_everything_but_the_link_proof() {
    block_on(async {
        let plain = LinkKeys::derive(SHARE, &secret(1), None).await.unwrap();
        let password = Stretched([4; 32]);
        let with = LinkKeys::derive(SHARE, &secret(1), Some(&password))
            .await
            .unwrap();
        assert_eq!(plain.link_proof, with.link_proof);
        assert_eq!(
            plain.link_proof,
            link_proof(SHARE, &secret(1)).await.unwrap()
        );
        assert_ne!(plain.auth_key, with.auth_key);
        assert_ne!(plain.wrapping_key.expose(), with.wrapping_key.expose());
        assert_ne!(plain.auth_key, plain.link_proof);

        let (keys, _) = new_scan(&unlocked()).await.unwrap();
        let wrapped = with.wrap(&keys, true).await.unwrap();
        let wrong = Stretched([5; 32]);
        let wrong = LinkKeys::derive(SHARE, &secret(1), Some(&wrong))
            .await
            .unwrap();
        for keyless in [plain, wrong] {
            let refused = keyless.unwrap(&opened(&keys, &wrapped)).await.err();
            assert_eq!(refused, Some(VaultError::LinkDoesNotOpen));
        }
    });
}

/// Attacks 7 and 18 at the vault's level: the wraps and proofs of one link are of no use for another.
#[test]
fn attack_7_a_link_s_wraps_cannot_be_swapped() {
    block_on(async {
        let (a, _) = new_scan(&unlocked()).await.unwrap();
        let (b, _) = new_scan(&unlocked()).await.unwrap();
        let link = LinkKeys::derive(SHARE, &secret(1), None).await.unwrap();
        let wrapped_a = link.wrap(&a, true).await.unwrap();
        let wrapped_b = link.wrap(&b, true).await.unwrap();
        let traded = WrappedLinkKeys {
            scan_key: wrapped_a.identity_key.clone().unwrap(),
            identity_key: Some(wrapped_a.scan_key.clone()),
        };
        for wraps in [&wrapped_b, &traded] {
            let refused = link.unwrap(&opened(&a, wraps)).await.err();
            assert_eq!(refused, Some(VaultError::LinkDoesNotOpen));
        }
        // The same secret under another share's id.
        let elsewhere = ShareId::from_bytes([8; 16]);
        let other = LinkKeys::derive(elsewhere, &secret(1), None).await.unwrap();
        assert_ne!(other.link_proof, link.link_proof);
        assert_ne!(other.auth_key, link.auth_key);
        let refused = other.unwrap(&opened(&a, &wrapped_a)).await.err();
        assert_eq!(refused, Some(VaultError::LinkDoesNotOpen));

        let mut newer = wrapped_a;
        newer.scan_key.0[0] = 2;
        let refused = link.unwrap(&opened(&a, &newer)).await.err();
        assert!(matches!(
            refused,
            Some(VaultError::UnknownVersion { version: 2, .. })
        ));
    });
}
