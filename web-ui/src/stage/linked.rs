//! The lines by which planes show where the others are: moved once a frame, or less often where frames take long.
//!
//! A moved line makes the browser compose every view anew. A slow device would spend more on that than on the plane that
//! is being scrolled.

use super::core::Core;
use crate::loading::pace::{now_ms, sleep};
use crate::workspace::{Linked, Workspace};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Frames that come later than this after the one before are slow: twice what a usual screen shows, with some room.
const SLOW_FRAME_MS: f64 = 24.0;
/// Frames further apart than this do not follow each other.
const PAUSE_MS: f64 = 250.0;
/// Of the mean, one part in so many is the newest frame.
const MEAN_OVER: f64 = 4.0;
/// On a slow device the lines move this often while one plane is scrolled.
const LINES_MS: f64 = 150.0;

impl Core {
    /// Notes that a frame with something new was drawn.
    pub(super) fn note_frame(&self) {
        let now = now_ms();
        let gap = now - self.frame_at.replace(now);
        if gap < PAUSE_MS {
            let mean = self.frame_gap_ms.get();
            self.frame_gap_ms.set(mean + (gap - mean) / MEAN_OVER);
        }
    }

    /// Moves the lines to where the planes are. Where frames take long and one plane alone is moved, that can wait.
    pub(super) fn link_planes(&self, ws: Workspace) {
        let next = Linked::now(ws);
        let shown = ws.linked.get_untracked();
        if shown == next {
            return;
        }
        let can_wait = self.frame_gap_ms.get() > SLOW_FRAME_MS && shown.moved_planes(&next) == 1;
        if can_wait && now_ms() - self.linked_at.get() < LINES_MS {
            let this = self.this.clone();
            spawn_local(async move {
                sleep(LINES_MS as i32).await;
                if let Some(core) = this.upgrade() {
                    core.ask_frame();
                }
            });
            return;
        }
        self.linked_at.set(now_ms());
        ws.linked.set(next);
    }
}
