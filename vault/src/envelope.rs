//! Short texts under a key: `version 1 || nonce (12) || AES-256-GCM(text) || tag (16)`, with the kind of text and
//! its object in the associated data.

use crate::{
    ClinicIdentityKey, IdentityKey, VaultError,
    primitives::{AesKey, NONCE_LEN, TAG_LEN, context, random},
    secret::SecretKey,
};
use protocol::{ScanId, Sealed, ShareId, limits::MAX_SEALED_LEN};

const VERSION: u8 = 1;

/// Longest text, in bytes.
pub const MAX_TEXT_LEN: usize = MAX_SEALED_LEN - 1 - NONCE_LEN - TAG_LEN;

pub(crate) const SUMMARY: &str = "summary";
pub(crate) const NOTE: &str = "note";

/// Seals what the list of scans shows (patient name, study date, description; the caller's JSON) under IK.
///
/// # Errors
/// [`VaultError::NotPackable`] above [`MAX_TEXT_LEN`], [`VaultError::Unavailable`].
pub async fn seal_summary(
    key: &IdentityKey,
    scan: ScanId,
    text: &[u8],
) -> Result<Sealed, VaultError> {
    seal_with_nonce(&key.0, SUMMARY, scan.as_bytes(), text, &random()?).await
}

/// # Errors
/// [`VaultError::EnvelopeDoesNotOpen`], [`VaultError::UnknownVersion`].
pub async fn open_summary(
    key: &IdentityKey,
    scan: ScanId,
    sealed: &Sealed,
) -> Result<Vec<u8>, VaultError> {
    open(&key.0, SUMMARY, scan.as_bytes(), sealed).await
}

/// Seals the owner's note on a link, and the link's secret, under CIK.
///
/// # Errors
/// As [`seal_summary`].
pub async fn seal_note(
    key: &ClinicIdentityKey,
    share: ShareId,
    text: &[u8],
) -> Result<Sealed, VaultError> {
    seal_with_nonce(&key.0, NOTE, share.as_bytes(), text, &random()?).await
}

/// # Errors
/// As [`open_summary`].
pub async fn open_note(
    key: &ClinicIdentityKey,
    share: ShareId,
    sealed: &Sealed,
) -> Result<Vec<u8>, VaultError> {
    open(&key.0, NOTE, share.as_bytes(), sealed).await
}

fn associated_data(kind: &str, object: &[u8; 16]) -> Vec<u8> {
    context(&[b"cuspid envelope v1", kind.as_bytes(), object])
}

async fn cipher(key: &SecretKey) -> Result<AesKey, VaultError> {
    let key = key.derive(&context(&[b"cuspid envelope key v1"])).await?;
    AesKey::import(key.expose()).await
}

pub(crate) async fn seal_with_nonce(
    key: &SecretKey,
    kind: &str,
    object: &[u8; 16],
    text: &[u8],
    nonce: &[u8; NONCE_LEN],
) -> Result<Sealed, VaultError> {
    if text.len() > MAX_TEXT_LEN {
        return Err(VaultError::NotPackable { what: "text" });
    }
    let mut out = vec![VERSION];
    out.extend_from_slice(nonce);
    cipher(key)
        .await?
        .seal(nonce, &associated_data(kind, object), text, &mut out)
        .await?;
    Ok(Sealed(out))
}

pub(crate) async fn open(
    key: &SecretKey,
    kind: &str,
    object: &[u8; 16],
    sealed: &Sealed,
) -> Result<Vec<u8>, VaultError> {
    let (version, rest) = sealed
        .0
        .split_first()
        .ok_or(VaultError::EnvelopeDoesNotOpen)?;
    if *version != VERSION {
        return Err(VaultError::UnknownVersion {
            what: "envelope",
            version: u32::from(*version),
        });
    }
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE_LEN>()
        .ok_or(VaultError::EnvelopeDoesNotOpen)?;
    let mut text = Vec::new();
    cipher(key)
        .await?
        .open(nonce, &associated_data(kind, object), ciphertext, &mut text)
        .await
        .map_err(|_| VaultError::EnvelopeDoesNotOpen)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pollster::block_on;

    #[test]
    fn a_text_opens_only_where_it_was_sealed() {
        block_on(async {
            let key = IdentityKey(SecretKey::from_bytes([1; 32]));
            let scan = ScanId::from_bytes([2; 16]);
            let sealed = seal_summary(&key, scan, b"a summary").await.unwrap();
            assert_eq!(
                open_summary(&key, scan, &sealed).await.unwrap(),
                b"a summary"
            );

            let elsewhere = open_summary(&key, ScanId::from_bytes([3; 16]), &sealed).await;
            assert_eq!(elsewhere, Err(VaultError::EnvelopeDoesNotOpen));
            let as_note = open(&key.0, NOTE, scan.as_bytes(), &sealed).await;
            assert_eq!(as_note, Err(VaultError::EnvelopeDoesNotOpen));
            let mut newer = sealed.clone();
            newer.0[0] = 2;
            let refused = open_summary(&key, scan, &newer).await;
            assert!(matches!(
                refused,
                Err(VaultError::UnknownVersion { version: 2, .. })
            ));
            for byte in 1..sealed.0.len() {
                let mut altered = sealed.clone();
                altered.0[byte] ^= 1;
                let refused = open_summary(&key, scan, &altered).await;
                assert_eq!(refused, Err(VaultError::EnvelopeDoesNotOpen));
            }
        });
    }

    #[test]
    fn a_text_too_long_for_the_server_is_refused_here() {
        let key = IdentityKey(SecretKey::from_bytes([1; 32]));
        let scan = ScanId::from_bytes([2; 16]);
        let longest = block_on(seal_summary(&key, scan, &[0; MAX_TEXT_LEN])).unwrap();
        assert_eq!(longest.0.len(), MAX_SEALED_LEN);
        assert!(block_on(seal_summary(&key, scan, &[0; MAX_TEXT_LEN + 1])).is_err());
    }
}
