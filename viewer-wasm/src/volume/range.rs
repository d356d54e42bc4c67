//! Least and greatest of stored values.

use crate::series::ValueType;

/// A stored value from its bits.
pub(super) fn widen(bits: u16, value_type: ValueType) -> i32 {
    match value_type {
        ValueType::I16 => i32::from(bits as i16),
        ValueType::U16 => i32::from(bits),
    }
}

/// Least and greatest stored value but the padding.
pub(super) fn stored_range(
    bits: &[u16],
    value_type: ValueType,
    padding: Option<i32>,
) -> Option<(i32, i32)> {
    // Signed order is unsigned order with the highest bit turned over. Without branches, so that it vectorises.
    let turn = if value_type == ValueType::I16 {
        0x8000
    } else {
        0
    };
    let padding = padding.map(|value| value as u16 ^ turn);
    let (mut low, mut high) = (u16::MAX, u16::MIN);
    match padding {
        Some(padding) => {
            for value in bits {
                let value = value ^ turn;
                low = low.min(if value == padding { u16::MAX } else { value });
                high = high.max(if value == padding { u16::MIN } else { value });
            }
        }
        None => {
            for value in bits {
                low = low.min(value ^ turn);
                high = high.max(value ^ turn);
            }
        }
    }
    (low <= high).then(|| {
        (
            widen(low ^ turn, value_type),
            widen(high ^ turn, value_type),
        )
    })
}
