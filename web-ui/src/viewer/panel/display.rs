//! How the planes look.

use super::window::Windows;
use crate::locale::t;
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{SlabMode, ViewId};

/// The thickest slab, in mm.
const THICKEST_MM: f64 = 40.0;

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
