//! Decoded stored values.

/// The stored values of one frame: `rows * columns * samples_per_pixel`, colour interleaved, masked to _Bits Stored_
/// and sign-extended. Rescale is not applied.
#[derive(Clone, Debug, PartialEq)]
pub enum Samples {
    /// Unsigned, up to 8 bits.
    U8(Vec<u8>),
    /// Signed, up to 8 bits.
    I8(Vec<i8>),
    /// Unsigned, up to 16 bits.
    U16(Vec<u16>),
    /// Signed, up to 16 bits.
    I16(Vec<i16>),
    /// Unsigned, up to 32 bits.
    U32(Vec<u32>),
    /// Signed, up to 32 bits.
    I32(Vec<i32>),
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 64-bit floats.
    F64(Vec<f64>),
}

/// Does the same with the vector of whichever type.
macro_rules! each {
    ($samples:expr, $values:ident => $body:expr) => {
        match $samples {
            Samples::U8($values) => $body,
            Samples::I8($values) => $body,
            Samples::U16($values) => $body,
            Samples::I16($values) => $body,
            Samples::U32($values) => $body,
            Samples::I32($values) => $body,
            Samples::F32($values) => $body,
            Samples::F64($values) => $body,
        }
    };
}

impl Samples {
    /// How many values.
    pub fn len(&self) -> usize {
        each!(self, values => values.len())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values as little-endian bytes, in their own width.
    pub fn to_le_bytes(&self) -> Vec<u8> {
        each!(self, values => values.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    /// Calls `visit` with each value as `f64`, which holds every integer here exactly.
    pub fn for_each(&self, mut visit: impl FnMut(f64)) {
        fn each_of<T: Copy + Into<f64>>(values: &[T], visit: &mut impl FnMut(f64)) {
            for value in values {
                visit((*value).into());
            }
        }
        each!(self, values => each_of(values, &mut visit));
    }
}
