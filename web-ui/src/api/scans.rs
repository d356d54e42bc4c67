//! `/api/v1/scans`.

use super::{Abort, ApiError, request::Outgoing};
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::{
    ScanId,
    scan::{BeginScan, BlobRole, CommitScan, Part, PartList, Scan, ScanList},
};

pub async fn list() -> Result<Vec<Scan>, ApiError> {
    Ok(Outgoing::new("GET", "/scans")
        .read_json::<ScanList>()
        .await?
        .scans)
}

pub async fn get(id: ScanId) -> Result<Scan, ApiError> {
    Outgoing::new("GET", format!("/scans/{id}"))
        .read_json()
        .await
}

pub async fn delete(id: ScanId) -> Result<(), ApiError> {
    Outgoing::new("DELETE", format!("/scans/{id}")).done().await
}

pub async fn begin(body: &BeginScan, abort: Option<&Abort>) -> Result<Scan, ApiError> {
    Outgoing::new("POST", "/scans")
        .json(body)?
        .abort(abort)
        .read_json()
        .await
}

pub async fn parts(id: ScanId, abort: Option<&Abort>) -> Result<Vec<Part>, ApiError> {
    Ok(Outgoing::new("GET", format!("/scans/{id}/parts"))
        .abort(abort)
        .read_json::<PartList>()
        .await?
        .parts)
}

pub async fn put_part(
    id: ScanId,
    role: BlobRole,
    index: u32,
    bytes: &Uint8Array,
    sha256: &[u8; 32],
    abort: Option<&Abort>,
) -> Result<(), ApiError> {
    Outgoing::new("PUT", part_path(id, role, index))
        .part(bytes, sha256)
        .abort(abort)
        .done()
        .await
}

pub async fn get_part(
    id: ScanId,
    role: BlobRole,
    index: u32,
    abort: Option<&Abort>,
) -> Result<ArrayBuffer, ApiError> {
    Outgoing::new("GET", part_path(id, role, index))
        .abort(abort)
        .read_bytes()
        .await
}

pub async fn commit(
    id: ScanId,
    body: &CommitScan,
    abort: Option<&Abort>,
) -> Result<Scan, ApiError> {
    Outgoing::new("POST", format!("/scans/{id}/commit"))
        .json(body)?
        .abort(abort)
        .read_json()
        .await
}

fn part_path(id: ScanId, role: BlobRole, index: u32) -> String {
    format!("/scans/{id}/blobs/{}/parts/{index}", role.name())
}
