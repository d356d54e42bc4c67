//! A slice whose values are kept packed.

use super::twelve::Packing;
#[cfg(target_arch = "wasm32")]
use super::twelve::bytes_of;
use crate::series::ValueType;

#[cfg(not(target_arch = "wasm32"))]
type Bytes = Vec<u8>;
#[cfg(target_arch = "wasm32")]
type Bytes = js_sys::DataView;

/// Values whose bytes are copied into the module at once; even, as pairs are.
#[cfg(target_arch = "wasm32")]
const COPIED: usize = 2048;

/// A slice's values, packed to twelve bits each.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    bytes: Bytes,
    packing: Packing,
    value_type: ValueType,
}

impl Packed {
    /// `None` if the bytes are not as many as the values take.
    pub fn new(bytes: Bytes, packing: Packing, value_type: ValueType) -> Option<Self> {
        #[cfg(not(target_arch = "wasm32"))]
        let there = bytes.len();
        #[cfg(target_arch = "wasm32")]
        let there = bytes.byte_length();
        (there == packing.bytes()).then_some(Self {
            bytes,
            packing,
            value_type,
        })
    }

    pub fn value_type(&self) -> ValueType {
        self.value_type
    }

    pub fn len(&self) -> usize {
        self.packing.len()
    }

    /// Bits of value `i`, which is one of those that are there.
    pub fn bits(&self, i: usize) -> u16 {
        #[cfg(not(target_arch = "wasm32"))]
        let two_bytes = |at| u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]]);
        #[cfg(target_arch = "wasm32")]
        let two_bytes = |at| self.bytes.get_uint16_endian(at, true);
        self.packing.value(i, two_bytes)
    }

    /// Copies the bits of the values from `first` on, which are as many as `out` takes.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn copy(&self, first: usize, out: &mut [u16]) {
        let packed = self.bytes.get(first / 2 * 3..).unwrap_or_default();
        self.packing.unpack(packed, first % 2 == 1, out);
    }

    /// Copies the bits of the values from `first` on, which are as many as `out` takes.
    #[cfg(target_arch = "wasm32")]
    pub fn copy(&self, first: usize, out: &mut [u16]) {
        let buffer = self.bytes.buffer();
        let mut packed = [0; COPIED / 2 * 3];
        let mut skips_one = first % 2 == 1;
        let mut pair = first / 2;
        let mut out = out;
        while !out.is_empty() {
            let skipped = usize::from(skips_one);
            let (now, later) = out.split_at_mut(out.len().min(COPIED - skipped));
            let packed = &mut packed[..bytes_of(skipped + now.len())];
            let (start, len) = ((pair * 3) as u32, packed.len() as u32);
            js_sys::Uint8Array::new_with_byte_offset_and_length(&buffer, start, len)
                .copy_to(packed);
            self.packing.unpack(packed, skips_one, now);
            (pair, skips_one, out) = (pair + COPIED / 2, false, later);
        }
    }
}
