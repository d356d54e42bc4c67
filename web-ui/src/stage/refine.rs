//! The full picture of a volume at rest: drawn part by part, while the coarse one stays on screen. Where it takes long, one
//! in between comes first.
//!
//! Each part is as large as the device draws in a few milliseconds, and there are at most two on their way, so that the
//! device never waits for the page: a hand that moves again, or anything else that changes the picture, ends it at once, and
//! its frame is sent without waiting for those two. What depth shading needs to know is found out the same way.

use super::core::Core;
use super::drawn::Drawn;
use super::frame::is_hidden;
use crate::loading::pace::{next_turn, now_ms};
use crate::workspace::view_index;
use std::pin::Pin;
use viewer_wasm::view::effort::Band;
use viewer_wasm::view::{ViewId, ViewState, VolumeView};
use wasm_bindgen_futures::spawn_local;

const ID: ViewId = ViewId::Volume;
/// A full picture that takes longer than this, in milliseconds, is worth one in between, ...
const LONG_MS: f64 = 150.0;
/// ... of steps this long, in voxels, ...
const BETWEEN_STEP: f32 = 2.0;
/// ... and with this many pixels per pixel and axis.
const BETWEEN_RESOLUTION: f32 = 0.5;

/// Finding out what is around each place begins with a sixteenth of this many rows: a whole pass has hundreds.
const SURROUNDINGS_ROWS: u32 = 128;

/// A part that the device is drawing.
struct UnderWay {
    rows: u32,
    sent_at: f64,
    finished: Pin<Box<dyn Future<Output = ()>>>,
}

/// Parts of something that the device draws, one after the other.
struct Parts {
    band: Band,
    under_way: Option<UnderWay>,
    /// When it had finished what came before.
    free_at: f64,
    /// Milliseconds of the device's time.
    took: f64,
}

impl Parts {
    fn new(band: Band) -> Self {
        Self {
            band,
            under_way: None,
            free_at: now_ms(),
            took: 0.0,
        }
    }

    /// Takes in a part that is on its way, and waits for the one before.
    async fn sent(&mut self, part: UnderWay) {
        if let Some(before) = self.under_way.replace(part) {
            self.finished(before).await;
        }
    }

    /// Waits for the last one. Milliseconds that all took.
    async fn finish(mut self) -> f64 {
        if let Some(last) = self.under_way.take() {
            self.finished(last).await;
        }
        self.took
    }

    async fn finished(&mut self, part: UnderWay) {
        part.finished.await;
        let now = now_ms();
        let ms = now - part.sent_at.max(self.free_at);
        (self.free_at, self.took) = (now, self.took + ms);
        self.band.note(part.rows, ms);
    }
}

impl Core {
    /// Begins to draw the full picture, if the one on screen is coarse and nothing moves.
    pub(super) fn refine_if_still(&self) {
        let Some(core) = self.this.upgrade() else {
            return;
        };
        let waits =
            self.volume_shown.get().full_quality || self.filling.lasts() || !self.camera_is_still();
        if waits || self.refining.replace(true) {
            return;
        }
        spawn_local(async move {
            core.refine().await;
            core.refining.set(false);
            core.ask_frame();
        });
    }

    async fn refine(&self) {
        let Some(drawn) = self.drawn.get()[view_index(ID)] else {
            return;
        };
        let ViewState::Volume(full) = drawn.state else {
            return;
        };
        if self.learn_surroundings(drawn, &full).await.is_none() {
            return;
        }
        let expected = self.efforts.borrow().full_ms(full.rendering);
        let is_long = expected.is_none_or(|ms| ms > LONG_MS);
        if is_long && self.volume_shown.get().resolution < BETWEEN_RESOLUTION {
            let between = VolumeView {
                step_voxels: BETWEEN_STEP,
                resolution: BETWEEN_RESOLUTION,
                ..full
            };
            let pixels = f64::from(BETWEEN_RESOLUTION * BETWEEN_RESOLUTION);
            let expected = expected.map(|ms| ms * pixels / f64::from(BETWEEN_STEP));
            if self.refine_to(drawn, &between, expected).await.is_none() {
                return;
            }
        }
        if let Some(took) = self.refine_to(drawn, &full, expected).await {
            self.efforts.borrow_mut().note_full(full.rendering, took);
        }
    }

    /// Has the device find out what is around each place of the volume, unless it knows. `None` if something else came
    /// first: what is found out by then stays.
    async fn learn_surroundings(&self, drawn: Drawn, view: &VolumeView) -> Option<()> {
        let mut parts = Parts::new(Band::expecting(None, SURROUNDINGS_ROWS));
        let is_known = loop {
            let mut place = self.renderer.lock().await;
            let Some(renderer) = place.as_mut().filter(|_| self.may_refine(drawn)) else {
                break false;
            };
            let sent_at = now_ms();
            let rows = renderer.learn_surroundings(ID, view, parts.band.rows());
            if rows == 0 {
                break true;
            }
            let finished = Box::pin(renderer.finish());
            drop(place);
            parts
                .sent(UnderWay {
                    rows,
                    sent_at,
                    finished,
                })
                .await;
            next_turn().await;
        };
        let is_new = parts.under_way.is_some();
        let spent = self.surroundings_spent_ms.get() + parts.finish().await;
        self.surroundings_spent_ms
            .set(if is_known { 0.0 } else { spent });
        if is_known && is_new {
            self.surroundings_ms.set(Some(spent));
        }
        is_known.then_some(())
    }

    /// Draws a finer picture and shows it. Milliseconds of the device's time; `None` if something else came first.
    async fn refine_to(
        &self,
        drawn: Drawn,
        view: &VolumeView,
        expected_ms: Option<f64>,
    ) -> Option<f64> {
        let height = (drawn.placed.rect.height as f32 * view.resolution).ceil() as u32;
        let mut parts = Parts::new(Band::expecting(expected_ms, height));
        let mut left = 0..height;
        let is_complete = loop {
            let mut place = self.renderer.lock().await;
            let Some(renderer) = place.as_mut().filter(|_| self.may_refine(drawn)) else {
                break false;
            };
            let end = left.start.saturating_add(parts.band.rows()).min(left.end);
            let (rows, sent_at) = (end - left.start, now_ms());
            left = renderer.refine_view(ID, view, left.start..end);
            self.count_draw(ID);
            if left.is_empty() {
                self.show_finer(view, drawn);
                self.present(renderer);
            }
            let finished = Box::pin(renderer.finish());
            drop(place);
            parts
                .sent(UnderWay {
                    rows,
                    sent_at,
                    finished,
                })
                .await;
            if left.is_empty() {
                break true;
            }
            // What a hand did meanwhile comes first.
            next_turn().await;
        };
        let took = parts.finish().await;
        is_complete.then_some(took)
    }

    /// Nothing has changed since the coarse picture was drawn, and nobody drew the full one.
    fn may_refine(&self, drawn: Drawn) -> bool {
        let waits = self.filling.lasts() || self.is_recovering() || is_hidden();
        !waits
            && !self.volume_shown.get().full_quality
            && self.camera_is_still()
            && self.next_state(ID) == Some(drawn)
    }

    fn show_finer(&self, view: &VolumeView, drawn: Drawn) {
        if let ViewState::Volume(full) = drawn.state {
            let before = self.volume_shown.get();
            self.volume_shown.set(before.picture(view, &full));
        }
    }
}
