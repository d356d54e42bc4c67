//! A slice between two others.

use crate::series::{Rescale, ValueType};

use super::SliceValues;

/// How a slice is made of the one below and the one above.
pub(super) struct Between {
    /// Of the slice below, the one above, and the one to be made.
    pub rescale: [Rescale; 3],
    /// How far it lies from the slice below, in parts of the way to the one above.
    pub part: f64,
    /// Stored values of pixels outside the field of view: the least and the greatest.
    pub padding: Option<(i32, i32)>,
    pub value_type: ValueType,
}

impl Between {
    /// Linear interpolation of the rescaled values, rounded to the new slice's stored values. Beside a padded pixel, which
    /// has no value, the nearer of both counts alone.
    pub fn slice(&self, below: &SliceValues, above: &SliceValues) -> SliceValues {
        let len = below.len();
        let mut bits = [vec![0u16; len], vec![0u16; len]];
        below.copy_to_i16_bits(&mut bits[0]);
        above.copy_to_i16_bits(&mut bits[1]);
        let [a, b] = bits;
        match self.value_type {
            ValueType::I16 => SliceValues::from_i16(self.mixed(&a, &b, u16::cast_signed, |v| {
                v.clamp(i16::MIN.into(), i16::MAX.into()) as i16
            })),
            ValueType::U16 => SliceValues::from_u16(self.mixed(
                &a,
                &b,
                |v| v,
                |v| v.clamp(0.0, u16::MAX.into()) as u16,
            )),
        }
    }

    fn mixed<T: Into<f64> + Into<i32> + Copy>(
        &self,
        below: &[u16],
        above: &[u16],
        read: impl Fn(u16) -> T,
        write: impl Fn(f64) -> T,
    ) -> Vec<T> {
        let [of_below, of_above, own] = self.rescale;
        let nearer = if self.part < 0.5 {
            [1.0, 0.0]
        } else {
            [0.0, 1.0]
        };
        let line = |weights: [f64; 2]| {
            let values = of_below.intercept * weights[0] + of_above.intercept * weights[1];
            [
                of_below.slope * weights[0] / own.slope,
                of_above.slope * weights[1] / own.slope,
                (values - own.intercept) / own.slope,
            ]
        };
        let (mixed, nearest) = (line([1.0 - self.part, self.part]), line(nearer));
        below
            .iter()
            .zip(above)
            .map(|(a, b)| {
                let (a, b) = (read(*a), read(*b));
                let (p, q): (i32, i32) = (a.into(), b.into());
                let padded = self.padding.is_some_and(|(low, high)| {
                    (low..=high).contains(&p) || (low..=high).contains(&q)
                });
                let [of_a, of_b, plus] = if padded { nearest } else { mixed };
                let (a, b): (f64, f64) = (a.into(), b.into());
                write((of_a * a + of_b * b + plus).round())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(part: f64, padding: Option<i32>, rescale: [(f64, f64); 3]) -> Between {
        Between {
            rescale: rescale.map(|(slope, intercept)| Rescale { slope, intercept }),
            part,
            padding: padding.map(|padding| (padding, padding)),
            value_type: ValueType::I16,
        }
    }

    fn values(slice: &SliceValues) -> Vec<i32> {
        (0..slice.len()).map(|i| slice.get(i)).collect()
    }

    #[test]
    fn values_are_those_of_the_line_between_both() {
        let (a, b) = (
            SliceValues::from_i16(vec![-100, 0, 500]),
            SliceValues::from_i16(vec![100, 1000, 500]),
        );
        let same = [(2.0, -1000.0); 3];
        let made = between(0.25, None, same).slice(&a, &b);
        assert_eq!(values(&made), [-50, 250, 500]);
        // Each slice with its own rescale: 0 and 0 are -1000 and 500.
        let made = between(0.5, None, [(1.0, -1000.0), (1.0, 500.0), (0.5, -1000.0)]).slice(&a, &b);
        assert_eq!(
            values(&made)[0],
            ((-1100.0 + 600.0) / 2.0 + 1000.0) as i32 * 2
        );
    }

    #[test]
    fn padding_is_not_mixed_into_values() {
        let (a, b) = (
            SliceValues::from_i16(vec![-2000, 40]),
            SliceValues::from_i16(vec![40, 40]),
        );
        let same = [(1.0, 0.0); 3];
        assert_eq!(
            values(&between(0.3, Some(-2000), same).slice(&a, &b)),
            [-2000, 40]
        );
        assert_eq!(
            values(&between(0.7, Some(-2000), same).slice(&a, &b)),
            [40, 40]
        );
    }
}
