//! RustCrypto: the native backend, for tests and tools.

use super::{DoesNotOpen, NONCE_LEN, TAG_LEN};
use crate::VaultError;
use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, Tag};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha384};

pub(super) struct AesKey(Aes256Gcm);

impl AesKey {
    pub(super) async fn import(bytes: &[u8; 32]) -> Result<Self, VaultError> {
        Ok(Self(Aes256Gcm::new(bytes.into())))
    }

    pub(super) async fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), VaultError> {
        let start = out.len();
        out.extend_from_slice(plaintext);
        let tag = self
            .0
            .encrypt_inout_detached(&Nonce::from(*nonce), aad, out[start..].as_mut().into())
            .map_err(|_| VaultError::Unavailable { what: "AES-GCM" })?;
        out.extend_from_slice(&tag);
        Ok(())
    }

    pub(super) async fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DoesNotOpen> {
        let (ciphertext, tag) = sealed.split_last_chunk::<TAG_LEN>().ok_or(DoesNotOpen)?;
        let start = out.len();
        out.extend_from_slice(ciphertext);
        let opened = self.0.decrypt_inout_detached(
            &Nonce::from(*nonce),
            aad,
            out[start..].as_mut().into(),
            &Tag::from(*tag),
        );
        if opened.is_err() {
            out.truncate(start);
            return Err(DoesNotOpen);
        }
        Ok(())
    }
}

pub(super) async fn sha256(bytes: &[u8]) -> Result<[u8; 32], VaultError> {
    Ok(Sha256::digest(bytes).into())
}

pub(super) async fn hmac_sha256(key: &[u8], message: &[u8]) -> Result<[u8; 32], VaultError> {
    let mac = Hmac::<Sha256>::new_from_slice(key)
        .map_err(|_| VaultError::Unavailable { what: "HMAC" })?;
    Ok(mac.chain_update(message).finalize().into_bytes().into())
}

pub(super) async fn hmac_sha384(key: &[u8], message: &[u8]) -> Result<[u8; 48], VaultError> {
    let mac = Hmac::<Sha384>::new_from_slice(key)
        .map_err(|_| VaultError::Unavailable { what: "HMAC" })?;
    Ok(mac.chain_update(message).finalize().into_bytes().into())
}
