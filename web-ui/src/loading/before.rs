//! What was open when a preview took its place: it comes back if nothing comes of the drop.
//!
//! Its list goes with it, so that no name or warning of one scan stands beside the picture of another. Of the volume nothing
//! is kept, here or on the GPU, since two would not fit everywhere: what comes back is read again.

use super::{PatientFound, loader, show, thumbnails};
use crate::workspace::{Looks, OpenedScan, ScanSource, SeriesEntry, SeriesId, Workspace};
use leptos::prelude::*;
use std::rc::Rc;
use viewer_wasm::intake::Rejection;
use wasm_bindgen_futures::spawn_local;

/// See [`Before::take`].
pub(super) struct Before {
    opened: Rc<OpenedScan>,
    active: SeriesId,
    looks: Looks,
    series: Vec<SeriesEntry>,
    patients: Vec<PatientFound>,
    rejected: Vec<Rejection>,
    source: Option<ScanSource>,
}

impl Before {
    /// Takes what is open off the screen and out of the lists, and frees its volume. `None` if nothing is.
    pub fn take(ws: Workspace) -> Option<Self> {
        let scan = ws.scan.get_value()?;
        let looks = ws.looks();
        loader::stop_filling(ws);
        ws.surface.drop_volume();
        thumbnails::forget(ws);
        ws.active.set(None);
        ws.choosing_patient.set(false);
        let mut series = ws.series.try_update(std::mem::take).unwrap_or_default();
        for entry in &mut series {
            entry.thumbnail = None;
        }
        Some(Self {
            opened: ws.opened.try_update_value(Option::take).flatten()?,
            active: scan.id,
            looks,
            series,
            patients: ws.patients.try_update(std::mem::take).unwrap_or_default(),
            rejected: ws.rejected.try_update(std::mem::take).unwrap_or_default(),
            source: ws.source.try_update(Option::take).flatten(),
        })
    }

    /// Puts it back into the lists and on screen, unless something newer comes first.
    pub fn bring_back(self, ws: Workspace) {
        let Self { opened, active, .. } = self;
        loader::keep_looks(ws, Rc::clone(&opened.files), active, self.looks);
        ws.opened.set_value(Some(Rc::clone(&opened)));
        ws.patients.set(self.patients);
        ws.rejected.set(self.rejected);
        ws.source.set(self.source);
        ws.series.set(self.series);
        spawn_local(async move {
            let is_there = ws
                .opened
                .with_value(|now| now.as_ref().is_some_and(|now| Rc::ptr_eq(now, &opened)));
            if is_there {
                show(ws, active).await;
                thumbnails::make_all(ws).await;
            }
        });
    }
}
