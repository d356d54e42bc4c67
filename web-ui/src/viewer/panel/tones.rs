//! What comes after the window: gamma, inversion, colours.

use super::histogram::color_stops;
use crate::locale::t;
use crate::viewer::{ViewerState, words};
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{ColorMap, Tones};

/// Gamma is 5 to the power of the slider's place: as far to either side of 1.
const BASE: f64 = Tones::GAMMA_RANGE.1;

#[component]
pub fn TonesControl() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let gamma = Memo::new(move |_| workspace.tones.get().gamma);
    let place = move || gamma.get().log(BASE);
    let text = move || words::fixed(gamma.get(), 2);
    let set_gamma = move |place: f64| {
        // To hundredths, as it is written beside the slider.
        let gamma = (BASE.powf(place) * 100.0).round() / 100.0;
        workspace.tones.update(|tones| tones.gamma = gamma);
    };
    let reset = move |_: leptos::ev::MouseEvent| {
        workspace.reset_window();
        state.window_choice.set(None);
    };
    view! {
        <label class="field">
            <span class="field__label field__label--spread">
                {t("viewer.gamma")}
                <span class="number">{text}</span>
            </span>
            <input
                class="slider"
                type="range"
                min="-1"
                max="1"
                step="0.02"
                data-testid="gamma"
                aria-valuetext=text
                prop:value=move || place().to_string()
                on:input=move |event| {
                    if let Ok(place) = event_target_value(&event).parse::<f64>() {
                        set_gamma(place);
                    }
                }
            />
        </label>
        <div class="segments segments--wide" role="group" aria-label=t("viewer.color-map")>
            {ColorMap::ALL.into_iter().map(|map| view! { <MapButton map /> }).collect_view()}
        </div>
        <div class="tones-foot">
            <label class="choice">
                <input
                    type="checkbox"
                    prop:checked=move || workspace.tones.get().invert
                    on:change=move |event| {
                        let invert = event_target_checked(&event);
                        workspace.tones.update(|tones| tones.invert = invert);
                    }
                />
                <span class="choice__text">{t("viewer.invert")}</span>
            </label>
            <button type="button" class="button button--small button--quiet" data-testid="window-reset" on:click=reset>
                {t("viewer.window-reset")}
            </button>
        </div>
    }
}

#[component]
fn MapButton(map: ColorMap) -> impl IntoView {
    let workspace = Workspace::current();
    let name = match map {
        ColorMap::Grey => t("viewer.map-grey"),
        ColorMap::Heat => t("viewer.map-heat"),
        ColorMap::Ice => t("viewer.map-ice"),
        ColorMap::Dusk => t("viewer.map-dusk"),
    };
    let id = format!("map-{}", map.name());
    let fill = format!("url(#{id})");
    let tones = Tones {
        color_map: map,
        ..Tones::PLAIN
    };
    view! {
        <button
            type="button"
            class="segment map-button"
            aria-pressed=move || (workspace.tones.get().color_map == map).to_string()
            data-testid=format!("color-map-{}", map.name())
            on:click=move |_| workspace.tones.update(|tones| tones.color_map = map)
        >
            <svg class="map-swatch" viewBox="0 0 40 8" preserveAspectRatio="none" aria-hidden="true">
                <linearGradient id=id>{color_stops(tones)}</linearGradient>
                <rect width="40" height="8" fill=fill />
            </svg>
            {name}
        </button>
    }
}
