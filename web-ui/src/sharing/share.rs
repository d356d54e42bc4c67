//! Making a link.

use super::button::Sender;
use super::note::{LONGEST, OwnerNote};
use crate::account::{Account, stretch_in_worker};
use crate::api::{self, Fault};
use crate::pool::Pool;
use crate::saving::Saving;
use crate::workspace::{ShareMade, ShareOptions, Workspace};
use protocol::limits::MAX_SHARE_HOURS;
use protocol::share::CreateShare;
use protocol::{ErrorCode, ScanId, ShareId};
use vault::LinkSecret;
use vault::link::LinkKeys;
use vault::scan::{open_scan_keys, random_id};

/// How long a link lives if nothing is said.
pub(super) const DEFAULT_HOURS: u32 = 72;

/// What the sender chose.
#[derive(Clone, Default)]
pub(super) struct Choice {
    pub options: ShareOptions,
    pub note: String,
}

/// Saves and shares, for a script.
pub(crate) async fn share_now(sender: Sender, options: ShareOptions) -> Result<ShareMade, Fault> {
    let choice = Choice {
        options,
        note: String::new(),
    };
    save_and_share(sender.workspace, sender.account, sender.saving, choice).await
}

/// Saves the scan on screen if it is not saved, and makes a link to it.
pub(super) async fn save_and_share(
    workspace: Workspace,
    account: Account,
    saving: Saving,
    choice: Choice,
) -> Result<ShareMade, Fault> {
    let scan = saving.save(workspace, account).await?;
    match make(workspace.pool(), account, scan, choice.clone()).await {
        // The session ended since the last request: the password is asked for in place.
        Err(Fault::Api(error)) if error.code() == Some(ErrorCode::SignedOut) => {
            make(workspace.pool(), account, scan, choice).await
        }
        outcome => outcome,
    }
}

async fn make(
    pool: Pool,
    account: Account,
    scan_id: ScanId,
    choice: Choice,
) -> Result<ShareMade, Fault> {
    let signed_in = account.require().await?;
    let record = api::scans::get(scan_id).await?;
    let keys = open_scan_keys(&signed_in.keys, scan_id, &record.keys).await?;
    let share_id = ShareId::from_bytes(random_id()?);
    let secret = LinkSecret::generate()?;
    let fragment = secret.to_fragment();
    let (kdf, stretched) = match choice
        .options
        .password
        .as_deref()
        .filter(|password| !password.is_empty())
    {
        Some(password) => {
            let kdf = vault::password::new_kdf()?;
            let stretched = stretch_in_worker(pool, password, &kdf).await?;
            (Some(kdf), Some(stretched))
        }
        None => (None, None),
    };
    let link = LinkKeys::derive(share_id, &secret, stretched.as_ref()).await?;
    let wrapped = link.wrap(&keys, choice.options.include_identity).await?;
    let note = OwnerNote {
        text: choice.note.chars().take(LONGEST).collect(),
        fragment: fragment.clone(),
    };
    let request = CreateShare {
        share_id,
        scan_id,
        kdf,
        link_proof: link.link_proof,
        auth_key: link.auth_key,
        scan_key: wrapped.scan_key,
        identity_key: wrapped.identity_key,
        expires_in_hours: choice
            .options
            .expires_hours
            .unwrap_or(DEFAULT_HOURS)
            .clamp(1, MAX_SHARE_HOURS),
        max_opens: choice.options.max_opens.filter(|opens| *opens > 0),
        note: note.seal(&signed_in, share_id).await?,
    };
    api::shares::create(&request).await?;
    Ok(ShareMade {
        url: url_of(share_id, &fragment),
        id: share_id.to_string(),
    })
}

/// The whole link, on the address this page came from.
pub(super) fn url_of(id: ShareId, fragment: &str) -> String {
    let origin = web_sys::window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default();
    format!("{origin}/s/{id}{fragment}")
}
