//! What a view shows: pure state and its mathematics, without pixels.
//!
//! - [`plane`]: a flat cut through the volume (MPR), and where its pixels are in the patient
//! - [`layers`]: scrolling a plane; [`oblique`]: how far planes are turned; [`grid`]: parallel planes side by side
//! - [`camera`]: the volume rendering: its camera, and what it shows; [`clip`]: what it leaves out; [`preset`]: what it
//!   brings out; [`manner`]: how that shows tissues; [`shading`]: its light
//! - [`noise`]: where a pixel's samples lie; [`occlusion`]: how light gets lost between what is opaque
//! - [`detail`]: how fine a volume a view needs; [`effort`]: how much is left out while the camera moves
//! - [`window`]: grey-value windows and their presets; [`tones`]: what comes after them, [`color_map`]: in which colours
//! - [`transfer`]: value to colour and opacity, for the volume rendering
//! - [`image`]: pixels in memory
//! - [`standard`]: the directions a volume is looked at from first
//! - [`letters`]: which side of the patient an edge of the screen is
//!
//! Every position is in the patient's space of DICOM, LPS (x to the patient's left, y to posterior, z to
//! superior), in millimetres. Pixel coordinates start at the top left corner of the view; the centre of
//! the first pixel is (0.5, 0.5).

pub mod camera;
pub mod clip;
pub mod color_map;
pub mod detail;
pub mod effort;
pub mod grid;
pub mod image;
pub mod layers;
pub mod letters;
pub mod manner;
pub mod noise;
pub mod oblique;
pub mod occlusion;
pub mod plane;
pub mod preset;
pub mod shading;
pub mod standard;
pub mod tones;
pub mod transfer;
pub mod window;

pub use camera::{Inset, Rendering, VolumeView};
pub use clip::{Clip, ClipPlane};
pub use color_map::ColorMap;
pub use grid::GridView;
pub use image::RgbaImage;
pub use layers::Ordinal;
pub use manner::Manner;
pub use oblique::Orientation;
pub use plane::{Interpolation, PlaneView, SlabMode};
pub use preset::VolumePreset;
pub use standard::StandardView;
pub use tones::Tones;
pub use transfer::{ControlPoint, TransferFunction};
pub use window::Window;

use serde::{Deserialize, Serialize};

/// The four views of a volume's 2×2 layout, the grid of slices, and the view of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ViewId {
    /// Plane across the body axis, anterior up.
    Axial,
    /// Plane seen from the front, superior up.
    Coronal,
    /// Plane seen from the patient's left, superior up, anterior on the left of the screen.
    Sagittal,
    /// The volume rendering.
    Volume,
    /// A flat image, as its rows and columns run ([`flat`](crate::flat)).
    Image,
    /// Parallel slices of a volume, side by side.
    Grid,
}

impl ViewId {
    /// The views of a volume's 2×2 layout, in reading order.
    pub const ALL: [Self; 4] = [Self::Axial, Self::Coronal, Self::Sagittal, Self::Volume];
    /// The three planes.
    pub const PLANES: [Self; 3] = [Self::Axial, Self::Coronal, Self::Sagittal];

    /// The name scripts use: `axial`, `coronal`, `sagittal`, `volume`, `image` or `grid`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Axial => "axial",
            Self::Coronal => "coronal",
            Self::Sagittal => "sagittal",
            Self::Volume => "volume",
            Self::Image => "image",
            Self::Grid => "grid",
        }
    }

    /// The view of a [`name`](Self::name), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .chain([Self::Image, Self::Grid])
            .find(|id| id.name() == name)
    }
}

/// Everything that decides what one view draws, apart from the volume and the view's size.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(
    clippy::large_enum_variant,
    reason = "there are a handful of them, and they are copied once a frame"
)]
pub enum ViewState {
    /// A plane.
    Plane(PlaneView),
    /// A volume rendering.
    Volume(VolumeView),
    /// Parallel slices.
    Grid(GridView),
}

impl ViewState {
    /// What becomes of its brightness; a volume rendering has one where it projects.
    pub fn tones(&self) -> Tones {
        match self {
            Self::Plane(view) => view.tones,
            Self::Grid(view) => view.first.tones,
            Self::Volume(view) => view.tones,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for id in ViewId::ALL.into_iter().chain([ViewId::Image, ViewId::Grid]) {
            assert_eq!(ViewId::from_name(id.name()), Some(id));
        }
        assert_eq!(ViewId::from_name("pano"), None);
    }
}
