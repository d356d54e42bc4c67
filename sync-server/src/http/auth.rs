//! Who is signed in: one extractor, which a handler must name to reach a clinic's data, and the cookie.

use super::address::client_address;
use crate::{
    app::Cuspid,
    crypto::{hash_of_secret, random},
    error::Error,
    store::{ClinicStore, SignedIn},
};
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header, web};
use futures::future::{FutureExt, LocalBoxFuture};
use protocol::{ErrorCode, Fixed};

const COOKIE: &str = "__Host-cuspid";

/// A request with a living session.
pub struct Signed {
    pub by: SignedIn,
    pub clinic: ClinicStore,
}

impl FromRequest for Signed {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let cuspid = request.app_data::<web::Data<Cuspid>>().cloned();
        let session = session_hash(request);
        let address = client_address(request);
        async move {
            let (Some(cuspid), Some(session)) = (cuspid, session) else {
                return Err(ErrorCode::SignedOut.into());
            };
            let by = cuspid
                .store
                .signed_in(session, address, cuspid.lifetimes())
                .await?
                .ok_or(ErrorCode::SignedOut)?;
            let clinic = cuspid.store.clinic(by.tenant);
            Ok(Self { by, clinic })
        }
        .boxed_local()
    }
}

/// Hash of the session token that came with a request.
pub fn session_hash(request: &HttpRequest) -> Option<[u8; 32]> {
    request
        .headers()
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .and_then(|(_, token)| Fixed::from_base64url(token).ok())
        .map(|token| hash_of_session(&token))
}

fn hash_of_session(token: &Fixed<32>) -> [u8; 32] {
    hash_of_secret("session token", &token.0)
}

/// A new session's cookie, and the hash to store.
pub struct NewSession {
    pub hash: [u8; 32],
    cookie: String,
}

impl NewSession {
    /// # Errors
    /// If the operating system has no random numbers.
    pub fn make() -> Result<Self, Error> {
        let token = Fixed(random::<32>()?);
        Ok(Self {
            hash: hash_of_session(&token),
            cookie: format!(
                "{COOKIE}={}; Path=/; Secure; HttpOnly; SameSite=Strict",
                token.to_base64url()
            ),
        })
    }

    pub fn set_cookie(self) -> (header::HeaderName, String) {
        (header::SET_COOKIE, self.cookie)
    }
}

/// Takes the cookie away.
pub fn clear_cookie() -> (header::HeaderName, String) {
    let cookie = format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
    (header::SET_COOKIE, cookie)
}

/// The token in `Authorization: Bearer`.
///
/// # Errors
/// `signed-out` if there is none at all; `no-such-link` if it is none of ours.
pub fn bearer(request: &HttpRequest) -> Result<Fixed<32>, Error> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)
        .ok_or(ErrorCode::SignedOut)?;
    value
        .to_str()
        .ok()
        .and_then(|value| value.strip_prefix("Bearer "))
        .and_then(|token| Fixed::from_base64url(token.trim()).ok())
        .ok_or_else(|| ErrorCode::NoSuchLink.into())
}
