//! From decoded samples to what the volume keeps.

use crate::codec::Samples;
use crate::series::ValueType;

use super::SliceValues;

/// The values of one slice in the type the volume keeps, in this module's own memory: what a worker sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SliceBuffer {
    /// Signed.
    I16(Vec<i16>),
    /// Unsigned.
    U16(Vec<u16>),
}

impl SliceBuffer {
    /// The values as bytes in the machine's order, which is little-endian wherever this runs.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::I16(values) => bytemuck::cast_slice(values),
            Self::U16(values) => bytemuck::cast_slice(values),
        }
    }

    /// Type of the values.
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::I16(_) => ValueType::I16,
            Self::U16(_) => ValueType::U16,
        }
    }
}

impl From<SliceBuffer> for SliceValues {
    fn from(buffer: SliceBuffer) -> Self {
        match buffer {
            SliceBuffer::I16(values) => Self::from_i16(values),
            SliceBuffer::U16(values) => Self::from_u16(values),
        }
    }
}

/// Converts decoded samples to the volume's type. Colour becomes luminance. The flag says whether a value had to be
/// clipped or rounded (`value-range-clipped`).
pub fn slice_from_samples(
    samples: Samples,
    photometric: &str,
    samples_per_pixel: u16,
    value_type: ValueType,
) -> (SliceBuffer, bool) {
    let samples = if samples_per_pixel == 3 {
        luminance(samples, photometric)
    } else {
        samples
    };
    match (samples, value_type) {
        // The paths of nearly all scans: the same memory.
        (Samples::I16(values), ValueType::I16) => (SliceBuffer::I16(values), false),
        (Samples::U16(values), ValueType::U16) => (SliceBuffer::U16(values), false),
        (samples, ValueType::I16) => {
            let ends = (i16::MIN.into(), i16::MAX.into());
            let (values, clipped) = match &samples {
                Samples::U8(values) => fit_short(values, ends, |v| v as i16),
                Samples::I8(values) => fit_short(values, ends, |v| v as i16),
                Samples::U16(values) => fit_short(values, ends, |v| v as i16),
                _ => fit(&samples, i16::MIN.into(), i16::MAX.into(), |v| v as i16),
            };
            (SliceBuffer::I16(values), clipped)
        }
        (samples, ValueType::U16) => {
            let ends = (0, u16::MAX.into());
            let (values, clipped) = match &samples {
                Samples::U8(values) => fit_short(values, ends, |v| v as u16),
                Samples::I8(values) => fit_short(values, ends, |v| v as u16),
                Samples::I16(values) => fit_short(values, ends, |v| v as u16),
                _ => fit(&samples, 0.0, u16::MAX.into(), |v| v as u16),
            };
            (SliceBuffer::U16(values), clipped)
        }
    }
}

/// [`fit`] for values of up to 16 bits, in a form that becomes vectors.
fn fit_short<S: Copy + Into<i32>, T>(
    values: &[S],
    (least, most): (i32, i32),
    make: impl Fn(i32) -> T,
) -> (Vec<T>, bool) {
    let mut changed = 0;
    let fitted = values.iter().map(|value| {
        let value: i32 = (*value).into();
        let fitted = value.clamp(least, most);
        changed |= fitted ^ value;
        make(fitted)
    });
    let fitted = fitted.collect();
    (fitted, changed != 0)
}

/// Rounds and clips; says whether anything was changed by it. What is no number becomes 0.
fn fit<T>(samples: &Samples, least: f64, most: f64, make: impl Fn(f64) -> T) -> (Vec<T>, bool) {
    let mut values = Vec::with_capacity(samples.len());
    let mut clipped = false;
    samples.for_each(|value| {
        let fitted = value.round_ties_even().clamp(least, most);
        clipped |= fitted != value;
        values.push(make(if fitted.is_nan() { 0.0 } else { fitted }));
    });
    (values, clipped)
}

/// Y of YBR, or the weighted sum of red, green and blue (ITU-R BT.601, as in JPEG).
fn luminance(samples: Samples, photometric: &str) -> Samples {
    // The colour transforms of JPEG 2000 are undone by its decoder.
    let is_ybr = photometric.starts_with("YBR") && !matches!(photometric, "YBR_RCT" | "YBR_ICT");
    let mut triple = [0.0; 3];
    let mut filled = 0;
    let mut grey: Vec<u32> = Vec::with_capacity(samples.len() / 3);
    samples.for_each(|value| {
        triple[filled] = value;
        filled += 1;
        if filled == 3 {
            let [r, g, b] = triple;
            let y = if is_ybr {
                r
            } else {
                0.299 * r + 0.587 * g + 0.114 * b
            };
            grey.push(y.round() as u32);
            filled = 0;
        }
    });
    Samples::U32(grey)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(samples: Samples, value_type: ValueType) -> (SliceBuffer, bool) {
        slice_from_samples(samples, "MONOCHROME2", 1, value_type)
    }

    #[test]
    fn values_that_fit_are_exact() {
        assert_eq!(
            converted(Samples::U8(vec![0, 255]), ValueType::U16),
            (SliceBuffer::U16(vec![0, 255]), false)
        );
        assert_eq!(
            converted(Samples::U16(vec![0, 4095]), ValueType::I16),
            (SliceBuffer::I16(vec![0, 4095]), false)
        );
        assert_eq!(
            converted(Samples::I8(vec![-128, 127]), ValueType::I16),
            (SliceBuffer::I16(vec![-128, 127]), false)
        );
    }

    #[test]
    fn values_that_do_not_fit_are_clipped_and_say_so() {
        assert_eq!(
            converted(Samples::U32(vec![1, 70_000]), ValueType::U16),
            (SliceBuffer::U16(vec![1, 65_535]), true)
        );
        assert_eq!(
            converted(Samples::U16(vec![1, 40_000]), ValueType::I16),
            (SliceBuffer::I16(vec![1, 32_767]), true)
        );
        assert_eq!(
            converted(Samples::I16(vec![-1, 5]), ValueType::U16),
            (SliceBuffer::U16(vec![0, 5]), true)
        );
        assert_eq!(
            converted(Samples::F32(vec![0.5, f32::NAN]), ValueType::I16),
            (SliceBuffer::I16(vec![0, 0]), true)
        );
    }

    #[test]
    fn colour_becomes_luminance() {
        let rgb = Samples::U8(vec![255, 255, 255, 255, 0, 0]);
        assert_eq!(
            slice_from_samples(rgb, "RGB", 3, ValueType::U16),
            (SliceBuffer::U16(vec![255, 76]), false)
        );
        let ybr = Samples::U8(vec![9, 128, 128]);
        assert_eq!(
            slice_from_samples(ybr, "YBR_FULL", 3, ValueType::U16),
            (SliceBuffer::U16(vec![9]), false)
        );
    }
}
