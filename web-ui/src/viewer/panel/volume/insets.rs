//! Which planes are shown inside the volume.

use crate::locale::t;
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{Rendering, ViewId};

#[component]
pub fn Insets() -> impl IntoView {
    let workspace = Workspace::current();
    // Projections have no inside to show them in.
    let possible = Memo::new(move |_| {
        let rendering = workspace.volume_view.with(|view| view.rendering);
        matches!(rendering, Rendering::Composite | Rendering::Surface)
    });
    let planes = move || {
        ViewId::PLANES
            .into_iter()
            .enumerate()
            .map(|(at, id)| {
                let shown = move || workspace.insets_shown.get()[at];
                view! {
                    <button
                        type="button"
                        class=format!("segment inset-{}", id.name())
                        aria-pressed=move || shown().to_string()
                        data-testid=format!("inset-{}", id.name())
                        on:click=move |_| workspace.show_inset(id, !shown())
                    >
                        {words::view_name(id)}
                    </button>
                }
            })
            .collect_view()
    };
    view! {
        <Show when=move || possible.get()>
            <div class="field">
                <span class="field__label" id="insets-label">{t("volume.insets")}</span>
                <div class="segments segments--wide" role="group" aria-labelledby="insets-label">
                    {planes}
                </div>
            </div>
        </Show>
    }
}
