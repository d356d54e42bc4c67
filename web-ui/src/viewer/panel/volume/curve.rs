//! The transfer function over the volume's histogram: opacity and colour of each value, edited point by point.

use super::curve_drawing::{bars, outline, stops};
use super::curve_point::{Point, PointFields};
use super::points::{self, HEIGHT, Span, WIDTH, y};
use crate::locale::t;
use crate::viewer::words;
use crate::workspace::Workspace;
use glam::DVec2;
use leptos::prelude::*;
use std::sync::Arc;
use viewer_wasm::view::{ControlPoint, TransferFunction};
use viewer_wasm::volume::Histogram;
use web_sys::{KeyboardEvent, PointerEvent};

/// A press this close to a point takes it.
const GRAB: f64 = 15.0;
/// Two presses within this time at one place add a point.
const DOUBLE_PRESS_MS: f64 = 450.0;
/// Steps of a key: value in the volume's unit and opacity; ten times as much with Shift.
const KEY_VALUE: f64 = 10.0;
const KEY_OPACITY: f64 = 0.01;

/// A point that is being dragged.
#[derive(Clone)]
struct Drag {
    pointer: i32,
    at: usize,
    /// From the pointer to the point.
    offset: DVec2,
    /// The points before.
    before: Vec<ControlPoint>,
    /// The step of undo is kept with the first change.
    kept: bool,
}

/// What the editor's parts share.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    pub workspace: Workspace,
    pub function: Memo<TransferFunction>,
    pub span: Memo<Span>,
    /// The point whose numbers are shown.
    pub selected: RwSignal<Option<usize>>,
}

impl Editor {
    pub fn points(self) -> Vec<ControlPoint> {
        self.function.get_untracked().points().to_vec()
    }

    /// Takes new points as a step of undo.
    fn change(self, points: Vec<ControlPoint>) {
        self.workspace.keep_look();
        self.workspace.edit_function(points);
    }

    fn add(self, added: Option<(Vec<ControlPoint>, usize)>) -> Option<usize> {
        let (points, at) = added?;
        self.change(points);
        self.selected.set(Some(at));
        Some(at)
    }

    pub fn remove(self, at: usize) {
        if let Some(points) = points::removed(&self.points(), at) {
            self.change(points);
            self.selected.set(None);
        }
    }

    fn step(self, at: usize, value: f64, opacity: f64) {
        let now = self.points();
        if let Some(point) = now.get(at) {
            self.change(points::moved(
                &now,
                at,
                point.value + value,
                point.opacity + opacity,
            ));
        }
    }

    /// A key on a point; whether it was one of ours.
    pub fn key(self, at: usize, event: &KeyboardEvent) -> bool {
        let times = if event.shift_key() { 10.0 } else { 1.0 };
        match event.key().as_str() {
            "ArrowLeft" => self.step(at, -KEY_VALUE * times, 0.0),
            "ArrowRight" => self.step(at, KEY_VALUE * times, 0.0),
            "ArrowUp" => self.step(at, 0.0, KEY_OPACITY * times),
            "ArrowDown" => self.step(at, 0.0, -KEY_OPACITY * times),
            "Delete" | "Backspace" => self.remove(at),
            _ => return false,
        }
        true
    }
}

/// The editor: picture, buttons, and the numbers of the chosen point.
#[component]
pub fn CurveEditor() -> impl IntoView {
    let workspace = Workspace::current();
    let function = Memo::new(move |_| workspace.volume_view.with(|view| view.transfer_function()));
    let histogram = workspace.histogram;
    let span = Memo::new(move |_| {
        let values = histogram.with(|histogram| {
            if histogram.counts.is_empty() {
                UNCOUNTED
            } else {
                (histogram.low, histogram.high)
            }
        });
        function.with(|function| Span::of(values, function.points()))
    });
    let editor = Editor {
        workspace,
        function,
        span,
        selected: RwSignal::new(None),
    };
    let edited = Memo::new(move |_| workspace.volume_view.with(|view| view.custom.is_some()));
    let full = Memo::new(move |_| points::added_in_widest_gap(&function.get()).is_none());
    let count = Memo::new(move |_| function.with(|function| function.points().len()));
    let chosen = Memo::new(move |_| editor.selected.get().filter(|at| *at < count.get()));
    view! {
        <div class="curve">
            <Picture editor histogram count />
            <div class="row curve-actions">
                <button
                    type="button"
                    class="button button--small"
                    data-testid="curve-add"
                    disabled=move || full.get()
                    on:click=move |_| {
                        editor.add(points::added_in_widest_gap(&editor.function.get_untracked()));
                    }
                >
                    {t("volume.curve-add")}
                </button>
                <button
                    type="button"
                    class="button button--small"
                    data-testid="curve-reset"
                    disabled=move || !edited.get()
                    on:click=move |_| {
                        editor.selected.set(None);
                        workspace.change_look(|view| view.custom = None);
                    }
                >
                    {t("volume.curve-reset")}
                </button>
            </div>
            <Show when=move || chosen.get().is_some() fallback=|| view! { <p class="faint">{t("volume.curve-hint")}</p> }>
                <PointFields editor chosen />
            </Show>
        </div>
    }
}

/// The values that the picture spans before they are counted.
const UNCOUNTED: (f64, f64) = (-1000.0, 3000.0);

/// Histogram, curve and points.
#[component]
fn Picture(editor: Editor, histogram: Memo<Arc<Histogram>>, count: Memo<usize>) -> impl IntoView {
    let svg = NodeRef::<leptos::svg::Svg>::new();
    let drag = RwSignal::new(None::<Drag>);
    let pressed = RwSignal::new((f64::NEG_INFINITY, DVec2::ZERO));
    let place = move |event: &PointerEvent| {
        let bounds = svg.get_untracked()?.get_bounding_client_rect();
        let scale = WIDTH / bounds.width().max(1.0);
        Some(
            DVec2::new(
                f64::from(event.client_x()) - bounds.left(),
                f64::from(event.client_y()) - bounds.top(),
            ) * scale,
        )
    };
    let down = move |event: PointerEvent| {
        let Some(at_px) = place(&event).filter(|_| event.button() == 0) else {
            return;
        };
        if let Some(svg) = svg.get_untracked() {
            // Fails only for a pointer that is already gone.
            let _ = svg.set_pointer_capture(event.pointer_id());
        }
        let span = editor.span.get_untracked();
        let now = editor.points();
        let nearest = (0..now.len())
            .map(|at| (at, span.place(&now[at]).distance(at_px)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, distance)| *distance < GRAB)
            .map(|(at, _)| at);
        let (before_ms, before_px) = pressed.get_untracked();
        pressed.set((event.time_stamp(), at_px));
        let twice =
            event.time_stamp() - before_ms < DOUBLE_PRESS_MS && before_px.distance(at_px) < GRAB;
        let at = nearest.or_else(|| {
            let (value, opacity) = span.at(at_px);
            twice.then(|| {
                editor.add(points::added(
                    &editor.function.get_untracked(),
                    value,
                    opacity,
                ))
            })?
        });
        editor.selected.set(at);
        drag.set(at.and_then(|at| {
            let before = editor.points();
            let offset = span.place(before.get(at)?) - at_px;
            Some(Drag {
                pointer: event.pointer_id(),
                at,
                offset,
                before,
                // What was just added is one step with where it is dragged.
                kept: nearest.is_none(),
            })
        }));
    };
    let moved = move |event: PointerEvent| {
        let Some(mut dragged) = drag
            .get_untracked()
            .filter(|drag| drag.pointer == event.pointer_id())
        else {
            return;
        };
        let Some(to) = place(&event) else { return };
        let before = &dragged.before;
        let next = if points::is_outside(to) {
            points::removed(before, dragged.at)
        } else {
            let (value, opacity) = editor.span.get_untracked().at(to + dragged.offset);
            Some(points::moved(before, dragged.at, value, opacity))
        };
        let Some(next) = next.filter(|next| *next != editor.points()) else {
            return;
        };
        let gone = next.len() < before.len();
        editor.selected.set((!gone).then_some(dragged.at));
        if !dragged.kept {
            editor.workspace.keep_look();
            dragged.kept = true;
            drag.set(Some(dragged));
        }
        editor.workspace.edit_function(next);
    };
    view! {
        <svg
            class="curve-picture"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            role="group"
            aria-label=t("volume.curve")
            data-testid="curve"
            node_ref=svg
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=move |_| drag.set(None)
            on:pointercancel=move |_| drag.set(None)
        >
            <defs>
                <linearGradient id="curve-colours" gradientUnits="userSpaceOnUse" x1="0" x2=WIDTH>
                    {move || stops(&editor.function.get(), editor.span.get())}
                </linearGradient>
            </defs>
            {[0.1, 0.5]
                .map(|opacity| {
                    view! {
                        <line class="curve-grid" x1="0" x2=WIDTH y1=y(opacity) y2=y(opacity) />
                        <text class="curve-grid-label" x=WIDTH - 3.0 y=y(opacity) - 3.0 text-anchor="end">
                            {words::percent(opacity)}
                        </text>
                    }
                })
                .collect_view()}
            <path class="curve-histogram" d=move || histogram.with(|histogram| bars(histogram, editor.span.get())) />
            <path class="curve-area" fill="url(#curve-colours)" d=move || outline(&editor.function.get(), editor.span.get(), true) />
            <path class="curve-line" d=move || outline(&editor.function.get(), editor.span.get(), false) />
            {move || (0..count.get()).map(|at| view! { <Point editor at /> }).collect_view()}
        </svg>
    }
}
