//! A saved or shared scan as a source of slices: the seam to saving and sharing.

use crate::workspace::UiProblem;
use futures::future::LocalBoxFuture;
use js_sys::ArrayBuffer;
use serde::{Deserialize, Serialize};
use viewer_wasm::intake::Instance;
use viewer_wasm::series::ValueType;

pub use worker::messages::Packing;

/// A scan that was fetched and opened with its keys. Goes through the same workers, volume and views as files.
pub trait PackageSource {
    /// The manifest's instances in its order, with a unique `file` each. The identity is blank without its key.
    fn instances(&self) -> Vec<Instance>;

    /// A small volume to show until the frames have come; of the series that the largest volume is made of.
    fn coarse(&self) -> LocalBoxFuture<'_, Option<CoarseVolume>>;

    /// The pixel bytes of one frame of the instance named `file`.
    ///
    /// Errors: a code of the caller's, shown to the person. The load goes on with the other slices unless
    /// [`PackageSource::ended`] says that it is no use.
    fn frame(&self, file: &str, frame: u32) -> LocalBoxFuture<'_, Result<PixelChunk, UiProblem>>;

    /// Whether the source can give no more (revoked, expired, signed out), with the sentence to show.
    fn ended(&self) -> Option<UiProblem>;
}

/// Pixel bytes as a package stores them.
pub struct PixelChunk {
    /// Transferred to the worker that decodes it.
    pub bytes: ArrayBuffer,
    pub packing: Packing,
    /// The frame of the instance with which the bytes begin (0 when they are the whole value).
    pub first_frame: u32,
}

/// Every n-th voxel of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct CoarseVolume {
    pub description: CoarseDescription,
    /// 16-bit stored values, little-endian, columns fastest.
    pub bytes: Vec<u8>,
}

/// What a [`CoarseVolume`] is; JSON in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoarseDescription {
    /// Columns, rows, slices of the coarse volume.
    pub dims: [usize; 3],
    /// Voxels of the full volume for each of the coarse one, along each axis.
    pub step: usize,
    pub value_type: ValueType,
}
