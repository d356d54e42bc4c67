//! The overlay of the volume rendering.

use super::scale_bar::scale_bar;
use super::text::{self, Line};
use super::{FONT_PX, colors};
use crate::locale::t;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::view::{Rendering, ViewId, VolumePreset, VolumeView};

#[component]
pub fn VolumeOverlay() -> impl IntoView {
    let workspace = Workspace::current();
    let size = workspace.cell_size(ViewId::Volume);
    let furniture = move || {
        let size = size.get();
        let (view, geometry) = (workspace.volume_view.get(), workspace.geometry()?);
        if size.min_element() < 1.0 || !workspace.overlay_visible.get() {
            return None;
        }
        let below_title = text::patient_lines(workspace)
            .into_iter()
            .chain(text::warning_lines(workspace))
            .collect();
        Some(view! {
            {text::orientation(view.orientation_letters(), size)}
            {text::top_line(text::title(ViewId::Volume, None))}
            {text::below_title(below_title, size)}
            {text::bottom(vec![Line::plain(look_name(&view))], size)}
            {text::lossy_badge(workspace, size)}
            {scale_bar(view.mm_per_px, geometry.spacing_known, size)}
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
        </svg>
    }
}

fn look_name(view: &VolumeView) -> &'static str {
    match (view.rendering, view.preset) {
        (Rendering::Maximum, _) => t("viewer.preset-mip"),
        (Rendering::Average, _) => t("viewer.preset-average"),
        (Rendering::Surface, _) => t("viewer.preset-surface"),
        (Rendering::Composite, VolumePreset::Bone) => t("viewer.preset-bone"),
        (Rendering::Composite, VolumePreset::Teeth) => t("viewer.preset-teeth"),
        (Rendering::Composite, VolumePreset::TeethNerve) => t("viewer.preset-teeth-nerve"),
        (Rendering::Composite, VolumePreset::SoftTissue) => t("viewer.preset-soft-tissue"),
        (Rendering::Composite, VolumePreset::Airway) => t("viewer.preset-airway"),
        (Rendering::Composite, VolumePreset::Skin) => t("viewer.preset-skin"),
    }
}
