//! What happened in a clinic: `/audit`.

use super::json;
use crate::{error::Error, http::auth::Signed};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::ErrorCode;
use serde::Deserialize;

const DEFAULT_LIMIT: u32 = 100;
const MAX_LIMIT: u32 = 500;

#[derive(Deserialize)]
struct Asked {
    before: Option<u64>,
    limit: Option<u32>,
}

pub(super) async fn page(signed: Signed, request: HttpRequest) -> Result<HttpResponse, Error> {
    let asked = web::Query::<Asked>::from_query(request.query_string())
        .map_err(|_| ErrorCode::BadRequest)?;
    let limit = asked.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    json(200, &signed.clinic.audit_page(asked.before, limit).await?)
}
