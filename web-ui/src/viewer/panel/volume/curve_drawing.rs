//! What the curve editor draws: colours, histogram, curve; and a preset's swatch.

use super::points::{self, HEIGHT, Span, WIDTH, y};
use leptos::prelude::*;
use viewer_wasm::order;
use viewer_wasm::view::{TransferFunction, VolumePreset};
use viewer_wasm::volume::Histogram;

/// Pieces of the curve: one for two units of the picture.
const PIECES: usize = 134;

/// The colours of a function, along the picture.
pub fn stops(function: &TransferFunction, span: Span) -> impl IntoView + use<> {
    function
        .points()
        .iter()
        .map(|point| {
            let at = span.x(point.value) / WIDTH;
            view! { <stop offset=format!("{at:.4}") stop-color=points::hex(point.color) /> }
        })
        .collect_view()
}

/// The histogram as one path; heights are logarithms, since air would leave nothing to see of the rest.
pub fn bars(histogram: &Histogram, span: Span) -> String {
    let highest = histogram.counts.iter().copied().max().unwrap_or(0);
    if highest == 0 {
        return String::new();
    }
    let log = |count: u64| (count as f64).ln_1p();
    let width = histogram.bin_width();
    let mut path = String::new();
    for (bin, count) in histogram.counts.iter().enumerate() {
        let left = span.x(histogram.low + width * bin as f64);
        let right = span.x(histogram.low + width * (bin + 1) as f64);
        let top = HEIGHT - 0.92 * HEIGHT * log(*count) / log(highest);
        path.push_str(&format!("M{left:.1} {HEIGHT}V{top:.1}H{right:.1}V{HEIGHT}"));
    }
    path
}

/// The curve from border to border, or the area below it.
pub fn outline(function: &TransferFunction, span: Span, closed: bool) -> String {
    // Between points the root of the opacity is no straight line.
    let mut values: Vec<f64> = (0..=PIECES)
        .map(|at| span.low + (span.high - span.low) * at as f64 / PIECES as f64)
        .chain(function.points().iter().map(|point| point.value))
        .collect();
    order::sort(&mut values, f64::total_cmp);
    let mut path = String::new();
    for value in values {
        let command = if path.is_empty() { 'M' } else { 'L' };
        let (x, y) = (span.x(value), y(function.at(value).1));
        path.push_str(&format!("{command}{x:.1} {y:.1}"));
    }
    if closed {
        path.push_str(&format!("V{:.1}H{:.1}Z", y(0.0), span.x(span.low)));
    }
    path
}

/// A preset's colours as a swatch: what it shows, from its faintest to its densest value.
#[component]
pub fn Swatch(preset: VolumePreset) -> impl IntoView {
    let function = TransferFunction::preset(preset);
    let (low, high) = function.range();
    let id = format!("swatch-{}", preset.name());
    let stops = function
        .points()
        .iter()
        .map(|point| {
            let at = (point.value - low) / (high - low).max(1.0);
            let seen = point.opacity.sqrt();
            view! {
                <stop offset=format!("{at:.3}") stop-color=points::hex(point.color) stop-opacity=format!("{seen:.2}") />
            }
        })
        .collect_view();
    view! {
        <svg class="swatch" viewBox="0 0 80 10" preserveAspectRatio="none" aria-hidden="true">
            <defs>
                <linearGradient id=id.clone()>{stops}</linearGradient>
            </defs>
            <rect width="80" height="10" fill=format!("url(#{id})") />
        </svg>
    }
}
