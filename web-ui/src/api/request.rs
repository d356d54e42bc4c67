//! One fetch: same origin, no cache, no referrer, JSON or bytes, with the session's cookie.

use super::ApiError;
use base64::{Engine, engine::general_purpose::STANDARD};
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::{ErrorCode, Problem};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, Headers, RequestCache, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect, Response,
};

/// Where every route begins.
const BASE: &str = "/api/v1";

thread_local! {
    /// Called when the server says that the session has ended.
    static SIGNED_OUT: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
}

/// Names what happens whenever an answer says `signed-out`, wherever in the page the request came from.
pub fn on_signed_out(then: impl Fn() + 'static) {
    SIGNED_OUT.with(|slot| *slot.borrow_mut() = Some(Box::new(then)));
}

/// Calls off the requests it was given to.
#[derive(Clone, Debug)]
pub struct Abort(AbortController);

impl Abort {
    /// # Panics
    /// Never in a browser that can run this page: `AbortController` is older than WebAssembly.
    pub fn new() -> Option<Self> {
        AbortController::new().ok().map(Self)
    }

    pub fn abort(&self) {
        self.0.abort();
    }

    pub fn is_aborted(&self) -> bool {
        self.0.signal().aborted()
    }
}

/// A request before it is sent.
pub struct Outgoing<'a> {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<JsValue>,
    abort: Option<&'a Abort>,
}

impl<'a> Outgoing<'a> {
    /// `path` begins after `/api/v1` and holds ids only, never a secret or a name.
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            abort: None,
        }
    }

    pub fn json(mut self, body: &impl Serialize) -> Result<Self, ApiError> {
        let text = serde_json::to_string(body).map_err(|_| ApiError::Garbled)?;
        self.headers
            .push(("Content-Type", "application/json".to_owned()));
        self.body = Some(JsValue::from_str(&text));
        Ok(self)
    }

    /// The bytes of a part, with their SHA-256 for the server to check against.
    pub fn part(mut self, bytes: &Uint8Array, sha256: &[u8; 32]) -> Self {
        self.headers
            .push(("Content-Type", "application/octet-stream".to_owned()));
        self.headers
            .push(("Content-Digest", content_digest(sha256)));
        self.body = Some(bytes.clone().into());
        self
    }

    pub fn bearer(mut self, token: &str) -> Self {
        self.headers
            .push(("Authorization", format!("Bearer {token}")));
        self
    }

    pub fn abort(mut self, abort: Option<&'a Abort>) -> Self {
        self.abort = abort;
        self
    }

    /// Sends it and reads the answer as JSON.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn read_json<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        let text = text_of(&self.send().await?).await?;
        serde_json::from_str(&text).map_err(|_| ApiError::Garbled)
    }

    /// Sends it and reads the answer as bytes, which stay outside the module's memory.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn read_bytes(self) -> Result<ArrayBuffer, ApiError> {
        let response = self.send().await?;
        let promise = response.array_buffer().map_err(|_| ApiError::Unreachable)?;
        JsFuture::from(promise)
            .await
            .map_err(failed)?
            .dyn_into()
            .map_err(|_| ApiError::Garbled)
    }

    /// Sends it; the answer's body does not matter.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn done(self) -> Result<(), ApiError> {
        self.send().await.map(drop)
    }

    async fn send(self) -> Result<Response, ApiError> {
        let init = RequestInit::new();
        init.set_method(self.method);
        init.set_mode(RequestMode::SameOrigin);
        init.set_credentials(RequestCredentials::SameOrigin);
        init.set_cache(RequestCache::NoStore);
        init.set_redirect(RequestRedirect::Error);
        let headers = Headers::new().map_err(|_| ApiError::Garbled)?;
        for (name, value) in &self.headers {
            headers.set(name, value).map_err(|_| ApiError::Garbled)?;
        }
        init.set_headers(headers.as_ref());
        if let Some(body) = &self.body {
            init.set_body(body);
        }
        if let Some(abort) = self.abort {
            init.set_signal(Some(&abort.0.signal()));
        }
        let window = web_sys::window().ok_or(ApiError::Unreachable)?;
        let promise = window.fetch_with_str_and_init(&format!("{BASE}{}", self.path), &init);
        let response: Response = JsFuture::from(promise)
            .await
            .map_err(failed)?
            .dyn_into()
            .map_err(|_| ApiError::Garbled)?;
        if response.ok() {
            Ok(response)
        } else {
            Err(refusal(&response).await)
        }
    }
}

/// RFC 9530, `Content-Digest`.
fn content_digest(sha256: &[u8; 32]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sha256))
}

/// A fetch rejects with an `AbortError` when the page called it off, and otherwise only for want of an answer.
fn failed(error: JsValue) -> ApiError {
    let name = js_sys::Reflect::get(&error, &JsValue::from_str("name"))
        .ok()
        .and_then(|name| name.as_string());
    if name.as_deref() == Some("AbortError") {
        ApiError::Aborted
    } else {
        ApiError::Unreachable
    }
}

async fn refusal(response: &Response) -> ApiError {
    let status = response.status();
    let problem = text_of(response)
        .await
        .ok()
        .and_then(|text| serde_json::from_str::<Problem>(&text).ok());
    let error = refusal_from(status, problem);
    if error.code() == Some(ErrorCode::SignedOut) {
        SIGNED_OUT.with(|then| {
            if let Some(then) = &*then.borrow() {
                then();
            }
        });
    }
    error
}

/// A status without a problem is not from our server: a gateway's 502 to 504 means that the server is gone.
fn refusal_from(status: u16, problem: Option<Problem>) -> ApiError {
    match problem {
        Some(Problem {
            code, retry_after, ..
        }) => ApiError::Refused { code, retry_after },
        None if matches!(status, 502..=504) => ApiError::Unreachable,
        None => ApiError::Garbled,
    }
}

async fn text_of(response: &Response) -> Result<String, ApiError> {
    let promise = response.text().map_err(|_| ApiError::Unreachable)?;
    JsFuture::from(promise)
        .await
        .map_err(failed)?
        .as_string()
        .ok_or(ApiError::Garbled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digest_is_written_as_a_structured_field() {
        // SHA-256 of nothing (FIPS 180-4 test vectors), as RFC 9530 wraps it.
        let digest = [
            0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f,
            0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b,
            0x78, 0x52, 0xb8, 0x55,
        ];
        assert_eq!(
            content_digest(&digest),
            "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
        );
    }

    #[test]
    fn a_gateway_without_its_server_is_no_answer() {
        assert_eq!(refusal_from(502, None), ApiError::Unreachable);
        assert_eq!(refusal_from(418, None), ApiError::Garbled);
        let full = Problem::new(ErrorCode::StorageFull);
        assert_eq!(
            refusal_from(507, Some(full)).code(),
            Some(ErrorCode::StorageFull)
        );
    }
}
