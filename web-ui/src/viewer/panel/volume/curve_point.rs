//! One point of the curve: where it is, its keys, and its numbers and colour as fields.

use super::curve::Editor;
use super::points;
use crate::loading::pace::now_ms;
use crate::locale::{t, t_with};
use crate::viewer::words;
use leptos::prelude::*;
use viewer_wasm::view::ControlPoint;

/// A point that can be focused and moved with keys; the picture takes the pointer.
#[component]
pub fn Point(editor: Editor, at: usize) -> impl IntoView {
    let point = Memo::new(move |_| {
        editor
            .function
            .with(|function| function.points().get(at).copied())
    });
    let place = move || {
        let (point, span) = (point.get(), editor.span.get());
        point.map(|point| span.place(&point)).unwrap_or_default()
    };
    let text = move || {
        let point = point.get();
        point.map(|point| {
            t_with(
                "volume.curve-point",
                &[
                    ("value", &words::fixed(point.value, 0)),
                    ("opacity", &words::percent(point.opacity)),
                ],
            )
        })
    };
    view! {
        <circle
            class="curve-point"
            class:curve-point-chosen=move || editor.selected.get() == Some(at)
            cx=move || place().x
            cy=move || place().y
            r="5.5"
            fill=move || point.get().map(|point| points::hex(point.color))
            tabindex="0"
            role="slider"
            aria-label=move || t_with("volume.curve-point-name", &[("n", &(at + 1).to_string())])
            aria-valuemin=move || words::plain(editor.span.get().low)
            aria-valuemax=move || words::plain(editor.span.get().high)
            aria-valuenow=move || point.get().map(|point| words::plain(point.value))
            aria-valuetext=text
            on:focus=move |_| editor.selected.set(Some(at))
            on:keydown=move |event| {
                if editor.key(at, &event) {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }
        />
    }
}

/// Numbers and colour of the chosen point.
#[component]
pub fn PointFields(editor: Editor, chosen: Memo<Option<usize>>) -> impl IntoView {
    let point = Memo::new(move |_| {
        let at = chosen.get()?;
        editor
            .function
            .with(|function| function.points().get(at).copied())
    });
    let put = move |change: &dyn Fn(&mut ControlPoint)| {
        let (Some(at), mut now) = (chosen.get_untracked(), editor.points()) else {
            return;
        };
        let Some(mut point) = now.get(at).copied() else {
            return;
        };
        change(&mut point);
        now[at].color = point.color;
        editor
            .workspace
            .edit_function(points::moved(&now, at, point.value, point.opacity));
    };
    let number = |event: &leptos::ev::Event| {
        event_target_value(event)
            .trim()
            .replace('\u{2212}', "-")
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
    };
    let coloured_at = RwSignal::new(f64::NEG_INFINITY);
    view! {
        <div class="curve-fields">
            <label class="field">
                <span class="field__label">{t("volume.value")}</span>
                <input
                    class="field__input number"
                    type="number"
                    step="10"
                    data-testid="curve-value"
                    prop:value=move || point.get().map(|point| words::plain(point.value))
                    on:change=move |event| {
                        if let Some(value) = number(&event) {
                            editor.workspace.keep_look();
                            put(&|point| point.value = value);
                        }
                    }
                />
            </label>
            <label class="field">
                <span class="field__label">{t("volume.opacity")}</span>
                <input
                    class="field__input number"
                    type="number"
                    min="0"
                    max="100"
                    step="1"
                    data-testid="curve-opacity"
                    prop:value=move || point.get().map(|point| words::plain(point.opacity * 100.0))
                    on:change=move |event| {
                        if let Some(percent) = number(&event) {
                            editor.workspace.keep_look();
                            put(&|point| point.opacity = percent / 100.0);
                        }
                    }
                />
            </label>
            <label class="field">
                <span class="field__label">{t("volume.colour")}</span>
                <input
                    class="curve-colour"
                    type="color"
                    data-testid="curve-colour"
                    prop:value=move || point.get().map(|point| points::hex(point.color))
                    on:input=move |event| {
                        if let Some(color) = points::from_hex(&event_target_value(&event)) {
                            // The browser's dialog tells of every step; those that follow each other are one.
                            if now_ms() - coloured_at.get_untracked() > 1000.0 {
                                editor.workspace.keep_look();
                            }
                            coloured_at.set(now_ms());
                            put(&|point| point.color = color);
                        }
                    }
                />
            </label>
            <button
                type="button"
                class="button button--small"
                data-testid="curve-remove"
                disabled=move || points::removed(editor.function.get().points(), 0).is_none()
                on:click=move |_| {
                    if let Some(at) = chosen.get_untracked() {
                        editor.remove(at);
                    }
                }
            >
                {t("volume.curve-remove")}
            </button>
        </div>
    }
}
