//! How the planes are drawn: grey values, interpolation, slab, linked zoom.

use super::window::Windows;
use crate::locale::t;
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{Interpolation, SlabMode};

/// The thickest slab, in mm.
const THICKEST_MM: f64 = 40.0;
/// A slider of lengths: its steps become coarser from one place to the next. Place and length of each such place.
const STEPS: [(f64, f64); 4] = [(0.0, 0.0), (20.0, 2.0), (36.0, 10.0), (66.0, THICKEST_MM)];

/// The length at a place of the slider.
fn length_mm(place: f64) -> f64 {
    let place = place.clamp(0.0, STEPS[3].0);
    let mm = STEPS
        .windows(2)
        .find(|pair| place <= pair[1].0)
        .map_or(THICKEST_MM, |pair| {
            let ((from, low), (to, high)) = (pair[0], pair[1]);
            low + (place - from) * (high - low) / (to - from)
        });
    // A tenth has no exact number; what is shown has to be what is drawn.
    (mm * 10.0).round() / 10.0
}

/// The place of a length.
fn place_of(mm: f64) -> f64 {
    let mm = mm.clamp(0.0, THICKEST_MM);
    STEPS
        .windows(2)
        .find(|pair| mm <= pair[1].1)
        .map_or(STEPS[3].0, |pair| {
            let ((from, low), (to, high)) = (pair[0], pair[1]);
            from + (mm - low) * (to - from) / (high - low)
        })
}

/// A length in millimetres, from `least` to `most`, with finer steps where it is small.
#[component]
pub fn LengthSlider(
    label: &'static str,
    testid: &'static str,
    least: f64,
    most: f64,
    #[prop(into)] mm: Signal<f64>,
    #[prop(into)] text: Signal<String>,
    set: impl Fn(f64) + 'static,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field__label field__label--spread">
                {label}
                <span class="number">{move || text.get()}</span>
            </span>
            <input
                class="slider"
                type="range"
                data-testid=testid
                min=place_of(least)
                max=place_of(most)
                step="1"
                aria-valuetext=move || text.get()
                prop:value=move || place_of(mm.get()).to_string()
                on:input=move |event| {
                    if let Ok(place) = event_target_value(&event).parse::<f64>() {
                        set(length_mm(place));
                    }
                }
            />
        </label>
    }
}

#[component]
pub fn PlanesPanel() -> impl IntoView {
    let workspace = Workspace::current();
    view! {
        <section class="panel-section" aria-labelledby="panel-planes">
            <h2 class="panel-title" id="panel-planes">{t("viewer.planes")}</h2>
            <Windows />
            <InterpolationControl />
            <SlabControl />
            <label class="choice">
                <input type="checkbox" data-testid="link-zoom" bind:checked=workspace.link_zoom />
                <span class="choice__text">{t("viewer.link-zoom")}</span>
            </label>
        </section>
    }
}

/// What is shown between voxels.
#[component]
fn InterpolationControl() -> impl IntoView {
    let workspace = Workspace::current();
    let now = Memo::new(move |_| workspace.axial.get().interpolation);
    let kind = move |this: Interpolation, name: &'static str, label: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                data-testid=format!("interpolation-{name}")
                aria-pressed=move || (now.get() == this).to_string()
                on:click=move |_| workspace.each_plane(|plane| plane.interpolation = this)
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="field">
            <span class="field__label" id="interpolation">{t("viewer.interpolation")}</span>
            <div class="segments segments--wide" role="group" aria-labelledby="interpolation">
                {kind(Interpolation::Nearest, "nearest", t("viewer.interpolation-nearest"))}
                {kind(Interpolation::Linear, "linear", t("viewer.interpolation-linear"))}
                {kind(Interpolation::Cubic, "cubic", t("viewer.interpolation-cubic"))}
            </div>
        </div>
    }
}

/// Thickness and kind of the slab, the same for the three planes.
#[component]
fn SlabControl() -> impl IntoView {
    let workspace = Workspace::current();
    let thickness = Memo::new(move |_| workspace.axial.get().slab_mm);
    let mode = Memo::new(move |_| workspace.axial.get().slab_mode);
    let text = move || {
        if thickness.get() > 0.0 {
            let known = workspace
                .geometry()
                .is_some_and(|geometry| geometry.spacing_known);
            words::thickness(thickness.get(), known)
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
                on:click=move |_| workspace.each_plane(|plane| plane.slab_mode = this)
            >
                {label}
            </button>
        }
    };
    view! {
        <LengthSlider
            label=t("viewer.slab")
            testid="slab"
            least=0.0
            most=THICKEST_MM
            mm=thickness
            text=Signal::derive(text)
            set=move |mm| workspace.each_plane(|plane| plane.slab_mm = mm)
        />
        <Show when=is_thick>
            <div class="segments segments--wide" role="group" aria-label=t("viewer.slab-kind")>
                {kind(SlabMode::Mean, t("viewer.slab-mean"))}
                {kind(SlabMode::Mip, t("viewer.slab-mip"))}
                {kind(SlabMode::MinIp, t("viewer.slab-minip"))}
            </div>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::{THICKEST_MM, length_mm, place_of};

    #[test]
    fn the_slider_has_fine_steps_where_lengths_are_small() {
        assert_eq!(length_mm(0.0), 0.0);
        assert_eq!((length_mm(1.0), length_mm(20.0)), (0.1, 2.0));
        assert_eq!((length_mm(21.0), length_mm(36.0)), (2.5, 10.0));
        assert_eq!((length_mm(37.0), length_mm(66.0)), (11.0, THICKEST_MM));
        for place in 0..=66 {
            let place = f64::from(place);
            assert!((place_of(length_mm(place)) - place).abs() < 1e-9, "{place}");
        }
    }
}
