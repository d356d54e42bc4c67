//! A slice whose values are kept packed.

use super::twelve::{BLOCK, BLOCK_BYTES, Packing};
use crate::series::ValueType;

#[cfg(not(target_arch = "wasm32"))]
type Bytes = Vec<u8>;
#[cfg(target_arch = "wasm32")]
type Bytes = js_sys::Uint8Array;

/// Blocks copied into the module at once.
#[cfg(target_arch = "wasm32")]
const BLOCKS: usize = 64;

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
        let there = bytes.length() as usize;
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
        return self.packing.value(i, |at| self.bytes[at]);
        #[cfg(target_arch = "wasm32")]
        return self.packing.value(i, |at| self.bytes.get_index(at as u32));
    }

    /// Copies the bits of the values from `first` on, which are as many as `out` takes.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn copy(&self, first: usize, out: &mut [u16]) {
        let blocks = &self.bytes[first / BLOCK * BLOCK_BYTES..];
        self.packing.unpack(blocks, first % BLOCK, out);
    }

    /// Copies the bits of the values from `first` on, which are as many as `out` takes.
    #[cfg(target_arch = "wasm32")]
    pub fn copy(&self, first: usize, out: &mut [u16]) {
        let mut blocks = [0; BLOCKS * BLOCK_BYTES];
        let mut skip = first % BLOCK;
        let mut at = first / BLOCK;
        let mut out = out;
        while !out.is_empty() {
            let (now, later) = out.split_at_mut(out.len().min(BLOCKS * BLOCK - skip));
            let count = (skip + now.len()).div_ceil(BLOCK);
            let (start, end) = (at * BLOCK_BYTES, (at + count) * BLOCK_BYTES);
            let blocks = &mut blocks[..end - start];
            self.bytes
                .subarray(start as u32, end as u32)
                .copy_to(blocks);
            self.packing.unpack(blocks, skip, now);
            (at, skip, out) = (at + count, 0, later);
        }
    }
}
