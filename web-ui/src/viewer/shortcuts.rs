//! Keys that work wherever the focus is, except while something is typed. Keys of a focused view are the stage's.

use super::ViewerState;
use super::rail::{CROP_KEY, MEASURING, MOVING};
use crate::workspace::{Mode, Tool, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::{StandardView, ViewId};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shortcut {
    Tool(usize),
    Crop,
    /// With Shift: the letter of a side of the patient.
    LookFrom(StandardView),
    Undo,
    Redo,
    Reset,
    Overlay,
    Patient,
    Invert,
    Export,
    Crosshair,
    Mode,
    Interpolation,
    Upright,
    Play,
    Delete,
    Help,
    Cancel,
}

/// Listens for as long as the caller's owner lives.
pub fn listen(workspace: Workspace, state: ViewerState, shown: Memo<bool>) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        let has_scan = workspace.series.with_untracked(|series| !series.is_empty());
        if !shown.get_untracked() || !has_scan || event.default_prevented() || is_dialog_open() {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        if event.alt_key() || is_typing(&event, command) {
            return;
        }
        if event.key() == " " && is_pressable(&event) {
            return;
        }
        if let Some(shortcut) = shortcut(&event.key(), command, event.shift_key()) {
            event.prevent_default();
            act(workspace, state, shortcut);
        }
    });
    on_cleanup(move || handle.remove());
}

/// A dialog has the keys to itself: Escape closes it.
fn is_dialog_open() -> bool {
    document()
        .query_selector("dialog[open]")
        .is_ok_and(|dialog| dialog.is_some())
}

fn shortcut(key: &str, command: bool, shift: bool) -> Option<Shortcut> {
    let key = key.to_lowercase();
    match (key.as_str(), command, shift) {
        ("z", true, false) => Some(Shortcut::Undo),
        ("z", true, true) | ("y", true, false) => Some(Shortcut::Redo),
        (_, true, _) => None,
        (letter, _, true) if side(letter).is_some() => side(letter).map(Shortcut::LookFrom),
        (CROP_KEY, ..) => Some(Shortcut::Crop),
        ("?", ..) => Some(Shortcut::Help),
        ("escape", ..) => Some(Shortcut::Cancel),
        ("delete" | "backspace", ..) => Some(Shortcut::Delete),
        ("r", ..) => Some(Shortcut::Reset),
        ("o", ..) => Some(Shortcut::Overlay),
        ("n", ..) => Some(Shortcut::Patient),
        ("i", ..) => Some(Shortcut::Invert),
        ("e", ..) => Some(Shortcut::Export),
        ("x", ..) => Some(Shortcut::Crosshair),
        ("m", ..) => Some(Shortcut::Mode),
        ("k", ..) => Some(Shortcut::Interpolation),
        ("u", ..) => Some(Shortcut::Upright),
        (" ", ..) => Some(Shortcut::Play),
        _ => MOVING
            .iter()
            .chain(&MEASURING)
            .position(|(.., tool_key)| *tool_key == key)
            .map(Shortcut::Tool),
    }
}

/// The view from the side of a letter.
fn side(letter: &str) -> Option<StandardView> {
    StandardView::ALL
        .into_iter()
        .find(|standard| standard.letter().eq_ignore_ascii_case(letter))
}

fn act(workspace: Workspace, state: ViewerState, shortcut: Shortcut) {
    let flip = |signal: RwSignal<bool>| signal.update(|on| *on = !*on);
    match shortcut {
        Shortcut::Tool(at) => {
            if let Some((tool, ..)) = MOVING.iter().chain(&MEASURING).nth(at) {
                workspace.tool.set(*tool);
            }
        }
        Shortcut::Crop => workspace.tool.set(Tool::Crop),
        Shortcut::LookFrom(standard) => {
            if untrack(|| workspace.is_visible(ViewId::Volume)) {
                workspace.look_from(standard);
            }
        }
        Shortcut::Undo => workspace.undo(),
        Shortcut::Redo => workspace.redo(),
        Shortcut::Reset => workspace.reset_views(),
        Shortcut::Overlay => flip(workspace.overlay_visible),
        Shortcut::Patient => flip(workspace.patient_visible),
        Shortcut::Invert => workspace.tones.update(|tones| tones.invert = !tones.invert),
        Shortcut::Export => super::export::ask(workspace, state),
        Shortcut::Crosshair => flip(workspace.crosshair_visible),
        Shortcut::Mode => next_mode(workspace),
        Shortcut::Interpolation => workspace.next_interpolation(),
        Shortcut::Upright => workspace.set_turns(DVec3::ZERO),
        Shortcut::Play => workspace.toggle_cine(),
        Shortcut::Delete => {
            if let Some(id) = state.selected.get_untracked() {
                workspace.remove_measurement(id);
                state.selected.set(None);
            }
        }
        Shortcut::Help => state.help_open.set(true),
        Shortcut::Cancel => {
            state.draft.set(None);
            state.sheet.set(None);
            state.selected.set(None);
        }
    }
}

/// Planes, 3D, grid, and planes again.
fn next_mode(workspace: Workspace) {
    let modes = Mode::OF_VOLUMES;
    let now = workspace.mode.get_untracked();
    if let Some(at) = modes.iter().position(|mode| *mode == now) {
        workspace.mode.set(modes[(at + 1) % modes.len()]);
    }
}

/// Whether the event belongs to a field or a dialog. What has no text to undo leaves Ctrl to the page.
fn is_typing(event: &KeyboardEvent, command: bool) -> bool {
    let fields = if command {
        "input:not([type=checkbox]):not([type=range]):not([type=color]), textarea, dialog, [role=dialog]"
    } else {
        "input, select, textarea, dialog, [role=dialog]"
    };
    is_within(event, fields)
}

/// Whether the space bar presses what has the focus.
fn is_pressable(event: &KeyboardEvent) -> bool {
    is_within(event, "button, a, summary")
}

fn is_within(event: &KeyboardEvent, selector: &str) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_commands_do_not_mix() {
        assert_eq!(shortcut("z", false, false), Some(Shortcut::Tool(4)));
        assert_eq!(shortcut("z", true, false), Some(Shortcut::Undo));
        assert_eq!(shortcut("Z", true, true), Some(Shortcut::Redo));
        assert_eq!(shortcut("L", false, false), Some(Shortcut::Tool(5)));
        assert_eq!(
            shortcut("L", false, true),
            Some(Shortcut::LookFrom(StandardView::Left))
        );
        assert_eq!(shortcut("B", false, true), Some(Shortcut::Crop));
        assert_eq!(shortcut("l", true, false), None);
    }

    #[test]
    fn no_key_means_two_things() {
        let mut keys: Vec<_> = MOVING
            .iter()
            .chain(&MEASURING)
            .map(|(.., key)| *key)
            .chain([CROP_KEY, "r", "o", "n", "i", "e", "x", "m", "k", "u"])
            .collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }
}
