//! How often each value is in the volume, with the window's two ends to drag, and what becomes of the values between
//! them.

use crate::locale::{t, t_with};
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::html;
use leptos::prelude::*;
use std::fmt::Write;
use viewer_wasm::view::{Tones, Window};
use viewer_wasm::volume::Histogram;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// Size of the drawing; it is stretched to the panel.
const WIDE: f64 = 256.0;
const HIGH: f64 = 72.0;
/// Room for a window's end beyond the values that there are, as a share of them.
const MARGIN: f64 = 0.04;
/// How near to an end a press takes hold of it, in CSS pixels.
const REACH_PX: f64 = 16.0;
/// Steps across the histogram that an arrow key makes, and a page key.
const STEPS: f64 = 200.0;
const PAGE_STEPS: f64 = 10.0;
/// Colours along the window.
const STOPS: usize = 24;

/// What is dragged.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Low,
    High,
    /// Both ends; from the value under the pointer to the centre.
    Middle(f64),
}

/// Values at the edges of the drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Axis {
    low: f64,
    high: f64,
}

impl Axis {
    /// Of the values that there are; of the window where nothing is counted yet.
    fn of(histogram: &Histogram, window: Window) -> Self {
        let (low, high) = if histogram.counts.is_empty() {
            window.ends()
        } else {
            (histogram.low, histogram.high)
        };
        let margin = (high - low) * MARGIN;
        Self {
            low: low - margin,
            high: high + margin,
        }
    }

    /// Place of a value, 0 to 1; values beyond the edges are at them.
    fn share(self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    fn value(self, share: f64) -> f64 {
        self.low + (self.high - self.low) * share
    }
}

impl Part {
    /// The window once this part of it is at `value`.
    fn moved(self, window: Window, value: f64) -> Window {
        let (low, high) = window.ends();
        match self {
            Self::Low => Window::from_ends(value.min(high - Window::MIN_WIDTH), high),
            Self::High => Window::from_ends(low, value.max(low + Window::MIN_WIDTH)),
            Self::Middle(to_center) => Window::new(value + to_center, window.width),
        }
    }

    /// Where this part of a window is.
    fn place(self, window: Window) -> f64 {
        let (low, high) = window.ends();
        match self {
            Self::Low => low,
            Self::High => high,
            Self::Middle(_) => window.center,
        }
    }

    /// What a press at `share` takes hold of. `reach` is a share as well.
    fn at(share: f64, reach: f64, axis: Axis, window: Window) -> Self {
        let (low, high) = window.ends();
        let (to_low, to_high) = (share - axis.share(low), share - axis.share(high));
        let nearer_low = to_low.abs() < to_high.abs() || to_low < 0.0;
        let between = to_low > reach && to_high < -reach;
        match (between, nearer_low) {
            (true, _) => Self::Middle(window.center - axis.value(share)),
            (false, true) => Self::Low,
            (false, false) => Self::High,
        }
    }
}

#[component]
pub fn WindowHistogram() -> impl IntoView {
    let workspace = Workspace::current();
    let plot = NodeRef::<html::Div>::new();
    let axis = Memo::new(move |_| {
        // Without values the axis is the window's, and would run away under a drag.
        let window = workspace.window.get();
        workspace.histogram.with(|found| Axis::of(found, window))
    });
    let bars = Memo::new(move |_| workspace.histogram.with(|found| outline(found, axis.get())));
    let ramp = Memo::new(move |_| curve(workspace.window.get(), shown(workspace), axis.get()));
    let dragged = StoredValue::new(None::<Part>);
    let drag = move |event: &PointerEvent, starts: bool| {
        let Some(plot) = plot.get_untracked() else {
            return;
        };
        let rect = plot.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
        let (axis, window) = (axis.get_untracked(), workspace.window.get_untracked());
        if starts {
            let part = Part::at(share, REACH_PX / rect.width().max(1.0), axis, window);
            dragged.set_value(Some(part));
        }
        if let Some(part) = dragged.get_value() {
            workspace.set_window(part.moved(window, axis.value(share.clamp(0.0, 1.0))));
        }
    };
    let press = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let plot: Option<Element> = plot.get_untracked().map(|plot| plot.unchecked_into());
        if let Some(plot) = plot {
            // Fails for a pointer that is gone: then there is nothing to follow.
            let _ = plot.set_pointer_capture(event.pointer_id());
        }
        drag(&event, true);
    };
    view! {
        <div class="histogram" data-testid="histogram">
            <div
                class="histogram-plot"
                node_ref=plot
                on:pointerdown=press
                on:pointermove=move |event| drag(&event, false)
                on:pointerup=move |_| dragged.set_value(None)
                on:pointercancel=move |_| dragged.set_value(None)
                on:lostpointercapture=move |_| dragged.set_value(None)
            >
                <svg viewBox=format!("0 0 {WIDE} {HIGH}") preserveAspectRatio="none" aria-hidden="true">
                    <path class="histogram-bars" d=move || bars.get() />
                    <path class="histogram-halo" d=move || ramp.get() />
                    <path class="histogram-curve" d=move || ramp.get() />
                </svg>
                <Cut part=Part::Low axis label=t("viewer.window-low") testid="window-low" />
                <Cut part=Part::Middle(0.0) axis label=t("viewer.window-center") testid="window-middle" />
                <Cut part=Part::High axis label=t("viewer.window-high") testid="window-high" />
            </div>
            <ToneStrip axis />
        </div>
    }
}

/// One end of the window, or its middle: a slider.
#[component]
fn Cut(part: Part, axis: Memo<Axis>, label: &'static str, testid: &'static str) -> impl IntoView {
    let workspace = Workspace::current();
    let value = Memo::new(move |_| part.place(workspace.window.get()));
    let kind = match part {
        Part::Middle(_) => "cut cut-middle",
        _ => "cut",
    };
    let text = move || {
        let unit = workspace
            .active_scan()
            .map_or("", |scan| scan.series.unit.name());
        let value = words::grey(value.get());
        t_with("viewer.value-unit", &[("value", &value), ("unit", unit)])
    };
    let press = move |event: KeyboardEvent| {
        let (axis, window) = (axis.get_untracked(), workspace.window.get_untracked());
        let step = (axis.high - axis.low) / STEPS;
        let now = part.place(window);
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now - step,
            "ArrowRight" | "ArrowUp" => now + step,
            "PageDown" => now - step * PAGE_STEPS,
            "PageUp" => now + step * PAGE_STEPS,
            "Home" => axis.low,
            "End" => axis.high,
            _ => return,
        };
        event.prevent_default();
        workspace.set_window(part.moved(window, next));
    };
    view! {
        <div
            class=kind
            role="slider"
            tabindex="0"
            aria-label=label
            aria-valuemin=move || axis.get().low.round().to_string()
            aria-valuemax=move || axis.get().high.round().to_string()
            aria-valuenow=move || {
                let axis = axis.get();
                value.get().clamp(axis.low, axis.high).round().to_string()
            }
            aria-valuetext=text
            data-testid=testid
            style:left=move || format!("{}%", 100.0 * axis.get().share(value.get()))
            on:keydown=press
        ></div>
    }
}

/// Every value's colour, below its place.
#[component]
fn ToneStrip(axis: Memo<Axis>) -> impl IntoView {
    let workspace = Workspace::current();
    let span = Memo::new(move |_| {
        let (low, high) = workspace.window.get().ends();
        let axis = axis.get();
        let place = |value: f64| WIDE * (value - axis.low) / (axis.high - axis.low);
        (place(low), place(high))
    });
    let stops = Memo::new(move |_| shown(workspace));
    view! {
        <svg class="tone-strip" viewBox=format!("0 0 {WIDE} 8") preserveAspectRatio="none" aria-hidden="true">
            <linearGradient
                id="tone-strip"
                gradientUnits="userSpaceOnUse"
                x1=move || span.get().0
                x2=move || span.get().1
            >
                {move || color_stops(stops.get())}
            </linearGradient>
            <rect width=WIDE height="8" fill="url(#tone-strip)" />
        </svg>
    }
}

/// The tones that are on screen: inverted twice where the scan's low values are bright. Tracks.
fn shown(workspace: Workspace) -> Tones {
    workspace.active_scan().map_or_else(
        || workspace.tones.get(),
        |scan| workspace.tones_of(&scan.series),
    )
}

/// Colours from black to white as stops of a gradient.
pub(super) fn color_stops(tones: Tones) -> impl IntoView {
    (0..=STOPS)
        .map(|stop| {
            let place = stop as f64 / STOPS as f64;
            let [r, g, b] = tones.color(place).map(|part| (part * 255.0).round() as u8);
            view! { <stop offset=place stop-color=format!("rgb({r},{g},{b})") /> }
        })
        .collect_view()
}

/// The bins as one outline, on a scale of roots of logarithms: bone is a hundredth of the air around a head.
fn outline(histogram: &Histogram, axis: Axis) -> String {
    let most = histogram.counts.iter().max().copied().unwrap_or(0) as f64;
    if most < 1.0 {
        return String::new();
    }
    let width = histogram.bin_width();
    let x = |value: f64| WIDE * axis.share(value);
    let mut path = format!("M{:.1} {HIGH}", x(histogram.low));
    for (bin, count) in histogram.counts.iter().enumerate() {
        let high = HIGH * (1.0 - 0.94 * (*count as f64).ln_1p() / most.ln_1p());
        let left = histogram.low + width * bin as f64;
        // Cannot fail: it writes to a string.
        let _ = write!(path, "V{high:.1}H{:.1}", x(left + width));
    }
    path.push_str(&format!("V{HIGH}Z"));
    path
}

/// Brightness over the value, as it is shown.
fn curve(window: Window, tones: Tones, axis: Axis) -> String {
    let mut path = String::new();
    let (low, high) = window.ends();
    let inside = (0..=STOPS).map(|stop| low + (high - low) * stop as f64 / STOPS as f64);
    let points = std::iter::once(axis.low).chain(inside).chain([axis.high]);
    for value in points.filter(|value| (axis.low..=axis.high).contains(value)) {
        let x = WIDE * axis.share(value);
        let y = HIGH * (0.97 - 0.94 * tones.shown(window.brightness(value)));
        let command = if path.is_empty() { 'M' } else { 'L' };
        // As above.
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: Axis = Axis {
        low: -1000.0,
        high: 3000.0,
    };

    #[test]
    fn ends_move_and_stay_in_order() {
        let window = Window::from_ends(0.0, 2000.0);
        assert_eq!(Part::Low.moved(window, 500.0).ends(), (500.0, 2000.0));
        assert_eq!(Part::High.moved(window, 500.0).ends(), (0.0, 500.0));
        assert_eq!(Part::Low.moved(window, 2500.0).ends(), (1999.0, 2000.0));
        assert_eq!(Part::High.moved(window, -900.0).ends(), (0.0, 1.0));
        assert_eq!(
            Part::Middle(100.0).moved(window, 500.0).ends(),
            (-400.0, 1600.0)
        );
    }

    #[test]
    fn a_press_takes_what_is_near_it() {
        let window = Window::from_ends(0.0, 2000.0);
        let at = |share: f64| Part::at(share, 0.05, AXIS, window);
        assert_eq!([at(0.1), at(0.24), at(0.28)], [Part::Low; 3]);
        assert_eq!([at(0.72), at(0.78), at(0.95)], [Part::High; 3]);
        assert_eq!(at(0.5), Part::Middle(0.0));
        // Ends that lie beyond the edges are taken at the edges.
        let wide = Window::from_ends(-9000.0, 9000.0);
        assert_eq!(Part::at(0.01, 0.05, AXIS, wide), Part::Low);
        assert_eq!(Part::at(0.99, 0.05, AXIS, wide), Part::High);
    }

    #[test]
    fn paths_stay_in_the_drawing() {
        let histogram = Histogram {
            low: -1000.0,
            high: 3000.0,
            counts: vec![0, 1, 1_000_000, 10],
        };
        let path = outline(&histogram, AXIS);
        assert!(
            path.starts_with("M0.0 72V72.0H64.0V") && path.ends_with('Z'),
            "{path}"
        );
        assert!(path.contains("V4.3"), "the highest: {path}");
        assert_eq!(outline(&Histogram::default(), AXIS), "");
        let ramp = curve(Window::from_ends(0.0, 9000.0), Tones::PLAIN, AXIS);
        assert!(ramp.starts_with("M0.0 69.8L64.0 69.8"), "{ramp}");
    }
}
