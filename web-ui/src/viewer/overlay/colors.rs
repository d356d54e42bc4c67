//! Colours of overlays; the same as the tokens of `assets/styles/tokens.css`.

use viewer_wasm::view::ViewId;

pub const INK: &str = "#edf2f4";
pub const WARN: &str = "#f4bf5a";
pub const MEASURE: &str = "#ffe08a";
pub const SELECTED: &str = "#83e2d6";
/// The clip box, on the planes too, and free clip planes.
pub const BOX: &str = "#5ad1c3";
pub const CUT: &str = "#ff9bd2";
pub const HALO: &str = "#000";

/// The colour of a plane's name, and of its line on the others.
pub const fn of_view(id: ViewId) -> &'static str {
    match id {
        ViewId::Axial => "#ff7d74",
        ViewId::Coronal => "#8ed46f",
        ViewId::Sagittal => "#f2cc5b",
        ViewId::Volume | ViewId::Image | ViewId::Grid => "#86b7ff",
    }
}
