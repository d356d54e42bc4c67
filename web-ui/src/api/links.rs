//! `/api/v1/links`: the recipient's side, with no account.

use super::{Abort, ApiError, request::Outgoing};
use js_sys::ArrayBuffer;
use protocol::{
    Fixed, ShareId,
    scan::BlobRole,
    share::{LinkFacts, OpenLink, OpenedLink, ProbeLink},
};

/// What the link is, without counting as an opening.
pub async fn probe(id: ShareId, body: &ProbeLink) -> Result<LinkFacts, ApiError> {
    Outgoing::new("POST", format!("/links/{id}/probe"))
        .json(body)?
        .read_json()
        .await
}

/// Counts one opening.
pub async fn open(id: ShareId, body: &OpenLink) -> Result<OpenedLink, ApiError> {
    Outgoing::new("POST", format!("/links/{id}/open"))
        .json(body)?
        .read_json()
        .await
}

pub async fn get_part(
    id: ShareId,
    token: Fixed<32>,
    role: BlobRole,
    index: u32,
    abort: Option<&Abort>,
) -> Result<ArrayBuffer, ApiError> {
    Outgoing::new(
        "GET",
        format!("/links/{id}/blobs/{}/parts/{index}", role.name()),
    )
    .bearer(&token.to_base64url())
    .abort(abort)
    .read_bytes()
    .await
}
