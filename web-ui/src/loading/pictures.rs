//! When the views are drawn while a volume fills, and how long the device took.

use super::loader::Ticket;
use super::note;
use super::pace::now_ms;
use crate::stage::is_hidden;
use crate::workspace::Workspace;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;

/// Between two pictures while the volume fills, at least.
const REFRESH_MS: f64 = 250.0;
/// Of the time while the volume fills, one part in so many may go into pictures: on a slow device they would
/// otherwise take what the uploads need.
const REFRESH_SHARE: f64 = 8.0;

#[derive(Default)]
pub(super) struct Pictures {
    drawing: Cell<bool>,
    cost_ms: Cell<f64>,
    shown_at: Cell<f64>,
}

impl Pictures {
    pub fn is_due(&self) -> bool {
        let pause = REFRESH_MS.max(self.cost_ms.get() * REFRESH_SHARE);
        !self.drawing.get() && !is_hidden() && now_ms() - self.shown_at.get() > pause
    }

    /// Draws the slices that came since the last time; the inner future resolves when they are on screen.
    pub async fn draw(
        self: &Rc<Self>,
        ws: Workspace,
        ticket: Ticket,
    ) -> impl Future<Output = ()> + use<> {
        let this = Rc::clone(self);
        this.drawing.set(true);
        this.shown_at.set(now_ms());
        let drawn = ws.surface.draw_more().await;
        async move {
            drawn.await;
            let now = now_ms();
            this.cost_ms.set(now - this.shown_at.get());
            this.shown_at.set(now);
            this.drawing.set(false);
            let is_first = ws
                .timings
                .with_untracked(|timings| timings.first_image.is_none());
            if is_first && ticket.is_of_last_drop() && ws.surface.has_drawn_plane() {
                // Where the processor drew it, the browser composes it once the device is free.
                note(ws, ticket, "cuspid:first-picture", |timings| {
                    &mut timings.first_picture
                });
                ws.surface.device_idle().await;
                // Something else may have been opened meanwhile, whose first image this is not.
                note(ws, ticket, "cuspid:first-image", |timings| {
                    &mut timings.first_image
                });
            }
        }
    }

    /// The first picture waits until the page has places for the views.
    pub async fn draw_first(
        self: &Rc<Self>,
        ws: Workspace,
        ticket: Ticket,
    ) -> impl Future<Output = ()> + use<> {
        ws.choose_window();
        ws.surface.laid_out().await;
        self.draw(ws, ticket).await
    }
}
