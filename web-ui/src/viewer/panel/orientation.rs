//! How far the planes are turned from the patient's axes, and back.

use crate::locale::t;
use crate::viewer::words;
use crate::workspace::Workspace;
use glam::DVec3;
use leptos::prelude::*;

#[component]
pub fn OrientationPanel() -> impl IntoView {
    let workspace = Workspace::current();
    let now = Memo::new(move |_| workspace.orientation());
    let straight = Memo::new(move |_| {
        let now = now.get();
        now.perpendicular && now.turns_deg.abs().max_element() < 0.005
    });
    let axis = move |at: usize, name: &'static str, label: &'static str| {
        let set = move |text: String| {
            let number = text.trim().replace('\u{2212}', "-").parse::<f64>();
            if let Ok(degrees) = number.map(|degrees| degrees.clamp(-180.0, 180.0)) {
                let mut turns = now.get_untracked().turns_deg.to_array();
                turns[at] = degrees;
                workspace.set_turns(DVec3::from_array(turns));
            }
        };
        view! {
            <label class="field">
                <span class="field__label">{label}</span>
                <input
                    class="field__input number"
                    type="number"
                    step="1"
                    min="-180"
                    max="180"
                    data-testid=format!("turn-about-{name}")
                    prop:value=move || {
                        words::fixed(now.get().turns_deg[at], 1).replace('\u{2212}', "-")
                    }
                    on:change=move |event| set(event_target_value(&event))
                />
            </label>
        }
    };
    view! {
        <section class="panel-section" aria-labelledby="panel-orientation">
            <h2 class="panel-title" id="panel-orientation">{t("viewer.orientation")}</h2>
            <div class="turns">
                {axis(0, "x", t("viewer.turn-x"))}
                {axis(1, "y", t("viewer.turn-y"))}
                {axis(2, "z", t("viewer.turn-z"))}
            </div>
            <Show when=move || !now.get().perpendicular>
                <p class="soft panel-note">{t("viewer.not-perpendicular")}</p>
            </Show>
            <button
                type="button"
                class="button button--small"
                data-testid="upright"
                disabled=move || straight.get()
                on:click=move |_| workspace.set_turns(DVec3::ZERO)
            >
                {t("viewer.upright")}
            </button>
        </section>
    }
}
