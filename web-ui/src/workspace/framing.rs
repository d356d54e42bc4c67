//! What a view shows before anybody moved it: the whole volume in its cell, in the scan's own window.

use super::{VIEW_COUNT, Workspace, view_index};
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::flat::orientation;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::{Interpolation, PlaneView, SlabMode, Tones, ViewId, VolumeView, Window};

/// Which views still show the whole volume, so that they are fitted again when their cell changes size; and
/// whether the window is still the one chosen for the scan.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Framing {
    moved: [bool; VIEW_COUNT],
    pub(super) window_set: bool,
}

impl Framing {
    pub(super) fn is_moved(&self, id: ViewId) -> bool {
        self.moved[view_index(id)]
    }
}

/// Size taken for a cell that is not laid out yet.
const UNKNOWN_CELL: DVec2 = DVec2::splat(512.0);

pub(super) fn blank_window() -> Window {
    Window::BONE
}

/// A plane before any volume is there.
pub(super) fn blank_plane(id: ViewId) -> PlaneView {
    let (right, down) = match id {
        ViewId::Axial | ViewId::Volume | ViewId::Image | ViewId::Grid => (DVec3::X, DVec3::Y),
        ViewId::Coronal => (DVec3::X, DVec3::NEG_Z),
        ViewId::Sagittal => (DVec3::Y, DVec3::NEG_Z),
    };
    PlaneView {
        center_mm: DVec3::ZERO,
        right,
        down,
        mm_per_px: 1.0,
        window: blank_window(),
        tones: Tones::PLAIN,
        slab_mm: 0.0,
        slab_mode: SlabMode::Mean,
        interpolation: Interpolation::Linear,
    }
}

pub(super) fn blank_volume_view() -> VolumeView {
    VolumeView::BLANK
}

impl Workspace {
    pub(super) fn geometry_now(self) -> Option<Geometry> {
        self.scan
            .with_value(|scan| scan.as_ref().map(|scan| scan.series.geometry))
    }

    pub(super) fn size_now(self, id: ViewId) -> DVec2 {
        let size = self.cell_size(id).get_untracked();
        if size.min_element() >= 1.0 {
            size
        } else {
            UNKNOWN_CELL
        }
    }

    pub(crate) fn set_moved(self, id: ViewId, moved: bool) {
        self.framing
            .update_value(|framing| framing.moved[view_index(id)] = moved);
    }

    /// Whether somebody moved a view since it showed the whole volume.
    pub(crate) fn is_moved(self, id: ViewId) -> bool {
        self.framing.with_value(|framing| framing.is_moved(id))
    }

    /// Shows the whole volume in a view again. The slice stays the crosshair's, and how a plane is turned and drawn
    /// stays too.
    pub fn reset_view(self, id: ViewId) {
        self.set_moved(id, false);
        if id == ViewId::Grid {
            self.place_grid();
            return;
        }
        if let (Some(plane), Some(geometry)) = (self.plane(id), self.geometry_now())
            && id != ViewId::Image
        {
            plane.update(|plane| *plane = self.fitted(id, plane, &geometry));
            return;
        }
        self.fit(id);
    }

    /// Everything as when the scan was opened: views, their turns, slab, crosshair, window, what is clipped and edited.
    /// The interpolation that somebody chose stays.
    pub fn reset_views(self) {
        let Some(geometry) = self.geometry_now() else {
            return;
        };
        self.framing.set_value(Framing::default());
        self.crosshair_mm.set(self.start_mm(&geometry));
        if !self.is_second {
            // Both sides of a comparison share them.
            self.crosshair_visible.set(true);
            self.tones.set(Tones::PLAIN);
        }
        self.insets_shown.set([false; 3]);
        self.change_look(|view| {
            *view = VolumeView {
                rendering: view.rendering,
                window: view.window,
                shift: self.tissue_shift.get_untracked().unwrap_or_default(),
                ..VolumeView::BLANK.with_preset(view.preset)
            };
        });
        for id in ViewId::ALL.into_iter().chain([ViewId::Image]) {
            self.fit(id);
        }
        self.place_grid();
        self.choose_window();
    }

    /// Window, gamma, inversion and colours as when the scan was opened.
    pub fn reset_window(self) {
        self.framing
            .update_value(|framing| framing.window_set = false);
        self.voi_table.set(None);
        self.tones.set(Tones::PLAIN);
        self.choose_window();
    }

    /// Where the crosshair is at first: the middle voxel, or what is worth seeing in the example.
    fn start_mm(self, geometry: &Geometry) -> DVec3 {
        self.scan
            .with_value(|scan| {
                scan.as_ref()
                    .and_then(|scan| crate::loading::example_start_mm(scan))
            })
            .unwrap_or_else(|| viewer_wasm::view::plane::middle_voxel_mm(geometry))
    }

    /// Fits a view into its cell, through the crosshair.
    fn fit(self, id: ViewId) {
        let Some(geometry) = self.geometry_now() else {
            return;
        };
        let size = self.size_now(id);
        match (self.plane(id), PlaneView::of_view(id, &geometry, size)) {
            (Some(image), Some(fitted)) if id == ViewId::Image => image.set(fitted),
            (Some(plane), Some(fitted)) => {
                let interpolation = plane.get_untracked().interpolation;
                let fitted = fitted.through(self.crosshair_mm.get_untracked());
                plane.set(PlaneView {
                    interpolation,
                    ..self.fitted(id, &fitted, &geometry)
                })
            }
            _ => {
                let fitted = VolumeView::fit(&geometry, size);
                self.volume_view.update(|view| {
                    view.target_mm = fitted.target_mm;
                    view.azimuth_deg = fitted.azimuth_deg;
                    view.elevation_deg = fitted.elevation_deg;
                    put_scale(view, fitted.mm_per_px);
                });
            }
        }
    }

    /// The window of the header, or the automatic one, unless somebody chose one.
    pub(crate) fn choose_window(self) {
        if self.framing.with_value(|framing| framing.window_set) {
            return;
        }
        if self.choose_image_window() {
            return;
        }
        let of_header = self
            .scan
            .with_value(|scan| scan.as_ref().and_then(|scan| scan.series.window));
        let window = of_header
            .map(|(center, width)| Window::new(center, width))
            .or_else(|| self.auto_window());
        if let Some(window) = window {
            self.put_window(window);
        }
    }

    /// A cell got its size, or another.
    pub(crate) fn on_cell_resized(self, id: ViewId, size: DVec2) {
        if self.cell_size(id).get_untracked() == size {
            return;
        }
        let was_hidden = self.cell_size(id).get_untracked().min_element() < 1.0;
        self.cell_size(id).set(size);
        if id == ViewId::Grid && was_hidden {
            // The planes may have moved meanwhile.
            self.set_moved(id, false);
        }
        let moved = self
            .framing
            .with_value(|framing| framing.moved[view_index(id)]);
        if size.min_element() >= 1.0 && !moved {
            self.refit(id);
        }
    }

    /// A plane with the whole volume in its view; beside another scan with both in the same scale.
    fn fitted(self, id: ViewId, plane: &PlaneView, geometry: &Geometry) -> PlaneView {
        let size = self.size_now(id);
        let fitted = plane.fitted(geometry, size);
        let beside = self.compare.beside(self.is_second);
        let mm_per_px = beside.map_or(0.0, |other| plane.fitted(&other, size).mm_per_px);
        PlaneView {
            mm_per_px: fitted.mm_per_px.max(mm_per_px),
            ..fitted
        }
    }

    /// Fits the zoom to a new size and leaves where the view looks.
    pub(crate) fn refit(self, id: ViewId) {
        let Some(geometry) = self.geometry_now() else {
            return;
        };
        let size = self.size_now(id);
        if id == ViewId::Grid {
            self.place_grid();
            return;
        }
        if id == ViewId::Image {
            self.image
                .update(|image| *image = orientation::refitted(image, &geometry, size));
            return;
        }
        match self.plane(id) {
            Some(plane) => {
                plane.update(|plane| {
                    plane.mm_per_px = self.fitted(id, plane, &geometry).mm_per_px;
                });
            }
            None => {
                let fitted = VolumeView::fit(&geometry, size);
                self.volume_view
                    .update(|view| put_scale(view, fitted.mm_per_px));
            }
        }
    }
}

/// Another size of what is at the target; a perspective keeps its angle.
fn put_scale(view: &mut VolumeView, mm_per_px: f64) {
    let factor = mm_per_px / view.mm_per_px;
    view.eye_mm = view.eye_mm.map(|eye_mm| eye_mm * factor);
    view.mm_per_px = mm_per_px;
}
