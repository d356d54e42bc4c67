//! Parallel slices of one plane, side by side in one view.

use glam::DVec2;
use serde::{Deserialize, Serialize};

use super::PlaneView;

/// Slices at equal distances, from the top left in reading order. Every tile has the same size, `1 / columns` of the
/// view's width and `1 / rows` of its height, in pixels that need not be whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GridView {
    /// The plane of the first tile, in a view of the tile's size.
    pub first: PlaneView,
    /// Tiles side by side, at least 1.
    pub columns: u32,
    /// Tiles one below the other, at least 1.
    pub rows: u32,
    /// From one slice to the next along the plane's normal, in mm.
    pub spacing_mm: f64,
}

impl GridView {
    /// How many tiles there are.
    pub fn count(&self) -> u32 {
        self.columns.max(1) * self.rows.max(1)
    }

    /// Size of a tile of a view of `size_px`.
    pub fn tile_size(&self, size_px: DVec2) -> DVec2 {
        size_px / DVec2::new(self.columns.max(1).into(), self.rows.max(1).into())
    }

    /// Which tile a pixel position is in, and where in that tile; positions outside belong to the nearest tile.
    pub fn tile_at(&self, px: DVec2, size_px: DVec2) -> (u32, DVec2) {
        let tile_px = self.tile_size(size_px).max(DVec2::splat(f64::MIN_POSITIVE));
        let last = DVec2::new(
            f64::from(self.columns.max(1) - 1),
            f64::from(self.rows.max(1) - 1),
        );
        let at = (px / tile_px).floor().clamp(DVec2::ZERO, last);
        let number = at.y as u32 * self.columns.max(1) + at.x as u32;
        (number, px - at * tile_px)
    }

    /// The top left corner of a tile in a view of `size_px`.
    pub fn tile_corner(&self, number: u32, size_px: DVec2) -> DVec2 {
        let columns = self.columns.max(1);
        let at = DVec2::new((number % columns).into(), (number / columns).into());
        at * self.tile_size(size_px)
    }

    /// The plane of a tile, in a view of the tile's size.
    pub fn tile(&self, number: u32) -> PlaneView {
        let away_mm = self.first.normal() * (self.spacing_mm * f64::from(number));
        PlaneView {
            center_mm: self.first.center_mm + away_mm,
            ..self.first
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phantom::Phantom;

    #[test]
    fn tiles_lie_in_reading_order_along_the_normal() {
        let size_px = DVec2::new(300.0, 100.0);
        let grid = GridView {
            first: PlaneView::sagittal(&Phantom::dental(32).geometry(), DVec2::new(100.0, 50.0)),
            columns: 3,
            rows: 2,
            spacing_mm: 2.5,
        };
        assert_eq!(grid.tile_size(size_px), DVec2::new(100.0, 50.0));
        for number in 0..grid.count() {
            let inner = DVec2::new(30.0, 20.0);
            let px = grid.tile_corner(number, size_px) + inner;
            assert_eq!(grid.tile_at(px, size_px), (number, inner));
            let depth_mm = grid.first.depth_mm(grid.tile(number).center_mm);
            assert!((depth_mm - 2.5 * f64::from(number)).abs() < 1e-9);
        }
        assert_eq!(grid.tile_at(DVec2::splat(1e6), size_px).0, 5);
        assert_eq!(grid.tile_at(DVec2::splat(-5.0), size_px).0, 0);
    }
}
