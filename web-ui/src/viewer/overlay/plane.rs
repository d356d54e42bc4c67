//! The overlay of a plane.

use super::crop::Crop;
use super::crosshair::Crosshair;
use super::measurements::Measurements;
use super::scale_bar::scale_bar;
use super::text::{self, Line};
use super::{FONT_PX, colors};
use crate::locale::t_with;
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{SlabMode, ViewId};

/// Everything over a plane. Measurements stay when the rest is switched off.
#[component]
pub fn PlaneOverlay(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let size = workspace.cell_size(id);
    // Texts are made anew only when what they say changes: the browser draws whole tiles of them for each.
    let facts = Memo::new(move |_| Facts::of(workspace, id));
    let shown = move || {
        let size = size.get();
        (size.min_element() >= 1.0 && workspace.overlay_visible.get()).then_some(size)
    };
    // The one text that changes with every step of a scroll.
    let title = move || {
        shown()?;
        let plane = workspace.plane(id)?.get();
        let geometry = workspace.geometry()?;
        Some(if plane.is_outside(&geometry) {
            text::outside_title(id)
        } else {
            text::title(id, Some(plane.ordinal(&geometry)))
        })
    };
    let title = Memo::new(move |_| title());
    let texts = move || {
        let (size, facts) = (shown()?, facts.get()?);
        let below_title = text::series_lines(workspace)
            .into_iter()
            .chain(text::patient_lines(workspace))
            .chain(text::comparison_lines(workspace))
            .chain(text::warning_lines(workspace))
            .collect();
        Some(view! {
            {text::orientation(facts.letters, size)}
            {text::below_title(below_title, size)}
            {text::bottom(bottom_lines(workspace, facts.slab), size)}
            {text::lossy_badge(workspace, size)}
            {scale_bar(facts.mm_per_px, facts.spacing_known, size)}
        })
    };
    view! {
        <Crosshair id />
        <svg
            class="overlay"
            data-overlay=id.name()
            width=move || size.get().x
            height=move || size.get().y
            viewBox=move || format!("0 0 {} {}", size.get().x.max(1.0), size.get().y.max(1.0))
            font-family="-apple-system, 'Segoe UI', Roboto, Ubuntu, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif"
            font-size=FONT_PX
            stroke-linejoin="round"
        >
            <g stroke=colors::HALO stroke-width="3" stroke-opacity="0.75" paint-order="stroke">
                {move || title.get().map(text::top_line)}
                {texts}
            </g>
            <Measurements id />
        </svg>
        <svg class="overlay" width=move || size.get().x height=move || size.get().y>
            <Crop id />
        </svg>
    }
}

/// What the texts say of a plane.
#[derive(Clone, PartialEq)]
struct Facts {
    letters: [String; 4],
    mm_per_px: f64,
    spacing_known: bool,
    /// Thickness in mm, if it is more than a plane.
    slab: Option<(f64, SlabMode)>,
}

impl Facts {
    fn of(workspace: Workspace, id: ViewId) -> Option<Self> {
        let (plane, geometry) = (workspace.plane(id)?.get(), workspace.geometry()?);
        Some(Self {
            letters: plane.orientation_letters(),
            mm_per_px: plane.mm_per_px,
            spacing_known: geometry.spacing_known,
            slab: (plane.slab_mm > 0.0).then_some((plane.slab_mm, plane.slab_mode)),
        })
    }
}

/// Window, and slab if there is one.
pub(super) fn bottom_lines(workspace: Workspace, slab: Option<(f64, SlabMode)>) -> Vec<Line> {
    let unit = workspace
        .active_scan()
        .map_or("", |scan| scan.series.unit.name());
    let window = Line::plain(words::window(workspace.window.get(), unit));
    let known = workspace
        .geometry()
        .is_some_and(|geometry| geometry.spacing_known);
    let slab = slab.map(|(thickness_mm, mode)| {
        let mode = match mode {
            SlabMode::Mean => "viewer.slab-text-mean",
            SlabMode::Mip => "viewer.slab-text-mip",
            SlabMode::MinIp => "viewer.slab-text-minip",
        };
        Line::plain(t_with(
            mode,
            &[("thickness", &words::thickness(thickness_mm, known))],
        ))
    });
    slab.into_iter().chain([window]).collect()
}
