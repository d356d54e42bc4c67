//! The bars of a small screen: which view is shown, and the sheets. Hidden by the style sheet on a large one.

use super::state::{Sheet, ViewerState};
use super::words;
use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::workspace::{Mode, VIEWS, Workspace};
use leptos::prelude::*;
use viewer_wasm::view::ViewId;

/// One button for each view, and one for the grid.
#[component]
pub fn ViewSwitcher() -> impl IntoView {
    let workspace = Workspace::current();
    view! {
        <div class="segments view-switcher" hidden=move || matches!(workspace.mode.get(), Mode::Image | Mode::Compare) role="group" aria-label=t("viewer.views")>
            {VIEWS
                .into_iter()
                .map(|id| {
                    view! {
                        <button
                            type="button"
                            class="segment"
                            aria-pressed=move || {
                                let shown = match workspace.mode.get() {
                                    Mode::Volume => Some(ViewId::Volume),
                                    Mode::Grid => None,
                                    _ => workspace.maximised.get(),
                                };
                                (shown == Some(id)).to_string()
                            }
                            on:click=move |_| {
                                workspace.mode.set(Mode::Mpr);
                                workspace.maximised.set(Some(id));
                            }
                        >
                            {words::view_name(id)}
                        </button>
                    }
                })
                .collect_view()}
            <button
                type="button"
                class="segment"
                aria-pressed=move || (workspace.mode.get() == Mode::Grid).to_string()
                on:click=move |_| workspace.mode.set(Mode::Grid)
            >
                {t("viewer.grid")}
            </button>
        </div>
    }
}

/// One button for each sheet.
#[component]
pub fn PanelBar() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let doubtful = Memo::new(move |_| {
        workspace
            .series
            .with(|series| series.iter().any(|entry| !entry.warnings.is_empty()))
            || workspace.rejected.with(|rejected| !rejected.is_empty())
    });
    let button = move |sheet: Sheet, icon: IconName| {
        view! {
            <button
                type="button"
                class="tool"
                aria-expanded=move || (state.sheet.get() == Some(sheet)).to_string()
                on:click=move |_| {
                    state.sheet.update(|now| *now = if *now == Some(sheet) { None } else { Some(sheet) });
                }
            >
                <Icon name=icon />
                <span class="tool-label">{sheet.name()}</span>
                <Show when=move || sheet == Sheet::Series && doubtful.get()>
                    <span class="tool-dot" role="img" aria-label=t("viewer.has-warnings")></span>
                </Show>
            </button>
        }
    };
    view! {
        <nav class="panel-bar" aria-label=t("viewer.panels")>
            {button(Sheet::Series, IconName::List)}
            {button(Sheet::Display, IconName::Sliders)}
            {button(Sheet::Measurements, IconName::Length)}
        </nav>
    }
}
