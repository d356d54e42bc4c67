//! The layout: the bar over both sides, and the second one. The first side is the stage that is always there.

use super::bar::CompareBar;
use super::chooser::Chooser;
use super::people::PeopleQuestion;
use super::{are_strangers, follow, second};
use crate::loading;
use crate::locale::t;
use crate::stage::{Stage, ToolEvent, ViewCell};
use crate::viewer::{
    ExportButton, ExportDialog, FileInputs, PatientQuestion, PlaneOverlay, ProgressBar,
    ViewerState, measuring, take_dropped, tool_name, view_name,
};
use crate::workspace::{Mode, Tool, Workspace};
use leptos::context::Provider;
use leptos::prelude::*;
use leptos::task::spawn_local;
use viewer_wasm::view::ViewId;

/// What is on screen while two scans are compared, beside the first one's stage.
#[component]
pub(crate) fn CompareLayout() -> impl IntoView {
    let first = Workspace::current();
    let second = second(first);
    let choosing = RwSignal::new(false);
    // What was chosen before this was on screen, or is while it is.
    Effect::new(move || {
        if let Some(id) = first.compare.wanted.get() {
            first.compare.wanted.set(None);
            choosing.set(false);
            spawn_local(super::show(first, id));
        }
    });
    follow::follow(first, second);
    on_cleanup(move || {
        loading::close(second);
        first.compare.pair.set(None);
        first.take_back_views();
    });
    let state = ViewerState::current();
    let own = ViewerState {
        phone: state.phone,
        ..ViewerState::new()
    };
    view! {
        <CompareBar first second choosing />
        <Provider value=second>
            <Provider value=own>
                <SecondSide first second own choosing />
            </Provider>
        </Provider>
    }
}

#[component]
fn SecondSide(
    first: Workspace,
    second: Workspace,
    own: ViewerState,
    choosing: RwSignal<bool>,
) -> impl IntoView {
    // Half a measurement belongs to its tool and its scan.
    Effect::new(move || {
        second.tool.track();
        second.active.track();
        own.draft.set(None);
    });
    let empty = Memo::new(move |_| {
        second.active_scan().is_none()
            && second.active.get().is_none()
            && second.progress.with(Option::is_none)
    });
    let flat = Memo::new(move |_| second.mode.get() != Mode::Compare);
    let asks = Memo::new(move |_| are_strangers(first) && !first.compare.accepted.get());
    view! {
        <section
            class="compare-side"
            aria-label=t("compare.second")
            data-testid="compare-side"
            on:keydown=move |event| on_key(second, own, &event)
            on:drop=move |event| {
                if !first.read_only() && let Some(transfer) = event.data_transfer() {
                    event.prevent_default();
                    // The page would put it in place of the first scan.
                    event.stop_propagation();
                    choosing.set(false);
                    second.mode.set(Mode::Compare);
                    take_dropped(second, &transfer);
                }
            }
        >
            <Stage>
                <div class="views views-single" data-tool=move || tool_name(second.tool.get())>
                    {ViewId::PLANES.map(|id| view! { <Slot id own /> }).collect_view()}
                </div>
            </Stage>
            <FileInputs />
            <ProgressBar />
            <Show when=move || empty.get() || flat.get() || choosing.get()>
                <Chooser first second own choosing flat />
            </Show>
            <Show when=move || asks.get()>
                <PeopleQuestion first second />
            </Show>
            <ExportDialog />
            <PatientQuestion />
        </section>
    }
}

/// Keys that concern measurements on this side; the page's are about those on the first.
fn on_key(second: Workspace, own: ViewerState, event: &leptos::ev::KeyboardEvent) {
    let command = event.ctrl_key() || event.meta_key();
    let done = match (event.key().as_str(), command, event.shift_key()) {
        ("Delete" | "Backspace", false, _) => own
            .selected
            .get_untracked()
            .map(|id| {
                second.remove_measurement(id);
                own.selected.set(None);
            })
            .is_some(),
        ("z", true, false) => {
            second.undo();
            true
        }
        ("Z", true, true) | ("y", true, false) => {
            second.redo();
            true
        }
        ("Escape", ..) => {
            own.draft.set(None);
            own.selected.set(None);
            false
        }
        _ => false,
    };
    if done {
        event.prevent_default();
    }
}

/// A plane of the second scan.
#[component]
fn Slot(id: ViewId, own: ViewerState) -> impl IntoView {
    let workspace = Workspace::current();
    let label = Signal::derive(move || view_name(id).to_owned());
    let on_tool = Callback::new(move |(id, event): (ViewId, ToolEvent)| {
        // The clip box is that of the first scan's volume rendering.
        if workspace.tool.get_untracked() != Tool::Crop {
            measuring::on_tool(workspace, own, id, event);
        }
    });
    view! {
        <div class="view-slot" hidden=move || workspace.active_scan().is_none() || !workspace.is_visible(id)>
            <ViewCell id label on_tool>
                <PlaneOverlay id />
                <div class="view-buttons">
                    <ExportButton id />
                </div>
            </ViewCell>
        </div>
    }
}
