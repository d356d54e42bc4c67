//! The opened files and the volume in memory.

use super::SeriesId;
use crate::loading::FileHandles;
use crate::stage::flat::FlatFrames;
use glam::DVec3;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use viewer_wasm::series::Series;
use viewer_wasm::volume::{Probe, Volume};

/// Everything of one drop or package.
pub struct OpenedScan {
    /// Indexed by [`SeriesId`].
    pub series: Vec<Rc<Series>>,
    /// Where the bytes of each instance are, by `Instance::file`.
    pub files: Rc<FileHandles>,
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
}

impl ActiveScan {
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
        self.volume.borrow().loaded() + self.failed.borrow().len() >= self.series.slices.len()
    }
}
