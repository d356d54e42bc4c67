//! Cine: how fast slices play, and what happens at the end.

use crate::locale::{t, t_with};
use crate::viewer::words;
use crate::workspace::{Cine, Workspace};
use leptos::prelude::*;

#[component]
pub fn CinePanel() -> impl IntoView {
    let workspace = Workspace::current();
    let cine = workspace.cine;
    let (slowest, fastest) = Cine::FPS;
    let playing = Memo::new(move |_| cine.get().playing);
    let speed = move || {
        t_with(
            "viewer.cine-fps",
            &[("n", &words::fixed(cine.get().fps, 0))],
        )
    };
    let label = move || {
        if playing.get() {
            t("viewer.pause")
        } else {
            t("viewer.play")
        }
    };
    view! {
        <section class="panel-section" aria-labelledby="panel-cine">
            <h2 class="panel-title" id="panel-cine">{t("viewer.cine")}</h2>
            <label class="field">
                <span class="field__label field__label--spread">
                    {t("viewer.cine-speed")}
                    <span class="number">{speed}</span>
                </span>
                <input
                    class="slider"
                    type="range"
                    data-testid="cine-fps"
                    min=slowest
                    max=fastest
                    step="1"
                    aria-valuetext=speed
                    prop:value=move || cine.get().fps.to_string()
                    on:input=move |event| {
                        if let Ok(fps) = event_target_value(&event).parse::<f64>() {
                            cine.update(|cine| cine.fps = fps.clamp(slowest, fastest));
                        }
                    }
                />
            </label>
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || cine.get().bounce
                    on:change=move |event| cine.update(|cine| cine.bounce = event_target_checked(&event))
                />
                <span class="choice__text">{t("viewer.cine-bounce")}</span>
            </label>
            <button
                type="button"
                class="button button--small"
                disabled=move || workspace.cine_view().is_none()
                on:click=move |_| workspace.toggle_cine()
            >
                {label}
            </button>
        </section>
    }
}
