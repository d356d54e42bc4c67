//! What the top bar offers in the viewer: open, layout, save, share.

use super::ViewerState;
use crate::locale::t;
use crate::saving::{SaveButton, SavingStatus};
use crate::sharing::{ShareButton, SharedBadgeView};
use crate::shell::{Icon, IconName};
use crate::workspace::{Mode, Workspace};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub fn ViewerActions() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let has_scan = Memo::new(move |_| workspace.series.with(|series| !series.is_empty()));
    let read_only = Memo::new(move |_| workspace.read_only());
    view! {
        <Show when=move || has_scan.get()>
            <Show when=move || !read_only.get()>
                <OpenMenu />
            </Show>
            <ModeButtons />
            <span class="grow"></span>
            <SharedBadgeView />
            <Show when=move || !read_only.get()>
                <SavingStatus />
                <SaveButton />
                <ShareButton />
            </Show>
            <button
                type="button"
                class="icon-button panel-toggle"
                aria-label=t("viewer.panel")
                title=t("viewer.panel")
                aria-pressed=move || state.panel_open.get().to_string()
                on:click=move |_| state.panel_open.update(|open| *open = !*open)
            >
                <Icon name=IconName::Sliders />
            </button>
        </Show>
    }
}

#[component]
fn ModeButtons() -> impl IntoView {
    let workspace = Workspace::current();
    // A link has what it has: nothing can be opened beside it.
    let alone = Memo::new(move |_| workspace.read_only() && workspace.series.with(Vec::len) < 2);
    let button = move |mode: Mode, label: &'static str| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || (workspace.mode.get() == mode).to_string()
                data-testid=format!("mode-{}", mode.name())
                hidden=move || mode == Mode::Compare && alone.get()
                on:click=move |_| match mode {
                    Mode::Compare => workspace.start_comparing(),
                    _ => workspace.mode.set(mode),
                }
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="segments mode-buttons" hidden=move || workspace.mode.get() == Mode::Image role="group" aria-label=t("viewer.layout")>
            {button(Mode::Mpr, t("viewer.mode-mpr"))}
            {button(Mode::Volume, t("viewer.mode-volume"))}
            {button(Mode::Grid, t("viewer.grid"))}
            {button(Mode::Compare, t("compare.mode"))}
        </div>
    }
}

/// Open something else, or close what is open.
#[component]
fn OpenMenu() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    let open = RwSignal::new(false);
    let item = move |icon: IconName, label: &'static str, act: fn(Workspace, ViewerState)| {
        view! {
            <button
                type="button"
                class="menu__item"
                on:click=move |_| {
                    open.set(false);
                    act(workspace, state);
                }
            >
                <Icon name=icon />
                {label}
            </button>
        }
    };
    view! {
        <div
            class="menu-anchor"
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    open.set(false);
                }
            }
        >
            <button
                type="button"
                class="button"
                // The text is not there on a phone.
                aria-label=t("viewer.open")
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Icon name=IconName::Folder />
                <span class="button-text">{t("viewer.open")}</span>
            </button>
            <Show when=move || open.get()>
                // A press anywhere else closes the menu.
                <div class="menu-veil" on:click=move |_| open.set(false)></div>
                <div class="menu menu--left">
                    {item(IconName::Folder, t("open.folder"), |_, state| state.pick_folder())}
                    {item(IconName::File, t("open.files"), |_, state| state.pick_files())}
                    {item(IconName::Cube, t("open.demo"), |workspace, _| spawn_local(super::open_page::open_demo(workspace)))}
                    {item(IconName::Close, t("viewer.close-scan"), |workspace, _| workspace.close())}
                </div>
            </Show>
        </div>
    }
}
