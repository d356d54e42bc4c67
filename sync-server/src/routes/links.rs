//! Links as somebody without an account sees them: `/links`.

use super::{json, parts, segment};
use crate::{
    app::Cuspid,
    crypto::hash_of_secret,
    error::Error,
    http::{address::client_address, auth::bearer, body::Body},
    rate::client_group,
    store::LinkOpening,
};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::{
    ErrorCode, Fixed, ShareId,
    share::{OpenLink, ProbeLink},
};
use std::time::Instant;

type App = web::Data<Cuspid>;

/// What is no id is no link, and answers as an unknown one does.
fn share_id(request: &HttpRequest) -> Result<ShareId, Error> {
    segment(request, "id").map_err(|_| ErrorCode::NoSuchLink.into())
}

fn hash_of_token(token: &Fixed<32>) -> [u8; 32] {
    hash_of_secret("link token", &token.0)
}

pub(super) async fn probe(
    app: App,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Error> {
    let group = client_group(client_address(&request));
    app.rates.link_by_address.take(&group, Instant::now())?;
    let asked: ProbeLink = body.json().await?;
    let id = share_id(&request)?;
    json(200, &app.store.probe_link(id, asked.link_proof).await?)
}

pub(super) async fn open(
    app: App,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Error> {
    let address = client_address(&request);
    app.rates
        .link_by_address
        .take(&client_group(address), Instant::now())?;
    let asked: OpenLink = body.json().await?;
    let id = share_id(&request)?;
    let token = Cuspid::token()?;
    let opening = app
        .store
        .open_link(id, asked, token, hash_of_token(&token), address)
        .await?;
    match opening {
        LinkOpening::Opened(opened) => json(200, &*opened),
        LinkOpening::WrongPassword => Err(ErrorCode::WrongLinkPassword.into()),
        LinkOpening::Wait(seconds) => Err(Error::Wait(seconds)),
    }
}

pub(super) async fn part(app: App, request: HttpRequest) -> Result<HttpResponse, Error> {
    let token = bearer(&request)?;
    let id = share_id(&request)?;
    let (role, number) = parts::address(&request)?;
    let found = app
        .store
        .link_part(id, hash_of_token(&token), role, number)
        .await?;
    parts::send(&app, &request, found.tenant.id(), found.scan, &found.part).await
}
