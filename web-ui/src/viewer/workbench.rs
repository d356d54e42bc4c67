//! The views in their grid, with the tools on one side and the panels on the other.

use super::export::ExportButton;
use super::measuring;
use super::overlay::{GridOverlay, ImageOverlay, PlaneOverlay, VolumeOverlay, crop};
use super::panel::SidePanel;
use super::phone::{PanelBar, ViewSwitcher};
use super::rail::{self, ToolRail};
use super::{ViewerState, words};
use crate::later;
use crate::loading::pace::{next_frame, next_turn, now_ms, sleep};
use crate::locale::t_with;
use crate::shell::{Icon, IconName};
use crate::stage::{FlatCanvas, Stage, ToolEvent, ViewCell};
use crate::workspace::{Mode, Tool, VIEWS, Workspace};
use leptos::prelude::*;
use leptos::task::spawn_local;
use viewer_wasm::view::ViewId;

/// Steps in which the workbench comes: the views, the tools, the panels.
const STEPS: u8 = 2;
/// Tools and panels wait for the first image, but not longer than this.
const IMAGE_WITHIN_MS: f64 = 1000.0;
/// Between two looks whether it is there.
const LOOK_MS: i32 = 20;

#[component]
pub fn Workbench() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    one_view_on_a_phone(workspace, state);
    drop_drafts(workspace, state);
    let title = move || {
        let active = workspace.active.get();
        workspace.series.with(|series| {
            series
                .iter()
                .find(|entry| Some(entry.id) == active)
                .map(words::series_title)
                .unwrap_or_default()
        })
    };
    let step = steps(workspace);
    let (tools, panels) = (move || step.get() > 0, move || step.get() == STEPS);
    let single = Memo::new(move |_| {
        workspace.mode.get() != Mode::Mpr || workspace.maximised.get().is_some()
    });
    let comparing = Memo::new(move |_| workspace.mode.get() == Mode::Compare);
    view! {
        <main class="workbench" class:workbench-wide=move || !state.panel_open.get()>
            <h1 class="visually-hidden">{title}</h1>
            <Show when=tools fallback=|| view! { <div class="rail"></div> }>
                <ToolRail />
            </Show>
            <div class="views-area" class:views-compared=move || comparing.get()>
                <ViewSwitcher />
                <Stage>
                    <div class="views" class:views-single=move || single.get() data-tool=move || rail::tool_name(workspace.tool.get())>
                        {VIEWS.into_iter().map(|id| view! { <Slot id /> }).collect_view()}
                        <Show when=move || workspace.mode.get() == Mode::Image>
                            <ImageSlot />
                        </Show>
                        <Show when=move || workspace.mode.get() == Mode::Grid>
                            <GridSlot />
                        </Show>
                    </div>
                </Stage>
                <Show when=move || comparing.get()>
                    {later::place("compare-side", |later| (later.compare_layout)())}
                </Show>
            </div>
            <Show
                when=panels
                fallback=move || view! { <div class="side-panel" class:side-panel-closed=move || !state.panel_open.get()></div> }
            >
                <SidePanel />
            </Show>
            <PanelBar />
        </main>
    }
}

/// Counts up to [`STEPS`], once a frame after the first image. Building everything at once would keep the page from
/// answering for too long, and what the browser has to paint would come before the image.
fn steps(workspace: Workspace) -> RwSignal<u8> {
    let step = RwSignal::new(0);
    spawn_local(async move {
        let began = now_ms();
        let no_image = || {
            workspace
                .timings
                .with_untracked(|timings| timings.first_image.is_none())
        };
        while no_image() && now_ms() - began < IMAGE_WITHIN_MS {
            sleep(LOOK_MS).await;
        }
        for next in 1..=STEPS {
            next_frame().await;
            // The frame itself comes first.
            next_turn().await;
            // It may be gone again.
            if step.try_set(next).is_some() {
                return;
            }
        }
    });
    step
}

/// A view with its overlay and its button.
#[component]
fn Slot(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let label = Signal::derive(move || words::view_name(id).to_owned());
    let on_tool = Callback::new(move |(id, event): (ViewId, ToolEvent)| {
        if workspace.tool.get_untracked() == Tool::Crop {
            crop::on_tool(workspace, state.crop_draft, id, event);
        } else {
            measuring::on_tool(workspace, state, id, event);
        }
    });
    let overlay = if id == ViewId::Volume {
        view! { <VolumeOverlay /> }.into_any()
    } else {
        view! { <PlaneOverlay id /> }.into_any()
    };
    view! {
        <div class="view-slot" hidden=move || !workspace.is_visible(id)>
            <ViewCell id label on_tool>
                {overlay}
                <div class="view-buttons">
                    <ExportButton id />
                    <MaximiseButton id />
                </div>
            </ViewCell>
        </div>
    }
}

/// A flat image with its overlay.
#[component]
fn ImageSlot() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let label = Signal::derive(|| words::view_name(ViewId::Image).to_owned());
    let on_tool = Callback::new(move |(id, event): (ViewId, ToolEvent)| {
        measuring::on_tool(workspace, state, id, event)
    });
    view! {
        <div class="view-slot">
            <ViewCell id=ViewId::Image label on_tool>
                <FlatCanvas />
                <ImageOverlay />
                <div class="view-buttons">
                    <ExportButton id=ViewId::Image />
                </div>
            </ViewCell>
        </div>
    }
}

/// Parallel slices with their numbers.
#[component]
fn GridSlot() -> impl IntoView {
    let label = Signal::derive(|| words::view_name(ViewId::Grid).to_owned());
    view! {
        <div class="view-slot">
            <ViewCell id=ViewId::Grid label>
                <GridOverlay />
                <div class="view-buttons">
                    <ExportButton id=ViewId::Grid />
                </div>
            </ViewCell>
        </div>
    }
}

#[component]
fn MaximiseButton(id: ViewId) -> impl IntoView {
    let workspace = Workspace::current();
    let alone = Memo::new(move |_| workspace.maximised.get() == Some(id));
    let label = move || {
        let key = if alone.get() {
            "viewer.show-all"
        } else {
            "viewer.maximise"
        };
        t_with(key, &[("view", words::view_name(id))])
    };
    view! {
        <Show when=move || workspace.mode.get() == Mode::Mpr>
            <button
                type="button"
                class="icon-button icon-button--small view-maximise"
                aria-label=label
                title=label
                // The view must not take the press for a gesture.
                on:pointerdown=|event| event.stop_propagation()
                on:dblclick=|event| event.stop_propagation()
                on:click=move |_| workspace.toggle_maximised(id)
            >
                {move || {
                    let name = if alone.get() { IconName::Minimise } else { IconName::Maximise };
                    view! { <Icon name class="icon--small" /> }
                }}
            </button>
        </Show>
    }
}

/// A small screen shows one view; which one is remembered over a double tap.
fn one_view_on_a_phone(workspace: Workspace, state: ViewerState) {
    Effect::new(move |last: Option<ViewId>| {
        let last = last.unwrap_or(ViewId::Axial);
        if !state.phone.get() {
            return last;
        }
        let now = workspace.maximised.get();
        if now.is_none() {
            workspace.maximised.set(Some(last));
        }
        now.unwrap_or(last)
    });
    // Back on a large screen, all views are shown.
    Effect::new(move |was_phone: Option<bool>| {
        let phone = state.phone.get();
        if was_phone == Some(true) && !phone {
            workspace.maximised.set(None);
        }
        phone
    });
}

/// Half a measurement belongs to its tool and its scan.
fn drop_drafts(workspace: Workspace, state: ViewerState) {
    Effect::new(move || {
        workspace.tool.track();
        workspace.active.track();
        state.draft.set(None);
    });
}
