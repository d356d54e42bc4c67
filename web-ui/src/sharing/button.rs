//! The button that shares; what its dialog holds comes with the later part of the page.

use crate::account::Account;
use crate::api::Fault;
use crate::later;
use crate::locale::t;
use crate::saving::Saving;
use crate::shell::{Dialog, Icon, IconName};
use crate::workspace::Workspace;
use futures::FutureExt;
use leptos::prelude::*;
use std::rc::Rc;

/// Whose scan is shared, and what that changes.
#[derive(Clone, Copy)]
pub(crate) struct Sender {
    pub workspace: Workspace,
    pub account: Account,
    pub saving: Saving,
}

/// Offers `shareScan()` to scripts. Called once by the app's root.
pub fn offer_to_scripts() {
    let sender = Sender {
        workspace: Workspace::current(),
        account: Account::current(),
        saving: Saving::current(),
    };
    sender.workspace.set_share_hook(Rc::new(move |options| {
        async move {
            let later = later::fetch().await.map_err(Fault::into_problem)?;
            (later.share_now)(sender, options)
                .await
                .map_err(Fault::into_problem)
        }
        .boxed_local()
    }));
}

/// Opens the dialog. Not there for a scan that came by a link.
#[component]
pub fn ShareButton() -> impl IntoView {
    let workspace = Workspace::current();
    let open = RwSignal::new(false);
    let not_ready = move || {
        workspace.slices_loaded.track();
        workspace.progress.track();
        workspace
            .active_scan()
            .is_none_or(|scan| !scan.is_settled())
    };
    view! {
        <Show when=move || !workspace.read_only()>
            <button
                type="button"
                class="button"
                data-testid="share-scan"
                disabled=not_ready
                on:click=move |_| open.set(true)
            >
                <Icon name=IconName::Share/>
                <span class="button-text">{t("sharing.share")}</span>
            </button>
            <Dialog open title=Signal::derive(|| t("sharing.title").to_owned())>
                {later::place("dialog__body", move |later| (later.share)(open))}
            </Dialog>
        </Show>
    }
}
