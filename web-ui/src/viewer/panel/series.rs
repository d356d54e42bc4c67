//! Every series of the patient who is shown.

use crate::locale::{t, t_count};
use crate::shell::{Icon, IconName};
use crate::viewer::{ViewerState, words};
use crate::workspace::{Mode, SeriesEntry, Workspace};
use leptos::prelude::*;
use leptos::task::spawn_local;
use viewer_wasm::series::SeriesKind;

#[component]
pub fn SeriesPanel() -> impl IntoView {
    let workspace = Workspace::current();
    // Lists of several people side by side would be mixed up.
    let of_one_patient = move || {
        let mut list = workspace.series.get();
        let shown = list
            .iter()
            .find(|entry| Some(entry.id) == workspace.active.get());
        if let Some(patient) = shown.map(|entry| entry.patient_number) {
            list.retain(|entry| entry.patient_number == patient);
        }
        list
    };
    let state = ViewerState::current();
    let can_compare = Memo::new(move |_| {
        let mode = workspace.mode.get();
        !matches!(mode, Mode::Image | Mode::Compare)
            && (!workspace.read_only() || workspace.series.with(Vec::len) > 1)
    });
    view! {
        <section class="panel-section" aria-labelledby="panel-series">
            <h2 class="panel-title" id="panel-series">{t("viewer.series")}</h2>
            <Show when=move || { workspace.patients.with(Vec::len) > 1 }>
                <button
                    type="button"
                    class="button button--small"
                    data-testid="other-patient"
                    on:click=move |_| workspace.choosing_patient.set(true)
                >
                    {t("open.patient-other")}
                </button>
            </Show>
            <ul class="series-list" data-testid="series-list">
                // An entry is made anew when its picture comes, and only that one.
                <For
                    each=of_one_patient
                    key=|entry| (entry.id, entry.uid.clone(), entry.thumbnail.clone(), entry.warnings.len())
                    let:entry
                >
                    <Entry entry />
                </For>
            </ul>
            <Show when=move || can_compare.get()>
                <button
                    type="button"
                    class="button button--small"
                    data-testid="compare-another"
                    on:click=move |_| {
                        state.sheet.set(None);
                        workspace.start_comparing();
                    }
                >
                    <Icon name=IconName::Compare class="icon--small" />
                    {t("compare.another")}
                </button>
            </Show>
        </section>
    }
}

#[component]
fn Entry(entry: SeriesEntry) -> impl IntoView {
    let workspace = Workspace::current();
    let id = entry.id;
    let doubts = entry.warnings.len();
    let state = ViewerState::current();
    let volume = entry.kind == SeriesKind::Volume;
    let comparable = Memo::new(move |_| {
        volume && workspace.active.get() != Some(id) && workspace.mode.get() != Mode::Image
    });
    let patient = {
        let name = words::patient_name(&entry.patient);
        move || {
            (workspace.patient_visible.get() && workspace.has_identity())
                .then(|| name.clone())
                .flatten()
        }
    };
    view! {
        <li class="series-item">
            <button
                type="button"
                class="series-entry"
                aria-pressed=move || (workspace.active.get() == Some(id)).to_string()
                on:click=move |_| spawn_local(workspace.show(id))
            >
                <span class="series-picture">
                    {match entry.thumbnail.clone() {
                        Some(url) => view! { <img src=url alt="" width="64" height="64" /> }.into_any(),
                        None => view! { <Icon name=IconName::Layers /> }.into_any(),
                    }}
                </span>
                <span class="series-words">
                    <span class="series-title">{words::series_title(&entry)}</span>
                    <span class="series-patient">{patient}</span>
                    <span class="series-facts number">
                        {words::series_facts(&entry).map(|fact| view! { <span>{fact}</span> })}
                    </span>
                    {(doubts > 0)
                        .then(|| view! { <span class="badge badge--warn">{t_count("viewer.warnings-count", doubts)}</span> })}
                </span>
            </button>
            <Show when=move || comparable.get()>
                <button
                    type="button"
                    class="icon-button icon-button--small series-compare"
                    aria-label=t("compare.series")
                    title=t("compare.series")
                    data-testid="compare-series"
                    on:click=move |_| {
                        state.sheet.set(None);
                        workspace.compare_with(id);
                    }
                >
                    <Icon name=IconName::Compare class="icon--small" />
                </button>
            </Show>
        </li>
    }
}
