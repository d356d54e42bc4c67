//! The overlay of the volume rendering.

use super::clip_box::ClipBox;
use super::clip_planes::ClipPlanes;
use super::cube::OrientationCube;
use super::in_space::MeasurementsInSpace;
use super::scale_bar::scale_bar;
use super::text::{self, Line};
use super::{FONT_PX, colors};
use crate::locale::t;
use crate::viewer::{ViewerState, words};
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{Rendering, ViewId, VolumeView};

/// What the overlay says of the view.
#[derive(Clone, PartialEq)]
struct Written {
    letters: [String; 4],
    look: &'static str,
    /// `None` in a perspective, where a length on the screen is no length in the patient.
    mm_per_px: Option<f64>,
}

#[component]
pub fn VolumeOverlay() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let size = workspace.cell_size(ViewId::Volume);
    let boxed = Memo::new(move |_| state.clip_box.get() && workspace.overlay_visible.get());
    // What of the camera is written: a turn changes hardly any of it, and what stays is not drawn again.
    let written = Memo::new(move |_| {
        workspace.volume_seen.with(|view| Written {
            letters: view.orientation_letters(),
            look: look_name(view),
            mm_per_px: view.eye_mm.is_none().then_some(view.mm_per_px),
        })
    });
    let furniture = move || {
        let size = size.get();
        let (written, geometry) = (written.get(), workspace.geometry()?);
        if size.min_element() < 1.0 || !workspace.overlay_visible.get() {
            return None;
        }
        let below_title = text::patient_lines(workspace)
            .into_iter()
            .chain(text::warning_lines(workspace))
            .collect();
        Some(view! {
            {text::orientation(written.letters, size)}
            {text::top_line(text::title(ViewId::Volume, None))}
            {text::below_title(below_title, size)}
            {text::bottom(vec![Line::plain(written.look)], size)}
            {text::lossy_badge(workspace, size)}
            {written.mm_per_px.map(|mm_per_px| scale_bar(mm_per_px, geometry.spacing_known, size))}
        })
    };
    view! {
        <svg
            class="overlay"
            data-overlay=ViewId::Volume.name()
            width=move || size.get().x
            height=move || size.get().y
            viewBox=move || format!("0 0 {} {}", size.get().x.max(1.0), size.get().y.max(1.0))
            font-family="-apple-system, 'Segoe UI', Roboto, Ubuntu, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif"
            font-size=FONT_PX
        >
            <g stroke=colors::HALO stroke-width="3" stroke-opacity="0.75" paint-order="stroke">
                {furniture}
            </g>
            <MeasurementsInSpace />
            <OrientationCube />
        </svg>
        // Grips are not part of the picture.
        <svg class="overlay" width=move || size.get().x height=move || size.get().y>
            <Show when=move || boxed.get()>
                <ClipBox />
            </Show>
            <Show when=move || workspace.overlay_visible.get()>
                <ClipPlanes />
            </Show>
        </svg>
    }
}

fn look_name(view: &VolumeView) -> &'static str {
    match view.rendering {
        Rendering::Composite if view.custom.is_some() => t("volume.edited"),
        Rendering::Composite => words::preset_name(view.preset),
        other => words::rendering_name(other),
    }
}
