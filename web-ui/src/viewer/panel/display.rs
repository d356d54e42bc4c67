//! How the volume rendering looks.

use crate::locale::t;
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{Rendering, VolumePreset};

/// How far the volume rendering's tissues can be moved, in grey values.
const FURTHEST_SHIFT: f64 = 600.0;

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
