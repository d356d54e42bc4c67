//! My scans: the list, whose names only this browser can read.

use super::button::file_size;
use super::delete_dialog::DeleteDialog;
use super::open::open_saved;
use super::summary::{Summary, date, open_summary};
use crate::account::{Account, KeyedPage, SignedIn};
use crate::api::{self, Fault};
use crate::locale::{t, t_count, t_with};
use crate::shell::{Icon, IconName};
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;
use protocol::ScanId;
use protocol::scan::{Scan, ScanStatus};
use vault::scan::open_scan_keys;

/// A scan of the list, opened.
#[derive(Clone, PartialEq)]
pub(super) struct Row {
    pub id: ScanId,
    /// `Err` for a line that does not open: it is still listed, so that it can be deleted.
    pub summary: Result<Summary, Fault>,
    complete: bool,
    sealed_bytes: u64,
    created_at: i64,
}

#[component]
pub fn ScansPage() -> impl IntoView {
    view! {
        <KeyedPage title=t("saving.scans-title") intro=t("saving.scans-intro")>
            <ScanTable/>
        </KeyedPage>
    }
}

#[component]
fn ScanTable() -> impl IntoView {
    let account = Account::current();
    let rows = RwSignal::new(None::<Vec<Row>>);
    let fault = RwSignal::new(None::<Fault>);
    let wanted = RwSignal::new(String::new());
    let deleting = RwSignal::new(None::<Row>);
    let reload = move || {
        spawn_local(async move {
            api::deliver(load(account).await, rows, fault);
        });
    };
    Effect::new(move || {
        reload();
    });
    let shown = move || {
        let wanted = wanted.get().trim().to_lowercase();
        rows.get().map(|rows| {
            rows.into_iter()
                .filter(|row| {
                    wanted.is_empty()
                        || row
                            .summary
                            .as_ref()
                            .is_ok_and(|summary| summary.matches(&wanted))
                })
                .collect::<Vec<_>>()
        })
    };
    let count = move || {
        let found = shown().map_or(0, |rows| rows.len());
        let all = rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
        if found == all {
            t_count("saving.scan-count", all)
        } else {
            let (found, all) = (found.to_string(), all.to_string());
            t_with("saving.scans-found", &[("found", &found), ("all", &all)])
        }
    };
    view! {
        <crate::account::FaultLine fault/>
        <Show when=move || rows.with(|rows| rows.as_ref().is_some_and(|rows| !rows.is_empty()))>
            <div class="toolbar-line">
                <input
                    class="field__input"
                    type="search"
                    aria-label=t("saving.search")
                    placeholder=t("saving.search")
                    autocomplete="off"
                    bind:value=wanted
                />
                <span class="faint number" role="status">{count}</span>
                <span class="grow"></span>
                <Storage/>
            </div>
        </Show>
        <div data-testid="scan-list">
            {move || match shown() {
                None => view! { <Loading/> }.into_any(),
                Some(rows) if rows.is_empty() && wanted.with(String::is_empty) => view! { <NoScans/> }.into_any(),
                Some(rows) if rows.is_empty() => {
                    view! { <p class="empty card">{t("saving.nothing-found")}</p> }.into_any()
                }
                Some(rows) => {
                    view! {
                        <div class="table-wrap">
                            <table class="table">
                                <thead>
                                    <tr>
                                        <th>{t("saving.col-patient")}</th>
                                        <th>{t("saving.col-scan")}</th>
                                        <th>{t("saving.col-date")}</th>
                                        <th>{t("saving.col-size")}</th>
                                        <th>{t("saving.col-saved")}</th>
                                        <th><span class="visually-hidden">{t("saving.col-actions")}</span></th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {rows
                                        .into_iter()
                                        .map(|row| view! { <ScanRow row deleting fault/> })
                                        .collect_view()}
                                </tbody>
                            </table>
                        </div>
                    }
                        .into_any()
                }
            }}
        </div>
        <DeleteDialog deleting fault on_deleted=reload/>
    }
}

#[component]
fn ScanRow(
    row: Row,
    deleting: RwSignal<Option<Row>>,
    fault: RwSignal<Option<Fault>>,
) -> impl IntoView {
    let (workspace, account) = (Workspace::current(), Account::current());
    let navigate = use_navigate();
    let opening = RwSignal::new(false);
    let summary = row.summary.clone().unwrap_or_default();
    let name = match (&row.summary, summary.display_name()) {
        (Err(_), _) => t("saving.unreadable").to_owned(),
        (Ok(_), name) if name.is_empty() => t("saving.no-name").to_owned(),
        (Ok(_), name) => name,
    };
    let [columns, lines, slices] = summary.dims;
    let open = {
        let (row, summary) = (row.clone(), summary.clone());
        move |_| {
            opening.set(true);
            fault.set(None);
            let (summary, navigate) = (summary.clone(), navigate.clone());
            spawn_local(async move {
                let outcome = open_saved(workspace, account, row.id, &summary).await;
                let _ = opening.try_set(false);
                match outcome {
                    Ok(()) => navigate("/", Default::default()),
                    Err(error) => {
                        let _ = fault.try_set(Some(error));
                    }
                }
            });
        }
    };
    let taken = match date(&summary.study_date) {
        none if none.is_empty() => "–".to_owned(),
        date => date,
    };
    let complete = row.complete;
    let (sealed_bytes, created_at) = (row.sealed_bytes, row.created_at);
    let pixel_bytes = summary.pixel_bytes;
    view! {
        <tr>
            <td data-label=t("saving.col-patient")>
                <span class="cell-pair">
                    <strong>{name}</strong>
                    <span class="faint">{summary.patient_id.clone()}</span>
                </span>
            </td>
            <td data-label=t("saving.col-scan")>
                <span class="cell-pair">
                    <span>
                        {if summary.description.is_empty() { summary.modality.clone() } else { summary.description.clone() }}
                    </span>
                    <span class="faint number">{(slices > 0).then(|| format!("{columns} × {lines} × {slices}"))}</span>
                </span>
            </td>
            <td data-label=t("saving.col-date") class="table__number">{taken}</td>
            <td data-label=t("saving.col-size") class="table__number">
                {if complete { file_size(sealed_bytes) } else { file_size(pixel_bytes) }}
            </td>
            <td data-label=t("saving.col-saved") class="table__number">
                {if complete {
                    crate::api::time::local_time(created_at).into_any()
                } else {
                    view! { <span class="badge badge--warn" title=t("saving.unfinished-hint")>{t("saving.unfinished")}</span> }
                        .into_any()
                }}
            </td>
            <td class="table__actions" data-label="">
                <Show when=move || complete>
                    <button
                        type="button"
                        class="button button--small button--primary"
                        data-testid="scan-open"
                        disabled=move || opening.get()
                        on:click=open.clone()
                    >
                        <Show when=move || opening.get()>
                            <span class="spinner" aria-hidden="true"></span>
                        </Show>
                        {t("saving.open")}
                    </button>
                </Show>
                <button
                    type="button"
                    class="icon-button"
                    data-testid="scan-delete"
                    aria-label=t("saving.delete")
                    on:click=move |_| deleting.set(Some(row.clone()))
                >
                    <Icon name=IconName::Trash/>
                </button>
            </td>
        </tr>
    }
}

/// How full the clinic's storage is.
#[component]
fn Storage() -> impl IntoView {
    let account = Account::current();
    move || {
        let crate::account::Standing::Unlocked(signed_in) = account.standing() else {
            return None;
        };
        let (used, limit) = (
            signed_in.session.storage_used,
            signed_in.session.storage_limit,
        );
        Some(view! {
            <span class="faint number">
                {t_with("saving.storage", &[("used", &file_size(used)), ("limit", &file_size(limit))])}
            </span>
        })
    }
}

#[component]
fn Loading() -> impl IntoView {
    view! {
        <p class="empty" role="status">
            <span class="spinner" aria-hidden="true"></span>
            {t("saving.loading")}
        </p>
    }
}

#[component]
fn NoScans() -> impl IntoView {
    view! {
        <div class="empty card">
            <Icon name=IconName::Layers class="icon--large"/>
            <p>{t("saving.no-scans")}</p>
            <a class="button button--primary" href="/">{t("saving.to-viewer")}</a>
        </div>
    }
}

async fn load(account: Account) -> Result<Vec<Row>, Fault> {
    let signed_in = account.require().await?;
    let scans = api::scans::list().await?;
    Ok(futures::future::join_all(scans.iter().map(|scan| row_of(&signed_in, scan))).await)
}

async fn row_of(signed_in: &SignedIn, scan: &Scan) -> Row {
    let summary = async {
        let keys = open_scan_keys(&signed_in.keys, scan.scan_id, &scan.keys).await?;
        open_summary(&keys, &scan.summary).await
    }
    .await;
    Row {
        id: scan.scan_id,
        summary,
        complete: scan.status == ScanStatus::Complete,
        sealed_bytes: scan.blobs.iter().map(|blob| blob.sealed_len).sum(),
        created_at: scan.created_at,
    }
}
