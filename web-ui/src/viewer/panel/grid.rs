//! The grid of slices: of which plane, how many, how far apart.

use super::planes::LengthSlider;
use crate::locale::t;
use crate::viewer::words;
use crate::workspace::{SliceGrid, Workspace};
use leptos::prelude::*;
use viewer_wasm::view::ViewId;

#[component]
pub fn GridPanel() -> impl IntoView {
    let workspace = Workspace::current();
    let spacing = Memo::new(move |_| workspace.grid.get().spacing_mm);
    let text = move || {
        let known = workspace
            .geometry()
            .is_some_and(|geometry| geometry.spacing_known);
        words::thickness(spacing.get(), known)
    };
    let plane = move |id: ViewId| {
        view! {
            <button
                type="button"
                class="segment"
                data-testid=format!("grid-{}", id.name())
                aria-pressed=move || (workspace.grid.get().of == id).to_string()
                on:click=move |_| workspace.change_grid(|grid| grid.of = id)
            >
                {words::view_name(id)}
            </button>
        }
    };
    let (least, most) = SliceGrid::SPACING_MM;
    view! {
        <section class="panel-section" aria-labelledby="panel-grid">
            <h2 class="panel-title" id="panel-grid">{t("viewer.grid")}</h2>
            <div class="segments segments--wide" role="group" aria-label=t("viewer.grid-plane")>
                {ViewId::PLANES.map(plane)}
            </div>
            <LengthSlider
                label=t("viewer.grid-spacing")
                testid="grid-spacing"
                least
                most
                mm=spacing
                text=Signal::derive(text)
                set=move |mm| workspace.change_grid(|grid| grid.spacing_mm = mm)
            />
            <div class="pair">
                <Count
                    label=t("viewer.grid-columns")
                    name="columns"
                    read=|grid| grid.columns
                    write=|grid, count| grid.columns = count
                />
                <Count
                    label=t("viewer.grid-rows")
                    name="rows"
                    read=|grid| grid.rows
                    write=|grid, count| grid.rows = count
                />
            </div>
        </section>
    }
}

/// Slices in one direction.
#[component]
fn Count(
    label: &'static str,
    name: &'static str,
    read: fn(&SliceGrid) -> u32,
    write: fn(&mut SliceGrid, u32),
) -> impl IntoView {
    let workspace = Workspace::current();
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <input
                class="field__input number"
                type="number"
                min="1"
                max=SliceGrid::MOST
                step="1"
                data-testid=format!("grid-{name}")
                prop:value=move || workspace.grid.with(read).to_string()
                on:change=move |event| {
                    if let Ok(count) = event_target_value(&event).trim().parse::<u32>() {
                        workspace.change_grid(|grid| write(grid, count));
                    }
                }
            />
        </label>
    }
}
