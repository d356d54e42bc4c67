//! How a flat image is shown: its frame, window, and which way up.

use super::window::Windows;
use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::flat::colour;
use viewer_wasm::view::ViewId;

/// Zoom of one press of a button.
const ZOOM_STEP: f64 = 1.25;

#[component]
pub fn ImagePanel() -> impl IntoView {
    let workspace = Workspace::current();
    let grey = Memo::new(move |_| {
        workspace
            .active_image()
            .is_some_and(|scan| !colour::is_colour(&scan.series.instances[0].attributes))
    });
    let several = Memo::new(move |_| workspace.image_frame().is_some_and(|(_, count)| count > 1));
    let zoom = move |factor: f64| {
        let middle = workspace.cell_size(ViewId::Image).get_untracked() / 2.0;
        workspace.zoom(ViewId::Image, factor, middle);
    };
    view! {
        <section class="panel-section" aria-labelledby="panel-image">
            <h2 class="panel-title" id="panel-image">{t("viewer.image")}</h2>
            <Show when=move || several.get()>
                <FrameSlider />
            </Show>
            <Show when=move || grey.get()>
                <Windows />
            </Show>
            <div class="measuring-tools">
                <Act icon=IconName::Plus label=t("viewer.zoom-in") on_press=move || zoom(ZOOM_STEP) />
                <Act icon=IconName::Minus label=t("viewer.zoom-out") on_press=move || zoom(1.0 / ZOOM_STEP) />
                <Act icon=IconName::Maximise label=t("viewer.fit") on_press=move || workspace.reset_view(ViewId::Image) />
                <Act icon=IconName::Redo label=t("viewer.turn") on_press=move || workspace.turn_image() />
                <Act icon=IconName::Mirror label=t("viewer.mirror") on_press=move || workspace.mirror_image() />
            </div>
        </section>
    }
}

#[component]
fn Act(icon: IconName, label: &'static str, on_press: impl Fn() + 'static) -> impl IntoView {
    view! {
        <button type="button" class="button button--small" on:click=move |_| on_press()>
            <Icon name=icon class="icon--small" />
            {label}
        </button>
    }
}

#[component]
fn FrameSlider() -> impl IntoView {
    let workspace = Workspace::current();
    let frame = Memo::new(move |_| workspace.image_frame().unwrap_or((0, 1)));
    view! {
        <label class="field">
            <span class="field__label field__label--spread">
                {t("viewer.frame")}
                <span class="number">{move || format!("{} / {}", frame.get().0 + 1, frame.get().1)}</span>
            </span>
            <input
                class="slider"
                type="range"
                min="1"
                max=move || frame.get().1.to_string()
                step="1"
                data-testid="image-frame"
                prop:value=move || (frame.get().0 + 1).to_string()
                on:input=move |event| {
                    if let Ok(number) = event_target_value(&event).parse::<usize>() {
                        workspace.show_frame(number.saturating_sub(1));
                    }
                }
            />
        </label>
    }
}
