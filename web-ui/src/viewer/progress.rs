//! One bar for reading, decoding and downloading, with counts and a way to stop.

use crate::locale::t;
use crate::workspace::{Phase, Workspace};
use leptos::prelude::*;

#[component]
pub fn ProgressBar() -> impl IntoView {
    let workspace = Workspace::current();
    let percent = Memo::new(move |_| {
        workspace.progress.with(|progress| {
            progress.as_ref().map_or(0, |progress| {
                (100 * progress.done)
                    .checked_div(progress.total)
                    .unwrap_or(0)
            })
        })
    });
    let phase = Memo::new(move |_| {
        workspace
            .progress
            .with(|progress| progress.as_ref().map(|progress| progress.phase))
    });
    let words = move || match phase.get() {
        Some(Phase::Reading) | None => t("open.phase-reading"),
        Some(Phase::Decoding) => t("open.phase-decoding"),
        Some(Phase::Downloading) => t("open.phase-downloading"),
    };
    let counts = move || {
        workspace.progress.with(|progress| {
            progress
                .as_ref()
                .map(|progress| format!("{} / {}", progress.done, progress.total))
                .unwrap_or_default()
        })
    };
    view! {
        <Show when=move || phase.get().is_some()>
            <div class="progress">
                <span class="progress-phase" role="status">{words}</span>
                <div
                    class="meter progress-meter"
                    role="progressbar"
                    aria-label=words
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=move || percent.get().to_string()
                >
                    <div class="meter__fill" style:width=move || format!("{}%", percent.get())></div>
                </div>
                <span class="progress-counts number">{counts}</span>
                <button type="button" class="button button--small button--quiet" on:click=move |_| workspace.cancel()>
                    {t("open.cancel")}
                </button>
            </div>
        </Show>
    }
}
