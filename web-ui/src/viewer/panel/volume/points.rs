//! Editing the control points of a transfer function, and where they are in the editor's picture.

use glam::DVec2;
use viewer_wasm::view::{ControlPoint, TransferFunction};

/// Size of the picture, in its own units; the curve is this far from its borders.
pub const WIDTH: f64 = 268.0;
pub const HEIGHT: f64 = 132.0;
const BORDER: f64 = 9.0;
/// A point that is dragged this far out of the picture is taken away.
const OUTSIDE: f64 = 26.0;
/// Two points are at least this far apart, in the volume's unit, so that neither passes the other.
const APART: f64 = 1.0;
/// A function with fewer points has nothing to drag.
const FEWEST: usize = 2;

/// The values that the picture spans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    pub low: f64,
    pub high: f64,
}

impl Span {
    /// Of the volume's values and of the points.
    pub fn of(values: (f64, f64), points: &[ControlPoint]) -> Self {
        let mut span = Self {
            low: values.0,
            high: values.1.max(values.0 + 1.0),
        };
        for point in points {
            span.low = span.low.min(point.value);
            span.high = span.high.max(point.value);
        }
        span
    }

    pub fn x(&self, value: f64) -> f64 {
        BORDER + (value - self.low) / (self.high - self.low) * (WIDTH - 2.0 * BORDER)
    }

    fn value(&self, x: f64) -> f64 {
        let part = ((x - BORDER) / (WIDTH - 2.0 * BORDER)).clamp(0.0, 1.0);
        self.low + part * (self.high - self.low)
    }

    /// Where a point is.
    pub fn place(&self, point: &ControlPoint) -> DVec2 {
        DVec2::new(self.x(point.value), y(point.opacity))
    }

    /// The value and opacity at a place, kept inside the picture.
    pub fn at(&self, place: DVec2) -> (f64, f64) {
        let part = ((HEIGHT - BORDER - place.y) / (HEIGHT - 2.0 * BORDER)).clamp(0.0, 1.0);
        (self.value(place.x).round(), part * part)
    }
}

/// The height of an opacity. Its root, since a few per cent of opacity over 0.3 mm are much over a jaw.
pub fn y(opacity: f64) -> f64 {
    HEIGHT - BORDER - opacity.max(0.0).sqrt() * (HEIGHT - 2.0 * BORDER)
}

/// Whether a point that is dragged there is to be taken away.
pub fn is_outside(place: DVec2) -> bool {
    place.x < -OUTSIDE
        || place.y < -OUTSIDE
        || place.x > WIDTH + OUTSIDE
        || place.y > HEIGHT + OUTSIDE
}

/// The points with one moved; it stays between its neighbours.
pub fn moved(points: &[ControlPoint], at: usize, value: f64, opacity: f64) -> Vec<ControlPoint> {
    let mut next = points.to_vec();
    let least = at
        .checked_sub(1)
        .and_then(|before| points.get(before))
        .map_or(f64::NEG_INFINITY, |before| before.value + APART);
    let most = points
        .get(at + 1)
        .map_or(f64::INFINITY, |after| after.value - APART);
    if let Some(point) = next.get_mut(at) {
        // Where there is no room between the neighbours, it stays.
        if least <= most {
            point.value = value.clamp(least, most);
        }
        point.opacity = opacity.clamp(0.0, 1.0);
    }
    next
}

/// The points with one more, in the colour that the function has there, and which it is; `None` where there are as many
/// as there may be, or no room between two.
pub fn added(
    function: &TransferFunction,
    value: f64,
    opacity: f64,
) -> Option<(Vec<ControlPoint>, usize)> {
    let points = function.points();
    let crowded = points
        .iter()
        .any(|point| (point.value - value).abs() < APART);
    if points.len() >= TransferFunction::MAX_POINTS || crowded {
        return None;
    }
    let at = points.partition_point(|point| point.value < value);
    let mut next = points.to_vec();
    next.insert(
        at,
        ControlPoint {
            value,
            color: function.at(value).0,
            opacity,
        },
    );
    Some((next, at))
}

/// The points with one more in the middle of the widest gap: for those who have no pointer.
pub fn added_in_widest_gap(function: &TransferFunction) -> Option<(Vec<ControlPoint>, usize)> {
    let widest = function
        .points()
        .windows(2)
        .max_by(|a, b| (a[1].value - a[0].value).total_cmp(&(b[1].value - b[0].value)))?;
    let value = (0.5 * (widest[0].value + widest[1].value)).round();
    added(function, value, function.at(value).1)
}

/// The points without one; `None` if too few would be left.
pub fn removed(points: &[ControlPoint], at: usize) -> Option<Vec<ControlPoint>> {
    (points.len() > FEWEST && at < points.len()).then(|| {
        let mut next = points.to_vec();
        next.remove(at);
        next
    })
}

/// `#rrggbb`.
pub fn hex(color: [f64; 3]) -> String {
    let [r, g, b] = color.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The colour of `#rrggbb`, as a colour input gives it.
pub fn from_hex(text: &str) -> Option<[f64; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let all = u32::from_str_radix(digits, 16).ok()?;
    Some([16, 8, 0].map(|shift| f64::from((all >> shift) & 0xff) / 255.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use viewer_wasm::view::VolumePreset;

    fn bone() -> TransferFunction {
        TransferFunction::preset(VolumePreset::Bone)
    }

    #[test]
    fn a_place_in_the_picture_is_a_value_and_an_opacity() {
        let span = Span::of((-1000.0, 2500.0), bone().points());
        assert_eq!(
            span,
            Span {
                low: -1000.0,
                high: 3000.0
            }
        );
        for point in bone().points() {
            let (value, opacity) = span.at(span.place(point));
            assert!((value - point.value).abs() < 0.51);
            assert!((opacity - point.opacity).abs() < 1e-9);
        }
        assert_eq!(span.at(DVec2::new(-50.0, 500.0)), (-1000.0, 0.0));
    }

    #[test]
    fn points_do_not_pass_each_other() {
        let points = bone().points().to_vec();
        let next = moved(&points, 1, 5000.0, 2.0);
        assert_eq!(next[1].value, points[2].value - 1.0);
        assert_eq!(next[1].opacity, 1.0);
        assert_eq!(moved(&points, 5, 9000.0, 0.5)[5].value, 9000.0);
    }

    #[test]
    fn points_come_and_go_within_limits() {
        let function = bone();
        let (more, at) = added(&function, 700.0, 0.3).expect("there is room");
        assert_eq!((more.len(), at), (7, 2));
        assert_eq!(more[2].color, function.at(700.0).0);
        assert_eq!(removed(&more, 2).as_deref(), Some(function.points()));
        let taken = function.points()[1].value;
        assert!(added(&function, taken, 0.3).is_none());
        let mut full = function;
        while let Some((more, _)) = added_in_widest_gap(&full) {
            full = TransferFunction::new(more);
        }
        assert_eq!(full.points().len(), TransferFunction::MAX_POINTS);
        assert!(removed(&function.points()[..2], 0).is_none());
    }

    #[test]
    fn colours_are_written_as_the_input_has_them() {
        assert_eq!(hex([1.0, 0.5, 0.0]), "#ff8000");
        assert_eq!(from_hex("#ff8000").map(hex).as_deref(), Some("#ff8000"));
        assert_eq!(from_hex("ff8000"), None);
        assert_eq!(from_hex("#ff80é"), None);
    }
}
