//! `/api/v1/accounts`, `/api/v1/session`, `/api/v1/recovery`.

use super::{ApiError, request::Outgoing};
use protocol::account::{
    KdfRequest, PasswordKdf, RecoveryKeys, RecoveryRequest, RecoverySetPassword, Session, SignIn,
    SignUp,
};

pub async fn sign_up(body: &SignUp) -> Result<Session, ApiError> {
    Outgoing::new("POST", "/accounts")
        .json(body)?
        .read_json()
        .await
}

pub async fn kdf(email: &str) -> Result<PasswordKdf, ApiError> {
    Outgoing::new("POST", "/session/kdf")
        .json(&KdfRequest {
            email: email.to_owned(),
        })?
        .read_json()
        .await
}

pub async fn sign_in(body: &SignIn) -> Result<Session, ApiError> {
    Outgoing::new("POST", "/session")
        .json(body)?
        .read_json()
        .await
}

/// The session of the cookie, or `signed-out`.
pub async fn session() -> Result<Session, ApiError> {
    Outgoing::new("GET", "/session").read_json().await
}

pub async fn sign_out() -> Result<(), ApiError> {
    Outgoing::new("DELETE", "/session").done().await
}

pub async fn recovery_keys(body: &RecoveryRequest) -> Result<RecoveryKeys, ApiError> {
    Outgoing::new("POST", "/recovery")
        .json(body)?
        .read_json()
        .await
}

pub async fn set_recovered_password(body: &RecoverySetPassword) -> Result<Session, ApiError> {
    Outgoing::new("PUT", "/recovery")
        .json(body)?
        .read_json()
        .await
}
