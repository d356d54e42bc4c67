//! How grey values, slabs and the volume rendering look.

use crate::locale::t;
use crate::viewer::{ViewerState, words};
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{SlabMode, ViewId, VolumePreset, Window};

/// The thickest slab, in mm.
const THICKEST_MM: f64 = 40.0;
/// How far the volume rendering's tissues can be moved, in grey values.
const FURTHEST_SHIFT: f64 = 600.0;

/// Values of the preset select, in its order; the last is shown when a window was set by hand or by the scan.
const PRESETS: [(&str, &str); 5] = [
    ("auto", "viewer.window-auto"),
    ("bone", "viewer.window-bone"),
    ("teeth", "viewer.window-teeth"),
    ("soft-tissue", "viewer.window-soft-tissue"),
    ("custom", "viewer.window-custom"),
];

#[component]
pub fn PlanesPanel() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let preset = Memo::new(move |_| {
        let window = workspace.window.get();
        let chosen = state
            .window_choice
            .get()
            .filter(|(_, gave)| *gave == window)
            .map(|(name, _)| name);
        chosen
            .or_else(|| {
                PRESETS
                    .iter()
                    .map(|(name, _)| *name)
                    .find(|name| Window::preset(name) == Some(window))
            })
            .unwrap_or("custom")
    });
    let choose = move |chosen: String| {
        let name = PRESETS
            .iter()
            .map(|(name, _)| *name)
            .find(|name| *name == chosen);
        if let Some(name) = name.filter(|name| workspace.set_window_preset(name)) {
            state
                .window_choice
                .set(Some((name, workspace.window.get_untracked())));
        }
    };
    view! {
        <section class="panel-section" aria-labelledby="panel-planes">
            <h2 class="panel-title" id="panel-planes">{t("viewer.planes")}</h2>
            <label class="field">
                <span class="field__label">{t("viewer.window-preset")}</span>
                <select
                    class="select"
                    data-testid="window-preset"
                    prop:value=move || preset.get()
                    on:change=move |event| choose(event_target_value(&event))
                >
                    {PRESETS
                        .into_iter()
                        .map(|(name, label)| view! { <option value=name selected=move || preset.get() == name>{t(label)}</option> })
                        .collect_view()}
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
            <SlabControl />
        </section>
    }
}

/// One number of the window.
#[component]
pub fn WindowField(
    label: &'static str,
    read: fn(Window) -> f64,
    write: fn(Window, f64) -> Window,
) -> impl IntoView {
    let workspace = Workspace::current();
    let set = move |text: String| {
        if let Ok(number) = text.trim().replace('\u{2212}', "-").parse::<f64>() {
            workspace.set_window(write(workspace.window.get_untracked(), number));
        }
    };
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                class="field__input number"
                type="number"
                step="10"
                prop:value=move || format!("{:.0}", read(workspace.window.get()))
                on:change=move |event| set(event_target_value(&event))
            />
        </label>
    }
}

/// Thickness and kind of the slab, the same for the three planes.
#[component]
fn SlabControl() -> impl IntoView {
    let workspace = Workspace::current();
    let thickness = Memo::new(move |_| workspace.axial.get().slab_mm);
    let mode = Memo::new(move |_| workspace.axial.get().slab_mode);
    let each = move |change: &dyn Fn(&mut viewer_wasm::view::PlaneView)| {
        for plane in ViewId::PLANES
            .into_iter()
            .filter_map(|id| workspace.plane(id))
        {
            plane.update(|plane| change(plane));
        }
    };
    let text = move || {
        if thickness.get() > 0.0 {
            let known = workspace
                .geometry()
                .is_some_and(|geometry| geometry.spacing_known);
            words::distance(thickness.get(), known, 0)
        } else {
            t("viewer.slab-off").to_owned()
        }
    };
    let is_thick = move || thickness.get() > 0.0;
    let kind = move |this: SlabMode, label: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || (mode.get() == this).to_string()
                on:click=move |_| each(&|plane| plane.slab_mode = this)
            >
                {label}
            </button>
        }
    };
    view! {
        <label class="field">
            <span class="field__label field__label--spread">
                {t("viewer.slab")}
                <span class="number">{text}</span>
            </span>
            <input
                class="slider"
                type="range"
                min="0"
                max=THICKEST_MM
                step="1"
                prop:value=move || thickness.get().to_string()
                on:input=move |event| {
                    if let Ok(mm) = event_target_value(&event).parse::<f64>() {
                        each(&|plane| plane.slab_mm = mm);
                    }
                }
            />
        </label>
        <Show when=is_thick>
            <div class="segments segments--wide" role="group" aria-label=t("viewer.slab-kind")>
                {kind(SlabMode::Mean, t("viewer.slab-mean"))}
                {kind(SlabMode::Mip, t("viewer.slab-mip"))}
                {kind(SlabMode::MinIp, t("viewer.slab-minip"))}
            </div>
        </Show>
    }
}

#[component]
pub fn VolumePanel() -> impl IntoView {
    let workspace = Workspace::current();
    let preset = Memo::new(move |_| workspace.volume_view.get().preset);
    let shift = Memo::new(move |_| workspace.volume_view.get().shift);
    let button = move |this: VolumePreset, label: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || (preset.get() == this).to_string()
                data-testid=format!("volume-preset-{}", this.name())
                on:click=move |_| workspace.volume_view.update(|view| view.preset = this)
            >
                {label}
            </button>
        }
    };
    view! {
        <section class="panel-section" aria-labelledby="panel-volume">
            <h2 class="panel-title" id="panel-volume">{t("viewer.volume-rendering")}</h2>
            <div class="segments segments--wide" role="group" aria-label=t("viewer.volume-preset")>
                {button(VolumePreset::Bone, t("viewer.preset-bone"))}
                {button(VolumePreset::Teeth, t("viewer.preset-teeth"))}
                {button(VolumePreset::Skin, t("viewer.preset-skin"))}
                {button(VolumePreset::Mip, t("viewer.preset-mip"))}
            </div>
            <Show when=move || preset.get() != VolumePreset::Mip>
                <label class="field">
                    <span class="field__label field__label--spread">
                        {t("viewer.threshold")}
                        <span class="number">{move || words::signed(shift.get())}</span>
                    </span>
                    <input
                        class="slider"
                        type="range"
                        min=-FURTHEST_SHIFT
                        max=FURTHEST_SHIFT
                        step="20"
                        prop:value=move || shift.get().to_string()
                        on:input=move |event| {
                            if let Ok(shift) = event_target_value(&event).parse::<f64>() {
                                workspace.volume_view.update(|view| view.shift = shift);
                            }
                        }
                    />
                </label>
            </Show>
        </section>
    }
}
