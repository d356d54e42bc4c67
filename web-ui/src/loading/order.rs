//! In which order slices are decoded.

/// The middle slice, so that an image is there at once; then every fourth, from the middle outwards, so that every
/// view shows the whole volume coarsely; then the rest, from the middle outwards.
pub fn decode_order(slices: usize) -> Vec<usize> {
    let middle = slices / 2;
    let mut order: Vec<usize> = (0..slices).collect();
    order.sort_by_key(|&slice| {
        let distance = slice.abs_diff(middle);
        (distance != 0, !distance.is_multiple_of(4), distance)
    });
    order
}

#[cfg(test)]
mod tests {
    use super::decode_order;

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
