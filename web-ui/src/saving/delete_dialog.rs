//! The question before a saved scan is deleted.

use super::pin;
use super::scans_page::Row;
use super::state::Saving;
use crate::account::Account;
use crate::api::{self, Fault};
use crate::locale::{t, t_with};
use crate::shell::Dialog;
use crate::workspace::{ScanSource, Workspace};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Asks, deletes, and lets go of the scan if it is on screen.
#[component]
pub(super) fn DeleteDialog(
    deleting: RwSignal<Option<Row>>,
    fault: RwSignal<Option<Fault>>,
    on_deleted: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let (workspace, account, saving) =
        (Workspace::current(), Account::current(), Saving::current());
    let open = RwSignal::new(false);
    // Each only ever turns the other one way, so that they come to rest.
    Effect::new(move || {
        if deleting.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move || {
        if !open.get() && deleting.with_untracked(Option::is_some) {
            deleting.set(None);
        }
    });
    let delete = move |_| {
        let Some(row) = deleting.get_untracked() else {
            return;
        };
        open.set(false);
        spawn_local(async move {
            match api::scans::delete(row.id).await {
                Ok(()) => {
                    pin::forget(row.id);
                    saving.forget(row.id);
                    if workspace.source.get_untracked() == Some(ScanSource::Saved(row.id)) {
                        workspace.close();
                    }
                    account.refresh().await;
                    on_deleted();
                }
                Err(error) => {
                    let _ = fault.try_set(Some(error.into()));
                }
            }
        });
    };
    let name = move || {
        deleting.with(|row| {
            let summary = row.as_ref()?.summary.clone().unwrap_or_default();
            Some(t_with(
                "saving.delete-question",
                &[("scan", &summary.title())],
            ))
        })
    };
    view! {
        <Dialog open title=Signal::derive(|| t("saving.delete-title").to_owned())>
            <div class="dialog__body">
                <p>{name}</p>
                <p class="soft">{t("saving.delete-note")}</p>
            </div>
            <div class="dialog__foot">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    {t("saving.keep")}
                </button>
                <button type="button" class="button button--danger" data-testid="scan-delete-confirm" on:click=delete>
                    {t("saving.delete")}
                </button>
            </div>
        </Dialog>
    }
}
