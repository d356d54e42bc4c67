//! How a flat image is shown: its frame, window, and which way up.

use super::display::WindowField;
use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::flat::colour;
use viewer_wasm::intake::DisplayAttributes;
use viewer_wasm::view::{ViewId, Window};

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

/// What the select offers: names of its values, and what people read.
fn choices(display: &DisplayAttributes) -> Vec<(String, String)> {
    let numbered = |kind: &str, key: &str, count: usize| {
        (0..count)
            .map(|at| {
                (
                    format!("{kind}{at}"),
                    t_with(key, &[("n", &(at + 1).to_string())]),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut all = numbered("window-", "viewer.window-header", display.windows.len());
    all.extend(numbered(
        "table-",
        "viewer.window-table",
        display.voi_luts.len(),
    ));
    for (name, key) in [
        ("auto", "viewer.window-auto"),
        ("full", "viewer.window-full"),
        ("custom", "viewer.window-custom"),
    ] {
        all.push((name.to_owned(), t(key).to_owned()));
    }
    all
}

/// The window or table of a choice's name.
fn choose(workspace: Workspace, display: &DisplayAttributes, name: &str) {
    let nth = |kind: &str| {
        name.strip_prefix(kind)
            .and_then(|at| at.parse::<usize>().ok())
    };
    if let Some(at) = nth("table-") {
        workspace.use_voi_table(at);
    } else if name == "auto" {
        workspace.set_window_preset(name);
    } else {
        let header = nth("window-").and_then(|at| display.windows.get(at));
        let window = match header {
            Some([center, width]) => Some(Window::new(*center, *width)),
            None if name == "full" => workspace.full_window(),
            None => None,
        };
        if let Some(window) = window {
            workspace.set_window(window);
        }
    }
}

#[component]
fn Windows() -> impl IntoView {
    let workspace = Workspace::current();
    let display = Memo::new(move |_| {
        workspace
            .active_image()
            .map(|scan| scan.series.instances[0].attributes.display.clone())
            .unwrap_or_default()
    });
    let chosen = Memo::new(move |_| {
        let window = workspace.window.get();
        let display = display.get();
        let header = || {
            display
                .windows
                .iter()
                .position(|[center, width]| Window::new(*center, *width) == window)
        };
        match (workspace.voi_table.get(), header()) {
            (Some(at), _) => format!("table-{at}"),
            (None, Some(at)) => format!("window-{at}"),
            (None, None) if workspace.full_window() == Some(window) => "full".to_owned(),
            (None, None) => "custom".to_owned(),
        }
    });
    view! {
        <label class="field">
            <span class="field__label">{t("viewer.window-preset")}</span>
            <select
                class="select"
                data-testid="window-preset"
                on:change=move |event| choose(workspace, &display.get_untracked(), &event_target_value(&event))
            >
                {move || {
                    choices(&display.get())
                        .into_iter()
                        .map(|(name, label)| {
                            let value = name.clone();
                            view! {
                                <option value=value selected=move || chosen.get() == name>
                                    {label}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </label>
        <div class="pair">
            <WindowField label=t("viewer.window-width") read=|window| window.width write=|window, width| Window::new(window.center, width) />
            <WindowField label=t("viewer.window-center") read=|window| window.center write=|window, center| Window::new(center, window.width) />
        </div>
        <label class="choice">
            <input type="checkbox" bind:checked=workspace.invert />
            <span class="choice__text">{t("viewer.invert")}</span>
        </label>
    }
}
