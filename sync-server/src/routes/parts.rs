//! Parts of a scan: `/scans/{id}/blobs/{role}/parts/{n}` and `/scans/{id}/parts`.

use super::{json, segment};
use crate::{
    app::Cuspid,
    blobs::{PartStream, Synced},
    error::Error,
    http::{auth::Signed, body::Body, pace::Paced},
    store::{ClinicStore, NewPart, PartFile, Recorded, UploadRoom},
};
use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::{Method, header},
    web,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use protocol::{
    ClinicId, ErrorCode, ScanId,
    limits::{MAX_BLOB_LEN, PART_LEN},
    scan::BlobRole,
};

type App = web::Data<Cuspid>;

/// Which blob, and which part of it, a path names.
pub(super) fn address(request: &HttpRequest) -> Result<(BlobRole, u32), Error> {
    let role: String = segment(request, "role")?;
    let text: String = segment(request, "n")?;
    let role = BlobRole::from_name(&role).ok_or(ErrorCode::NotFound)?;
    let number: u32 = segment(request, "n")?;
    // One spelling: "07" is not 7.
    match number.to_string() == text && u64::from(number) < MAX_BLOB_LEN / PART_LEN {
        true => Ok((role, number)),
        false => Err(ErrorCode::NotFound.into()),
    }
}

pub(super) async fn list(signed: Signed, request: HttpRequest) -> Result<HttpResponse, Error> {
    let id: ScanId = segment(&request, "id")?;
    json(200, &signed.clinic.parts(id).await?)
}

pub(super) async fn put(
    app: App,
    signed: Signed,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, Error> {
    let scan: ScanId = segment(&request, "id")?;
    let (role, number) = address(&request)?;
    let Some(len) = body.content_length() else {
        return Err(body.refuse(ErrorCode::LengthRequired).await);
    };
    if len > PART_LEN {
        return Err(body.refuse(ErrorCode::PartTooLarge).await);
    }
    let (Some(sha256), true) = (body.sha256(), len > 0) else {
        return Err(body.refuse(ErrorCode::BadRequest).await);
    };
    let there = match signed.clinic.upload_room(scan, role, number, len).await {
        Ok(UploadRoom::Free) => None,
        Ok(UploadRoom::There(digest)) => Some(digest),
        Err(Error::Refused(code)) => return Err(body.refuse(code).await),
        Err(error) => return Err(error),
    };
    let incoming = match app.blobs.receive(len).await {
        Ok(incoming) => incoming,
        Err(Error::StorageFull) => return Err(body.refuse(ErrorCode::StorageFull).await),
        Err(error) => return Err(error),
    };
    let synced = body.receive(&app, incoming, len, sha256).await?;
    // Bytes that are there already were read only to be sure that they are the same.
    let recorded = match there {
        Some(digest) if digest == sha256.0 => Recorded::Same,
        Some(_) => Recorded::Differs,
        None => {
            let part = NewPart {
                scan,
                role,
                number,
                len,
                sha256: sha256.0,
                file: String::new(),
            };
            // To its end even if the client goes away: between file and record there is no good place to stop.
            actix_web::rt::spawn(keep(app, signed.clinic, synced, part))
                .await
                .map_err(|_| Error::Stopped)??
        }
    };
    match recorded {
        Recorded::New => Ok(HttpResponse::Created().finish()),
        Recorded::Same => Ok(HttpResponse::NoContent().finish()),
        Recorded::Differs => Err(ErrorCode::PartDiffers.into()),
    }
}

/// File first, then the record; a file that did not become the part goes away again.
async fn keep(
    app: App,
    clinic: ClinicStore,
    synced: Synced,
    mut part: NewPart,
) -> Result<Recorded, Error> {
    let (id, scan) = (clinic.tenant().id(), part.scan);
    let file = synced
        .keep(&app.blobs, id, scan, part.role, part.number)
        .await?;
    part.file.clone_from(&file);
    let recorded = clinic.record_part(part).await;
    // After `Stopped` nobody knows whether it was recorded: the sweep at the next start does.
    if !matches!(recorded, Ok(Recorded::New) | Err(Error::Stopped)) {
        app.blobs.remove_file(id, scan, &file).await;
    }
    recorded
}

pub(super) async fn get(
    app: App,
    signed: Signed,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let scan: ScanId = segment(&request, "id")?;
    let (role, number) = address(&request)?;
    let part = signed
        .clinic
        .part_to_read(signed.by.who(), signed.by.session, scan, role, number)
        .await?;
    send(&app, &request, signed.by.tenant.id(), scan, &part).await
}

/// A part's bytes as an answer.
pub(super) async fn send(
    app: &Cuspid,
    request: &HttpRequest,
    clinic: ClinicId,
    scan: ScanId,
    part: &PartFile,
) -> Result<HttpResponse, Error> {
    let mut response = HttpResponse::Ok();
    response
        .content_type("application/octet-stream")
        .insert_header((
            header::ETAG,
            format!("\"{}\"", protocol::Fixed(part.sha256).to_base64url()),
        ))
        .insert_header((
            "content-digest",
            format!("sha-256=:{}:", STANDARD.encode(part.sha256)),
        ));
    if request.method() == Method::HEAD {
        return Ok(response.no_chunking(part.len).finish());
    }
    let stream: PartStream = app.blobs.send(clinic, scan, &part.file, part.len).await?;
    let paced = Paced::new(&app.config, request, stream)?;
    Ok(response.body(SizedStream::new(part.len, paced)))
}
