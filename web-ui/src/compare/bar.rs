//! What is common to both sides: the plane, whether they move together, and what relates them.

use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::viewer::{alignment, view_name};
use crate::workspace::{Alignment, Workspace};
use leptos::prelude::*;
use viewer_wasm::series::SamePatient;
use viewer_wasm::view::ViewId;

#[component]
pub(super) fn CompareBar(
    first: Workspace,
    second: Workspace,
    choosing: RwSignal<bool>,
) -> impl IntoView {
    let compare = first.compare;
    let has_pair = Memo::new(move |_| compare.pair.with(Option::is_some));
    view! {
        <div class="compare-bar" role="group" aria-label=t("compare.title") data-testid="compare-bar">
            <div class="segments" role="group" aria-label=t("compare.plane")>
                {ViewId::PLANES
                    .map(|id| {
                        view! {
                            <button
                                type="button"
                                class="segment"
                                aria-pressed=move || (compare.plane.get() == id).to_string()
                                data-testid=format!("compare-plane-{}", id.name())
                                on:click=move |_| compare.plane.set(id)
                            >
                                {view_name(id)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <Show when=move || has_pair.get()>
                <LinkButton first />
                <Relation first />
            </Show>
            <div class="compare-actions">
                <Show when=move || second.active_scan().is_some()>
                    <button
                        type="button"
                        class="button button--small button--quiet compare-other"
                        aria-pressed=move || choosing.get().to_string()
                        data-testid="compare-choose"
                        on:click=move |_| choosing.update(|choosing| *choosing = !*choosing)
                    >
                        {t("compare.other")}
                    </button>
                </Show>
                <button
                    type="button"
                    class="button button--small compare-close"
                    // The text is not there on a phone.
                    aria-label=t("compare.close")
                    data-testid="compare-close"
                    on:click=move |_| first.stop_comparing()
                >
                    <Icon name=IconName::Close class="icon--small" />
                    <span class="button-text">{t("compare.close")}</span>
                </button>
            </div>
        </div>
    }
}

/// Whether moving one side moves the other.
#[component]
fn LinkButton(first: Workspace) -> impl IntoView {
    let linked = first.compare.linked;
    view! {
        <button
            type="button"
            class="button button--small compare-link"
            title=t("compare.link-title")
            aria-pressed=move || linked.get().to_string()
            data-testid="compare-link"
            on:click=move |_| linked.update(|linked| *linked = !*linked)
        >
            <Icon name=IconName::Link class="icon--small" />
            {move || if linked.get() { t("compare.linked") } else { t("compare.unlinked") }}
        </button>
    }
}

/// What relates the two scans, and what does not.
#[component]
fn Relation(first: Workspace) -> impl IntoView {
    let compare = first.compare;
    let now = Memo::new(move |_| compare.alignment());
    let doubts = move || {
        let pair = compare.pair.get()?;
        let doubts = [
            (
                pair.patient == SamePatient::No,
                "people",
                t("compare.people-short"),
            ),
            (
                pair.patient == SamePatient::Unknown,
                "person-unknown",
                t("compare.person-unknown"),
            ),
            (!pair.same_unit, "units", t("compare.units")),
            (!pair.lengths_compare, "lengths", t("compare.lengths")),
        ];
        let shown = doubts.into_iter().filter(|(doubtful, ..)| *doubtful);
        Some(
            shown
                .map(|(_, name, text)| {
                    let class = if name == "people" {
                        "badge badge--danger"
                    } else {
                        "badge badge--warn"
                    };
                    view! { <span class=class data-doubt=name>{text}</span> }
                })
                .collect_view(),
        )
    };
    view! {
        <p
            class="compare-relation"
            class:compare-relation-known=move || now.get() == Alignment::SameFrame
            role="status"
            data-testid="compare-alignment"
            title=move || (now.get() != Alignment::SameFrame).then(|| t("compare.align-why"))
        >
            {move || alignment(now.get())}
        </p>
        <Show when=move || now.get() == Alignment::ByHand>
            <button
                type="button"
                class="button button--small button--quiet"
                data-testid="compare-realign"
                on:click=move |_| first.align_with(compare.start_mm.get_untracked())
            >
                <Icon name=IconName::Reset class="icon--small" />
                {t("compare.realign")}
            </button>
        </Show>
        <span class="compare-doubts" data-testid="compare-doubts">{doubts}</span>
    }
}
