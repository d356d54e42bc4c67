//! `/api/v1/shares`: the owner's side of links.

use super::{ApiError, request::Outgoing};
use protocol::{
    ShareId,
    share::{CreateShare, Share, ShareList},
};

pub async fn create(body: &CreateShare) -> Result<Share, ApiError> {
    Outgoing::new("POST", "/shares")
        .json(body)?
        .read_json()
        .await
}

pub async fn list() -> Result<Vec<Share>, ApiError> {
    Ok(Outgoing::new("GET", "/shares")
        .read_json::<ShareList>()
        .await?
        .shares)
}

pub async fn revoke(id: ShareId) -> Result<(), ApiError> {
    Outgoing::new("DELETE", format!("/shares/{id}"))
        .done()
        .await
}
