//! Measurements in the patient's space: pure functions of points in LPS, mm.
//!
//! Whether the millimetres are true is the geometry's to say (`Geometry::spacing_known`); the caller shows
//! no unit where it is not.

use glam::DVec3;
use serde::{Deserialize, Serialize};

/// What is measured, with its points in LPS, mm.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Measured {
    /// A distance.
    Length {
        /// From here
        a: DVec3,
        /// to here.
        b: DVec3,
    },
    /// An angle at the middle point.
    Angle {
        /// End of the first leg.
        a: DVec3,
        /// The corner.
        b: DVec3,
        /// End of the second leg.
        c: DVec3,
    },
}

impl Measured {
    /// Millimetres of a length, degrees of an angle; `None` for an angle without a leg.
    pub fn value(&self) -> Option<f64> {
        match *self {
            Self::Length { a, b } => Some(length_mm(a, b)),
            Self::Angle { a, b, c } => angle_deg(a, b, c),
        }
    }
}

/// The distance of two points, in mm.
pub fn length_mm(a: DVec3, b: DVec3) -> f64 {
    a.distance(b)
}

/// The angle at `b` between the legs to `a` and to `c`, 0 to 180 degrees; `None` if a leg has no length.
///
/// From the lengths of (u|v| - v|u|) and (u|v| + v|u|), which stays exact near 0° and 180° where the arc
/// cosine does not (W. Kahan, "How Futile are Mindless Assessments of Roundoff", 2006).
pub fn angle_deg(a: DVec3, b: DVec3, c: DVec3) -> Option<f64> {
    let (u, v) = (a - b, c - b);
    let (u, v) = (u * v.length(), v * u.length());
    let (apart, together) = ((u - v).length(), (u + v).length());
    (apart > 0.0 || together > 0.0).then(|| (2.0 * apart.atan2(together)).to_degrees())
}

/// Length of a polyline, in mm.
pub fn path_mm(points: &[DVec3]) -> f64 {
    points
        .windows(2)
        .map(|pair| length_mm(pair[0], pair[1]))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_lengths_and_angles() {
        assert_eq!(length_mm(DVec3::ZERO, DVec3::new(3.0, 4.0, 12.0)), 13.0);
        let angle = angle_deg(DVec3::X, DVec3::ZERO, DVec3::new(1.0, 1.0, 0.0));
        assert!((angle.unwrap_or_default() - 45.0).abs() < 1e-12);
        let flat = angle_deg(DVec3::X, DVec3::ZERO, -DVec3::X * 7.0);
        assert!((flat.unwrap_or_default() - 180.0).abs() < 1e-12);
        assert_eq!(angle_deg(DVec3::X, DVec3::X, DVec3::Y), None);
        assert_eq!(
            path_mm(&[DVec3::ZERO, DVec3::X, DVec3::ONE]),
            1.0 + 2f64.sqrt()
        );
    }

    #[test]
    fn angle_does_not_depend_on_where_or_how_large() {
        let offset = DVec3::new(-51.3, 20.0, 33.7);
        let (a, c) = (DVec3::new(0.1, 0.2, 0.3), DVec3::new(-0.3, 0.5, 0.0));
        let near = angle_deg(a, DVec3::ZERO, c).unwrap_or_default();
        let far = angle_deg(a * 90.0 + offset, offset, c * 3.0 + offset).unwrap_or_default();
        assert!((near - far).abs() < 1e-9);
    }
}
