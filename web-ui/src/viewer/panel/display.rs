//! How slabs and the volume rendering look.

use super::window::Windows;
use crate::locale::t;
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{Rendering, SlabMode, ViewId, VolumePreset};

/// The thickest slab, in mm.
const THICKEST_MM: f64 = 40.0;
/// How far the volume rendering's tissues can be moved, in grey values.
const FURTHEST_SHIFT: f64 = 600.0;

#[component]
pub fn PlanesPanel() -> impl IntoView {
    view! {
        <section class="panel-section" aria-labelledby="panel-planes">
            <h2 class="panel-title" id="panel-planes">{t("viewer.planes")}</h2>
            <Windows />
            <SlabControl />
        </section>
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
    let look = Memo::new(move |_| {
        workspace
            .volume_view
            .with(|view| (view.rendering, view.preset))
    });
    let projects = move || look.get().0 == Rendering::Maximum;
    let shift = Memo::new(move |_| workspace.volume_view.get().shift);
    let segment = move |name: &'static str,
                        label: &'static str,
                        pressed: Signal<bool>,
                        choose: Callback<()>| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || pressed.get().to_string()
                data-testid=format!("volume-preset-{name}")
                on:click=move |_| choose.run(())
            >
                {label}
            </button>
        }
    };
    let preset = move |this: VolumePreset, label| {
        segment(
            this.name(),
            label,
            Signal::derive(move || look.get() == (Rendering::Composite, this)),
            Callback::new(move |()| {
                workspace.volume_view.update(|view| {
                    view.rendering = Rendering::Composite;
                    view.preset = this;
                });
            }),
        )
    };
    let maximum = segment(
        "mip",
        t("viewer.preset-mip"),
        Signal::derive(projects),
        Callback::new(move |()| {
            workspace
                .volume_view
                .update(|view| view.rendering = Rendering::Maximum);
        }),
    );
    view! {
        <section class="panel-section" aria-labelledby="panel-volume">
            <h2 class="panel-title" id="panel-volume">{t("viewer.volume-rendering")}</h2>
            <div class="segments segments--wide" role="group" aria-label=t("viewer.volume-preset")>
                {preset(VolumePreset::Bone, t("viewer.preset-bone"))}
                {preset(VolumePreset::Teeth, t("viewer.preset-teeth"))}
                {preset(VolumePreset::Skin, t("viewer.preset-skin"))}
                {maximum}
            </div>
            <Show when=move || !projects()>
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
