//! A lost graphics device (driver reset, sleep, a page too many): everything it held is made anew from the slices in
//! memory. No file is read again, and the views show what they showed.

use super::core::Core;
use super::surface::GpuVolume;
use crate::loading::pace::{next_turn, now_ms, sleep};
use crate::workspace::UiProblem;
use futures::StreamExt;
use futures::channel::mpsc;
use futures::lock::MutexGuard;
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::render::{RenderError, Renderer};
use viewer_wasm::series::{Geometry, Rescale, Series, ValueType};
use wasm_bindgen_futures::spawn_local;

/// Between two attempts to get another device: a driver that is reset needs a moment.
const PAUSES_MS: [i32; 5] = [0, 300, 1000, 3000, 8000];
/// The page gets a turn after this long.
const TURN_MS: f64 = 12.0;
/// More losses than this within as long as this are too many.
const MOST_LOSSES: usize = 4;
const LATELY_MS: f64 = 60_000.0;
/// Turns of the event loop within which the page hears that a device was lost.
const LOSS_TURNS: usize = 20;
/// Between two looks whether the device is there again.
const LOOK_MS: i32 = 15;

/// What the volume on the GPU was begun with.
#[derive(Clone)]
pub(super) struct Begun {
    geometry: Geometry,
    rescale: Vec<Rescale>,
    value_type: ValueType,
    expected_range: (f64, f64),
    /// Tells it from volumes begun before.
    pub(super) volume: GpuVolume,
}

impl Begun {
    pub(super) fn begin(&self, renderer: &mut Renderer) -> Result<(), RenderError> {
        renderer.begin_volume(
            &self.geometry,
            &self.rescale,
            self.value_type,
            self.expected_range,
        )
    }

    /// It turned out to be this series.
    pub(super) fn turned_out(&mut self, series: &Series) {
        self.geometry = series.geometry;
        self.rescale.clone_from(&series.rescale);
    }
}

impl Core {
    /// What a volume of a series is begun with; to be kept in [`Core::begun`].
    pub(super) fn new_volume(&self, series: &Series, expected_range: (f64, f64)) -> Begun {
        Begun {
            geometry: series.geometry,
            rescale: series.rescale.clone(),
            value_type: series.value_type,
            expected_range,
            volume: GpuVolume(self.content.get()),
        }
    }

    /// The renderer; waits for the next one if the device was just lost.
    pub(super) async fn lock_renderer(&self) -> MutexGuard<'_, Option<Renderer>> {
        loop {
            let place = self.renderer.lock().await;
            if place.is_some() || !self.is_recovering() {
                return place;
            }
            drop(place);
            sleep(LOOK_MS).await;
        }
    }

    /// Waits until what a lost device held is on the next one.
    pub(super) async fn recovered(&self) {
        while self.is_recovering() {
            sleep(LOOK_MS).await;
        }
    }

    /// When the device is lost everything is made anew.
    pub(super) fn watch_device(&self, renderer: &mut Renderer) {
        let (sender, mut lost) = mpsc::unbounded();
        renderer.set_on_device_lost(move |reason| {
            // Nobody listens once the renderer was dropped on purpose.
            let _ = sender.unbounded_send(reason);
        });
        let this = self.this.clone();
        spawn_local(async move {
            let Some(reason) = lost.next().await else {
                return;
            };
            if let Some(core) = this.upgrade() {
                core.recover(reason).await;
            }
        });
    }

    async fn recover(self: Rc<Self>, reason: String) {
        self.count_recoveries(1);
        let ended = if self.is_lost_too_often() {
            *self.renderer.lock().await = None;
            Err(RenderError::Device(reason))
        } else {
            match self.begin_again().await {
                Ok(Some(begun)) => self.send_again(&begun).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            }
        };
        self.count_recoveries(-1);
        // A device that was lost meanwhile has its own recovery, which goes on.
        if let Err(error) = ended
            && !matches!(error, RenderError::DeviceLost(_))
            && let Some(ws) = self.ws.get()
        {
            ws.report(UiProblem::with_detail("gpu-lost", error.to_string()));
        }
        self.content.set(self.content.get() + 1);
        self.ask_frame();
    }

    /// While there are any, whoever needs the renderer waits.
    fn count_recoveries(&self, more: i32) {
        self.recoveries.set(self.recoveries.get() + more);
        if let Some(ws) = self.ws.get() {
            ws.recovering.set(self.is_recovering());
        }
    }

    pub(super) fn is_recovering(&self) -> bool {
        self.recoveries.get() > 0
    }

    /// How many devices were lost so far.
    pub(super) fn losses(&self) -> usize {
        self.lost_at.borrow().len()
    }

    /// Whether a device was lost: the page hears of it a little later than whoever waits for the device.
    pub(super) async fn is_lost_since(&self, losses: usize) -> bool {
        for _ in 0..LOSS_TURNS {
            if self.losses() > losses {
                return true;
            }
            next_turn().await;
        }
        false
    }

    /// Notes a loss. A scan that breaks every device would otherwise do so without end.
    fn is_lost_too_often(&self) -> bool {
        let now = now_ms();
        let mut lost_at = self.lost_at.borrow_mut();
        lost_at.push(now);
        let lately = lost_at.iter().filter(|at| now - **at < LATELY_MS);
        lately.count() > MOST_LOSSES
    }

    /// Another device, and the volume's place on it.
    async fn begin_again(&self) -> Result<Option<Begun>, RenderError> {
        let mut place = self.renderer.lock().await;
        let mut made = Ok(());
        for pause in PAUSES_MS {
            sleep(pause).await;
            made = self.create_renderer(&mut place).await;
            if made.is_ok() {
                break;
            }
        }
        made?;
        let begun = self.begun.borrow().clone();
        if let (Some(begun), Some(renderer)) = (&begun, place.as_mut()) {
            begun.begin(renderer)?;
        }
        Ok(begun)
    }

    /// Sends the slices in memory to the new device, as long as the volume there is the one they belong to.
    async fn send_again(&self, begun: &Begun) -> Result<(), RenderError> {
        let scan = self.ws.get().and_then(|ws| ws.scan.get_value());
        let Some(scan) = scan.filter(|scan| scan.series.geometry == begun.geometry) else {
            return Ok(());
        };
        let mut turn_began = now_ms();
        for k in 0..begun.geometry.dims[2] {
            let slice = scan.volume.borrow().slice(k).cloned();
            let Some(slice) = slice else { continue };
            let mut uploaded = None;
            {
                let mut place = self.renderer.lock().await;
                let Some(renderer) = place.as_mut().filter(|_| self.holds(begun.volume)) else {
                    return Ok(());
                };
                renderer.check()?;
                renderer.upload_slice(k, &slice)?;
                if now_ms() - turn_began > TURN_MS {
                    uploaded = Some(renderer.uploaded());
                }
            }
            if let Some(uploaded) = uploaded {
                uploaded.await;
                sleep(0).await;
                turn_began = now_ms();
            }
        }
        let mut place = self.renderer.lock().await;
        // A load that still runs ends it itself.
        if let Some(renderer) = place.as_mut()
            && self.holds(begun.volume)
            && !self.filling.lasts()
        {
            let range = scan.range.get().unwrap_or(begun.expected_range);
            renderer.finish_volume(range, &scan.volume.borrow())?;
            self.note_facts(renderer);
        }
        Ok(())
    }
}
