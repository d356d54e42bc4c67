//! The few primitives everything else is made of: AES-256-GCM, HMAC, HKDF-SHA-256, SHA-256, random bytes.
//!
//! Two backends with the same five functions: WebCrypto in the browser (page and worker alike, taken from the
//! global object), RustCrypto natively. Async because WebCrypto is.

use crate::VaultError;
use zeroize::Zeroizing;

#[cfg(not(target_arch = "wasm32"))]
#[path = "primitives/rustcrypto.rs"]
mod backend;
#[cfg(target_arch = "wasm32")]
#[path = "primitives/webcrypto.rs"]
mod backend;

pub(crate) const NONCE_LEN: usize = 12;
pub(crate) const TAG_LEN: usize = 16;

/// A ciphertext, its nonce, its associated data or its key is not what was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DoesNotOpen;

/// An AES-256-GCM key, imported once and used for many messages.
pub(crate) struct AesKey(backend::AesKey);

impl AesKey {
    pub(crate) async fn import(bytes: &[u8; 32]) -> Result<Self, VaultError> {
        backend::AesKey::import(bytes).await.map(Self)
    }

    /// Appends ciphertext and tag to `out`. The nonce must never come twice under one key.
    pub(crate) async fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), VaultError> {
        self.0.seal(nonce, aad, plaintext, out).await
    }

    /// Appends the plaintext of `sealed` (ciphertext and tag) to `out`; nothing unless it is authentic.
    pub(crate) async fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DoesNotOpen> {
        if sealed.len() < TAG_LEN {
            return Err(DoesNotOpen);
        }
        self.0.open(nonce, aad, sealed, out).await
    }
}

impl std::fmt::Debug for AesKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// SHA-256 of `bytes`.
///
/// # Errors
/// [`VaultError::Unavailable`].
pub async fn sha256(bytes: &[u8]) -> Result<[u8; 32], VaultError> {
    backend::sha256(bytes).await
}

/// One block of HKDF-Expand with SHA-384 (RFC 5869 section 2.3), of which the caller takes what it needs. It
/// is all that FLOE asks for, since none of its outputs is longer than 48 bytes.
pub(crate) async fn hkdf_expand_sha384(
    prk: &[u8],
    info: &[u8],
) -> Result<Zeroizing<[u8; 48]>, VaultError> {
    let mut message = info.to_vec();
    message.push(1);
    backend::hmac_sha384(prk, &message)
        .await
        .map(Zeroizing::new)
}

/// HKDF with SHA-256 (RFC 5869), extract and expand, 32 bytes of output. An empty salt counts as 32 zero bytes.
pub(crate) async fn hkdf_sha256(
    salt: &[u8],
    key_material: &[u8],
    info: &[u8],
) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    // Some implementations of WebCrypto refuse an empty HMAC key.
    let salt = if salt.is_empty() { &[0; 32] } else { salt };
    let prk = Zeroizing::new(backend::hmac_sha256(salt, key_material).await?);
    let mut message = info.to_vec();
    message.push(1);
    backend::hmac_sha256(prk.as_slice(), &message)
        .await
        .map(Zeroizing::new)
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::Unavailable {
        what: "random bytes",
    })?;
    Ok(bytes)
}

/// The one encoding of labels and associated data: each field as its length (u16, big-endian) and its bytes, so
/// that no two lists of fields have the same encoding. The first field is the label. All fields are short.
pub(crate) fn context(fields: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(fields.iter().map(|field| field.len() + 2).sum());
    for field in fields {
        debug_assert!(field.len() <= usize::from(u16::MAX));
        out.extend((field.len() as u16).to_be_bytes());
        out.extend_from_slice(field);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::hex;
    use pollster::block_on;

    fn unhex(text: &str) -> Vec<u8> {
        crate::hex::unhex(text).unwrap()
    }

    /// RFC 5869, appendix A.1 and A.3, of whose 42 bytes we make 32.
    #[test]
    fn hkdf_sha256_gives_the_published_output() {
        let ikm = [0x0b; 22];
        let okm = block_on(hkdf_sha256(
            &unhex("000102030405060708090a0b0c"),
            &ikm,
            &unhex("f0f1f2f3f4f5f6f7f8f9"),
        ));
        assert_eq!(
            hex(okm.unwrap().as_slice()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        );
        let okm = block_on(hkdf_sha256(b"", &ikm, b""));
        assert_eq!(
            hex(okm.unwrap().as_slice()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        );
    }

    /// The `hkdf` crate, with two lengths FLOE uses.
    #[test]
    fn hkdf_expand_sha384_is_what_the_hkdf_crate_makes() {
        let prk = [7; 48];
        let mut expected = [0; 48];
        hkdf::Hkdf::<sha2::Sha384>::from_prk(&prk)
            .unwrap()
            .expand(b"info", &mut expected)
            .unwrap();
        let ours = block_on(hkdf_expand_sha384(&prk, b"info")).unwrap();
        assert_eq!(*ours, expected);
    }

    /// McGrew and Viega's test case 16 of AES-GCM (256-bit key, associated data).
    #[test]
    fn aes_gcm_gives_the_published_output() {
        let key: [u8; 32] =
            unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")
                .try_into()
                .unwrap();
        let nonce: [u8; 12] = unhex("cafebabefacedbaddecaf888").try_into().unwrap();
        let aad = unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
        let plaintext = unhex(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
             1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        );
        let expected = unhex(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
             8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
        );
        block_on(async {
            let key = AesKey::import(&key).await.unwrap();
            let mut sealed = Vec::new();
            key.seal(&nonce, &aad, &plaintext, &mut sealed)
                .await
                .unwrap();
            assert_eq!(sealed, expected);
            let mut opened = Vec::new();
            key.open(&nonce, &aad, &sealed, &mut opened).await.unwrap();
            assert_eq!(opened, plaintext);
        });
    }

    #[test]
    fn an_altered_ciphertext_gives_no_plaintext() {
        block_on(async {
            let key = AesKey::import(&[1; 32]).await.unwrap();
            let mut sealed = Vec::new();
            key.seal(&[2; 12], b"aad", b"text", &mut sealed)
                .await
                .unwrap();
            for bit in 0..sealed.len() * 8 {
                let mut altered = sealed.clone();
                altered[bit / 8] ^= 1 << (bit % 8);
                let mut out = Vec::new();
                assert_eq!(
                    key.open(&[2; 12], b"aad", &altered, &mut out).await,
                    Err(DoesNotOpen)
                );
                assert!(out.is_empty());
            }
        });
    }

    #[test]
    fn fields_cannot_run_into_each_other() {
        assert_ne!(context(&[b"ab", b"c"]), context(&[b"a", b"bc"]));
        assert_ne!(context(&[b"ab"]), context(&[b"ab", b""]));
    }
}
