//! What is doubtful about the scan, and what was left out of the drop.

use crate::locale::{t, t_count};
use crate::shell::{Icon, IconName};
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use viewer_wasm::series::Warning;

/// Longer lists are cut: nobody reads them, and a drop may hold thousands of files.
const LONGEST_LIST: usize = 200;

#[component]
pub fn WarningsPanel() -> impl IntoView {
    let workspace = Workspace::current();
    let warnings = Memo::new(move |_| {
        let active = workspace.active.get();
        workspace.series.with(|series| {
            series
                .iter()
                .find(|entry| Some(entry.id) == active)
                .map(|entry| entry.warnings.clone())
                .unwrap_or_default()
        })
    });
    let stopped = Memo::new(move |_| words::stopped(workspace));
    view! {
        <Show when=move || warnings.with(|warnings| !warnings.is_empty()) || stopped.with(Option::is_some)>
            <section class="panel-section" aria-labelledby="panel-warnings">
                <h2 class="panel-title" id="panel-warnings">{t("viewer.warnings")}</h2>
                {move || stopped.get().map(|text| view! { <Stopped text /> })}
                <ul class="notes-list" data-testid="warnings">
                    {move || warnings.get().into_iter().map(|warning| view! { <Entry warning /> }).collect_view()}
                </ul>
            </section>
        </Show>
    }
}

/// Reading was stopped, and the way to begin again.
#[component]
fn Stopped(text: String) -> impl IntoView {
    let workspace = Workspace::current();
    let again = move |_| {
        if let Some(id) = workspace.active.get_untracked() {
            spawn_local(workspace.show(id));
        }
    };
    view! {
        <div class="note" role="status">
            <Icon name=IconName::Warning class="icon--small" />
            <div class="stack stack--tight">
                <strong>{text}</strong>
                <p class="note-text">{t("viewer.stopped-text")}</p>
                <button type="button" class="button button--small" on:click=again>
                    {t("viewer.read-again")}
                </button>
            </div>
        </div>
    }
}

#[component]
fn Entry(warning: Warning) -> impl IntoView {
    let code = warning.code.name();
    view! {
        <li class="note" data-code=code>
            <Icon name=IconName::Warning class="icon--small" />
            <div class="stack stack--tight">
                <strong>{t(&format!("warnings.{code}"))}</strong>
                <p class="note-text">{warning.message}</p>
                {(!warning.files.is_empty()).then(|| view! { <FileNames names=warning.files /> })}
            </div>
        </li>
    }
}

/// Names behind a line that says how many there are.
#[component]
fn FileNames(names: Arc<Vec<String>>) -> impl IntoView {
    let more = names.len().saturating_sub(LONGEST_LIST);
    view! {
        <details class="file-names">
            <summary>{words::files(names.len())}</summary>
            <ul>
                {names.iter().take(LONGEST_LIST).cloned().map(|name| view! { <li>{name}</li> }).collect_view()}
                {(more > 0).then(|| view! { <li class="faint">{t_count("viewer.and-more", more)}</li> })}
            </ul>
        </details>
    }
}

#[component]
pub fn RejectedPanel() -> impl IntoView {
    let workspace = Workspace::current();
    view! {
        <Show when=move || workspace.rejected.with(|rejected| !rejected.is_empty())>
            <section class="panel-section">
                <RejectedList />
            </section>
        </Show>
    }
}

/// The files that were left out, each with its reason.
#[component]
pub fn RejectedList() -> impl IntoView {
    let workspace = Workspace::current();
    let count = move || workspace.rejected.with(Vec::len);
    let rows = move || {
        workspace.rejected.with(|rejected| {
            rejected
                .iter()
                .take(LONGEST_LIST)
                .map(|rejection| {
                    let code = rejection.code.name();
                    view! {
                        <li class="left-out" data-code=code>
                            <span class="left-out-file">{rejection.file.clone()}</span>
                            <span class="left-out-reason" title=rejection.message.clone()>
                                {t(&format!("rejected.{code}"))}
                            </span>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <details class="left-out-list" data-testid="rejected" open=move || count() <= 8>
            <summary class="panel-title">{move || t_count("viewer.left-out", count())}</summary>
            <ul>
                {rows}
                {move || {
                    let more = count().saturating_sub(LONGEST_LIST);
                    (more > 0).then(|| view! { <li class="faint">{t_count("viewer.and-more", more)}</li> })
                }}
            </ul>
        </details>
    }
}
