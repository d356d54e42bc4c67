//! The overlay of a plane.

use super::crosshair::crosshair;
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
    let furniture = move || {
        let size = size.get();
        let (plane, geometry) = (workspace.plane(id)?.get(), workspace.geometry()?);
        if size.min_element() < 1.0 || !workspace.overlay_visible.get() {
            return None;
        }
        let top = std::iter::once(text::title(id, Some(plane.slice_ordinal(&geometry))))
            .chain(text::patient_lines(workspace))
            .chain(text::warning_lines(workspace))
            .collect();
        Some(view! {
            {workspace.crosshair_visible.get().then(|| crosshair(workspace, id, &plane, size))}
            {text::orientation(plane.orientation_letters(), size)}
            {text::corner(top, size, false)}
            {text::corner(bottom_lines(workspace, id), size, true)}
            {text::lossy_badge(workspace, size)}
            {scale_bar(plane.mm_per_px, geometry.spacing_known, size)}
        })
    };
    view! {
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
                {furniture}
            </g>
            <Measurements id />
        </svg>
    }
}

/// Window, and slab if there is one.
fn bottom_lines(workspace: Workspace, id: ViewId) -> Vec<Line> {
    let unit = workspace
        .active_scan()
        .map_or("", |scan| scan.series.unit.name());
    let window = Line::plain(words::window(workspace.window.get(), unit));
    let known = workspace
        .geometry()
        .is_some_and(|geometry| geometry.spacing_known);
    let slab = workspace
        .plane(id)
        .map(|plane| plane.get())
        .filter(|plane| plane.slab_mm > 0.0)
        .map(|plane| {
            let mode = match plane.slab_mode {
                SlabMode::Mean => "viewer.slab-text-mean",
                SlabMode::Mip => "viewer.slab-text-mip",
                SlabMode::MinIp => "viewer.slab-text-minip",
            };
            Line::plain(t_with(
                mode,
                &[("thickness", &words::distance(plane.slab_mm, known, 0))],
            ))
        });
    slab.into_iter().chain([window]).collect()
}
