//! The canvas behind the views, and the hands on them.
//!
//! - [`surface`]: the renderer and its one canvas, for the rest of the page
//! - `core`: what all of these work on; `frame`: draws what changed, at most once a frame; `drawn`: one view of it
//! - `placing`: where views lie; `still`: whether the camera moves
//! - `filling`: the volume rendering while the volume fills
//! - `refine`: the full picture of a volume at rest, part by part; `shown`: how much of it is on screen
//! - `canvases`: where they lie; `straight`: planes that the processor draws
//! - `device`: getting the graphics device; `recovery`: getting it again when it is lost
//! - [`flat`]: the view of a flat image, which needs no graphics device
//! - [`layout`]: which rectangle of the canvas belongs to which view
//! - [`component`]: [`Stage`] and [`ViewCell`], which the viewer's layout is made of
//! - `linked`: when the lines on the planes move
//! - [`gestures`], [`keyboard`]: pointer, wheel, touch and keys to changes of the workspace
//! - [`export`]: a view's pixels in any size; [`snapshot`]: as a PNG, with what is drawn over them

mod canvases;
mod component;
mod core;
mod device;
mod drawn;
pub(crate) mod export;
mod filling;
pub mod flat;
mod frame;
mod gestures;
mod keyboard;
mod layout;
mod linked;
mod placing;
mod recovery;
mod refine;
mod shown;
pub mod snapshot;
mod still;
mod straight;
mod surface;

pub use component::{Stage, ViewCell};
pub use drawn::DrawnBy;
pub use flat::FlatCanvas;
pub(crate) use frame::{Quality, is_hidden};
pub use shown::VolumeShown;
pub(crate) use surface::{GpuVolume, NotSent};
pub use surface::{RendererFacts, Surface};

use glam::{DVec2, DVec3};

/// What the pointer does, for tools that draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ToolEvent {
    /// Under the pointer, on the plane, LPS.
    pub patient_mm: DVec3,
    /// Within the cell, CSS pixels.
    pub px: DVec2,
    pub phase: ToolPhase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolPhase {
    Down,
    /// Moved while pressed.
    Move,
    Up,
    /// Moved while not pressed.
    Hover,
    /// Escape, or the browser took the pointer away.
    Cancel,
}
