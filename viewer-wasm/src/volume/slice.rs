//! One slice's exact stored values.

use crate::series::ValueType;

/// One slice's exact stored values, row by row.
///
/// Natively a `Vec`. In the browser a JS typed array, outside the module's own memory, which is limited to 4 GiB and
/// never shrinks.
#[derive(Clone, Debug)]
pub struct SliceValues(Store);

#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Debug)]
enum Store {
    I16(Vec<i16>),
    U16(Vec<u16>),
}

#[cfg(target_arch = "wasm32")]
#[derive(Clone, Debug)]
enum Store {
    I16(js_sys::Int16Array),
    U16(js_sys::Uint16Array),
}

impl SliceValues {
    /// Signed values.
    pub fn from_i16(values: Vec<i16>) -> Self {
        #[cfg(target_arch = "wasm32")]
        let values = js_sys::Int16Array::from(values.as_slice());
        Self(Store::I16(values))
    }

    /// Unsigned values.
    pub fn from_u16(values: Vec<u16>) -> Self {
        #[cfg(target_arch = "wasm32")]
        let values = js_sys::Uint16Array::from(values.as_slice());
        Self(Store::U16(values))
    }

    /// Takes `len` little-endian 16-bit values of a transferred buffer from an even byte offset on, as they are and
    /// without a copy.
    #[cfg(target_arch = "wasm32")]
    pub fn from_js(
        buffer: js_sys::ArrayBuffer,
        offset: u32,
        len: u32,
        value_type: ValueType,
    ) -> Self {
        use js_sys::{Int16Array, Uint16Array};
        Self(match value_type {
            ValueType::I16 => Store::I16(Int16Array::new_with_byte_offset_and_length(
                &buffer, offset, len,
            )),
            ValueType::U16 => Store::U16(Uint16Array::new_with_byte_offset_and_length(
                &buffer, offset, len,
            )),
        })
    }

    /// Type of the values.
    pub fn value_type(&self) -> ValueType {
        match self.0 {
            Store::I16(_) => ValueType::I16,
            Store::U16(_) => ValueType::U16,
        }
    }

    /// How many values.
    pub fn len(&self) -> usize {
        match &self.0 {
            #[cfg(not(target_arch = "wasm32"))]
            Store::I16(values) => values.len(),
            #[cfg(not(target_arch = "wasm32"))]
            Store::U16(values) => values.len(),
            #[cfg(target_arch = "wasm32")]
            Store::I16(values) => values.length() as usize,
            #[cfg(target_arch = "wasm32")]
            Store::U16(values) => values.length() as usize,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Value `i`, or 0 beyond the end.
    pub fn get(&self, i: usize) -> i32 {
        match &self.0 {
            #[cfg(not(target_arch = "wasm32"))]
            Store::I16(values) => values.get(i).map_or(0, |value| i32::from(*value)),
            #[cfg(not(target_arch = "wasm32"))]
            Store::U16(values) => values.get(i).map_or(0, |value| i32::from(*value)),
            #[cfg(target_arch = "wasm32")]
            Store::I16(values) if i < self.len() => i32::from(values.get_index(i as u32)),
            #[cfg(target_arch = "wasm32")]
            Store::U16(values) if i < self.len() => i32::from(values.get_index(i as u32)),
            #[cfg(target_arch = "wasm32")]
            _ => 0,
        }
    }

    /// Copies the bits of the first `out.len()` values; signed ones as two's complement. Beyond the end nothing is
    /// written.
    pub fn copy_to_i16_bits(&self, out: &mut [u16]) {
        let count = out.len().min(self.len());
        let out = &mut out[..count];
        match &self.0 {
            #[cfg(not(target_arch = "wasm32"))]
            Store::I16(values) => out.copy_from_slice(bytemuck::cast_slice(&values[..count])),
            #[cfg(not(target_arch = "wasm32"))]
            Store::U16(values) => out.copy_from_slice(&values[..count]),
            #[cfg(target_arch = "wasm32")]
            Store::I16(values) => values
                .subarray(0, count as u32)
                .copy_to(bytemuck::cast_slice_mut(out)),
            #[cfg(target_arch = "wasm32")]
            Store::U16(values) => values.subarray(0, count as u32).copy_to(out),
        }
    }

    /// Copies the bits of every `stride`-th value from `first` on, until `out` is full. What lies beyond the end is left as
    /// it is.
    pub fn copy_line(&self, first: usize, stride: usize, out: &mut [u16]) {
        let left = self.len().saturating_sub(first);
        let count = out.len().min(left.div_ceil(stride.max(1)));
        let out = &mut out[..count];
        #[cfg(target_arch = "wasm32")]
        if stride == 1 {
            let (from, to) = (first as u32, (first + count) as u32);
            match &self.0 {
                Store::I16(values) => values
                    .subarray(from, to)
                    .copy_to(bytemuck::cast_slice_mut(out)),
                Store::U16(values) => values.subarray(from, to).copy_to(out),
            }
            return;
        }
        let places = (first..).step_by(stride.max(1));
        match &self.0 {
            #[cfg(not(target_arch = "wasm32"))]
            Store::I16(values) => {
                for (out, at) in out.iter_mut().zip(places) {
                    *out = values[at].cast_unsigned();
                }
            }
            #[cfg(not(target_arch = "wasm32"))]
            Store::U16(values) => {
                for (out, at) in out.iter_mut().zip(places) {
                    *out = values[at];
                }
            }
            #[cfg(target_arch = "wasm32")]
            Store::I16(values) => {
                for (out, at) in out.iter_mut().zip(places) {
                    *out = values.get_index(at as u32).cast_unsigned();
                }
            }
            #[cfg(target_arch = "wasm32")]
            Store::U16(values) => {
                for (out, at) in out.iter_mut().zip(places) {
                    *out = values.get_index(at as u32);
                }
            }
        }
    }
}
