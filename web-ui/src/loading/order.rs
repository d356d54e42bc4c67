//! In which order files are read and slices decoded.

use std::cmp::Ordering;

/// The middle slice, so that an image is there at once; then every fourth, from the middle outwards, so that every
/// view shows the whole volume coarsely; then the rest, from the middle outwards.
pub fn decode_order(slices: usize) -> Vec<usize> {
    let middle = slices / 2;
    let mut order: Vec<usize> = (0..slices).collect();
    let rank = |slice: usize| {
        let distance = slice.abs_diff(middle);
        (distance != 0, !distance.is_multiple_of(4), distance)
    };
    viewer_wasm::order::sort(&mut order, |a, b| rank(*a).cmp(&rank(*b)));
    order
}

/// The order of names as people number them: `IM2` before `IM10`.
pub fn by_name(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(one), Some(other)) = (left.chars().next(), right.chars().next()) else {
            // Names that differ only in leading zeros still have one order.
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        if one.is_ascii_digit() && other.is_ascii_digit() {
            let (number, after) = take_number(left);
            let (other_number, other_after) = take_number(right);
            let order = number
                .len()
                .cmp(&other_number.len())
                .then(number.cmp(other_number));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (after, other_after);
        } else if one == other {
            (left, right) = (&left[one.len_utf8()..], &right[other.len_utf8()..]);
        } else {
            return one.cmp(&other);
        }
    }
}

/// The digits that a text begins with, without leading zeros, and the rest.
fn take_number(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::{by_name, decode_order};

    #[test]
    fn numbers_in_names_count() {
        let mut names = [
            "a/IM10", "a/IM2", "a/IM02", "a/IM1", "B", "a/IM", "a/IM2b", "",
        ];
        names.sort_by(|a, b| by_name(a, b));
        assert_eq!(
            names,
            [
                "", "B", "a/IM", "a/IM1", "a/IM02", "a/IM2", "a/IM2b", "a/IM10"
            ]
        );
    }

    #[test]
    fn middle_first_then_every_fourth_then_the_rest() {
        let order = decode_order(12);
        assert_eq!(order[0], 6);
        assert_eq!(
            order[1..3]
                .iter()
                .map(|k| k.abs_diff(6))
                .collect::<Vec<_>>(),
            [4, 4]
        );
        let mut all = order.clone();
        all.sort_unstable();
        assert_eq!(all, (0..12).collect::<Vec<_>>());
        assert_eq!(decode_order(1), [0]);
        assert!(decode_order(0).is_empty());
    }
}
