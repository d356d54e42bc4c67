//! One slice's exact stored values.

use super::packed::Packed;
use super::plain::Plain;
use super::range::widen;
use super::twelve::Packing;
use crate::series::ValueType;

/// One slice's exact stored values, row by row; packed where they came so.
///
/// Natively a `Vec`. In the browser a JS buffer, outside the module's own memory, which is limited to 4 GiB and
/// never shrinks.
#[derive(Clone, Debug)]
pub struct SliceValues(Store);

#[derive(Clone, Debug)]
enum Store {
    Plain(Plain),
    Packed(Packed),
}

impl SliceValues {
    /// Signed values.
    pub fn from_i16(values: Vec<i16>) -> Self {
        let bits = values.into_iter().map(i16::cast_unsigned).collect();
        Self::from_bits(bits, ValueType::I16)
    }

    /// Unsigned values.
    pub fn from_u16(values: Vec<u16>) -> Self {
        Self::from_bits(values, ValueType::U16)
    }

    /// Values from their bits; signed ones as two's complement.
    pub fn from_bits(bits: Vec<u16>, value_type: ValueType) -> Self {
        #[cfg(target_arch = "wasm32")]
        let bits = js_sys::Uint16Array::from(bits.as_slice());
        Self(Store::Plain(Plain::new(bits, value_type)))
    }

    /// Takes what [`Packing::pack`] gave; `None` if it is not as long as that makes it.
    pub fn from_packed(packed: Vec<u8>, packing: Packing, value_type: ValueType) -> Option<Self> {
        #[cfg(target_arch = "wasm32")]
        let packed = {
            let bytes = js_sys::Uint8Array::from(packed.as_slice());
            js_sys::DataView::new(&bytes.buffer(), 0, packed.len())
        };
        Packed::new(packed, packing, value_type).map(|packed| Self(Store::Packed(packed)))
    }

    /// Takes a transferred buffer of little-endian 16-bit values as it is.
    #[cfg(target_arch = "wasm32")]
    pub fn from_js(buffer: &js_sys::ArrayBuffer, value_type: ValueType) -> Self {
        let len = buffer.byte_length() / 2;
        let bits = js_sys::Uint16Array::new_with_byte_offset_and_length(buffer, 0, len);
        Self(Store::Plain(Plain::new(bits, value_type)))
    }

    /// Takes a transferred buffer with what [`Packing::pack`] gave as it is; `None` if it is not as long as that makes it.
    #[cfg(target_arch = "wasm32")]
    pub fn from_js_packed(
        buffer: &js_sys::ArrayBuffer,
        packing: Packing,
        value_type: ValueType,
    ) -> Option<Self> {
        let packed = js_sys::DataView::new(buffer, 0, buffer.byte_length() as usize);
        Packed::new(packed, packing, value_type).map(|packed| Self(Store::Packed(packed)))
    }

    /// Type of the values.
    pub fn value_type(&self) -> ValueType {
        match &self.0 {
            Store::Plain(values) => values.value_type(),
            Store::Packed(values) => values.value_type(),
        }
    }

    /// How many values.
    pub fn len(&self) -> usize {
        match &self.0 {
            Store::Plain(values) => values.len(),
            Store::Packed(values) => values.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Value `i`, or 0 beyond the end.
    pub fn get(&self, i: usize) -> i32 {
        if i >= self.len() {
            return 0;
        }
        let bits = match &self.0 {
            Store::Plain(values) => values.bits(i),
            Store::Packed(values) => values.bits(i),
        };
        widen(bits, self.value_type())
    }

    /// Copies the bits of the first `out.len()` values; signed ones as two's complement. Beyond the end nothing is
    /// written.
    pub fn copy_to_i16_bits(&self, out: &mut [u16]) {
        self.copy_line(0, 1, out);
    }

    /// Copies the bits of every `stride`-th value from `first` on, until `out` is full. What lies beyond the end is left as
    /// it is.
    pub fn copy_line(&self, first: usize, stride: usize, out: &mut [u16]) {
        let stride = stride.max(1);
        let Some(left) = self.len().checked_sub(first) else {
            return;
        };
        let count = out.len().min(left.div_ceil(stride));
        let out = &mut out[..count];
        match &self.0 {
            Store::Plain(values) if stride == 1 => values.copy(first, out),
            Store::Packed(values) if stride == 1 => values.copy(first, out),
            Store::Plain(values) => {
                for (out, at) in out.iter_mut().zip((first..).step_by(stride)) {
                    *out = values.bits(at);
                }
            }
            Store::Packed(values) => {
                for (out, at) in out.iter_mut().zip((first..).step_by(stride)) {
                    *out = values.bits(at);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: usize = 83;

    fn both(least: i32, value_type: ValueType) -> [SliceValues; 2] {
        let values = (0..COUNT).map(|i| least + (i * i * 7 % 4096) as i32);
        let bits: Vec<u16> = values.map(|value| value as u16).collect();
        let packing = Packing::of(COUNT, (least, least + 4095)).expect("twelve bits");
        let packed = packing.pack(bytemuck::cast_slice(&bits));
        [
            SliceValues::from_bits(bits, value_type),
            SliceValues::from_packed(packed, packing, value_type).expect("whole"),
        ]
    }

    #[test]
    fn packed_values_are_read_as_plain_ones() {
        for (least, value_type) in [(-1024, ValueType::I16), (61_440, ValueType::U16)] {
            let [plain, packed] = both(least, value_type);
            assert_eq!((plain.len(), packed.len()), (COUNT, COUNT));
            assert_eq!(packed.value_type(), value_type);
            for i in 0..COUNT + 2 {
                assert_eq!(packed.get(i), plain.get(i), "value {i}");
            }
            for first in 0..COUNT + 2 {
                for stride in 1..5 {
                    let [mut expected, mut line] = [[9; COUNT + 3]; 2];
                    plain.copy_line(first, stride, &mut expected);
                    packed.copy_line(first, stride, &mut line);
                    assert_eq!(line, expected, "every {stride}th from {first}");
                }
            }
        }
    }

    #[test]
    fn too_few_packed_bytes_are_no_slice() {
        let packing = Packing::of(COUNT, (0, 1)).expect("twelve bits");
        let mut packed = packing.pack(&[0; 2 * COUNT]);
        packed.pop();
        assert!(SliceValues::from_packed(packed, packing, ValueType::I16).is_none());
    }
}
