//! Which scan is shown beside the open one.

use super::{is_of_same_drop, is_volume};
use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::viewer::{ViewerState, patient_name, series_facts, series_title};
use crate::workspace::{Mode, SeriesEntry, Workspace};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Over the second side: the series that it could show, and other files.
#[component]
pub(super) fn Chooser(
    first: Workspace,
    second: Workspace,
    own: ViewerState,
    choosing: RwSignal<bool>,
    /// A flat image was chosen, which has no slices.
    flat: Memo<bool>,
) -> impl IntoView {
    let lists = move || {
        let open = first.active.get();
        let patient = patient_of(first);
        let all = volumes(first);
        let (same, others): (Vec<_>, Vec<_>) = all
            .into_iter()
            .filter(|entry| Some(entry.id) != open)
            .partition(|entry| Some(entry.patient_number) == patient);
        let added = if is_of_same_drop(first, second) {
            Vec::new()
        } else {
            volumes(second)
        };
        [
            (t("compare.choose-same"), same, true),
            (t("compare.choose-people"), others, true),
            (t("compare.choose-added"), added, false),
        ]
    };
    let choose = move |entry: &SeriesEntry, of_first: bool| {
        choosing.set(false);
        let id = entry.id;
        if of_first {
            spawn_local(super::show(first, id));
        } else {
            second.mode.set(Mode::Compare);
            spawn_local(second.show(id));
        }
    };
    let groups = move || {
        lists()
            .into_iter()
            .filter(|(_, list, _)| !list.is_empty())
            .map(|(title, list, of_first)| {
                let entries = list.into_iter().map(|entry| {
                    let words = Words::of(first, &entry);
                    view! {
                        <li>
                            <button
                                type="button"
                                class="series-entry"
                                data-series=entry.id.0
                                on:click=move |_| choose(&entry, of_first)
                            >
                                {words.show()}
                            </button>
                        </li>
                    }
                });
                view! {
                    <h3 class="panel-title">{title}</h3>
                    <ul class="series-list">{entries.collect_view()}</ul>
                }
            })
            .collect_view()
    };
    view! {
        <div class="compare-veil" data-testid="compare-chooser">
            <div class="compare-card">
                <div class="row row--spread">
                    <h2>{t("compare.choose")}</h2>
                    <Show when=move || choosing.get()>
                        <button
                            type="button"
                            class="icon-button"
                            aria-label=t("shell.close")
                            on:click=move |_| choosing.set(false)
                        >
                            <Icon name=IconName::Close />
                        </button>
                    </Show>
                </div>
                <Show when=move || flat.get()>
                    <div class="notice notice--warn" role="alert">
                        <p class="notice__text">{t("errors.compare-flat")}</p>
                    </div>
                </Show>
                {groups}
                <Show when=move || !first.read_only()>
                    <p class="soft">{t("compare.choose-files")}</p>
                    <div class="row">
                        <button type="button" class="button button--small" on:click=move |_| own.pick_folder()>
                            <Icon name=IconName::Folder class="icon--small" />
                            {t("open.folder")}
                        </button>
                        <button type="button" class="button button--small" on:click=move |_| own.pick_files()>
                            <Icon name=IconName::File class="icon--small" />
                            {t("open.files")}
                        </button>
                    </div>
                </Show>
            </div>
        </div>
    }
}

/// What is written of a series.
struct Words {
    title: String,
    patient: Option<String>,
    facts: [String; 2],
    picture: Option<String>,
}

impl Words {
    fn of(first: Workspace, entry: &SeriesEntry) -> Self {
        let named = first.patient_visible.get() && first.has_identity();
        Self {
            title: series_title(entry),
            patient: patient_name(&entry.patient).filter(|_| named),
            facts: series_facts(entry),
            picture: entry.thumbnail.clone(),
        }
    }

    fn show(self) -> impl IntoView {
        view! {
            <span class="series-picture">
                {match self.picture {
                    Some(url) => view! { <img src=url alt="" width="64" height="64" /> }.into_any(),
                    None => view! { <Icon name=IconName::Layers /> }.into_any(),
                }}
            </span>
            <span class="series-words">
                <span class="series-title">{self.title}</span>
                <span class="series-patient">{self.patient}</span>
                <span class="series-facts number">
                    {self.facts.map(|fact| view! { <span>{fact}</span> })}
                </span>
            </span>
        }
    }
}

/// The series with slices of what a workspace has open. Tracks.
fn volumes(ws: Workspace) -> Vec<SeriesEntry> {
    let Some(opened) = ws.opened_scan() else {
        return Vec::new();
    };
    let mut list = ws.series.get();
    list.retain(|entry| is_volume(&opened, entry.id));
    list
}

/// Whose scan is open. Tracks.
fn patient_of(ws: Workspace) -> Option<usize> {
    let open = ws.active.get();
    ws.series.with(|list| {
        let entry = list.iter().find(|entry| Some(entry.id) == open)?;
        Some(entry.patient_number)
    })
}
