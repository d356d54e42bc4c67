//! The panel of the 3D view. What belongs to a way of rendering is there only with it.
//!
//! - [`look`]: how values become a picture; [`curve`]: its transfer function, with [`points`],
//!   [`curve_point`] and [`curve_drawing`]
//! - [`camera`]: from where; [`clip`]: what is cut away; [`insets`]: planes shown inside

mod camera;
mod clip;
mod curve;
mod curve_drawing;
mod curve_point;
mod insets;
mod look;
mod points;

use crate::locale::t;
use camera::Camera;
use clip::Clipping;
use insets::Insets;
use leptos::prelude::*;
use look::Look;

#[component]
pub fn VolumePanel() -> impl IntoView {
    view! {
        <section class="panel-section" aria-labelledby="panel-volume">
            <h2 class="panel-title" id="panel-volume">{t("viewer.volume-rendering")}</h2>
            <Look />
        </section>
        <section class="panel-section" aria-labelledby="panel-camera">
            <h2 class="panel-title" id="panel-camera">{t("volume.camera")}</h2>
            <Camera />
        </section>
        <section class="panel-section" aria-labelledby="panel-clip">
            <h2 class="panel-title" id="panel-clip">{t("volume.clip")}</h2>
            <Clipping />
            <Insets />
        </section>
    }
}

/// A slider with its name and what it says.
#[component]
fn Slider(
    label: &'static str,
    testid: &'static str,
    min: f64,
    max: f64,
    step: f64,
    #[prop(into)] value: Signal<f64>,
    /// The value as people read it.
    text: fn(f64) -> String,
    /// A change begins: what undo comes back to is kept.
    #[prop(optional)]
    on_begin: Option<Callback<()>>,
    on_input: Callback<f64>,
) -> impl IntoView {
    // One drag, or one run of a held key, is one change.
    let changing = RwSignal::new(false);
    let begin = move || {
        if !changing.get_untracked() {
            changing.set(true);
            if let Some(on_begin) = on_begin {
                on_begin.run(());
            }
        }
    };
    view! {
        <label class="field">
            <span class="field__label field__label--spread">
                {label}
                <span class="number">{move || text(value.get())}</span>
            </span>
            <input
                class="slider"
                type="range"
                min=min
                max=max
                step=step
                data-testid=testid
                prop:value=move || value.get().to_string()
                on:input=move |event| {
                    if let Ok(number) = event_target_value(&event).parse::<f64>() {
                        begin();
                        on_input.run(number);
                    }
                }
                on:change=move |_| changing.set(false)
            />
        </label>
    }
}
