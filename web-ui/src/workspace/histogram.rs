//! How often each value is in the volume on screen.

use super::{ActiveScan, Progress};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use viewer_wasm::series::Unit;
use viewer_wasm::volume::Histogram;

/// At most so many bins: about as many as a panel has pixels.
const BINS: usize = 256;
/// Soft tissue this near to where Hounsfield units have it is not moved: presets fit as they are.
const NEAR_ENOUGH: f64 = 100.0;
/// Shifts are whole steps of the threshold's slider.
const SHIFT_STEP: f64 = 20.0;

/// The histogram, counted when all that comes has come; empty before. Nothing is counted of a preview, which is replaced.
pub(super) fn counted(
    progress: RwSignal<Option<Progress>>,
    previewing: RwSignal<bool>,
    scan_generation: RwSignal<u32>,
    scan: StoredValue<Option<Rc<ActiveScan>>, LocalStorage>,
) -> Memo<Arc<Histogram>> {
    let filling = Memo::new(move |_| previewing.get() || progress.with(Option::is_some));
    Memo::new(move |_| {
        scan_generation.track();
        let counted = scan
            .get_value()
            .filter(|_| !filling.get())
            .map(|scan| scan.volume.borrow().histogram(BINS));
        Arc::new(counted.unwrap_or_default())
    })
}

/// What is to be added to the values of the presets' tissues so that they fit the scan on screen, where its values are not
/// calibrated and its histogram shows where soft tissue is. Counts nothing for a scan in Hounsfield units.
pub(super) fn tissue_shift(
    histogram: Memo<Arc<Histogram>>,
    scan_generation: RwSignal<u32>,
    scan: StoredValue<Option<Rc<ActiveScan>>, LocalStorage>,
) -> Memo<Option<f64>> {
    Memo::new(move |_| {
        scan_generation.track();
        scan.get_value()
            .filter(|scan| scan.series.unit == Unit::Gv)?;
        let shift = histogram.with(|histogram| histogram.tissue_shift())?;
        let moved = (shift / SHIFT_STEP).round() * SHIFT_STEP;
        Some(if moved.abs() < NEAR_ENOUGH {
            0.0
        } else {
            moved
        })
    })
}
