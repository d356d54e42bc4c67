//! The browser offers no graphics: what to do about it.

use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::workspace::Workspace;
use leptos::prelude::*;

#[component]
pub fn NoGpuPage() -> impl IntoView {
    let workspace = Workspace::current();
    let detail = move || {
        workspace
            .problem
            .with(|problem| problem.as_ref().and_then(|problem| problem.detail.clone()))
    };
    view! {
        <main class="page page--narrow">
            <section class="card">
                <Icon name=IconName::Warning class="icon--large" />
                <h1>{t("open.no-gpu-title")}</h1>
                <p class="soft" data-testid="error">{t("open.no-gpu-text")}</p>
                <ol class="steps">
                    <li>{t("open.no-gpu-step-browser")}</li>
                    <li>{t("open.no-gpu-step-acceleration")}</li>
                    <li>{t("open.no-gpu-step-driver")}</li>
                    <li>{t("open.no-gpu-step-remote")}</li>
                </ol>
                <button
                    type="button"
                    class="button button--primary"
                    // A reload that fails leaves the page as it is.
                    on:click=move |_| drop(window().location().reload())
                >
                    {t("open.no-gpu-again")}
                </button>
                {move || {
                    detail()
                        .map(|detail| {
                            view! {
                                <details class="file-names">
                                    <summary>{t("open.no-gpu-detail")}</summary>
                                    <p class="note-text">{detail}</p>
                                </details>
                            }
                        })
                }}
            </section>
        </main>
    }
}
