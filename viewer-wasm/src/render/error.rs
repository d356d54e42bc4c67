//! What can go wrong between a volume and the screen.

/// Why something was not drawn. Messages name sizes and causes of the graphics system, never patient data.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RenderError {
    /// Neither WebGPU nor WebGL2 (natively: no Vulkan device).
    #[error("no graphics device: {0}")]
    NoDevice(String),
    /// The canvas could not be given to the graphics system.
    #[error("the canvas could not be used: {0}")]
    Surface(String),
    /// The volume is longer along an axis than the device's textures may be, and there is no room to fold it.
    #[error(
        "the volume has {size} voxels along {axis}, and textures of {limit} on this device cannot hold it"
    )]
    TooLarge {
        /// `columns`, `rows` or `slices`.
        axis: &'static str,
        /// Voxels along it.
        size: usize,
        /// The device's limit.
        limit: usize,
    },
    /// A picture has no pixels, or more than the device can draw in one.
    #[error(
        "a picture of {width} by {height} pixels cannot be drawn, this device draws at most {limit} a side"
    )]
    PictureTooLarge {
        /// Wanted width.
        width: u32,
        /// Wanted height.
        height: u32,
        /// The device's limit of either.
        limit: u32,
    },
    /// A geometry without voxels.
    #[error("the volume has no voxels")]
    Empty,
    /// A slice that does not belong to the volume: index or length.
    #[error("slice {index} with {len} values does not fit the volume")]
    SliceMismatch {
        /// Slice index that was given.
        index: usize,
        /// Values that were given.
        len: usize,
    },
    /// [`begin_volume`](super::Renderer::begin_volume) was not called.
    #[error("no volume is loaded")]
    NoVolume,
    /// The view was never drawn.
    #[error("the view has not been drawn")]
    NoView,
    /// The graphics device was lost; a new renderer is needed.
    #[error("the graphics device was lost: {0}")]
    DeviceLost(String),
    /// Anything the graphics system reports (out of memory, validation).
    #[error("graphics error: {0}")]
    Device(String),
}
