//! Nothing is open yet: what to do, and what to rely on.

use super::ViewerState;
use super::panel::RejectedList;
use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::workspace::Workspace;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Voxels on a side of the example: small enough to be there in a moment, fine enough to see the pulp.
const DEMO_SIZE: usize = 256;

/// Opens the example.
pub async fn open_demo(workspace: Workspace) {
    workspace.open_demo(DEMO_SIZE).await;
}

#[component]
pub fn OpenPage() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let idle = move || workspace.progress.with(Option::is_none);
    let lead = move || {
        if state.phone.get() {
            t("open.lead-phone")
        } else {
            t("open.lead")
        }
    };
    view! {
        <main class="open-page">
            <section class="open-target">
                <span class="open-mark">
                    <Icon name=IconName::Tooth class="icon--hero" />
                </span>
                <h1 class="open-title">{t("open.title")}</h1>
                <p class="open-lead">{lead}</p>
                <div class="open-buttons">
                    <button
                        type="button"
                        class="button button--primary button--large"
                        disabled=move || !idle()
                        on:click=move |_| state.pick_folder()
                    >
                        <Icon name=IconName::Folder />
                        {t("open.folder")}
                    </button>
                    <button
                        type="button"
                        class="button button--large"
                        disabled=move || !idle()
                        on:click=move |_| state.pick_files()
                    >
                        <Icon name=IconName::File />
                        {t("open.files")}
                    </button>
                </div>
                <button
                    type="button"
                    class="button button--quiet"
                    data-testid="open-demo"
                    disabled=move || !idle()
                    on:click=move |_| spawn_local(open_demo(workspace))
                >
                    <Icon name=IconName::Cube />
                    {t("open.demo")}
                </button>
                <p class="faint">{t("open.accepts")}</p>
            </section>
            <Show when=move || workspace.rejected.with(|list| !list.is_empty())>
                <section class="card open-rejected">
                    <RejectedList />
                </section>
            </Show>
            <ul class="promises">
                <Promise icon=IconName::Shield title=t("open.promise-local-title") text=t("open.promise-local-text") />
                <Promise icon=IconName::Length title=t("open.promise-true-title") text=t("open.promise-true-text") />
                <Promise icon=IconName::Lock title=t("open.promise-sealed-title") text=t("open.promise-sealed-text") />
            </ul>
        </main>
    }
}

#[component]
fn Promise(icon: IconName, title: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <li class="promise">
            <Icon name=icon />
            <div>
                <h2 class="promise-title">{title}</h2>
                <p class="promise-text">{text}</p>
            </div>
        </li>
    }
}
