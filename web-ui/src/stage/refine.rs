//! The full picture of a volume at rest: drawn part by part, while the coarse one stays on screen.
//!
//! Each part is as large as the device draws in a few milliseconds, and the next waits for it: a hand that moves again, or
//! anything else that changes the picture, ends it at once.

use super::frame::{Core, is_hidden};
use crate::loading::pace::{next_turn, now_ms};
use crate::workspace::view_index;
use std::rc::Rc;
use viewer_wasm::view::effort::Band;
use viewer_wasm::view::{ViewId, ViewState};
use wasm_bindgen_futures::spawn_local;

impl Core {
    /// Begins to draw the full picture, if the one on screen is coarse and nothing moves.
    pub(super) fn refine_if_still(&self) {
        let Some(core) = self.this.upgrade() else {
            return;
        };
        let waits = self.volume_fine.get() || self.filling.lasts() || !self.camera_is_still();
        if waits || self.refining.replace(true) {
            return;
        }
        spawn_local(async move {
            Rc::clone(&core).refine().await;
            core.refining.set(false);
            core.ask_frame();
        });
    }

    async fn refine(self: Rc<Self>) {
        const ID: ViewId = ViewId::Volume;
        let Some(drawn) = self.drawn.get()[view_index(ID)] else {
            return;
        };
        let ViewState::Volume(view) = drawn.state else {
            return;
        };
        let height = drawn.placed.rect.height;
        let mut band = Band::expecting(self.efforts.borrow().full_ms(view.rendering), height);
        let mut left = 0..height;
        while !left.is_empty() {
            let mut place = self.renderer.lock().await;
            let Some(renderer) = place.as_mut() else {
                return;
            };
            let waits = self.filling.lasts() || self.is_recovering() || is_hidden();
            let fine = self.volume_fine.get();
            if waits || fine || !self.camera_is_still() || self.next_state(ID) != Some(drawn) {
                return;
            }
            let rows = left.start..left.end.min(left.start.saturating_add(band.rows()));
            let count = rows.end - rows.start;
            let began = now_ms();
            left = renderer.refine_view(ID, &view, rows);
            self.count_draw(ID);
            if left.is_empty() {
                self.volume_fine.set(true);
                self.present(renderer);
            }
            let finished = renderer.finish();
            drop(place);
            self.volume_busy.set(true);
            finished.await;
            self.volume_busy.set(false);
            band.note(count, now_ms() - began);
            // What a hand did meanwhile comes first.
            next_turn().await;
        }
    }
}
