//! The overlay of a flat image.

use super::measurements::Measurements;
use super::scale_bar::scale_bar;
use super::text::{self, Line};
use super::{FONT_PX, colors};
use crate::locale::{t, t_with};
use crate::viewer::words;
use crate::workspace::Workspace;
use leptos::prelude::*;
use viewer_wasm::flat::{colour, orientation};
use viewer_wasm::series::Calibration;
use viewer_wasm::view::{Ordinal, ViewId};

/// Everything over an image. Measurements stay when the rest is switched off.
#[component]
pub fn ImageOverlay() -> impl IntoView {
    let workspace = Workspace::current();
    let size = workspace.cell_size(ViewId::Image);
    // Texts are made anew only when what they say changes.
    let facts = Memo::new(move |_| Facts::of(workspace));
    let texts = move || {
        let size = size.get();
        let facts = facts.get()?;
        if size.min_element() < 1.0 || !workspace.overlay_visible.get() {
            return None;
        }
        let (at, count) = facts.frame;
        let ordinal = (count > 1).then_some(Ordinal {
            number: at + 1,
            count,
            oblique: false,
        });
        let below_title = text::patient_lines(workspace)
            .into_iter()
            .chain(text::warning_lines(workspace))
            .collect();
        Some(view! {
            {text::orientation(facts.letters, size)}
            {text::top_line(text::title(ViewId::Image, ordinal))}
            {text::below_title(below_title, size)}
            {text::bottom(bottom_lines(workspace, facts.calibration), size)}
            {text::lossy_badge(workspace, size)}
            {scale_bar(facts.mm_per_px, facts.calibration != Calibration::None, size)}
        })
    };
    view! {
        <svg
            class="overlay"
            data-overlay=ViewId::Image.name()
            width=move || size.get().x
            height=move || size.get().y
            viewBox=move || format!("0 0 {} {}", size.get().x.max(1.0), size.get().y.max(1.0))
            font-family="-apple-system, 'Segoe UI', Roboto, Ubuntu, 'Noto Sans', 'Liberation Sans', system-ui, sans-serif"
            font-size=FONT_PX
            stroke-linejoin="round"
        >
            <g stroke=colors::HALO stroke-width="3" stroke-opacity="0.75" paint-order="stroke">
                {texts}
            </g>
            <Measurements id=ViewId::Image />
        </svg>
    }
}

/// What the texts say of an image.
#[derive(Clone, PartialEq)]
struct Facts {
    frame: (usize, usize),
    letters: [String; 4],
    mm_per_px: f64,
    calibration: Calibration,
}

impl Facts {
    fn of(workspace: Workspace) -> Option<Self> {
        let scan = workspace.active_image()?;
        let (view, series) = (workspace.image.get(), &scan.series);
        let image = &series.instances.first()?.attributes;
        // Only a position or direction in the patient gives the geometry's axes a meaning.
        let placed = image.orientation.is_some();
        let letters = match &image.display.patient_orientation {
            _ if placed => view.orientation_letters(),
            Some(says) => orientation::letters(&view, &series.geometry, says),
            None => Default::default(),
        };
        Some(Self {
            frame: workspace.image_frame()?,
            letters,
            mm_per_px: view.mm_per_px,
            calibration: series.calibration,
        })
    }
}

/// What millimetres mean where they are not the patient's, and the window of a grey image.
fn bottom_lines(workspace: Workspace, calibration: Calibration) -> Vec<Line> {
    let scale = match calibration {
        Calibration::Patient => None,
        Calibration::Detector => Some(t("viewer.scale-detector").to_owned()),
        Calibration::Estimated(factor) => Some(t_with(
            "viewer.scale-estimated",
            &[("factor", &words::fixed(factor, 2))],
        )),
        Calibration::None => Some(t("viewer.scale-none").to_owned()),
    };
    let grey = workspace
        .active_image()
        .filter(|scan| !colour::is_colour(&scan.series.instances[0].attributes))
        .map(|scan| match workspace.voi_table.get() {
            Some(at) => t_with("viewer.window-table", &[("n", &(at + 1).to_string())]),
            None => words::window(workspace.window.get(), scan.series.unit.name()),
        });
    let scale = scale.map(|text| Line::colored(text, colors::WARN));
    scale.into_iter().chain(grey.map(Line::plain)).collect()
}
