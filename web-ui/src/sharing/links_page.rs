//! Every link that was made: to which scan, until when, who opened it from where, and the way to end it.

use super::dialog::CopyButton;
use super::note::OwnerNote;
use super::share::url_of;
use crate::account::{Account, FaultLine, KeyedPage, SignedIn};
use crate::api::time::local_time;
use crate::api::{self, Fault};
use crate::locale::{t, t_count, t_with};
use crate::saving::{Summary, open_summary};
use crate::shell::{Icon, IconName};
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::ScanId;
use protocol::share::{Opening, Share, ShareState};
use std::collections::HashMap;
use vault::scan::open_scan_keys;

#[derive(Clone, PartialEq)]
struct Row {
    share: Share,
    /// The scan's name, decrypted here.
    title: String,
    note: Option<OwnerNote>,
}

#[component]
pub fn LinksPage() -> impl IntoView {
    view! {
        <KeyedPage title=t("sharing.links-title") intro=t("sharing.links-intro")>
            <LinkList/>
        </KeyedPage>
    }
}

#[component]
fn LinkList() -> impl IntoView {
    let account = Account::current();
    let rows = RwSignal::new(None::<Vec<Row>>);
    let fault = RwSignal::new(None::<Fault>);
    let reload = move || {
        spawn_local(async move {
            api::deliver(load(account).await, rows, fault);
        });
    };
    Effect::new(move || {
        reload();
    });
    view! {
        <FaultLine fault/>
        <div class="stack" data-testid="share-list">
            {move || match rows.get() {
                None => {
                    view! {
                        <p class="empty" role="status">
                            <span class="spinner" aria-hidden="true"></span>
                            {t("sharing.loading")}
                        </p>
                    }
                        .into_any()
                }
                Some(rows) if rows.is_empty() => {
                    view! {
                        <div class="empty card">
                            <Icon name=IconName::Link class="icon--large"/>
                            <p>{t("sharing.no-links")}</p>
                            <a class="button button--primary" href="/">{t("saving.to-viewer")}</a>
                        </div>
                    }
                        .into_any()
                }
                Some(rows) => {
                    rows.into_iter()
                        .map(|row| view! { <LinkCard row fault on_changed=reload/> })
                        .collect_view()
                        .into_any()
                }
            }}
        </div>
    }
}

#[component]
fn LinkCard(
    row: Row,
    fault: RwSignal<Option<Fault>>,
    on_changed: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let Row { share, title, note } = row;
    let active = share.state == ShareState::Active;
    let busy = RwSignal::new(false);
    let share_id = share.share_id;
    let revoke = move |_| {
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let outcome = api::shares::revoke(share_id).await;
            let _ = busy.try_set(false);
            match outcome {
                Ok(()) => on_changed(),
                Err(error) => {
                    let _ = fault.try_set(Some(error.into()));
                }
            }
        });
    };
    let (badge, state) = match share.state {
        ShareState::Active => ("badge badge--good", t("sharing.state-active")),
        ShareState::Revoked => ("badge badge--danger", t("sharing.state-revoked")),
        ShareState::Expired => ("badge", t("sharing.state-expired")),
        ShareState::UsedUp => ("badge", t("sharing.state-used-up")),
    };
    let until = match share.revoked_at {
        Some(at) => t_with("sharing.revoked-at", &[("time", &local_time(at))]),
        None if active => t_with(
            "sharing.valid-until",
            &[("time", &local_time(share.expires_at))],
        ),
        None => t_with(
            "sharing.was-valid-until",
            &[("time", &local_time(share.expires_at))],
        ),
    };
    let opens = match share.max_opens {
        _ if share.opens.is_empty() => t("sharing.never-opened").to_owned(),
        Some(most) => t_with(
            "sharing.opened-of",
            &[
                ("n", &share.opens.len().to_string()),
                ("most", &most.to_string()),
            ],
        ),
        None => t_count("sharing.opened", share.opens.len()),
    };
    let url = note
        .as_ref()
        .filter(|_| active)
        .map(|note| url_of(share_id, &note.fragment));
    let text = note.map(|note| note.text).filter(|text| !text.is_empty());
    view! {
        <article class="card link-card">
            <header class="row row--spread">
                <h2 class="card__title">{title}</h2>
                <span class=badge>{state}</span>
            </header>
            {text.map(|text| view! { <p class="link-card-note">{text}</p> })}
            <ul class="row link-card-facts">
                <li>{until}</li>
                <li>{if share.includes_identity { t("sharing.with-identity") } else { t("sharing.without-identity") }}</li>
                <li>{if share.has_password { t("sharing.with-password") } else { t("sharing.without-password") }}</li>
                <li>{t_with("sharing.made-at", &[("time", &local_time(share.created_at))])}</li>
            </ul>
            {(share.wrong_passwords > 0)
                .then(|| {
                    view! {
                        <p class="notice notice--warn" role="status">
                            <Icon name=IconName::Warning/>
                            <span class="notice__text">
                                {t_count("sharing.wrong-passwords", share.wrong_passwords as usize)}
                            </span>
                        </p>
                    }
                })}
            <Openings opens summary=share.opens.clone()/>
            {active
                .then(|| {
                    view! {
                        <footer class="row">
                            {url.map(|url| view! { <CopyButton text=url/> })}
                            <button
                                type="button"
                                class="button button--small button--danger"
                                data-testid="share-revoke"
                                disabled=move || busy.get()
                                on:click=revoke
                            >
                                {t("sharing.revoke")}
                            </button>
                        </footer>
                    }
                })}
        </article>
    }
}

/// How often the link was opened; when and from where, on request.
#[component]
fn Openings(opens: String, summary: Vec<Opening>) -> impl IntoView {
    if summary.is_empty() {
        return view! { <p class="faint">{opens}</p> }.into_any();
    }
    view! {
        <details class="link-card-opens">
            <summary>{opens}</summary>
            <ul class="list">
                {summary
                    .into_iter()
                    .map(|opening| {
                        view! {
                            <li class="list__item">
                                <span class="number">{local_time(opening.at)}</span>
                                <span class="mono soft">{opening.address}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </details>
    }
    .into_any()
}

async fn load(account: Account) -> Result<Vec<Row>, Fault> {
    let signed_in = account.require().await?;
    let (shares, scans) = (api::shares::list().await?, api::scans::list().await?);
    let mut titles = HashMap::new();
    for scan in &scans {
        if shares.iter().any(|share| share.scan_id == scan.scan_id) {
            titles.insert(scan.scan_id, title(&signed_in, scan).await);
        }
    }
    let rows = shares
        .into_iter()
        .map(|share| row(&signed_in, share, &titles));
    Ok(futures::future::join_all(rows).await)
}

async fn row(signed_in: &SignedIn, share: Share, titles: &HashMap<ScanId, String>) -> Row {
    let note = OwnerNote::open(signed_in, share.share_id, &share.note)
        .await
        .ok();
    let title = titles
        .get(&share.scan_id)
        .cloned()
        .unwrap_or_else(|| t("sharing.deleted-scan").to_owned());
    Row { share, title, note }
}

async fn title(signed_in: &SignedIn, scan: &protocol::scan::Scan) -> String {
    let summary = async {
        let keys = open_scan_keys(&signed_in.keys, scan.scan_id, &scan.keys).await?;
        open_summary(&keys, &scan.summary).await
    }
    .await;
    let title = summary.as_ref().map(Summary::title).unwrap_or_default();
    if title.is_empty() {
        t("saving.no-name").to_owned()
    } else {
        title
    }
}
