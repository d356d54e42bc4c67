//! The panels beside the views; on a phone each group is a sheet.
//!
//! - [`series`]: the list of series; [`notes`]: what is doubtful, and what was left out
//! - [`planes`]: how planes are drawn; [`orientation`]: how they are turned; [`grid`], [`cine`]
//! - [`volume`]: the 3D view; [`image`]: a flat image; [`window`]: grey values, with the [`histogram`] and the [`tones`]
//! - [`measurements`]: the list of measurements

mod cine;
mod grid;
mod histogram;
mod image;
mod measurements;
mod notes;
mod orientation;
mod planes;
mod series;
mod tones;
mod volume;
mod window;

pub use notes::RejectedList;

use super::state::{Sheet, ViewerState};
use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::workspace::{Mode, Workspace};
use cine::CinePanel;
use grid::GridPanel;
use image::ImagePanel;
use leptos::prelude::*;
use measurements::MeasurementsPanel;
use notes::{RejectedPanel, WarningsPanel};
use orientation::OrientationPanel;
use planes::PlanesPanel;
use series::SeriesPanel;
use viewer_wasm::view::ViewId;
use volume::VolumePanel;

#[component]
pub fn SidePanel() -> impl IntoView {
    let state = ViewerState::current();
    let workspace = Workspace::current();
    let sheet = move |sheet: Sheet| state.sheet.get() == Some(sheet);
    view! {
        <section
            class="side-panel"
            class:side-panel-closed=move || !state.panel_open.get()
            class:side-panel-up=move || state.sheet.get().is_some()
            aria-label=t("viewer.panel")
        >
            <div class="sheet-head">
                <p class="panel-title">{move || state.sheet.get().map(Sheet::name)}</p>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=t("shell.close")
                    on:click=move |_| state.sheet.set(None)
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <div class="panel-group panel-group-named" class:panel-group-up=move || sheet(Sheet::Series)>
                <SeriesPanel />
                <WarningsPanel />
                <RejectedPanel />
            </div>
            <div class="panel-group" class:panel-group-up=move || sheet(Sheet::Display)>
                <Show when=move || workspace.mode.get() == Mode::Image fallback=|| view! { <DisplayOfVolume /> }>
                    <ImagePanel />
                </Show>
            </div>
            <div class="panel-group panel-group-named" class:panel-group-up=move || sheet(Sheet::Measurements)>
                <MeasurementsPanel />
            </div>
        </section>
    }
}

/// What a volume's views have; what concerns the view that is alone on screen comes first.
#[component]
fn DisplayOfVolume() -> impl IntoView {
    let workspace = Workspace::current();
    let mode = Memo::new(move |_| workspace.mode.get());
    let volume = Memo::new(move |_| workspace.is_visible(ViewId::Volume));
    let plane = Memo::new(move |_| {
        ViewId::PLANES
            .into_iter()
            .any(|id| workspace.is_visible(id))
    });
    view! {
        <Show when=move || mode.get() == Mode::Grid>
            <GridPanel />
        </Show>
        <Show when=move || volume.get() && !plane.get()>
            <VolumePanel />
        </Show>
        <PlanesPanel />
        <Show when=move || plane.get() || mode.get() == Mode::Grid>
            <TurningPanels />
        </Show>
        <Show when=move || volume.get() && plane.get()>
            <VolumePanel />
        </Show>
    }
}

/// How the planes are turned, and played.
#[component]
fn TurningPanels() -> impl IntoView {
    view! {
        <OrientationPanel />
        <CinePanel />
    }
}
