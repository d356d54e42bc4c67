//! How far the three planes are turned from the patient's axes.

use glam::{DMat3, DQuat, DVec3, EulerRot};

use super::PlaneView;

/// Cosine below which two planes count as perpendicular.
const PERPENDICULAR: f64 = 1e-6;

/// The turn of the three planes, and whether they still are at right angles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Orientation {
    /// Degrees about the patient's axes (to the left, to posterior, to superior), right-handed: first about x, then
    /// about y, then about z, all three fixed in the patient. If the planes are not perpendicular, of the axes that
    /// come nearest: the axial plane as it is, the coronal plane as near as a right angle lets it.
    pub turns_deg: DVec3,
    /// Whether each plane is perpendicular to the other two.
    pub perpendicular: bool,
}

impl Orientation {
    /// Of the three planes.
    pub fn of(axial: &PlaneView, coronal: &PlaneView, sagittal: &PlaneView) -> Self {
        let (up, back, right) = (axial.normal(), coronal.normal(), sagittal.normal());
        let y = (back - up * back.dot(up)).normalize_or(DVec3::Y);
        let turned = DMat3::from_cols(y.cross(up), y, up);
        let (about_z, about_y, about_x) = DQuat::from_mat3(&turned).to_euler(EulerRot::ZYX);
        // Without the minus of a zero.
        let degrees = |angle: f64| angle.to_degrees() + 0.0;
        Self {
            turns_deg: DVec3::new(degrees(about_x), degrees(about_y), degrees(about_z)),
            perpendicular: [up.dot(back), back.dot(right), right.dot(up)]
                .into_iter()
                .all(|cosine| cosine.abs() < PERPENDICULAR),
        }
    }

    /// The rotation of these turns, from the patient's axes.
    fn rotation(turns_deg: DVec3) -> DQuat {
        let [x, y, z] = turns_deg.to_array().map(f64::to_radians);
        DQuat::from_euler(EulerRot::ZYX, z, y, x)
    }

    /// An anatomical plane turned by `turns_deg` about `pivot_mm`: its normal as the turns say, its picture turned no
    /// further than the normal takes it.
    pub fn turn(anatomical: &PlaneView, pivot_mm: DVec3, turns_deg: DVec3) -> PlaneView {
        let from = anatomical.normal();
        let to = Self::rotation(turns_deg) * from;
        let (axis, angle_rad) = DQuat::from_rotation_arc(from, to).to_axis_angle();
        anatomical.turned(pivot_mm, axis, angle_rad)
    }
}

/// How near three planes come to having no single point in common: 1 for right angles, 0 where two coincide or all
/// three share a direction.
pub fn openness(planes: [&PlaneView; 3]) -> f64 {
    let [a, b, c] = planes.map(PlaneView::normal);
    a.dot(b.cross(c)).abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phantom::Phantom;
    use glam::DVec2;

    fn planes() -> [PlaneView; 3] {
        let (geometry, size) = (Phantom::dental(32).geometry(), DVec2::splat(100.0));
        [
            PlaneView::axial(&geometry, size),
            PlaneView::coronal(&geometry, size),
            PlaneView::sagittal(&geometry, size),
        ]
    }

    #[test]
    fn a_turn_about_one_axis_reads_as_that_angle() {
        let [axial, coronal, sagittal] = planes();
        let straight = Orientation::of(&axial, &coronal, &sagittal);
        assert!(straight.perpendicular && straight.turns_deg.length() < 1e-9);
        let pivot = DVec3::new(3.0, 4.0, 5.0);
        for (axis, turned) in [
            (DVec3::X, [&axial, &coronal]),
            (DVec3::Y, [&axial, &sagittal]),
            (DVec3::Z, [&coronal, &sagittal]),
        ] {
            let turn = |plane: &PlaneView| {
                let turns = turned.iter().any(|other| **other == *plane);
                if turns {
                    plane.turned(pivot, axis, 0.3)
                } else {
                    *plane
                }
            };
            let [a, c, s] = [&axial, &coronal, &sagittal].map(turn);
            let read = Orientation::of(&a, &c, &s);
            assert!(read.perpendicular);
            let expected = axis * 0.3f64.to_degrees();
            assert!((read.turns_deg - expected).length() < 1e-6, "{read:?}");
        }
    }

    #[test]
    fn what_is_read_can_be_set() {
        let pivot = DVec3::new(-3.0, 1.0, 2.0);
        for turns in [
            DVec3::ZERO,
            DVec3::new(12.0, -30.0, 75.0),
            DVec3::new(-5.0, 0.0, 130.0),
        ] {
            let [a, c, s] = planes().map(|plane| Orientation::turn(&plane, pivot, turns));
            let read = Orientation::of(&a, &c, &s);
            assert!(read.perpendicular);
            assert!((read.turns_deg - turns).length() < 1e-6, "{read:?} {turns}");
            assert!((openness([&a, &c, &s]) - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn one_plane_turned_alone_is_no_longer_perpendicular() {
        let [axial, coronal, sagittal] = planes();
        let alone = coronal.turned(DVec3::ZERO, axial.normal(), 0.2);
        let read = Orientation::of(&axial, &alone, &sagittal);
        assert!(!read.perpendicular);
        assert!(
            (read.turns_deg.z - 0.2f64.to_degrees()).abs() < 1e-6,
            "{read:?}"
        );
        assert!((openness([&axial, &alone, &sagittal]) - 0.2f64.cos()).abs() < 1e-9);
        assert!(openness([&axial, &sagittal, &sagittal]) < 1e-9);
    }
}
