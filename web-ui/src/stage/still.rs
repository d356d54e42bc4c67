//! Whether the camera of the volume rendering moves: a picture in full quality waits until it has been still for a moment.

use super::core::Core;
use super::frame::Quality;
use crate::loading::pace::{now_ms, sleep};
use viewer_wasm::view::VolumeView;
use wasm_bindgen_futures::spawn_local;

/// The volume rendering is refined when the camera has been still for this long.
const STILL_AFTER_MS: f64 = 60.0;

impl Core {
    /// Notes whether the camera moves.
    pub(super) fn note_camera(&self, view: VolumeView, quality: Quality) {
        let moved = self.camera.replace(Some(view)) != Some(view);
        if quality == Quality::Still {
            self.camera_moved_at.set(f64::NEG_INFINITY);
        } else if moved {
            self.camera_moved_at.set(now_ms());
        }
    }

    pub(super) fn camera_is_still(&self) -> bool {
        now_ms() - self.camera_moved_at.get() >= STILL_AFTER_MS
    }

    /// Asks for a frame at the time when the camera has been still for long enough, if nothing moves it.
    pub(super) fn wake_when_still(&self) {
        if self.volume_shown.get().full_quality {
            return;
        }
        let this = self.this.clone();
        let pause = self.camera_moved_at.get() + STILL_AFTER_MS - now_ms();
        spawn_local(async move {
            sleep(pause.max(0.0).ceil() as i32).await;
            if let Some(core) = this.upgrade() {
                core.ask_frame();
            }
        });
    }
}
