//! Where the planes are, as the lines on the others show it.

use super::Workspace;
use super::framing::blank_plane;
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::{PlaneView, ViewId};

/// Planes and crosshair at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Linked {
    axial: PlaneView,
    coronal: PlaneView,
    sagittal: PlaneView,
    /// LPS, in mm.
    pub crosshair_mm: DVec3,
}

impl Linked {
    /// Before any volume is there.
    pub(super) fn blank() -> Self {
        let [axial, coronal, sagittal] = ViewId::PLANES.map(blank_plane);
        Self {
            axial,
            coronal,
            sagittal,
            crosshair_mm: DVec3::ZERO,
        }
    }

    /// As the signals have it now.
    pub(crate) fn now(ws: Workspace) -> Self {
        Self {
            axial: ws.axial.get_untracked(),
            coronal: ws.coronal.get_untracked(),
            sagittal: ws.sagittal.get_untracked(),
            crosshair_mm: ws.crosshair_mm.get_untracked(),
        }
    }

    /// A plane; `None` for other views.
    pub fn plane(&self, id: ViewId) -> Option<&PlaneView> {
        match id {
            ViewId::Axial => Some(&self.axial),
            ViewId::Coronal => Some(&self.coronal),
            ViewId::Sagittal => Some(&self.sagittal),
            ViewId::Volume | ViewId::Image | ViewId::Grid => None,
        }
    }

    /// How many planes lie elsewhere than at another moment.
    pub(crate) fn moved_planes(&self, other: &Self) -> usize {
        ViewId::PLANES
            .into_iter()
            .filter(|id| match (self.plane(*id), other.plane(*id)) {
                (Some(a), Some(b)) => {
                    a.normal() != b.normal() || a.depth_mm(b.center_mm).abs() > 1e-9
                }
                _ => false,
            })
            .count()
    }
}
