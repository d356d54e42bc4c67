//! A point in a view that can be dragged with mouse or finger.

use super::colors;
use glam::DVec2;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// Radius of what can be grabbed; the visible grip is smaller.
const GRAB_PX: f64 = 16.0;
const GRIP_PX: f64 = 6.5;

/// A grip at a place of the view, in CSS pixels; none is drawn without one. A drag tells how far the pointer is from where
/// it began, so that what is dragged is always a function of the state at the beginning.
#[component]
pub fn DragPoint(
    #[prop(into)] place: Signal<Option<DVec2>>,
    color: &'static str,
    testid: String,
    /// What a person reads when the pointer rests on it.
    #[prop(into)]
    title: Signal<String>,
    on_begin: Callback<()>,
    on_drag: Callback<DVec2>,
) -> impl IntoView {
    let began = RwSignal::new(None::<DVec2>);
    let at =
        |event: &PointerEvent| DVec2::new(f64::from(event.client_x()), f64::from(event.client_y()));
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        // The view must not take the press for a gesture.
        event.stop_propagation();
        event.prevent_default();
        if let Some(grip) = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
        {
            // Fails only for a pointer that is already gone.
            let _ = grip.set_pointer_capture(event.pointer_id());
        }
        on_begin.run(());
        began.set(Some(at(&event)));
    };
    let moved = move |event: PointerEvent| {
        if let Some(began) = began.get_untracked() {
            event.stop_propagation();
            on_drag.run(at(&event) - began);
        }
    };
    let up = move |event: PointerEvent| {
        if began.get_untracked().is_some() {
            event.stop_propagation();
            began.set(None);
        }
    };
    let shown = Memo::new(move |_| place.get().is_some());
    let x = move || place.get().unwrap_or_default().x;
    let y = move || place.get().unwrap_or_default().y;
    view! {
        <g visibility=move || if shown.get() { "visible" } else { "hidden" }>
            <circle
                cx=x
                cy=y
                r=GRIP_PX
                fill=move || if began.get().is_some() { color } else { colors::HALO }
                fill-opacity="0.7"
                stroke=color
                stroke-width="2"
            />
            <circle
                class="handle"
                data-testid=testid
                cx=x
                cy=y
                r=GRAB_PX
                fill-opacity="0"
                pointer-events=move || if shown.get() { "all" } else { "none" }
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=up
                on:dblclick=|event| event.stop_propagation()
            >
                <title>{move || title.get()}</title>
            </circle>
        </g>
    }
}
