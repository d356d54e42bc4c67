//! A slice whose values are kept as sixteen bits each.

use crate::series::ValueType;

#[cfg(not(target_arch = "wasm32"))]
type Bits = Vec<u16>;
#[cfg(target_arch = "wasm32")]
type Bits = js_sys::Uint16Array;

/// A slice's values; signed ones as two's complement.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    bits: Bits,
    value_type: ValueType,
}

impl Plain {
    pub fn new(bits: Bits, value_type: ValueType) -> Self {
        Self { bits, value_type }
    }

    pub fn value_type(&self) -> ValueType {
        self.value_type
    }

    pub fn len(&self) -> usize {
        #[cfg(not(target_arch = "wasm32"))]
        return self.bits.len();
        #[cfg(target_arch = "wasm32")]
        return self.bits.length() as usize;
    }

    /// Bits of value `i`, which is one of those that are there.
    pub fn bits(&self, i: usize) -> u16 {
        #[cfg(not(target_arch = "wasm32"))]
        return self.bits[i];
        #[cfg(target_arch = "wasm32")]
        return self.bits.get_index(i as u32);
    }

    /// Copies the bits of the values from `first` on, which are as many as `out` takes.
    pub fn copy(&self, first: usize, out: &mut [u16]) {
        let end = first + out.len();
        #[cfg(not(target_arch = "wasm32"))]
        out.copy_from_slice(&self.bits[first..end]);
        #[cfg(target_arch = "wasm32")]
        self.bits.subarray(first as u32, end as u32).copy_to(out);
    }
}
