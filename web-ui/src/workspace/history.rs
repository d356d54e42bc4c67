//! Undo and redo: of measurements, of turned planes, and of what was edited of the volume rendering's look.

use super::Workspace;
use super::measurements::Measurement;
use super::turning::Turns;
use leptos::prelude::*;
use viewer_wasm::view::{Clip, TransferFunction, VolumePreset, VolumeView};

/// What somebody edits of the volume rendering, and may want back.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    preset: VolumePreset,
    custom: Option<TransferFunction>,
    shift: f64,
    occlusion: f64,
    clip: Clip,
}

impl Look {
    fn of(view: &VolumeView) -> Self {
        Self {
            preset: view.preset,
            custom: view.custom,
            shift: view.shift,
            occlusion: view.occlusion,
            clip: view.clip,
        }
    }

    fn put(self, view: &mut VolumeView) {
        view.preset = self.preset;
        view.custom = self.custom;
        view.shift = self.shift;
        view.occlusion = self.occlusion;
        view.clip = self.clip;
    }
}

/// A state to come back to.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Measurements(Vec<Measurement>),
    Look(Box<Look>),
    Turns(Box<Turns>),
}

/// Steps back and forth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    past: Vec<Step>,
    future: Vec<Step>,
    pub(super) last_id: u32,
}

impl History {
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    fn keep(&mut self, before: Step) {
        self.past.push(before);
        self.future.clear();
    }

    /// Keeps a list of measurements as the state to come back to.
    pub(super) fn keep_measurements(&mut self, before: Vec<Measurement>) {
        self.keep(Step::Measurements(before));
    }

    /// Keeps how the planes are turned as the state to come back to.
    pub(super) fn keep_turns(&mut self, before: Turns) {
        self.keep(Step::Turns(Box::new(before)));
    }

    /// These steps, which another scan's came after. Ids go on counting.
    pub(super) fn counting_on_from(self, other: &Self) -> Self {
        Self {
            last_id: self.last_id.max(other.last_id),
            ..self
        }
    }

    /// Another scan is shown. Ids go on counting.
    pub(super) fn forget(&mut self) {
        self.past.clear();
        self.future.clear();
    }
}

impl Workspace {
    /// Keeps the look of the volume rendering as the state to come back to: before a change, or before a drag that
    /// makes many.
    pub fn keep_look(self) {
        let look = self.volume_view.with_untracked(Look::of);
        self.history
            .update(|history| history.keep(Step::Look(Box::new(look))));
    }

    /// Changes the look of the volume rendering as one step of undo; nothing is kept where nothing changes.
    pub fn change_look(self, change: impl FnOnce(&mut VolumeView)) {
        let now = self.volume_view.get_untracked();
        let mut next = now;
        change(&mut next);
        if Look::of(&next) != Look::of(&now) {
            self.keep_look();
        }
        if next != now {
            self.volume_view.set(next);
        }
    }

    pub fn undo(self) {
        self.step(
            |history| history.past.pop(),
            |history, now| history.future.push(now),
        );
    }

    pub fn redo(self) {
        self.step(
            |history| history.future.pop(),
            |history, now| history.past.push(now),
        );
    }

    fn step(self, take: fn(&mut History) -> Option<Step>, keep: fn(&mut History, Step)) {
        let Some(step) = self.history.try_update(take).flatten() else {
            return;
        };
        let now = match step {
            Step::Measurements(list) => {
                let now = self.measurements.get_untracked();
                self.measurements.set(list);
                Step::Measurements(now)
            }
            Step::Look(look) => {
                let now = self.volume_view.with_untracked(Look::of);
                self.volume_view.update(|view| look.put(view));
                Step::Look(Box::new(now))
            }
            Step::Turns(turns) => {
                let now = self.turns_now();
                self.put_turns(*turns);
                Step::Turns(Box::new(now))
            }
        };
        self.history.update(|history| keep(history, now));
    }
}
