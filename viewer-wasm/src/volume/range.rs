//! Least and greatest of stored values.

use crate::series::ValueType;

/// Stored values that are no pixels of the image: the least and the greatest of them.
type Padding = Option<(i32, i32)>;

/// Least and greatest of little-endian 16-bit values, padding left out; `None` if there are no others.
pub fn value_range(bytes: &[u8], value_type: ValueType, padding: Padding) -> Option<(i32, i32)> {
    let words = bytes.as_chunks::<2>().0;
    match value_type {
        ValueType::I16 => {
            let values = words.iter().map(|raw| i16::from_le_bytes(*raw));
            extremes(values, padding, (i16::MIN, i16::MAX))
        }
        ValueType::U16 => {
            let values = words.iter().map(|raw| u16::from_le_bytes(*raw));
            extremes(values, padding, (u16::MIN, u16::MAX))
        }
    }
}

/// Least and greatest stored value from their bits, but the padding.
pub(super) fn stored_range(
    bits: &[u16],
    value_type: ValueType,
    padding: Padding,
) -> Option<(i32, i32)> {
    match value_type {
        ValueType::I16 => {
            let values = bits.iter().map(|bits| bits.cast_signed());
            extremes(values, padding, (i16::MIN, i16::MAX))
        }
        ValueType::U16 => extremes(bits.iter().copied(), padding, (u16::MIN, u16::MAX)),
    }
}

/// A stored value from its bits.
pub(super) fn widen(bits: u16, value_type: ValueType) -> i32 {
    match value_type {
        ValueType::I16 => i32::from(bits.cast_signed()),
        ValueType::U16 => i32::from(bits),
    }
}

/// Without a branch in the loops, so that they vectorise.
#[inline(always)]
fn extremes<T: Copy + Ord + Into<i32> + TryFrom<i32>>(
    values: impl Iterator<Item = T>,
    padding: Padding,
    (lowest, highest): (T, T),
) -> Option<(i32, i32)> {
    // Of the padding only what the type can hold.
    let padding = padding.and_then(|(low, high)| {
        let low = T::try_from(low.max(lowest.into())).ok()?;
        let high = T::try_from(high.min(highest.into())).ok()?;
        (low <= high).then_some((low, high))
    });
    let nothing = (highest, lowest);
    let (least, greatest) = match padding {
        None => values.fold(nothing, |(least, greatest), value| {
            (least.min(value), greatest.max(value))
        }),
        Some((low, high)) => values.fold(nothing, |(least, greatest), value| {
            let is_padding = (value >= low) & (value <= high);
            (
                least.min(if is_padding { highest } else { value }),
                greatest.max(if is_padding { lowest } else { value }),
            )
        }),
    };
    (least <= greatest).then(|| (least.into(), greatest.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(values: &[i32], value_type: ValueType, padding: Option<i32>) -> Option<(i32, i32)> {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| (*value as u16).to_le_bytes())
            .collect();
        value_range(
            &bytes,
            value_type,
            padding.map(|padding| (padding, padding)),
        )
    }

    #[test]
    fn padding_does_not_count() {
        let values = [5, -2000, 7, -2000];
        assert_eq!(range(&values, ValueType::I16, None), Some((-2000, 7)));
        assert_eq!(range(&values, ValueType::I16, Some(-2000)), Some((5, 7)));
        assert_eq!(range(&[9, 9], ValueType::U16, Some(9)), None);
        assert_eq!(range(&[], ValueType::U16, None), None);
        let range_of = |padding| value_range(&[1, 0, 2, 0, 3, 0, 4, 0], ValueType::U16, padding);
        assert_eq!(range_of(Some((2, 3))), Some((1, 4)));
        assert_eq!(range_of(Some((-5, 2))), Some((3, 4)));
        assert_eq!(range_of(Some((0, 70_000))), None);
        // A padding that the type cannot hold is nowhere.
        assert_eq!(
            range(&[9, 65_535], ValueType::U16, Some(-1)),
            Some((9, 65_535))
        );
    }

    #[test]
    fn the_ends_of_the_type_count() {
        assert_eq!(
            range(&[65_535], ValueType::U16, None),
            Some((65_535, 65_535))
        );
        assert_eq!(range(&[0, 0], ValueType::U16, Some(3)), Some((0, 0)));
    }
}
