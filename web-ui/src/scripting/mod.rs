//! `window.cuspid`.

use crate::workspace::Workspace;

/// Puts the object into the window.
pub fn provide(_ws: Workspace) {}
