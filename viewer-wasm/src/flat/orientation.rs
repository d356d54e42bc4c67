//! Fitting, turning and mirroring an image, and the letters at its edges.

use glam::{DVec2, DVec3};

use crate::series::Geometry;
use crate::view::PlaneView;
use crate::view::plane::extent_along;

/// The first frame, whole, in a view of `size_px`, as its rows and columns run.
pub fn fitted(geometry: &Geometry, size_px: DVec2) -> PlaneView {
    let [columns, rows, _] = geometry.dims;
    let middle = DVec3::new(columns as f64 - 1.0, rows as f64 - 1.0, 0.0) / 2.0;
    refitted(
        &PlaneView {
            center_mm: geometry.patient_from_voxel().transform_point3(middle),
            right: geometry.row_direction(),
            down: geometry.column_direction(),
            ..PlaneView::axial(geometry, size_px)
        },
        geometry,
        size_px,
    )
}

/// The view with the zoom that shows the whole image, however it is turned.
pub fn refitted(view: &PlaneView, geometry: &Geometry, size_px: DVec2) -> PlaneView {
    let size = size_px.max(DVec2::ONE);
    let wide = extent_along(geometry, view.right) / size.x;
    let high = extent_along(geometry, view.down) / size.y;
    PlaneView {
        mm_per_px: wide.max(high).max(f64::MIN_POSITIVE),
        ..*view
    }
}

/// The picture turned by 90 degrees clockwise about the middle of the view.
pub fn turned(view: &PlaneView) -> PlaneView {
    PlaneView {
        right: -view.down,
        down: view.right,
        ..*view
    }
}

/// The picture with left and right exchanged about the middle of the view.
pub fn mirrored(view: &PlaneView) -> PlaneView {
    PlaneView {
        right: -view.right,
        ..*view
    }
}

/// The view on frame `k`.
pub fn on_frame(view: &PlaneView, geometry: &Geometry, k: usize) -> PlaneView {
    let mut voxel = geometry
        .voxel_from_patient()
        .transform_point3(view.center_mm);
    voxel.z = k as f64;
    PlaneView {
        center_mm: geometry.patient_from_voxel().transform_point3(voxel),
        ..*view
    }
}

/// Which frame a view is on.
pub fn frame_of(view: &PlaneView, geometry: &Geometry) -> usize {
    let voxel = geometry
        .voxel_from_patient()
        .transform_point3(view.center_mm);
    let last = geometry.dims[2].saturating_sub(1);
    (voxel.z.round().max(0.0) as usize).min(last)
}

/// Letters at the left, right, top and bottom edge of an image that lies nowhere in the patient but says where its rows
/// and columns point (_Patient Orientation_ (0020,0020)).
pub fn letters(view: &PlaneView, geometry: &Geometry, [row, column]: &[String; 2]) -> [String; 4] {
    let along = |direction: DVec3| {
        let (x, y) = (
            direction.dot(geometry.row_direction()),
            direction.dot(geometry.column_direction()),
        );
        let (letters, forward) = if x.abs() >= y.abs() {
            (row, x > 0.0)
        } else {
            (column, y > 0.0)
        };
        if forward {
            letters.clone()
        } else {
            opposite(letters)
        }
    };
    [-view.right, view.right, -view.down, view.down].map(along)
}

fn opposite(letters: &str) -> String {
    letters
        .chars()
        .map(|letter| match letter {
            'L' => 'R',
            'R' => 'L',
            'A' => 'P',
            'P' => 'A',
            'H' => 'F',
            'F' => 'H',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn geometry(frames: usize) -> Geometry {
        Geometry {
            dims: [20, 10, frames],
            spacing_mm: [0.5, 0.5, 3.0],
            spacing_known: true,
            origin_mm: [1.0, 2.0, 3.0],
            direction: [0.0, 1.0, 0.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0],
        }
    }

    #[test]
    fn letters_turn_with_the_picture() {
        let geometry = geometry(1);
        let says = ["L".to_owned(), "F".to_owned()];
        let view = fitted(&geometry, DVec2::new(20.0, 20.0));
        assert_eq!(letters(&view, &geometry, &says), ["R", "L", "H", "F"]);
        assert_eq!(
            letters(&turned(&view), &geometry, &says),
            ["F", "H", "R", "L"]
        );
        assert_eq!(
            letters(&mirrored(&view), &geometry, &says),
            ["L", "R", "H", "F"]
        );
    }

    #[test]
    fn four_turns_are_none_and_the_zoom_follows() {
        let geometry = geometry(1);
        let size = DVec2::new(40.0, 40.0);
        let view = fitted(&geometry, size);
        assert_eq!(view.mm_per_px, 0.25);
        let mut now = view;
        for _ in 0..4 {
            now = turned(&now);
        }
        assert_eq!(now, view);
        let wide = DVec2::new(40.0, 20.0);
        assert_eq!(refitted(&turned(&view), &geometry, wide).mm_per_px, 0.5);
    }

    #[test]
    fn frames_are_counted_whichever_way_the_picture_is_turned() {
        let geometry = geometry(5);
        let view = fitted(&geometry, DVec2::new(40.0, 40.0));
        assert_eq!(frame_of(&view, &geometry), 0);
        let view = on_frame(&mirrored(&view), &geometry, 3);
        assert_eq!(frame_of(&view, &geometry), 3);
        assert_eq!(frame_of(&on_frame(&view, &geometry, 9), &geometry), 4);
    }
}
