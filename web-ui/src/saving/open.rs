//! Opening a saved scan of one's own.

use super::fetch::PartFetch;
use super::pin;
use super::sealed_scan::SealedScan;
use super::summary::Summary;
use crate::account::Account;
use crate::api::{self, Fault};
use crate::workspace::{ScanSource, Workspace};
use protocol::ScanId;
use vault::scan::open_scan_keys;

/// Fetches, checks and shows a scan. A failure leaves what was on screen as it was, or, once frames arrive, closes
/// the scan and says which one is not to be trusted.
///
/// # Errors
/// [`Fault`].
pub(super) async fn open_saved(
    workspace: Workspace,
    account: Account,
    id: ScanId,
    summary: &Summary,
) -> Result<(), Fault> {
    let title = if summary.title().is_empty() {
        id.to_string()
    } else {
        summary.title()
    };
    let signed_in = account.require().await?;
    let named = |fault: Fault| fault.about_scan(&title);
    let record = api::scans::get(id).await?;
    pin::check(id, record.manifest_version).map_err(|error| named(error.into()))?;
    let keys = open_scan_keys(&signed_in.keys, id, &record.keys)
        .await
        .map_err(|error| named(error.into()))?;
    let on_end = {
        let title = title.clone();
        move |fault: Fault| {
            workspace.close();
            workspace.report(fault.about_scan(&title).into_problem());
        }
    };
    let scan = SealedScan::open(
        PartFetch::Owner(id),
        &keys,
        &record.blobs,
        record.manifest_version,
        on_end,
    )
    .await
    .map_err(named)?;
    pin::remember(id, record.manifest_version);
    workspace.open_package(scan, ScanSource::Saved(id)).await;
    Ok(())
}
