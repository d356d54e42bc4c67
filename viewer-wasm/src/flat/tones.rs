//! From stored grey values to brightness (PS3.3 C.11.1, C.11.2): one table for all values of 16 bits.

use crate::codec::Samples;
use crate::intake::{LookupTable, VoiFunction};
use crate::series::{Rescale, ValueType};
use crate::view::{Tones, Window};

/// The values between black and white.
#[derive(Clone, Debug, PartialEq)]
pub enum Voi {
    /// A window, with the function of the image.
    Window(Window, VoiFunction),
    /// A table of the image's _VOI LUT Sequence_ (0028,3010).
    Table(LookupTable),
}

impl Voi {
    /// Brightness of an output value (after rescale, or a modality table), 0 to 1.
    pub fn brightness(&self, value: f64) -> f64 {
        match self {
            Self::Table(table) => {
                let entry = table.apply(value.round() as i32);
                f64::from(entry) / f64::from(table.full())
            }
            Self::Window(Window { center, width }, function) => match function {
                // PS3.3 C.11.2.1.2.1
                VoiFunction::Linear if *width > 1.0 => {
                    ((value - (center - 0.5)) / (width - 1.0) + 0.5).clamp(0.0, 1.0)
                }
                VoiFunction::Linear => f64::from(value > center - 0.5),
                // C.11.2.1.3.2
                VoiFunction::LinearExact => ((value - center) / width + 0.5).clamp(0.0, 1.0),
                // C.11.2.1.3.1
                VoiFunction::Sigmoid => 1.0 / (1.0 + (-4.0 * (value - center) / width).exp()),
            },
        }
    }
}

/// The output value of a stored one: through the modality's table where there is one, else by the rescale.
pub fn output_value(stored: i32, rescale: Rescale, modality_lut: Option<&LookupTable>) -> f64 {
    match modality_lut {
        Some(table) => f64::from(table.apply(stored)),
        None => rescale.apply(f64::from(stored)),
    }
}

/// Each sample through a table.
pub fn through_table(samples: &Samples, table: &LookupTable) -> Samples {
    let mut values = Vec::with_capacity(samples.len());
    samples.for_each(|stored| values.push(table.apply(stored as i32)));
    Samples::U16(values)
}

/// Where in the colour map every stored value is, 0 to 255, by its bits (two's complement for signed values): its
/// brightness after the gamma and inversion of `shown`. Those of an image whose low values are bright by its photometric
/// interpretation are inverted once more.
pub fn tones(
    value_type: ValueType,
    rescale: Rescale,
    modality_lut: Option<&LookupTable>,
    voi: &Voi,
    shown: &Tones,
) -> Vec<u8> {
    (0..=u16::MAX)
        .map(|bits| {
            let stored = match value_type {
                ValueType::I16 => i32::from(bits as i16),
                ValueType::U16 => i32::from(bits),
            };
            let brightness = voi.brightness(output_value(stored, rescale, modality_lut));
            (shown.shown(brightness) * 255.0).round() as u8
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(function: VoiFunction, center: f64, width: f64, values: &[f64]) -> Vec<u8> {
        let voi = Voi::Window(Window { center, width }, function);
        values
            .iter()
            .map(|value| (voi.brightness(*value) * 255.0).round() as u8)
            .collect()
    }

    /// Expected values by pydicom 3.0's `apply_windowing`, scaled from its 16-bit output to 0..255 and rounded.
    #[test]
    fn the_three_functions_are_the_standards() {
        let values = [0.0, 50.0, 99.0, 100.0, 101.0, 150.0, 200.0, 300.0];
        assert_eq!(
            bytes(VoiFunction::Linear, 100.0, 200.0, &values),
            [0, 64, 127, 128, 129, 192, 255, 255]
        );
        assert_eq!(
            bytes(VoiFunction::LinearExact, 100.0, 200.0, &values),
            [0, 64, 126, 128, 129, 191, 255, 255]
        );
        assert_eq!(
            bytes(VoiFunction::Sigmoid, 100.0, 200.0, &values),
            [30, 69, 126, 128, 129, 186, 225, 250]
        );
        assert_eq!(
            bytes(VoiFunction::Linear, 100.0, 1.0, &[99.0, 100.0]),
            [0, 255]
        );
    }

    #[test]
    fn a_table_takes_the_place_of_the_window() {
        let table = Voi::Table(LookupTable {
            first: 10,
            bits: 10,
            entries: vec![0, 1023, 512],
        });
        assert_eq!(
            [-5.0, 10.0, 11.0, 12.0, 99.0].map(|value| (table.brightness(value) * 255.0).round()),
            [0.0, 0.0, 255.0, 128.0, 128.0]
        );
    }

    #[test]
    fn stored_values_go_through_modality_window_and_inversion() {
        let voi = Voi::Window(
            Window {
                center: 0.0,
                width: 200.0,
            },
            VoiFunction::LinearExact,
        );
        let rescale = Rescale {
            slope: 2.0,
            intercept: -100.0,
        };
        let signed = tones(ValueType::I16, rescale, None, &voi, &Tones::PLAIN);
        assert_eq!((signed[0], signed[50], signed[100]), (0, 128, 255));
        assert_eq!(signed[0xFFFF], 0, "-1 is darker than black");
        let inverted = Tones {
            invert: true,
            ..Tones::PLAIN
        };
        let inverted = tones(ValueType::U16, rescale, None, &voi, &inverted);
        assert_eq!((inverted[0], inverted[100], inverted[0xFFFF]), (255, 0, 0));
        let table = LookupTable {
            first: 0,
            bits: 8,
            entries: vec![100, 0],
        };
        let mapped = tones(ValueType::U16, rescale, Some(&table), &voi, &Tones::PLAIN);
        assert_eq!((mapped[0], mapped[1]), (255, 128));
    }
}
