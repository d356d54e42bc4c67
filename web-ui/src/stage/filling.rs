//! The volume rendering while the volume fills: coarse, without what is around a place, and only as often as it takes next to
//! nothing of the load's time. A device without a graphics card is so slow at it that it draws none in a usual load.

use super::core::Core;
use crate::loading::pace::now_ms;
use std::cell::Cell;
use viewer_wasm::view::{VolumeView, effort::Efforts};

/// This share of the time since filling began may go into pictures of the volume.
const SHARE: f64 = 0.02;
/// Two pictures are at least so far apart.
const PAUSE_MS: f64 = 250.0;
/// As many times what the planes took, a picture of the volume is expected to take before one was measured.
const PLANES_TO_VOLUME: f64 = 10.0;

/// What it is expected to take where the device has drawn nothing yet, as one does without a graphics card while the processor
/// draws the planes.
const UNKNOWN_MS: f64 = 500.0;

/// What drawing took since filling began.
#[derive(Default)]
pub(super) struct Filling {
    /// When it began, while it lasts.
    since: Cell<Option<f64>>,
    /// When the last picture of the volume was there.
    drawn_at: Cell<f64>,
    spent_ms: Cell<f64>,
    /// What the last picture of the volume took, and of the planes alone.
    volume_ms: Cell<Option<f64>>,
    planes_ms: Cell<Option<f64>>,
}

impl Filling {
    pub(super) fn begin(&self) {
        self.end();
        self.since.set(Some(now_ms()));
    }

    pub(super) fn end(&self) {
        self.since.set(None);
        self.spent_ms.set(0.0);
        self.drawn_at.set(f64::NEG_INFINITY);
        self.volume_ms.set(None);
        self.planes_ms.set(None);
    }

    pub(super) fn lasts(&self) -> bool {
        self.since.get().is_some()
    }

    /// Whether a picture of the volume would take no more than its share, as far as the device's pictures so far tell.
    fn affords_volume(&self) -> bool {
        let Some(since) = self.since.get() else {
            return true;
        };
        let planes_ms = self.planes_ms.get().map(|ms| ms * PLANES_TO_VOLUME);
        let expected_ms = self.volume_ms.get().or(planes_ms).unwrap_or(UNKNOWN_MS);
        let now = now_ms();
        now - self.drawn_at.get() >= PAUSE_MS
            && self.spent_ms.get() + expected_ms <= SHARE * (now - since)
    }

    /// Takes in what pictures took that were begun at `began`, with the volume among them or without.
    pub(super) fn note(&self, began: f64, with_volume: bool) {
        let now = now_ms();
        if self.since.get().is_none_or(|since| began < since) {
            return;
        }
        if with_volume {
            self.volume_ms.set(Some(now - began));
            self.spent_ms.set(self.spent_ms.get() + now - began);
            self.drawn_at.set(now);
        } else {
            self.planes_ms.set(Some(now - began));
        }
    }
}

impl Core {
    /// Whether the volume rendering has to wait for more slices.
    pub(super) fn volume_waits_for_slices(&self) -> bool {
        !self.filling.affords_volume()
    }
}

/// The view as it is drawn while slices come.
pub(super) fn while_filling(view: &VolumeView, efforts: &Efforts) -> VolumeView {
    VolumeView {
        occlusion: 0.0,
        ..efforts.while_moving(view)
    }
}
