//! Links: the fragment, and what the server keeps for them.

use pollster::block_on;
use protocol::Sealed;
use vault::envelope::open_summary;
use vault::{LinkSecret, RecoveryKey, VaultError};

use crate::{check_error, keys};

/// Text as `location.hash` has it. Only the canonical spelling of a secret is one. The same text as somebody's recovery key.
pub fn fragment(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match LinkSecret::parse_fragment(&text) {
        Ok(secret) => {
            let canonical = secret.to_fragment();
            assert_eq!(
                canonical.trim_start_matches('#'),
                text.strip_prefix('#').unwrap_or(&text),
                "two spellings of one secret"
            );
        }
        Err(error) => {
            assert!(matches!(
                error,
                VaultError::MalformedLink | VaultError::UnknownVersion { what: "link", .. }
            ));
            check_error(&error);
        }
    }
    match RecoveryKey::parse(&text) {
        Ok(key) => {
            let again = RecoveryKey::parse(&key.to_groups());
            assert!(again.is_ok_and(|again| again.is_same(&key)));
        }
        Err(error) => assert_eq!(error, VaultError::MistypedRecoveryKey),
    }
}

/// Wrapped keys and a sealed text. The first byte says which, the second where the first wrap ends. Nothing opens but what
/// was wrapped here.
pub fn wraps(bytes: &[u8]) {
    let [kind, len, rest @ ..] = bytes else {
        return;
    };
    if kind % 4 == 3 {
        return summary(rest);
    }
    let (scan_key, identity_key) = rest.split_at(rest.len().min(usize::from(*len)));
    let identity_key = (kind % 2 == 1).then_some(identity_key);
    let opened = keys::opened(scan_key, identity_key);
    match block_on(keys::link().unwrap(&opened)) {
        Ok(opened) => {
            assert_eq!(scan_key, keys::SCAN_KEY, "a key from nowhere");
            assert_eq!(opened.identity_key.is_some(), identity_key.is_some());
            assert!(identity_key.is_none_or(|wrap| wrap == keys::IDENTITY_KEY));
        }
        Err(error) => {
            let versions = [scan_key.first(), identity_key.and_then(<[u8]>::first)];
            match error {
                VaultError::LinkDoesNotOpen => {}
                VaultError::UnknownVersion { version, .. } => {
                    assert!(
                        version != 1
                            && versions
                                .into_iter()
                                .flatten()
                                .any(|of| u32::from(*of) == version)
                    );
                }
                _ => panic!("{error:?}"),
            }
            check_error(&error);
        }
    }
}

fn summary(sealed: &[u8]) {
    let keys = keys::scan();
    let key = keys.identity_key().expect("the seeds' identity key");
    match block_on(open_summary(key, keys.scan_id, &Sealed(sealed.to_vec()))) {
        Ok(text) => assert_eq!(text, br#"{"description":"phantom"}"#),
        Err(VaultError::UnknownVersion { version, .. }) => {
            assert!(version != 1 && sealed.first().is_some_and(|of| u32::from(*of) == version));
        }
        Err(error) => assert_eq!(error, VaultError::EnvelopeDoesNotOpen),
    }
}
