//! What went wrong, said in one place and until it is closed.

use super::{Icon, IconName};
use crate::locale::t;
use crate::workspace::{UiProblem, Workspace};
use leptos::prelude::*;

/// The sentence of the workspace's problem, with what it concerns. A browser without graphics has a page of its own
/// that says so, in the viewer.
#[component]
pub fn ErrorBanner() -> impl IntoView {
    let workspace = Workspace::current();
    move || {
        let said_elsewhere = |problem: &UiProblem| problem.code == "no-gpu";
        workspace.problem.get().filter(|problem| !said_elsewhere(problem)).map(|problem| {
            let sentence = t(&format!("errors.{}", problem.code));
            view! {
                <div class="banner" role="alert" data-testid="error">
                    <Icon name=IconName::Warning />
                    <p class="banner-text">
                        {sentence}
                        {problem.detail.map(|detail| view! { " " <span class="banner-detail">{detail}</span> })}
                    </p>
                    <button
                        type="button"
                        class="icon-button icon-button--small"
                        aria-label=t("shell.close")
                        on:click=move |_| workspace.problem.set(None)
                    >
                        <Icon name=IconName::Close />
                    </button>
                </div>
            }
        })
    }
}
