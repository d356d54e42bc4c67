//! Moving through the volume: crosshair, scroll, zoom, pan, rotate, window.
//!
//! The crosshair lies on all three planes. Moving it moves the planes that it left; moving a plane along its
//! normal takes the crosshair along. Screen lengths are CSS pixels.

use super::{ScanSource, Workspace};
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::series::{Geometry, Series};
use viewer_wasm::view::{Interpolation, PlaneView, Tones, ViewId, VolumeView, Window};

impl Workspace {
    /// The signal of a plane; `None` for the volume rendering and the grid.
    pub fn plane(self, id: ViewId) -> Option<RwSignal<PlaneView>> {
        match id {
            ViewId::Axial => Some(self.axial),
            ViewId::Coronal => Some(self.coronal),
            ViewId::Sagittal => Some(self.sagittal),
            ViewId::Image => Some(self.image),
            ViewId::Volume | ViewId::Grid => None,
        }
    }

    /// Changes what is common to the three planes.
    pub fn each_plane(self, change: impl Fn(&mut PlaneView)) {
        for plane in ViewId::PLANES.into_iter().filter_map(|id| self.plane(id)) {
            plane.update(&change);
        }
    }

    /// The next way to fill what lies between voxels.
    pub fn next_interpolation(self) {
        let next = match self.axial.get_untracked().interpolation {
            Interpolation::Nearest => Interpolation::Linear,
            Interpolation::Linear => Interpolation::Cubic,
            Interpolation::Cubic => Interpolation::Nearest,
        };
        self.each_plane(|plane| plane.interpolation = next);
    }

    /// The geometry of the scan on screen. Tracks, as [`Workspace::active_scan`].
    pub fn geometry(self) -> Option<Geometry> {
        self.active_scan().map(|scan| scan.series.geometry)
    }

    /// Puts the crosshair at a point, kept inside the volume; the planes follow.
    pub fn set_crosshair(self, patient_mm: DVec3) {
        let Some(geometry) = self.geometry_now() else {
            return;
        };
        let point = clamp_into(&geometry, patient_mm);
        for id in ViewId::PLANES {
            if let Some(plane) = self.plane(id) {
                let now = plane.get_untracked();
                if now.depth_mm(point).abs() > 1e-9 {
                    plane.set(now.through(point));
                }
            }
        }
        if self.crosshair_mm.get_untracked() != point {
            self.crosshair_mm.set(point);
        }
    }

    /// Scrolls a plane by voxel layers, the grid by rows; the crosshair goes with a plane, along the line that the
    /// other two have in common.
    pub fn scroll(self, id: ViewId, layers: f64) {
        if id == ViewId::Image {
            self.step_frames(layers);
            return;
        }
        if id == ViewId::Grid {
            self.scroll_grid(layers * f64::from(self.grid.get_untracked().columns));
            return;
        }
        let (Some(geometry), Some(plane)) = (self.geometry_now(), self.plane(id)) else {
            return;
        };
        let now = plane.get_untracked();
        let next = now.scrolled(layers, &geometry);
        if next != now {
            plane.set(next);
            self.crosshair_mm.set(self.crosshair_on(id, &next));
        }
    }

    /// Sets a plane as a script or a gesture wants it; the crosshair is put on it.
    pub fn set_plane(self, id: ViewId, next: PlaneView) {
        let Some(plane) = self.plane(id) else { return };
        self.set_moved(id, true);
        plane.set(next);
        if id == ViewId::Image {
            return;
        }
        let crosshair = self.crosshair_mm.get_untracked();
        let on_plane = self.crosshair_on(id, &next);
        if on_plane.distance(crosshair) > 1e-9 {
            self.crosshair_mm.set(on_plane);
        }
    }

    pub fn set_volume_view(self, next: VolumeView) {
        self.set_moved(ViewId::Volume, true);
        self.volume_view.set(next);
    }

    /// Zooms by `factor` (above 1 enlarges); what is under `px` stays there.
    pub fn zoom(self, id: ViewId, factor: f64, px: DVec2) {
        self.set_moved(id, true);
        if id == ViewId::Grid {
            self.zoom_grid(factor, px);
            return;
        }
        match self.plane(id) {
            Some(plane) => {
                let size = self.size_now(id);
                let next = plane.get_untracked().zoomed(factor, px, size);
                self.put_linked(id, next);
            }
            None => self.volume_view.update(|view| *view = view.zoomed(factor)),
        }
    }

    /// Moves the picture by pixels.
    pub fn pan(self, id: ViewId, delta_px: DVec2) {
        self.set_moved(id, true);
        if id == ViewId::Grid {
            self.pan_grid(delta_px);
            return;
        }
        match self.plane(id) {
            Some(plane) => self.put_linked(id, plane.get_untracked().panned(delta_px)),
            None => self
                .volume_view
                .update(|view| *view = view.panned(delta_px)),
        }
    }

    /// Takes a plane as it was zoomed or moved; if the planes are linked, the others get the same zoom about the
    /// crosshair, and move with it as far as they see of it.
    fn put_linked(self, id: ViewId, next: PlaneView) {
        let Some(plane) = self.plane(id) else { return };
        let before = plane.get_untracked();
        plane.set(next);
        if !self.link_zoom.get_untracked() || !ViewId::PLANES.contains(&id) {
            return;
        }
        let crosshair = self.crosshair_mm.get_untracked();
        let by_mm = next.center_mm - before.center_mm;
        let zooms = next.mm_per_px != before.mm_per_px;
        for other in ViewId::PLANES.into_iter().filter(|other| *other != id) {
            let Some(plane) = self.plane(other) else {
                continue;
            };
            self.set_moved(other, true);
            let size = self.size_now(other);
            plane.update(|plane| {
                *plane = if zooms {
                    let px = plane.px_from_patient(crosshair, size);
                    plane.zoomed(plane.mm_per_px / next.mm_per_px, px, size)
                } else {
                    let along = by_mm - plane.normal() * by_mm.dot(plane.normal());
                    PlaneView {
                        center_mm: plane.center_mm + along,
                        ..*plane
                    }
                };
            });
        }
    }

    /// Turns the volume rendering by a drag.
    pub fn rotate(self, delta_px: DVec2) {
        self.volume_view
            .update(|view| *view = view.turned(delta_px));
    }

    /// Sets the window of the planes, and of the maximum intensity projection.
    pub fn set_window(self, window: Window) {
        self.framing
            .update_value(|framing| framing.window_set = true);
        self.voi_table.set(None);
        self.put_window(window);
    }

    pub(super) fn put_window(self, window: Window) {
        let window = Window::new(window.center, window.width);
        self.window.set(window);
        self.volume_view.update(|view| view.window = window);
    }

    /// Sets a preset by name: `auto`, `bone`, `teeth`, `soft-tissue`. False if there is none of the name.
    pub fn set_window_preset(self, name: &str) -> bool {
        let window = if name == "auto" {
            self.auto_window()
        } else {
            Window::preset(name)
        };
        window.map(|window| self.set_window(window)).is_some()
    }

    /// How a brightness of a series is shown now: as chosen, and inverted if its low values are the bright ones. Tracks.
    pub fn tones_of(self, series: &Series) -> Tones {
        let tones = self.tones.get();
        Tones {
            invert: tones.invert != series.photometric_inverted,
            ..tones
        }
    }

    pub(super) fn auto_window(self) -> Option<Window> {
        self.scan
            .with_value(|scan| {
                scan.as_ref()
                    .and_then(|scan| scan.volume.borrow().auto_window())
            })
            .map(|(center, width)| Window::new(center, width))
    }

    /// Shows one view alone, or all again if it is.
    pub fn toggle_maximised(self, id: ViewId) {
        if self.mode.get_untracked() == super::Mode::Compare {
            return;
        }
        self.maximised
            .update(|now| *now = if *now == Some(id) { None } else { Some(id) });
    }

    /// Whether a view is on screen in the present mode.
    pub fn is_visible(self, id: ViewId) -> bool {
        match self.mode.get() {
            super::Mode::Mpr => {
                !matches!(id, ViewId::Image | ViewId::Grid)
                    && self.maximised.get().is_none_or(|only| only == id)
            }
            super::Mode::Image => id == ViewId::Image,
            super::Mode::Volume => id == ViewId::Volume,
            super::Mode::Grid => id == ViewId::Grid,
            super::Mode::Compare => id == self.compare.plane.get(),
        }
    }

    /// Whether the scan's identity may be shown at all: a link may leave it out.
    pub fn has_identity(self) -> bool {
        !matches!(self.source.get(), Some(ScanSource::Link(badge)) if !badge.includes_identity)
    }
}

/// The nearest point within the outermost voxel centres.
fn clamp_into(geometry: &Geometry, patient_mm: DVec3) -> DVec3 {
    let last = DVec3::from_array(geometry.dims.map(|n| n.saturating_sub(1) as f64));
    let voxel = geometry.voxel_from_patient().transform_point3(patient_mm);
    if !voxel.is_finite() {
        return geometry.center_mm();
    }
    let inside = voxel.clamp(DVec3::ZERO, last);
    if inside == voxel {
        patient_mm
    } else {
        geometry.patient_from_voxel().transform_point3(inside)
    }
}
