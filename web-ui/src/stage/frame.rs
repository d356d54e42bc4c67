//! What a frame does: draws the views that changed and shows all, at most once per animation frame.

use super::core::Core;
use super::device::problem_of;
use super::drawn::DrawnBy;
use super::shown::VolumeShown;
use crate::loading::pace::now_ms;
use crate::workspace::{DRAWN, Workspace};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::render::{RenderError, Renderer};
use viewer_wasm::view::effort::FRAME_MS;
use viewer_wasm::view::{Rendering, ViewState};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// What a frame had to do.
#[derive(Clone, Copy)]
pub(super) struct Drew {
    pub(super) any: bool,
    /// The graphics device drew a view.
    pub(super) on_device: bool,
    /// The kind of volume rendering, if that was drawn.
    pub(super) volume: Option<Rendering>,
}

/// How much care a frame takes with the volume rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quality {
    /// Coarse while the camera moves.
    Live,
    Still,
}

impl Core {
    pub(super) fn listen_to_frames(&self) {
        self.ask_frame_when_seen();
        let this = self.this.clone();
        self.on_frame.replace(Some(Closure::new(move || {
            if let Some(core) = this.upgrade() {
                core.frame_asked.set(false);
                // Runs before the browser paints: at the end of this callback.
                spawn_local(core.on_frame());
            }
        })));
    }

    /// A hidden page draws nothing; when it is looked at again it draws what changed meanwhile.
    fn ask_frame_when_seen(&self) {
        let this = self.this.clone();
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if let Some(core) = this.upgrade()
                && !is_hidden()
            {
                core.ask_frame();
            }
        });
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            // A known event with a function: cannot fail.
            let _ = document.add_event_listener_with_callback(
                "visibilitychange",
                on_change.as_ref().unchecked_ref(),
            );
        }
        // For the life of the page.
        on_change.forget();
    }

    async fn on_frame(self: Rc<Self>) {
        loop {
            // Whoever looks at the page again asks for a frame.
            if is_hidden() {
                return;
            }
            let Some(mut place) = self.renderer.try_lock() else {
                self.ask_frame();
                return;
            };
            let Some(renderer) = place.as_mut() else {
                return;
            };
            let began = now_ms();
            let drew = self.draw(renderer, Quality::Live);
            let Some(rendering) = drew.volume else {
                return;
            };
            // A volume rendering may take longer than a frame. The next one waits for it, so that the queue of the device
            // stays short and the picture follows the hand.
            let finished = renderer.finish();
            drop(place);
            self.volume_busy.set(true);
            finished.await;
            self.volume_busy.set(false);
            let took = now_ms() - began;
            if self.filling.lasts() {
                self.filling.note(began, true);
                self.ask_frame();
                return;
            }
            self.efforts.borrow_mut().note(rendering, took);
            self.volume_shown.set(VolumeShown {
                moving_ms: took,
                ..self.volume_shown.get()
            });
            if took <= FRAME_MS {
                self.ask_frame();
                return;
            }
            // The browser's next frame has been missed: what the hand did meanwhile does not wait for yet another.
        }
    }

    pub(super) fn ask_frame(&self) {
        if self.frame_asked.replace(true) {
            return;
        }
        if let (Some(window), Some(on_frame)) = (web_sys::window(), &*self.on_frame.borrow()) {
            let _ = window.request_animation_frame(on_frame.as_ref().unchecked_ref());
        }
    }

    /// Draws every view that changed, and shows them.
    pub(super) fn draw(&self, renderer: &mut Renderer, quality: Quality) -> Drew {
        let laid_out = self.measure_cells(renderer);
        let mut drew = Drew {
            any: laid_out,
            on_device: false,
            volume: None,
        };
        for id in DRAWN {
            if let Some((drawn, by)) = self.render_if_changed(renderer, id, quality) {
                drew.any = true;
                drew.on_device |= by == DrawnBy::Device;
                if let ViewState::Volume(view) = drawn.state {
                    drew.volume = Some(view.rendering);
                }
            }
        }
        if drew.any && drew.volume.is_none() {
            self.note_frame();
        }
        if let Some(ws) = self.ws.get() {
            self.link_planes(ws);
            if quality == Quality::Still || !self.volume_busy.get() {
                follow_volume(ws);
            }
        }
        if drew.on_device || laid_out {
            self.present(renderer);
        }
        drew
    }

    pub(super) fn present(&self, renderer: &mut Renderer) {
        let Err(error) = renderer.present() else {
            return;
        };
        let Some(core) = self.this.upgrade() else {
            return;
        };
        // A lost device is made anew; anything else is worth a sentence.
        let losses = self.losses();
        spawn_local(async move {
            if !matches!(error, RenderError::DeviceLost(_))
                && !core.is_lost_since(losses).await
                && let Some(ws) = core.ws.get()
            {
                ws.report(problem_of(&error));
            }
        });
    }
}

/// What is drawn over the volume rendering follows the picture, not the hand: the browser then composes the two once, and
/// they belong together.
fn follow_volume(ws: Workspace) {
    let next = ws.volume_view.get_untracked();
    if ws.volume_seen.get_untracked() != next {
        ws.volume_seen.set(next);
    }
}

/// Whether nobody can see the page.
pub(crate) fn is_hidden() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.hidden())
}
