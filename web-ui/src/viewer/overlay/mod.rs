//! What lies over a view: letters, scale bar, lines, text, measurements. One SVG for each view, in CSS pixels.
//!
//! Vector and text nodes only, and every look is a presentation attribute, not a style: a snapshot takes the SVG
//! out of the page, and a strict content security policy forbids style attributes.
//!
//! - [`plane`], [`volume`], [`image`], [`grid`]: the overlays of the kinds of view
//! - [`text`]: corner texts and letters; [`scale_bar`]; [`crosshair`] and its [`grips`]; [`measurements`]
//! - [`in_space`]: measurements in the 3D view; [`cube`]: the orientation cube
//! - [`clip_box`], [`clip_planes`], [`crop`]: what is cut away, with their [`drag_point`]s; not in snapshots
//! - [`colors`]: the colours that the style sheet has as tokens

mod clip_box;
mod clip_planes;
mod colors;
pub mod crop;
mod crosshair;
mod cube;
mod drag_point;
mod grid;
mod grips;
mod image;
mod in_space;
mod measurements;
mod plane;
mod scale_bar;
mod text;
mod volume;

pub use grid::GridOverlay;
pub use image::ImageOverlay;
pub use plane::PlaneOverlay;
pub use volume::VolumeOverlay;

/// Free space at the edges of a view.
const MARGIN_PX: f64 = 12.0;
const FONT_PX: f64 = 12.0;
const LINE_PX: f64 = 17.0;
