//! How values are coded in the volume texture.
//!
//! A texture value is the rescaled value minus a centre, divided by the rescale slope. Half floats hold whole numbers
//! up to 2048 exactly, so a 12-bit range around its centre is exact; beyond, the display rounds (never a measurement,
//! which reads the stored values).

use half::f16;

use crate::series::{Rescale, ValueType};

/// Whole numbers up to this are exact in half floats.
const EXACT: f64 = 2048.0;
/// How texture values become rescaled values: `value = texture * scale + center`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coding {
    pub center: f64,
    pub scale: f64,
}

impl Coding {
    /// The coding that is exact for most of `range` (in rescaled values).
    pub fn for_range(rescale: &[Rescale], (low, high): (f64, f64)) -> Self {
        let scale = rescale
            .iter()
            .map(|r| r.slope.abs())
            .filter(|slope| slope.is_finite() && *slope > 0.0)
            .fold(0.0, f64::max);
        let scale = if scale > 0.0 { scale } else { 1.0 };
        let middle = if low.is_finite() && high.is_finite() {
            0.5 * (low + high)
        } else {
            0.0
        };
        let intercept = rescale.first().map_or(0.0, |r| r.intercept);
        // A whole number of steps from the intercept, so that stored values stay whole.
        let center = ((middle - intercept) / scale).round() * scale + intercept;
        Self { center, scale }
    }

    /// Whether every value in the range is exact, given whole stored values.
    pub fn holds(&self, (low, high): (f64, f64)) -> bool {
        (low - self.center) / self.scale >= -EXACT && (high - self.center) / self.scale <= EXACT
    }

    pub fn texture_from_value(&self, value: f64) -> f64 {
        (value - self.center) / self.scale
    }
}

/// The stored bits of every possible value as half floats, for one rescale.
pub struct Conversion {
    pub rescale: Rescale,
    pub table: Vec<u16>,
}

impl Conversion {
    pub fn new(rescale: Rescale, value_type: ValueType, coding: Coding) -> Self {
        let limit = f64::from(f16::MAX);
        let table = (0..=u16::MAX)
            .map(|bits| {
                let stored = match value_type {
                    ValueType::I16 => f64::from(bits as i16),
                    ValueType::U16 => f64::from(bits),
                };
                let texture = coding.texture_from_value(rescale.apply(stored));
                f16::from_f64(texture.clamp(-limit, limit)).to_bits()
            })
            .collect();
        Self { rescale, table }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(conversion: &Conversion, coding: Coding, stored: i32) -> f64 {
        let half = f16::from_bits(conversion.table[usize::from(stored as u16)]);
        half.to_f64() * coding.scale + coding.center
    }

    #[test]
    fn twelve_bits_are_exact_wherever_they_lie() {
        let cases = [
            (
                Rescale {
                    slope: 1.0,
                    intercept: -1024.0,
                },
                ValueType::U16,
                0..=4095,
            ),
            (
                Rescale {
                    slope: 1.0,
                    intercept: 0.0,
                },
                ValueType::I16,
                -1000..=3071,
            ),
            (
                Rescale {
                    slope: 0.5,
                    intercept: 3.3,
                },
                ValueType::I16,
                -32768..=-28673,
            ),
            (
                Rescale {
                    slope: -2.0,
                    intercept: 10.0,
                },
                ValueType::U16,
                61440..=65535,
            ),
        ];
        for (rescale, value_type, stored) in cases {
            let ends = [*stored.start(), *stored.end()].map(|v| rescale.apply(v.into()));
            let range = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            let coding = Coding::for_range(&[rescale], range);
            assert!(coding.holds(range), "{rescale:?}");
            let conversion = Conversion::new(rescale, value_type, coding);
            for value in stored {
                let error = decoded(&conversion, coding, value) - rescale.apply(value.into());
                assert!(error.abs() < 1e-9, "{rescale:?} {value}: {error}");
            }
        }
    }

    #[test]
    fn sixteen_bits_round_but_never_become_infinite() {
        let rescale = Rescale {
            slope: 1.0,
            intercept: 0.0,
        };
        let coding = Coding::for_range(&[rescale], (0.0, 200.0));
        assert!(!coding.holds((0.0, 65535.0)));
        let conversion = Conversion::new(rescale, ValueType::U16, coding);
        for stored in [0, 100, 5000, 65535] {
            let value = decoded(&conversion, coding, stored);
            assert!(
                (value - f64::from(stored)).abs() <= f64::from(stored) / 1000.0,
                "{value}"
            );
        }
    }

    #[test]
    fn nonsense_ranges_still_give_a_coding() {
        let coding = Coding::for_range(&[], (f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!(
            coding,
            Coding {
                center: 0.0,
                scale: 1.0
            }
        );
    }
}
