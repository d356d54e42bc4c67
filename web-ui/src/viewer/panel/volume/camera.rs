//! From where the volume is looked at.

use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{StandardView, ViewId};

#[component]
pub fn Camera() -> impl IntoView {
    let workspace = Workspace::current();
    let angles = Memo::new(move |_| {
        workspace
            .volume_view
            .with(|view| (view.azimuth_deg, view.elevation_deg))
    });
    let perspective = Memo::new(move |_| workspace.volume_view.with(|view| view.eye_mm.is_some()));
    let sides = StandardView::ALL
        .into_iter()
        .map(|standard| {
            let name = words::standard_name(standard);
            let title = t_with(
                "volume.look-title",
                &[("view", name), ("key", standard.letter())],
            );
            view! {
                <button
                    type="button"
                    class="segment"
                    title=title
                    aria-pressed=move || (angles.get() == standard.angles_deg()).to_string()
                    data-testid=format!("look-{}", standard.name())
                    on:click=move |_| workspace.look_from(standard)
                >
                    {name}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="segments sides" role="group" aria-label=t("volume.look-from")>
            {sides}
        </div>
        <div class="row row--spread">
            <label class="choice">
                <input
                    type="checkbox"
                    data-testid="volume-perspective"
                    prop:checked=move || perspective.get()
                    on:change=move |event| workspace.set_perspective(event_target_checked(&event))
                />
                <span class="choice__text">{t("volume.perspective")}</span>
            </label>
            <button
                type="button"
                class="button button--small"
                data-testid="volume-fit"
                on:click=move |_| workspace.reset_view(ViewId::Volume)
            >
                <Icon name=IconName::Reset class="icon--small" />
                {t("viewer.fit")}
            </button>
        </div>
    }
}
