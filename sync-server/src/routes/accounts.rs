//! Sign-up, sign-in, recovery: `/accounts`, `/session`, `/recovery`.

use super::json;
use crate::{
    app::Cuspid,
    error::Error,
    http::{
        address::client_address,
        auth::{NewSession, Signed, clear_cookie, session_hash},
        body::Body,
    },
    rate::{Buckets, client_group},
    store::Attempt,
};
use actix_web::{HttpRequest, HttpResponse, http::header, web};
use protocol::{
    ErrorCode, Fixed, Sealed,
    account::{KdfRequest, RecoveryRequest, RecoverySetPassword, Session, SignIn, SignUp},
    limits::MAX_SEALED_LEN,
};
use std::time::Instant;

type App = web::Data<Cuspid>;

/// Longest e-mail address (RFC 5321), in bytes.
const MAX_EMAIL_LEN: usize = 254;

/// An address in the one spelling under which an account is found.
fn email(text: &str) -> Result<String, Error> {
    let email = text.trim().to_lowercase();
    let plain = |c: char| !c.is_control() && !c.is_whitespace();
    match email.len() <= MAX_EMAIL_LEN && email.contains('@') && email.chars().all(plain) {
        true => Ok(email),
        false => Err(ErrorCode::BadRequest.into()),
    }
}

/// A wrapped key or envelope that is neither absent nor absurd.
pub(super) fn check_sealed<'a>(all: impl IntoIterator<Item = &'a Sealed>) -> Result<(), Error> {
    match all
        .into_iter()
        .all(|sealed| (1..=MAX_SEALED_LEN).contains(&sealed.0.len()))
    {
        true => Ok(()),
        false => Err(ErrorCode::BadRequest.into()),
    }
}

fn attempt(
    request: &HttpRequest,
    email: String,
    secret: Fixed<32>,
    session: &NewSession,
) -> Attempt {
    Attempt {
        email,
        secret,
        address: client_address(request),
        new_session: session.hash,
        old_session: session_hash(request),
    }
}

fn signed_in(status: u16, session: &Session, new: NewSession) -> Result<HttpResponse, Error> {
    let mut response = json(status, session)?;
    let (name, cookie) = new.set_cookie();
    let value = header::HeaderValue::from_str(&cookie)
        .map_err(|error| Error::Internal(error.to_string()))?;
    response.headers_mut().insert(name, value);
    Ok(response)
}

pub(super) async fn sign_up(
    request: HttpRequest,
    app: App,
    body: Body,
) -> Result<HttpResponse, Error> {
    let group = client_group(client_address(&request));
    app.rates.sign_up_by_address.take(&group, Instant::now())?;
    let sign_up: SignUp = body.json().await?;
    check_sealed([
        &sign_up.keys.mk_by_password,
        &sign_up.keys.mk_by_recovery,
        &sign_up.clinic_keys.scan_key,
    ])?;
    check_sealed(&sign_up.clinic_keys.identity_key)?;
    let session = NewSession::make()?;
    let attempt = attempt(&request, email(&sign_up.email)?, sign_up.auth_key, &session);
    let answer = app.store.sign_up(sign_up, attempt, app.lifetimes()).await?;
    signed_in(201, &answer, session)
}

pub(super) async fn password_kdf(
    request: HttpRequest,
    app: App,
    body: Body,
) -> Result<HttpResponse, Error> {
    let group = client_group(client_address(&request));
    app.rates.kdf_by_address.take(&group, Instant::now())?;
    let asked: KdfRequest = body.json().await?;
    json(200, &app.store.password_kdf(email(&asked.email)?).await?)
}

/// One attempt at an account, counted by its name and by where it comes from; given back if it succeeds.
struct Counted<'a> {
    app: &'a Cuspid,
    by_account: &'a Buckets,
    account: String,
    group: String,
}

impl<'a> Counted<'a> {
    fn take(
        app: &'a Cuspid,
        by_account: &'a Buckets,
        email: &str,
        request: &HttpRequest,
    ) -> Result<Self, Error> {
        let group = client_group(client_address(request));
        let now = Instant::now();
        app.rates.sign_in_by_address.take(&group, now)?;
        by_account.take(email, now)?;
        Ok(Self {
            app,
            by_account,
            account: email.to_owned(),
            group,
        })
    }

    /// `answer` if the attempt succeeded.
    fn settle<T>(self, answer: Option<T>) -> Result<T, Error> {
        let answer = answer.ok_or(ErrorCode::WrongCredentials)?;
        self.by_account.give_back(&self.account);
        self.app.rates.sign_in_by_address.give_back(&self.group);
        Ok(answer)
    }
}

pub(super) async fn sign_in(
    request: HttpRequest,
    app: App,
    body: Body,
) -> Result<HttpResponse, Error> {
    let asked: SignIn = body.json().await?;
    let email = email(&asked.email)?;
    let counted = Counted::take(&app, &app.rates.sign_in_by_account, &email, &request)?;
    let session = NewSession::make()?;
    let attempt = attempt(&request, email, asked.auth_key, &session);
    let answer = app.store.sign_in(attempt, app.lifetimes()).await?;
    signed_in(200, &counted.settle(answer)?, session)
}

pub(super) async fn session(app: App, signed: Signed) -> Result<HttpResponse, Error> {
    let answer = signed
        .clinic
        .session(signed.by.account, app.lifetimes())
        .await?;
    json(200, &answer)
}

pub(super) async fn sign_out(signed: Signed) -> Result<HttpResponse, Error> {
    signed
        .clinic
        .sign_out(signed.by.who(), signed.by.session)
        .await?;
    Ok(HttpResponse::NoContent()
        .insert_header(clear_cookie())
        .finish())
}

pub(super) async fn recovery_keys(
    request: HttpRequest,
    app: App,
    body: Body,
) -> Result<HttpResponse, Error> {
    let asked: RecoveryRequest = body.json().await?;
    let email = email(&asked.email)?;
    let counted = Counted::take(&app, &app.rates.recovery_by_account, &email, &request)?;
    let session = NewSession::make()?;
    let attempt = attempt(&request, email, asked.recovery_auth_key, &session);
    let answer = app.store.recovery_keys(attempt).await?;
    json(200, &counted.settle(answer)?)
}

pub(super) async fn recover(
    request: HttpRequest,
    app: App,
    body: Body,
) -> Result<HttpResponse, Error> {
    let asked: RecoverySetPassword = body.json().await?;
    check_sealed([&asked.mk_by_password])?;
    let email = email(&asked.email)?;
    let counted = Counted::take(&app, &app.rates.recovery_by_account, &email, &request)?;
    let session = NewSession::make()?;
    let attempt = attempt(&request, email, asked.recovery_auth_key, &session);
    let answer = app.store.recover(attempt, asked, app.lifetimes()).await?;
    signed_in(200, &counted.settle(answer)?, session)
}
