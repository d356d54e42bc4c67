//! The tools: what the primary button or one finger does, and what is done at once.

use super::ViewerState;
use crate::locale::{t, t_with};
use crate::shell::{Icon, IconName};
use crate::workspace::{Mode, Tool, Workspace};
use leptos::prelude::*;
use viewer_wasm::view::ViewId;

/// Tools that move about, and tools that measure, with their keys.
pub const MOVING: [(Tool, IconName, &str); 5] = [
    (Tool::Crosshair, IconName::Crosshair, "c"),
    (Tool::Window, IconName::Window, "w"),
    (Tool::Scroll, IconName::Scroll, "s"),
    (Tool::Pan, IconName::Pan, "p"),
    (Tool::Zoom, IconName::Zoom, "z"),
];
pub const MEASURING: [(Tool, IconName, &str); 3] = [
    (Tool::Length, IconName::Length, "l"),
    (Tool::Angle, IconName::Angle, "a"),
    (Tool::Probe, IconName::Probe, "g"),
];

/// The key of the crop tool, whose button is in the panel of the 3D view.
pub const CROP_KEY: &str = "b";

/// The name in test ids and locale keys.
pub const fn tool_name(tool: Tool) -> &'static str {
    match tool {
        Tool::Crosshair => "crosshair",
        Tool::Window => "window",
        Tool::Scroll => "scroll",
        Tool::Pan => "pan",
        Tool::Zoom => "zoom",
        Tool::Length => "length",
        Tool::Angle => "angle",
        Tool::Probe => "probe",
        Tool::Crop => "crop",
    }
}

/// What a person reads under a tool's icon.
pub fn tool_label(tool: Tool) -> &'static str {
    match tool {
        Tool::Crosshair => t("viewer.tool-crosshair"),
        Tool::Window => t("viewer.tool-window"),
        Tool::Scroll => t("viewer.tool-scroll"),
        Tool::Pan => t("viewer.tool-pan"),
        Tool::Zoom => t("viewer.tool-zoom"),
        Tool::Length => t("viewer.tool-length"),
        Tool::Angle => t("viewer.tool-angle"),
        Tool::Probe => t("viewer.tool-probe"),
        Tool::Crop => t("volume.crop"),
    }
}

#[component]
pub fn ToolRail() -> impl IntoView {
    let workspace = Workspace::current();
    let state = ViewerState::current();
    view! {
        <div class="rail" role="group" aria-label=t("viewer.tools")>
            <div class="rail-group">
                {MOVING.into_iter().map(|(tool, icon, key)| view! { <ToolButton tool icon key /> }).collect_view()}
            </div>
            <div class="rail-group">
                {MEASURING.into_iter().map(|(tool, icon, key)| view! { <ToolButton tool icon key /> }).collect_view()}
            </div>
            <div class="rail-group">
                <RailButton
                    icon=IconName::Undo
                    label=t("viewer.undo")
                    disabled=Signal::derive(move || !workspace.history.with(|history| history.can_undo()))
                    on_press=move || workspace.undo()
                />
                <RailButton
                    icon=IconName::Redo
                    label=t("viewer.redo")
                    disabled=Signal::derive(move || !workspace.history.with(|history| history.can_redo()))
                    on_press=move || workspace.redo()
                />
                <RailButton icon=IconName::Reset label=t("viewer.reset") on_press=move || workspace.reset_views() />
                <PlayButton />
            </div>
            <div class="rail-group">
                <RailToggle icon=IconName::Eye label=t("viewer.overlay") shown=workspace.overlay_visible />
                <Show when=move || workspace.has_identity()>
                    <RailToggle icon=IconName::Patient label=t("viewer.patient") shown=workspace.patient_visible />
                </Show>
                <div class="rail-keys">
                    <RailButton
                        icon=IconName::Help
                        label=t("viewer.help")
                        on_press=move || state.help_open.set(true)
                    />
                </div>
            </div>
        </div>
    }
}

#[component]
fn ToolButton(tool: Tool, icon: IconName, key: &'static str) -> impl IntoView {
    let workspace = Workspace::current();
    // What draws on planes rests while none is shown.
    let rests = Memo::new(move |_| {
        tool.draws()
            && !ViewId::PLANES
                .into_iter()
                .chain([ViewId::Image])
                .any(|id| workspace.is_visible(id))
    });
    // An image has no crosshair, and no slices to scroll through unless it has frames.
    let absent = Memo::new(move |_| {
        let frames = workspace.image_frame().map(|(_, count)| count);
        match tool {
            Tool::Crosshair => frames.is_some(),
            Tool::Scroll => frames == Some(1),
            _ => false,
        }
    });
    let title = t_with(
        "viewer.tool-title",
        &[("tool", tool_label(tool)), ("key", &key.to_uppercase())],
    );
    view! {
        <button
            type="button"
            class="tool"
            title=title
            aria-keyshortcuts=key
            aria-pressed=move || {
                let chosen = workspace.tool.get();
                // What points at other planes moves an image.
                let moves = chosen == Tool::Crosshair && workspace.mode.get() == Mode::Image;
                let in_use = if moves { Tool::Pan } else { chosen };
                (in_use == tool).to_string()
            }
            data-testid=format!("tool-{}", tool_name(tool))
            disabled=move || rests.get()
            hidden=move || absent.get()
            on:click=move |_| workspace.tool.set(tool)
        >
            <Icon name=icon />
            <span class="tool-label">{tool_label(tool)}</span>
        </button>
    }
}

#[component]
fn RailButton(
    icon: IconName,
    label: &'static str,
    #[prop(optional, into)] disabled: Signal<bool>,
    on_press: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="tool" title=label disabled=move || disabled.get() on:click=move |_| on_press()>
            <Icon name=icon />
            <span class="tool-label">{label}</span>
        </button>
    }
}

/// Plays the slices of the view that was used last.
#[component]
fn PlayButton() -> impl IntoView {
    let workspace = Workspace::current();
    let playing = Memo::new(move |_| workspace.cine.get().playing);
    let label = move || {
        if playing.get() {
            t("viewer.pause")
        } else {
            t("viewer.play")
        }
    };
    view! {
        <button
            type="button"
            class="tool"
            title=label
            aria-keyshortcuts="Space"
            data-testid="play"
            disabled=move || workspace.cine_view().is_none()
            on:click=move |_| workspace.toggle_cine()
        >
            {move || {
                let name = if playing.get() { IconName::Pause } else { IconName::Play };
                view! { <Icon name /> }
            }}
            <span class="tool-label">{label}</span>
        </button>
    }
}

#[component]
fn RailToggle(icon: IconName, label: &'static str, shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <button
            type="button"
            class="tool"
            title=label
            aria-pressed=move || shown.get().to_string()
            on:click=move |_| shown.update(|shown| *shown = !*shown)
        >
            {move || {
                let name = if shown.get() { icon } else { IconName::EyeOff };
                view! { <Icon name /> }
            }}
            <span class="tool-label">{label}</span>
        </button>
    }
}
