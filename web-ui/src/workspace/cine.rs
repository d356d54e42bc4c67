//! Cine: slices one after the other, by themselves.

use super::{Mode, Workspace};
use crate::loading::pace::{next_frame, now_ms};
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::ViewId;
use wasm_bindgen_futures::spawn_local;

/// How slices are played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cine {
    pub playing: bool,
    /// Slices a second, within [`Cine::FPS`].
    pub fps: f64,
    /// Back at the end, instead of from the beginning.
    pub bounce: bool,
    /// Counts up each time that playing begins: what was played before has ended, noticed or not.
    begun: u32,
}

impl Cine {
    /// Fewest and most slices a second.
    pub const FPS: (f64, f64) = (1.0, 60.0);

    pub(super) const START: Self = Self {
        playing: false,
        fps: 12.0,
        bounce: false,
        begun: 0,
    };
}

/// Where a view is among its slices.
#[derive(PartialEq)]
enum Place {
    Plane(DVec3),
    Frame(usize),
}

impl Workspace {
    /// The view whose slices are played: the plane that was used last, the grid, an image of several frames. Tracks.
    pub fn cine_view(self) -> Option<ViewId> {
        match self.mode.get() {
            Mode::Mpr => {
                let view = self.maximised.get().unwrap_or(self.active_view.get());
                ViewId::PLANES.contains(&view).then_some(view)
            }
            Mode::Grid => Some(ViewId::Grid),
            Mode::Compare => Some(self.compare.plane.get()),
            Mode::Image => (self.image_frame()?.1 > 1).then_some(ViewId::Image),
            Mode::Volume => None,
        }
    }

    /// Plays, or stops.
    pub fn toggle_cine(self) {
        if self.cine.get_untracked().playing {
            self.stop_cine();
        } else {
            self.play_cine();
        }
    }

    pub fn stop_cine(self) {
        if self.cine.get_untracked().playing {
            self.cine.update(|cine| cine.playing = false);
        }
    }

    /// Plays until it is stopped, the view is another, or the page is hidden.
    pub fn play_cine(self) {
        let playing = self.cine.get_untracked().playing;
        let Some(view) = untrack(|| self.cine_view()).filter(|_| !playing) else {
            return;
        };
        let scan = self.scan_generation.get_untracked();
        self.cine.update(|cine| {
            cine.playing = true;
            cine.begun = cine.begun.wrapping_add(1);
        });
        let begun = self.cine.get_untracked().begun;
        spawn_local(async move {
            let (mut way, mut last) = (1.0, now_ms());
            loop {
                next_frame().await;
                let cine = self.cine.get_untracked();
                if !cine.playing || cine.begun != begun {
                    return;
                }
                if untrack(|| self.cine_view()) != Some(view)
                    || self.scan_generation.get_untracked() != scan
                    || document().hidden()
                {
                    self.stop_cine();
                    return;
                }
                let (step_ms, now) = (1000.0 / cine.fps, now_ms());
                let due = ((now - last) / step_ms).floor();
                if due >= 1.0 {
                    way = self.cine_step(view, way, cine.bounce);
                    // Where frames take longer than a slice has, slices come later, and none is left out.
                    last = if due > 1.0 { now } else { last + step_ms };
                }
            }
        });
    }

    /// Goes one slice on, and answers which way to go next.
    fn cine_step(self, view: ViewId, way: f64, bounce: bool) -> f64 {
        let before = self.cine_place(view);
        let go = |slices: f64| match view {
            ViewId::Grid => self.scroll_grid(slices),
            _ => self.scroll(view, slices),
        };
        go(way);
        if self.cine_place(view) != before {
            return way;
        }
        if bounce {
            go(-way);
            -way
        } else {
            go(-way * 1e6);
            way
        }
    }

    fn cine_place(self, view: ViewId) -> Place {
        match (view, self.plane(view)) {
            (ViewId::Grid, _) => Place::Plane(self.grid.get_untracked().center_mm),
            (ViewId::Image, _) | (_, None) => {
                Place::Frame(untrack(|| self.image_frame()).map_or(0, |(at, _)| at))
            }
            (_, Some(plane)) => Place::Plane(plane.get_untracked().center_mm),
        }
    }
}
