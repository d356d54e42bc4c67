//! `/api/v1/audit`.

use super::{ApiError, request::Outgoing};
use protocol::audit::AuditPage;

/// Up to `limit` events older than `before` (the newest without it), newest first.
pub async fn page(before: Option<u64>, limit: u32) -> Result<AuditPage, ApiError> {
    let path = match before {
        Some(seq) => format!("/audit?before={seq}&limit={limit}"),
        None => format!("/audit?limit={limit}"),
    };
    Outgoing::new("GET", path).read_json().await
}
