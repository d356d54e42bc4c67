//! Showing the views once before there is a scan.
//!
//! A browser compiles what it composes a page with when it first meets it. For the views with all that lies over them
//! that takes long on a slow device, and the first image would wait for it. So they are laid over the start page for a few
//! frames, next to invisible, as soon as there is a device.

use super::frame::{Core, Quality};
use crate::loading::pace::{next_frame, next_turn};
use crate::workspace::{ActiveScan, SeriesId, Workspace};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::phantom::Phantom;
use viewer_wasm::render::Renderer;

/// Frames until the browser has composed what was drawn in the first of them.
const FRAMES: usize = 3;
/// Turns of the event loop within which the views have their places.
const LAYOUT_TURNS: usize = 50;
/// Voxels along each side of what is shown.
const SIZE: usize = 8;

impl Core {
    /// Shows a tiny volume in all views, and takes it away again. Does nothing if a scan is on screen.
    pub(super) async fn rehearse(&self, renderer: &mut Renderer) {
        let Some(ws) = self.ws.get() else { return };
        if ws.scan.with_value(Option::is_some) || self.rehearsed.replace(true) {
            return;
        }
        let phantom = Phantom::dental(SIZE);
        let scan = Rc::new(ActiveScan::new(
            SeriesId(0),
            Rc::new(phantom.series()),
            Rc::default(),
        ));
        show(ws, Some(Rc::clone(&scan)));
        ws.reset_views();
        ws.rehearsing.set(true);
        if self.draw_rehearsal(renderer, &phantom).await.is_some() {
            for _ in 0..FRAMES {
                next_frame().await;
            }
            renderer.finish().await;
        }
        ws.rehearsing.set(false);
        // A scan that came meanwhile stays.
        let is_still_shown = ws
            .scan
            .with_value(|now| now.as_ref().is_some_and(|now| Rc::ptr_eq(now, &scan)));
        if is_still_shown {
            show(ws, None);
        }
        renderer.drop_volume();
    }

    async fn draw_rehearsal(&self, renderer: &mut Renderer, phantom: &Phantom) -> Option<()> {
        let (series, volume) = (phantom.series(), phantom.volume());
        renderer
            .begin_volume(
                &series.geometry,
                &series.rescale,
                series.value_type,
                (-1000.0, 3071.0),
            )
            .ok()?;
        for k in 0..series.geometry.dims[2] {
            renderer.upload_slice(k, volume.slice(k)?).ok()?;
        }
        renderer.finish_volume((-1000.0, 3071.0), &volume).ok()?;
        for _ in 0..LAYOUT_TURNS {
            if self.host.borrow().is_some() && self.cells.any() {
                break;
            }
            next_turn().await;
        }
        self.layout_changed.set(true);
        self.draw(renderer, Quality::Still);
        Some(())
    }
}

fn show(ws: Workspace, scan: Option<Rc<ActiveScan>>) {
    ws.scan.set_value(scan);
    ws.scan_generation.update(|generation| *generation += 1);
}
