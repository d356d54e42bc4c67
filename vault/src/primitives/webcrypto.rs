//! WebCrypto: the backend in the browser. Keys are imported as non-extractable.

use super::{DoesNotOpen, NONCE_LEN, TAG_LEN};
use crate::VaultError;
use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, Crypto, CryptoKey, SubtleCrypto};

const fn unavailable(what: &'static str) -> VaultError {
    VaultError::Unavailable { what }
}

/// From the global object, so that it works on a page and in a worker. Absent where a page did not come over
/// HTTPS or from this machine.
fn subtle() -> Result<SubtleCrypto, VaultError> {
    let crypto = Reflect::get(&js_sys::global(), &JsValue::from_str("crypto"))
        .map_err(|_| unavailable("WebCrypto"))?;
    if crypto.is_undefined() {
        return Err(unavailable("WebCrypto"));
    }
    let subtle: JsValue = crypto.unchecked_into::<Crypto>().subtle().into();
    if subtle.is_undefined() {
        return Err(unavailable("WebCrypto outside a secure context"));
    }
    Ok(subtle.unchecked_into())
}

/// The bytes a promise of an `ArrayBuffer` gives.
async fn bytes_of(promise: Result<Promise, JsValue>) -> Result<Uint8Array, JsValue> {
    let buffer: ArrayBuffer = JsFuture::from(promise?).await?.unchecked_into();
    Ok(Uint8Array::new(&buffer))
}

async fn import(
    bytes: &[u8],
    algorithm: &Object,
    usages: &[&str],
) -> Result<CryptoKey, VaultError> {
    let usages: Array = usages
        .iter()
        .map(|usage| JsValue::from_str(usage))
        .collect();
    let raw = Uint8Array::from(bytes);
    let promise = subtle()?
        .import_key_with_object("raw", &raw, algorithm, false, &usages)
        .map_err(|_| unavailable("importKey"))?;
    let key = JsFuture::from(promise).await;
    // The copy that JavaScript holds would otherwise outlive us.
    raw.fill(0, 0, raw.length());
    key.map(JsCast::unchecked_into)
        .map_err(|_| unavailable("importKey"))
}

pub(super) struct AesKey(CryptoKey);

fn parameters(nonce: &[u8; NONCE_LEN], aad: &[u8]) -> AesGcmParams {
    let parameters =
        AesGcmParams::new_with_u8_array("AES-GCM", &Uint8Array::from(nonce.as_slice()));
    parameters.set_additional_data_u8_array(&Uint8Array::from(aad));
    parameters.set_tag_length(8 * TAG_LEN as u8);
    parameters
}

/// Copies `bytes` to the end of `out`, without another copy in between.
fn append(out: &mut Vec<u8>, bytes: &Uint8Array) {
    let start = out.len();
    out.resize(start + bytes.length() as usize, 0);
    bytes.copy_to(&mut out[start..]);
}

impl AesKey {
    pub(super) async fn import(bytes: &[u8; 32]) -> Result<Self, VaultError> {
        let algorithm = algorithm(&[("name", "AES-GCM")])?;
        import(bytes, &algorithm, &["encrypt", "decrypt"])
            .await
            .map(Self)
    }

    pub(super) async fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), VaultError> {
        let promise =
            subtle()?.encrypt_with_object_and_u8_array(&parameters(nonce, aad), &self.0, plaintext);
        let sealed = bytes_of(promise)
            .await
            .map_err(|_| unavailable("AES-GCM"))?;
        append(out, &sealed);
        Ok(())
    }

    pub(super) async fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DoesNotOpen> {
        let promise = subtle()
            .map_err(|_| DoesNotOpen)?
            .decrypt_with_object_and_u8_array(&parameters(nonce, aad), &self.0, sealed);
        let opened = bytes_of(promise).await.map_err(|_| DoesNotOpen)?;
        append(out, &opened);
        Ok(())
    }
}

fn algorithm(members: &[(&str, &str)]) -> Result<Object, VaultError> {
    let object = Object::new();
    for (name, value) in members {
        Reflect::set(&object, &JsValue::from_str(name), &JsValue::from_str(value))
            .map_err(|_| unavailable("WebCrypto"))?;
    }
    Ok(object)
}

pub(super) async fn sha256(bytes: &[u8]) -> Result<[u8; 32], VaultError> {
    let promise = subtle()?.digest_with_str_and_u8_array("SHA-256", bytes);
    fixed(bytes_of(promise).await, "SHA-256")
}

pub(super) async fn hmac_sha256(key: &[u8], message: &[u8]) -> Result<[u8; 32], VaultError> {
    hmac("SHA-256", key, message).await
}

pub(super) async fn hmac_sha384(key: &[u8], message: &[u8]) -> Result<[u8; 48], VaultError> {
    hmac("SHA-384", key, message).await
}

async fn hmac<const N: usize>(
    hash: &str,
    key: &[u8],
    message: &[u8],
) -> Result<[u8; N], VaultError> {
    let algorithm = algorithm(&[("name", "HMAC"), ("hash", hash)])?;
    let key = import(key, &algorithm, &["sign"]).await?;
    let promise = subtle()?.sign_with_str_and_u8_array("HMAC", &key, message);
    fixed(bytes_of(promise).await, "HMAC")
}

fn fixed<const N: usize>(
    bytes: Result<Uint8Array, JsValue>,
    what: &'static str,
) -> Result<[u8; N], VaultError> {
    let bytes = bytes.map_err(|_| unavailable(what))?;
    if bytes.length() as usize != N {
        return Err(unavailable(what));
    }
    let mut out = [0; N];
    bytes.copy_to(&mut out);
    bytes.fill(0, 0, bytes.length());
    Ok(out)
}
