//! Which part of the viewer is shown; drops anywhere on it; the inputs behind the file and folder buttons.

use super::ViewerState;
use super::export::ExportDialog;
use super::help::ShortcutHelp;
use super::no_gpu::NoGpuPage;
use super::open_page::OpenPage;
use super::patients::PatientQuestion;
use super::progress::ProgressBar;
use super::shortcuts;
use super::workbench::Workbench;
use crate::loading::picked::{self, Dropped};
use crate::locale::t;
use crate::shell::{Icon, IconName};
use crate::workspace::{PickedFile, UiProblem, Workspace};
use leptos::attr::custom::custom_attribute;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Below this width there is one view at a time.
const PHONE: &str = "(max-width: 760px)";

/// The viewer. Stays in the document while other pages are shown.
#[component]
pub fn ViewerRoom(
    /// Whether the address is one of the viewer's.
    shown: Memo<bool>,
) -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    watch_screen(state);
    shortcuts::listen(workspace, state, shown);

    let path = use_location().pathname;
    let on_link = Memo::new(move |_| path.with(|path| path.starts_with("/s/")));
    let has_scan = Memo::new(move |_| {
        workspace.previewing.get() || workspace.series.with(|series| !series.is_empty())
    });
    let no_gpu = Memo::new(move |_| {
        workspace.problem.with(|problem| {
            problem
                .as_ref()
                .is_some_and(|problem| problem.code == "no-gpu")
        })
    });
    let over = RwSignal::new(false);
    view! {
        <div
            class="viewer-room"
            class:viewer-room-over=move || over.get()
            hidden=move || !shown.get()
            data-testid="drop-zone"
            on:dragenter=move |event| event.prevent_default()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(!on_link.get_untracked());
            }
            on:dragleave=move |event| {
                // Entering a child is a leave as well; only leaving the page counts.
                if event.related_target().is_none() {
                    over.set(false);
                }
            }
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                if !on_link.get_untracked() && let Some(transfer) = event.data_transfer() {
                    take_dropped(workspace, &transfer);
                }
            }
        >
            <section aria-label=t("open.reading")>
                <FileInputs />
                <ProgressBar />
            </section>
            <Show when=move || no_gpu.get()>
                <NoGpuPage />
            </Show>
            <Show when=move || has_scan.get() && !no_gpu.get()>
                <Workbench />
            </Show>
            <Show when=move || !has_scan.get() && !no_gpu.get() && !on_link.get()>
                <OpenPage />
            </Show>
            <div class="drop-veil" aria-hidden="true">
                <Icon name=IconName::Folder class="icon--hero" />
                <p>{t("open.drop-now")}</p>
            </div>
            <ShortcutHelp />
            <ExportDialog />
            <PatientQuestion />
        </div>
    }
}

/// Two inputs that are never seen, so that files can be picked whatever is open.
#[component]
pub(crate) fn FileInputs() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let side = if workspace.is_second { "compare-" } else { "" };
    let picked = move |input: NodeRef<html::Input>| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        let files = input
            .files()
            .map(|list| picked::from_list(&list))
            .unwrap_or_default();
        // The same folder may be picked again.
        input.set_value("");
        open(workspace, files);
    };
    view! {
        <input
            node_ref=state.file_input
            class="visually-hidden"
            type="file"
            multiple
            tabindex="-1"
            aria-label=t("open.files")
            data-testid=format!("{side}file-input")
            on:change=move |_| picked(state.file_input)
        />
        <input
            node_ref=state.folder_input
            class="visually-hidden"
            type="file"
            multiple
            tabindex="-1"
            aria-label=t("open.folder")
            data-testid=format!("{side}folder-input")
            on:change=move |_| picked(state.folder_input)
            // Not a standard attribute, so it has no name of its own here.
            {..custom_attribute("webkitdirectory", "")}
        />
    }
}

fn open(workspace: Workspace, files: Vec<PickedFile>) {
    if !files.is_empty() {
        spawn_local(workspace.open_files(files, true));
    }
}

/// Opens what was dropped.
pub(crate) fn take_dropped(workspace: Workspace, transfer: &web_sys::DataTransfer) {
    // The browser forgets it after the event.
    let dropped = Dropped::take(transfer);
    spawn_local(async move {
        let (files, unreadable) = dropped.files().await;
        if !files.is_empty() {
            workspace.open_files(files, true).await;
        }
        if unreadable > 0 {
            workspace.report(UiProblem::new("folder-unreadable"));
        }
    });
}

/// Keeps `phone` true to the width of the window, for as long as the app lives.
fn watch_screen(state: ViewerState) {
    let Ok(Some(query)) = window().match_media(PHONE) else {
        return;
    };
    state.phone.set(query.matches());
    let on_change = Closure::<dyn FnMut(web_sys::MediaQueryListEvent)>::new(
        move |event: web_sys::MediaQueryListEvent| {
            state.phone.set(event.matches());
        },
    );
    // Both live until the page goes.
    if query
        .add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref())
        .is_ok()
    {
        on_change.forget();
    }
}
