//! Links as their owner sees them: `/shares`.

use super::{accounts::check_sealed, json, segment};
use crate::{
    error::Error,
    http::{auth::Signed, body::Body},
};
use actix_web::{HttpRequest, HttpResponse};
use protocol::{ErrorCode, ShareId, limits::MAX_SHARE_HOURS, share::CreateShare};

pub(super) async fn create(signed: Signed, body: Body) -> Result<HttpResponse, Error> {
    let create: CreateShare = body.json().await?;
    check_sealed([&create.scan_key, &create.note])?;
    check_sealed(&create.identity_key)?;
    let lives = (1..=MAX_SHARE_HOURS).contains(&create.expires_in_hours);
    if !lives || create.max_opens == Some(0) {
        return Err(ErrorCode::BadRequest.into());
    }
    let share = signed
        .clinic
        .create_share(signed.by.who(), signed.by.account, create)
        .await?;
    json(201, &share)
}

pub(super) async fn list(signed: Signed) -> Result<HttpResponse, Error> {
    json(200, &signed.clinic.shares().await?)
}

pub(super) async fn revoke(signed: Signed, request: HttpRequest) -> Result<HttpResponse, Error> {
    let id: ShareId = segment(&request, "id")?;
    signed.clinic.revoke_share(signed.by.who(), id).await?;
    Ok(HttpResponse::NoContent().finish())
}
