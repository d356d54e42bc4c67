//! The grid: parallel slices of one plane side by side.
//!
//! It takes from its plane the direction, the slab and the interpolation, and has a place and a zoom of its own.

use super::{Mode, Workspace};
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use viewer_wasm::view::{GridView, PlaneView, ViewId};

/// What is particular to the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SliceGrid {
    /// Whose parallels the slices are.
    pub of: ViewId,
    /// Slices side by side, 1 to [`SliceGrid::MOST`].
    pub columns: u32,
    /// Slices one below the other, likewise.
    pub rows: u32,
    /// From one slice to the next, within [`SliceGrid::SPACING_MM`].
    pub spacing_mm: f64,
    /// In the middle of the first tile, LPS, mm.
    pub center_mm: DVec3,
    /// Millimetres for a CSS pixel.
    pub mm_per_px: f64,
}

impl SliceGrid {
    /// The most slices in a row or a column.
    pub const MOST: u32 = 8;
    /// Least and greatest distance between slices.
    pub const SPACING_MM: (f64, f64) = (0.1, 20.0);

    pub(super) const START: Self = Self {
        of: ViewId::Axial,
        columns: 4,
        rows: 3,
        spacing_mm: 2.0,
        center_mm: DVec3::ZERO,
        mm_per_px: 1.0,
    };
}

impl Workspace {
    /// The grid as it is drawn. Tracks.
    pub fn grid_view(self) -> GridView {
        let grid = self.grid.get();
        let plane = self.plane(grid.of).unwrap_or(self.axial).get();
        GridView {
            first: PlaneView {
                center_mm: grid.center_mm,
                mm_per_px: grid.mm_per_px,
                ..plane
            },
            columns: grid.columns,
            rows: grid.rows,
            spacing_mm: grid.spacing_mm,
        }
    }

    fn grid_now(self) -> GridView {
        untrack(|| self.grid_view())
    }

    /// Another plane, layout or spacing; the slices are placed around the crosshair again.
    pub fn change_grid(self, change: impl FnOnce(&mut SliceGrid)) {
        let mut grid = self.grid.get_untracked();
        change(&mut grid);
        grid.columns = grid.columns.clamp(1, SliceGrid::MOST);
        grid.rows = grid.rows.clamp(1, SliceGrid::MOST);
        let (least, most) = SliceGrid::SPACING_MM;
        grid.spacing_mm = grid.spacing_mm.clamp(least, most);
        self.grid.set(grid);
        self.place_grid();
    }

    /// Shows the whole of each slice, with the crosshair's in the middle of them as far as the volume goes.
    pub(crate) fn place_grid(self) {
        let Some(geometry) = self.geometry_now() else {
            return;
        };
        let view = self.grid_now();
        let grid = self.grid.get_untracked();
        let plane = self.plane(grid.of).unwrap_or(self.axial).get_untracked();
        let fitted = plane.fitted(&geometry, view.tile_size(self.size_now(ViewId::Grid)));
        let (low, high) = fitted.reach_mm(&geometry);
        let spacing = grid.spacing_mm;
        let (count, normal) = (view.count(), fitted.normal());
        let here = fitted.center_mm.dot(normal);
        // Whole steps from the crosshair's slice, so that it is one of them.
        let mut before = f64::from(count / 2);
        let after = f64::from(count - 1);
        let above = here + (after - before) * spacing - high;
        before += (above / spacing).ceil().max(0.0);
        let below = low - (here - before * spacing);
        before -= (below / spacing).ceil().max(0.0);
        let before = before.clamp(0.0, after);
        self.grid.set(SliceGrid {
            center_mm: fitted.center_mm - normal * (before * spacing),
            mm_per_px: fitted.mm_per_px,
            ..grid
        });
    }

    /// Moves on by so many slices, as long as one of them is in the volume.
    pub fn scroll_grid(self, slices: f64) {
        let Some(geometry) = self.geometry_now() else {
            return;
        };
        let view = self.grid_now();
        let (low, high) = view.first.reach_mm(&geometry);
        let here = view.first.center_mm.dot(view.first.normal());
        let after = f64::from(view.count() - 1);
        let back = ((low - here) / view.spacing_mm).ceil() - after;
        let on = ((high - here) / view.spacing_mm).floor();
        let slices = slices.clamp(back.min(0.0), on.max(0.0));
        if slices != 0.0 {
            let by_mm = view.first.normal() * (slices * view.spacing_mm);
            self.grid.update(|grid| grid.center_mm += by_mm);
        }
    }

    pub(super) fn zoom_grid(self, factor: f64, px: DVec2) {
        let (view, size) = (self.grid_now(), self.size_now(ViewId::Grid));
        let (_, in_tile) = view.tile_at(px, size);
        self.take_grid_plane(view.first.zoomed(factor, in_tile, view.tile_size(size)));
    }

    pub(super) fn pan_grid(self, delta_px: DVec2) {
        self.take_grid_plane(self.grid_now().first.panned(delta_px));
    }

    fn take_grid_plane(self, first: PlaneView) {
        self.grid.update(|grid| {
            grid.center_mm = first.center_mm;
            grid.mm_per_px = first.mm_per_px;
        });
    }

    /// Goes to the place under a pixel of the grid, on the planes.
    pub(crate) fn show_from_grid(self, px: DVec2) {
        let (view, size) = (self.grid_now(), self.size_now(ViewId::Grid));
        let (number, in_tile) = view.tile_at(px, size);
        let point = view
            .tile(number)
            .patient_from_px(in_tile, view.tile_size(size));
        let of = self.grid.get_untracked().of;
        self.set_crosshair(point);
        self.active_view.set(of);
        // A small screen shows one view.
        self.maximised
            .update(|only| *only = only.is_some().then_some(of));
        self.mode.set(Mode::Mpr);
    }
}
