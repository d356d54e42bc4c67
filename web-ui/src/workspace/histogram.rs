//! How often each value is in the volume on screen.

use super::{ActiveScan, Progress};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use viewer_wasm::volume::Histogram;

/// At most so many bins: about as many as a panel has pixels.
const BINS: usize = 256;

/// The histogram, counted when all that comes has come; empty before.
pub(super) fn counted(
    progress: RwSignal<Option<Progress>>,
    scan_generation: RwSignal<u32>,
    scan: StoredValue<Option<Rc<ActiveScan>>, LocalStorage>,
) -> Memo<Arc<Histogram>> {
    let filling = Memo::new(move |_| progress.with(Option::is_some));
    Memo::new(move |_| {
        scan_generation.track();
        let counted = scan
            .get_value()
            .filter(|_| !filling.get())
            .map(|scan| scan.volume.borrow().histogram(BINS));
        Arc::new(counted.unwrap_or_default())
    })
}
