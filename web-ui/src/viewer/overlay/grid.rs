//! The overlay of the grid: which slice each tile is, and where the crosshair is.

use super::plane::bottom_lines;
use super::scale_bar::scale_bar;
use super::text::{self, Line};
use super::{FONT_PX, colors};
use crate::locale::t_with;
use crate::viewer::words;
use crate::workspace::Workspace;
use glam::DVec2;
use leptos::prelude::*;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::plane::extent_along;
use viewer_wasm::view::{GridView, ViewId};

/// From a tile's edges to its text.
const INSET_PX: f64 = 6.0;
/// Height of the scale bar with its text.
const SCALE_BAR_PX: f64 = 40.0;

#[component]
pub fn GridOverlay() -> impl IntoView {
    let workspace = Workspace::current();
    let size = workspace.cell_size(ViewId::Grid);
    let of = Memo::new(move |_| workspace.grid.get().of);
    let shown = move || {
        let (size, geometry) = (size.get(), workspace.geometry()?);
        (size.min_element() >= 1.0).then(|| (size, geometry, workspace.grid_view()))
    };
    let texts = move || {
        let (size, geometry, view) = shown().filter(|_| workspace.overlay_visible.get())?;
        let slab = (view.first.slab_mm > 0.0).then_some((view.first.slab_mm, view.first.slab_mode));
        let below_title = text::patient_lines(workspace)
            .into_iter()
            .chain(text::warning_lines(workspace))
            .collect();
        Some(view! {
            {text::orientation(view.first.orientation_letters(), size)}
            {text::top_line(title(&view, of.get(), geometry.spacing_known))}
            {text::below_title(below_title, size)}
            {text::bottom(bottom_lines(workspace, slab), size)}
            {tiles(workspace, &view, &geometry, size)}
            {scale_bar(view.first.mm_per_px, geometry.spacing_known, size)}
        })
    };
    let frames = move || {
        let (size, _, view) = shown()?;
        let color = colors::of_view(of.get());
        let tile_px = view.tile_size(size);
        let here = workspace
            .overlay_visible
            .get()
            .then(|| crosshair_tile(workspace, &view))??;
        let corner = view.tile_corner(here, size) + DVec2::ONE;
        Some(view! {
            <rect
                x=corner.x
                y=corner.y
                width=(tile_px.x - 2.0).max(0.0)
                height=(tile_px.y - 2.0).max(0.0)
                fill="none"
                stroke=color
                stroke-width="1.5"
            />
        })
    };
    let lines = move || {
        let (size, _, view) = shown()?;
        let tile_px = view.tile_size(size);
        let mut path = String::new();
        for column in 1..view.columns {
            path.push_str(&format!(
                "M{:.1} 0V{:.1}",
                tile_px.x * f64::from(column),
                size.y
            ));
        }
        for row in 1..view.rows {
            path.push_str(&format!(
                "M0 {:.1}H{:.1}",
                tile_px.y * f64::from(row),
                size.x
            ));
        }
        Some(view! { <path d=path fill="none" stroke=colors::INK stroke-opacity="0.22" /> })
    };
    view! {
        <svg
            class="overlay"
            data-overlay=ViewId::Grid.name()
            width=move || size.get().x
            height=move || size.get().y
            viewBox=move || format!("0 0 {} {}", size.get().x.max(1.0), size.get().y.max(1.0))
            font-family="-apple-system, 'Segoe UI', Roboto, Ubuntu, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif"
            font-size=FONT_PX
            stroke-linejoin="round"
        >
            {lines}
            {frames}
            <g stroke=colors::HALO stroke-width="3" stroke-opacity="0.75" paint-order="stroke">
                {texts}
                {move || text::lossy_badge(workspace, size.get())}
            </g>
        </svg>
    }
}

/// `Axial slices, every 2.0 mm`.
fn title(view: &GridView, of: ViewId, known: bool) -> Line {
    let text = t_with(
        "viewer.grid-title",
        &[
            ("view", words::view_name(of)),
            ("spacing", &words::distance(view.spacing_mm, known, 1)),
        ],
    );
    Line::colored(text, colors::of_view(of))
}

/// Which tile is nearest to the crosshair, if that lies among them.
fn crosshair_tile(workspace: Workspace, view: &GridView) -> Option<u32> {
    let depth_mm = view.first.depth_mm(workspace.crosshair_mm.get());
    let number = (depth_mm / view.spacing_mm).round();
    (number >= 0.0 && number < f64::from(view.count())).then_some(number as u32)
}

/// The slice's number, and how far it is from the plane that the grid is parallel to. Nothing where a tile is outside.
fn tiles(
    workspace: Workspace,
    view: &GridView,
    geometry: &Geometry,
    size: DVec2,
) -> impl IntoView + use<> {
    let normal = view.first.normal();
    let half_mm = 0.5 * extent_along(geometry, normal);
    let crosshair = workspace.crosshair_mm.get();
    let tile_px = view.tile_size(size);
    let last = view.count() - 1;
    (0..view.count())
        .filter_map(|number| {
            let plane = view.tile(number);
            let from_middle_mm = (plane.center_mm - geometry.center_mm()).dot(normal);
            if from_middle_mm.abs() > half_mm {
                return None;
            }
            let ordinal = plane.ordinal(geometry);
            let offset_mm = -plane.depth_mm(crosshair);
            let offset = words::signed_distance(offset_mm, geometry.spacing_known);
            let text = if ordinal.oblique {
                offset
            } else {
                t_with(
                    "viewer.grid-tile",
                    &[("n", &ordinal.number.to_string()), ("offset", &offset)],
                )
            };
            // At the lower right of the tile, above the scale bar where that is.
            let bar = if number == last { SCALE_BAR_PX } else { 0.0 };
            let at =
                view.tile_corner(number, size) + tile_px - DVec2::new(INSET_PX, INSET_PX + bar);
            Some(view! {
                <text
                    data-tile=number
                    x=at.x
                    y=at.y
                    text-anchor="end"
                    fill=colors::INK
                >
                    {text}
                </text>
            })
        })
        .collect_view()
}
