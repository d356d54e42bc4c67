//! Scans: `/scans`.

use super::{accounts::check_sealed, json, segment};
use crate::{
    app::Cuspid,
    error::Error,
    http::{auth::Signed, body::Body},
    store::Begun,
};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::{
    ErrorCode, ScanId,
    limits::MAX_BLOB_LEN,
    scan::{BeginScan, BlobRole, CommitScan},
};

type App = web::Data<Cuspid>;

pub(super) async fn begin(app: App, signed: Signed, body: Body) -> Result<HttpResponse, Error> {
    let begin: BeginScan = body.json().await?;
    check_sealed([
        &begin.summary,
        &begin.keys.scan_key,
        &begin.keys.identity_key,
    ])?;
    check_sealed(begin.blobs.iter().map(|blob| &blob.floe_header))?;
    // Each role once, in the order of all.
    let ordered = begin.blobs.is_sorted_by(|a, b| a.role < b.role);
    let most = MAX_BLOB_LEN * BlobRole::ALL.len() as u64;
    if begin.blobs.is_empty() || !ordered || begin.reserve_bytes == 0 {
        return Err(ErrorCode::BadRequest.into());
    }
    if begin.reserve_bytes > most {
        return Err(ErrorCode::QuotaExceeded.into());
    }
    let begun = signed
        .clinic
        .begin_scan(
            signed.by.who(),
            signed.by.account,
            begin,
            app.config.clinic_quota,
        )
        .await?;
    match begun {
        Begun::New(scan) => json(201, &scan),
        Begun::Known(scan) => json(200, &scan),
    }
}

pub(super) async fn list(signed: Signed) -> Result<HttpResponse, Error> {
    json(200, &signed.clinic.scans().await?)
}

pub(super) async fn get(signed: Signed, request: HttpRequest) -> Result<HttpResponse, Error> {
    let id: ScanId = segment(&request, "id")?;
    json(200, &signed.clinic.scan(id).await?)
}

pub(super) async fn commit(
    signed: Signed,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Error> {
    let id: ScanId = segment(&request, "id")?;
    let commit: CommitScan = body.json().await?;
    if commit.manifest_version == 0 {
        return Err(ErrorCode::BadRequest.into());
    }
    let scan = signed
        .clinic
        .commit_scan(signed.by.who(), id, commit)
        .await?;
    json(200, &scan)
}

pub(super) async fn delete(
    app: App,
    signed: Signed,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let id: ScanId = segment(&request, "id")?;
    signed.clinic.delete_scan(signed.by.who(), id).await?;
    let clinic = signed.by.tenant.id();
    app.blobs.remove_scan(clinic, id).await;
    Ok(HttpResponse::NoContent().finish())
}
