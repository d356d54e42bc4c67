//! Transfer functions: from a value to a colour and an opacity.

use serde::{Deserialize, Serialize};

use super::shading::SURFACE_COLOR;

/// One point of a transfer function.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ControlPoint {
    /// The value, in the unit of the volume (HU or GV).
    pub value: f64,
    /// Red, green, blue, 0 to 1, as on the screen.
    pub color: [f64; 3],
    /// Opacity of 0.3 mm of the material ([`TransferFunction::REFERENCE_MM`]), 0 to 1.
    pub opacity: f64,
}

/// Colour and opacity over the value, linear between control points and constant beyond the ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<ControlPoint>", into = "Vec<ControlPoint>")]
pub struct TransferFunction {
    /// Ascending in value; only the first `count` are used.
    points: [ControlPoint; TransferFunction::MAX_POINTS],
    count: usize,
}

impl From<Vec<ControlPoint>> for TransferFunction {
    fn from(points: Vec<ControlPoint>) -> Self {
        Self::new(points)
    }
}

impl From<TransferFunction> for Vec<ControlPoint> {
    fn from(function: TransferFunction) -> Self {
        function.points().to_vec()
    }
}

impl TransferFunction {
    /// The length of a ray for which a control point's opacity holds, in mm. Other lengths follow from it
    /// (Beer-Lambert), so that the look does not depend on voxel size or step.
    pub const REFERENCE_MM: f64 = 0.3;

    /// The most control points of a function.
    pub const MAX_POINTS: usize = 16;

    /// A function through the given points, in any order. Points that are not finite are left out, and those beyond
    /// [`MAX_POINTS`](Self::MAX_POINTS); with none left, nothing is visible.
    pub fn new(points: impl IntoIterator<Item = ControlPoint>) -> Self {
        let nothing = ControlPoint {
            value: 0.0,
            color: [1.0; 3],
            opacity: 0.0,
        };
        let mut usable: Vec<ControlPoint> = points
            .into_iter()
            .filter(|p| p.value.is_finite() && p.opacity.is_finite())
            .take(Self::MAX_POINTS)
            .collect();
        crate::order::sort(&mut usable, |a, b| a.value.total_cmp(&b.value));
        let mut all = [nothing; Self::MAX_POINTS];
        for (place, point) in all.iter_mut().zip(&usable) {
            let share = |part: f64| {
                if part.is_nan() {
                    0.0
                } else {
                    part.clamp(0.0, 1.0)
                }
            };
            *place = ControlPoint {
                value: point.value,
                color: point.color.map(share),
                opacity: share(point.opacity),
            };
        }
        Self {
            points: all,
            count: usable.len().max(1),
        }
    }

    /// Opaque from a value on, in [`SURFACE_COLOR`], and nothing below.
    pub fn opaque_from(value: f64) -> Self {
        let value = if value.is_finite() { value } else { f64::MAX };
        // Not quite a step: shaders have the function as a table from its first point to its last.
        Self::new(
            [(value - 0.01, 0.0), (value, 1.0)].map(|(value, opacity)| ControlPoint {
                value,
                color: SURFACE_COLOR.to_array(),
                opacity,
            }),
        )
    }

    /// The control points, ascending.
    pub fn points(&self) -> &[ControlPoint] {
        &self.points[..self.count]
    }

    /// The same function with every value moved by `shift`.
    pub fn shifted(mut self, shift: f64) -> Self {
        if shift.is_finite() {
            self.points[..self.count]
                .iter_mut()
                .for_each(|p| p.value += shift);
        }
        self
    }

    /// First and last value; beyond them the function is constant.
    pub fn range(&self) -> (f64, f64) {
        match (self.points().first(), self.points().last()) {
            (Some(first), Some(last)) => (first.value, last.value),
            _ => (0.0, 0.0),
        }
    }

    /// Colour and reference opacity of a value.
    pub fn at(&self, value: f64) -> ([f64; 3], f64) {
        let points = self.points();
        let after = points.partition_point(|p| p.value <= value);
        let (Some(low), Some(high)) = (
            points.get(after.saturating_sub(1)),
            points.get(after.min(points.len().saturating_sub(1))),
        ) else {
            return ([0.0; 3], 0.0);
        };
        let span = high.value - low.value;
        let t = if span > 0.0 {
            ((value - low.value) / span).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let mix = |a: f64, b: f64| a + (b - a) * t;
        let color = [0, 1, 2].map(|i| mix(low.color[i], high.color[i]));
        (color, mix(low.opacity, high.opacity))
    }

    /// Opacity of a ray's piece of `length_mm` through a material of reference opacity `opacity`.
    pub fn opacity_over(opacity: f64, length_mm: f64) -> f64 {
        1.0 - (1.0 - opacity.clamp(0.0, 0.9999)).powf(length_mm / Self::REFERENCE_MM)
    }

    /// Whether any value between `low` and `high` (inclusive) is visible.
    pub fn visible_between(&self, low: f64, high: f64) -> bool {
        self.at(low).1 > 0.0
            || self.at(high).1 > 0.0
            || self
                .points()
                .iter()
                .any(|p| p.opacity > 0.0 && p.value >= low && p.value <= high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linear_between_points_and_constant_beyond() {
        let point = |value, opacity| ControlPoint {
            value,
            color: [opacity; 3],
            opacity,
        };
        let function = TransferFunction::new([point(10.0, 1.0), point(0.0, 0.0)]);
        assert_eq!(function.at(-5.0).1, 0.0);
        assert!((function.at(2.5).1 - 0.25).abs() < 1e-12);
        assert!((function.at(2.5).0[1] - 0.25).abs() < 1e-12);
        assert_eq!(function.at(99.0).1, 1.0);
        assert!(function.visible_between(-5.0, 0.5) && !function.visible_between(-5.0, 0.0));
    }

    #[test]
    fn half_steps_add_up_to_a_whole_one() {
        let whole = TransferFunction::opacity_over(0.4, 0.3);
        let half = TransferFunction::opacity_over(0.4, 0.15);
        assert!((whole - 0.4).abs() < 1e-12);
        assert!((1.0 - (1.0 - half) * (1.0 - half) - whole).abs() < 1e-12);
    }
}
