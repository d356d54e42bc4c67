//! How values become a picture: the way of rendering, presets, thresholds, depth.

use super::Slider;
use super::curve::CurveEditor;
use super::curve_drawing::Swatch;
use crate::locale::t;
use crate::viewer::{ViewerState, words};
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::series::Unit;
use viewer_wasm::view::{Rendering, VolumePreset};

/// How far tissues can be moved, in grey values.
const FURTHEST_SHIFT: f64 = 1200.0;
/// Values that a surface may have.
const SURFACE_VALUES: (f64, f64) = (-900.0, 3000.0);

/// The ways of rendering, in the order of the buttons.
const RENDERINGS: [Rendering; 4] = [
    Rendering::Composite,
    Rendering::Surface,
    Rendering::Maximum,
    Rendering::Average,
];

#[component]
pub fn Look() -> impl IntoView {
    let workspace = Workspace::current();
    let rendering = Memo::new(move |_| workspace.volume_view.with(|view| view.rendering));
    let segments = RENDERINGS
        .into_iter()
        .map(|this| {
            view! {
                <button
                    type="button"
                    class="segment"
                    aria-pressed=move || (rendering.get() == this).to_string()
                    data-testid=format!("volume-rendering-{}", this.name())
                    on:click=move |_| workspace.volume_view.update(|view| view.rendering = this)
                >
                    {words::rendering_name(this)}
                </button>
            }
        })
        .collect_view();
    let occlusion = Memo::new(move |_| workspace.volume_view.with(|view| view.occlusion));
    let lit =
        Memo::new(move |_| matches!(rendering.get(), Rendering::Composite | Rendering::Surface));
    view! {
        <div class="segments segments--wide" role="group" aria-label=t("volume.rendering")>
            {segments}
        </div>
        <Show when=move || rendering.get() == Rendering::Composite>
            <Presets />
            <Threshold />
        </Show>
        <Show when=move || rendering.get() == Rendering::Surface>
            <SurfaceValue />
        </Show>
        <Show when=move || lit.get() fallback=|| view! { <p class="faint">{t("volume.window-hint")}</p> }>
            <Slider
                label=t("volume.depth")
                testid="volume-depth"
                min=0.0
                max=1.0
                step=0.05
                value=occlusion
                text=words::percent
                on_begin=Callback::new(move |()| workspace.keep_look())
                on_input=Callback::new(move |part| workspace.volume_view.update(|view| view.occlusion = part))
            />
        </Show>
        <Show when=move || rendering.get() == Rendering::Composite>
            <Curve />
        </Show>
    }
}

#[component]
fn Presets() -> impl IntoView {
    let workspace = Workspace::current();
    // What was edited is no preset any more.
    let chosen = Memo::new(move |_| {
        workspace
            .volume_view
            .with(|view| view.custom.is_none().then_some(view.preset))
    });
    let buttons = VolumePreset::ALL
        .into_iter()
        .map(|preset| {
            view! {
                <button
                    type="button"
                    class="preset"
                    aria-pressed=move || (chosen.get() == Some(preset)).to_string()
                    data-testid=format!("volume-preset-{}", preset.name())
                    on:click=move |_| workspace.use_volume_preset(preset)
                >
                    <Swatch preset />
                    {words::preset_name(preset)}
                </button>
            }
        })
        .collect_view();
    view! {
        <div class="presets" role="group" aria-label=t("viewer.volume-preset")>
            {buttons}
        </div>
    }
}

#[component]
fn Threshold() -> impl IntoView {
    let workspace = Workspace::current();
    let shift = Memo::new(move |_| workspace.volume_view.with(|view| view.shift));
    view! {
        <Slider
            label=t("viewer.threshold")
            testid="volume-threshold"
            min=-FURTHEST_SHIFT
            max=FURTHEST_SHIFT
            step=20.0
            value=shift
            text=words::signed
            on_begin=Callback::new(move |()| workspace.keep_look())
            on_input=Callback::new(move |shift| workspace.shift_tissues(shift))
        />
        <Uncalibrated />
    }
}

/// Where the values say nothing by themselves: whether the presets follow the scan's own soft tissue.
#[component]
fn Uncalibrated() -> impl IntoView {
    let workspace = Workspace::current();
    let text = move || {
        workspace.scan_generation.track();
        let calibrated = workspace
            .active_scan()
            .is_none_or(|scan| scan.series.unit == Unit::Hu);
        match workspace.tissue_shift.get() {
            _ if calibrated || workspace.progress.with(Option::is_some) => None,
            Some(_) => Some(t("volume.tissues-placed")),
            None => Some(t("volume.tissues-unknown")),
        }
    };
    view! {
        <Show when=move || text().is_some()>
            <p class="faint" data-testid="volume-tissues">{text}</p>
        </Show>
    }
}

#[component]
fn SurfaceValue() -> impl IntoView {
    let workspace = Workspace::current();
    let value = Memo::new(move |_| workspace.volume_view.with(|view| view.surface_value));
    view! {
        <Slider
            label=t("volume.surface-value")
            testid="volume-surface"
            min=SURFACE_VALUES.0
            max=SURFACE_VALUES.1
            step=10.0
            value=value
            text=whole
            on_input=Callback::new(move |value| workspace.volume_view.update(|view| view.surface_value = value))
        />
    }
}

/// The editor, behind a heading that opens it.
#[component]
fn Curve() -> impl IntoView {
    let state = ViewerState::current();
    view! {
        <div class="fold">
            <button
                type="button"
                class="fold-head"
                data-testid="curve-toggle"
                aria-expanded=move || state.curve_open.get().to_string()
                on:click=move |_| state.curve_open.update(|open| *open = !*open)
            >
                {t("volume.curve")}
            </button>
            <Show when=move || state.curve_open.get()>
                <CurveEditor />
            </Show>
        </div>
    }
}

fn whole(value: f64) -> String {
    words::fixed(value, 0)
}
