//! The opened files and the volume in memory.

use super::SeriesId;
use crate::loading::FileHandles;
use crate::stage::flat::FlatFrames;
use glam::DVec3;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use viewer_wasm::intake::SampleKind;
use viewer_wasm::series::Series;
use viewer_wasm::volume::{Probe, Volume};

/// Values of so many bits are exact in the GPU's copy.
const EXACT_BITS: u16 = 12;

/// Everything of one drop or package.
pub struct OpenedScan {
    /// Indexed by [`SeriesId`].
    pub series: Vec<Rc<Series>>,
    /// Where the bytes of each instance are, by `Instance::file`.
    pub files: Rc<FileHandles>,
    /// Which drop this is: `Timings::received_at` of it.
    pub(crate) received_at: f64,
}

impl OpenedScan {
    pub fn series(&self, id: SeriesId) -> Option<&Rc<Series>> {
        self.series.get(id.0 as usize)
    }
}

/// The series on screen: what saving needs, and what probes read.
pub struct ActiveScan {
    pub id: SeriesId,
    pub series: Rc<Series>,
    pub files: Rc<FileHandles>,
    /// The exact stored values. Slices are JavaScript buffers outside the module's memory.
    pub volume: RefCell<Volume>,
    /// Slices that could not be decoded; they stay empty.
    pub failed: RefCell<Vec<usize>>,
    /// Smallest and largest value seen so far, after rescale.
    pub(crate) range: Cell<Option<(f64, f64)>>,
    /// Colours, and the frame drawn last, of a flat image.
    pub(crate) flat: RefCell<FlatFrames>,
    /// What headers read so far let expect; the series has not all its slices yet.
    is_expected: bool,
}

impl ActiveScan {
    /// A scan of which no slice is there yet.
    pub(crate) fn new(id: SeriesId, series: Rc<Series>, files: Rc<FileHandles>) -> Self {
        Self {
            id,
            volume: RefCell::new(Volume::new(&series)),
            series,
            files,
            failed: RefCell::default(),
            range: Cell::new(None),
            flat: RefCell::default(),
            is_expected: false,
        }
    }

    /// A scan that headers let expect. It is never complete.
    pub(crate) fn expected(series: Rc<Series>) -> Self {
        Self {
            is_expected: true,
            ..Self::new(SeriesId(0), series, Rc::default())
        }
    }

    /// Takes the stored values of a slice into the range seen so far.
    pub(crate) fn note_range(&self, k: usize, stored: Option<(i32, i32)>) {
        let (Some((least, greatest)), Some(rescale)) = (stored, self.series.rescale.get(k)) else {
            return;
        };
        let (a, b) = (
            rescale.apply(f64::from(least)),
            rescale.apply(f64::from(greatest)),
        );
        let (low, high) = self
            .range
            .get()
            .unwrap_or((f64::INFINITY, f64::NEG_INFINITY));
        self.range
            .set(Some((low.min(a).min(b), high.max(a).max(b))));
    }

    /// Least and greatest value seen so far, after rescale.
    pub(crate) fn value_range(&self) -> (f64, f64) {
        self.range.get().unwrap_or((-1024.0, 3071.0))
    }

    /// The range of values to prepare for when the first slices are there: all that the header allows, if the GPU's copy
    /// can hold that exactly, so that no later slice makes another copy necessary.
    pub(crate) fn expected_range(&self) -> (f64, f64) {
        let attributes = self.series.instances.first().map(|first| &first.attributes);
        let (Some(attributes), Some(rescale)) = (attributes, self.series.rescale.first()) else {
            return self.value_range();
        };
        if attributes.bits_stored > EXACT_BITS || attributes.samples != SampleKind::Integer {
            return self.value_range();
        }
        let count = f64::from(1u32 << attributes.bits_stored);
        let least = if attributes.signed { -count / 2.0 } else { 0.0 };
        let (a, b) = (rescale.apply(least), rescale.apply(least + count - 1.0));
        (a.min(b), a.max(b))
    }

    /// The exact value of the voxel nearest to a point; `None` outside, and where the slice is not there (yet).
    pub fn probe(&self, patient_mm: DVec3) -> Option<Probe> {
        self.volume.borrow().probe(patient_mm)
    }

    /// The colour of a probed pixel; `None` of a grey image.
    pub fn color(&self, probe: &Probe) -> Option<[u8; 3]> {
        let [column, row, k] = probe.voxel;
        let at = row * self.series.geometry.dims[0] + column;
        self.flat.borrow().color(k, at)
    }

    /// Whether every slice is there or has failed.
    pub fn is_settled(&self) -> bool {
        let settled = self.volume.borrow().loaded() + self.failed.borrow().len();
        !self.is_expected && settled >= self.series.slices.len()
    }
}
