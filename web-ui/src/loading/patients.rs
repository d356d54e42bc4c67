//! A drop with scans of several people: they are listed patient by patient, one of them is shown at a time, and the
//! person says whose.

use super::show;
use crate::workspace::{SeriesId, Workspace};
use leptos::prelude::*;
use viewer_wasm::intake::Identity;
use viewer_wasm::series::Series;

/// One of the people whose scans were found.
#[derive(Clone, Debug, PartialEq)]
pub struct PatientFound {
    /// `Series::patient`.
    pub number: usize,
    /// As the largest of the series names them.
    pub identity: Identity,
    pub series: usize,
    pub slices: usize,
}

/// The people of some series, which lie patient by patient.
pub(super) fn of(series: &[Series]) -> Vec<PatientFound> {
    let parts = series.chunk_by(|a, b| a.patient == b.patient);
    let found = parts.filter_map(|part| {
        let first = part.first()?;
        let instance = first.instances.first();
        Some(PatientFound {
            number: first.patient,
            identity: instance.map_or_else(Identity::default, |instance| instance.identity.clone()),
            series: part.len(),
            slices: part.iter().map(|series| series.slices.len()).sum(),
        })
    });
    found.collect()
}

/// The series of a patient with the most voxels; of equal ones the first.
pub(super) fn largest<'a>(series: impl Iterator<Item = &'a Series>, patient: usize) -> SeriesId {
    let voxels =
        |series: &Series| series.geometry.dims[0] * series.geometry.dims[1] * series.slices.len();
    let largest = series
        .enumerate()
        .filter(|(_, series)| series.patient == patient)
        .max_by_key(|(at, series)| (voxels(series), usize::MAX - at));
    SeriesId(largest.map_or(0, |(at, _)| at as u32))
}

/// Shows the largest series of one patient.
pub(crate) async fn choose(ws: Workspace, number: usize) {
    ws.choosing_patient.set(false);
    if let Some(opened) = ws.opened.get_value() {
        show(ws, largest(opened.series.iter().map(AsRef::as_ref), number)).await;
    }
}
