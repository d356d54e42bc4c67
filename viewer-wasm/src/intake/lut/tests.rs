use super::*;

#[test]
fn segments_become_entries() {
    // Discrete 3 values, then 4 steps up to 200, as PS3.3 C.7.9.2.2 has them; the numbers are numpy's
    // around(linspace(30 + 42.5, 200, 4)).
    let data = [0, 3, 10, 20, 30, 1, 4, 200];
    assert_eq!(
        segments(&data, 2, 7),
        Some(vec![10, 20, 30, 72, 115, 158, 200])
    );
    // The same once more, by reference to byte 0: two segments.
    let data = [0, 3, 10, 20, 30, 1, 4, 200, 2, 2, 0, 0];
    assert_eq!(
        segments(&data, 2, 14).map(|entries| entries[7..].to_vec()),
        Some(vec![10, 20, 30, 72, 115, 158, 200])
    );
    let eight = [0, 3, 10, 20, 30, 1, 4, 200, 2, 2, 0, 0, 0, 0];
    assert_eq!(
        segments(&eight, 1, 14).map(|entries| entries.len()),
        Some(14)
    );
}

#[test]
fn broken_segments_are_refused() {
    assert_eq!(segments(&[1, 4, 200], 2, 4), None, "a line from nowhere");
    assert_eq!(segments(&[0, 9, 1, 2], 2, 9), None, "values missing");
    assert_eq!(segments(&[7, 1, 2], 2, 1), None, "no such segment");
    let circle = [0, 1, 5, 2, 2, 0, 0];
    assert_eq!(segments(&circle, 2, 100), None, "an endless one");
    assert_eq!(segments(&[0, 1, 5, 2, 1, 0xFFFF, 0xFFFF], 2, 9), None);
}

#[test]
fn tables_are_clamped_at_their_ends() {
    let table = LookupTable {
        first: -2,
        bits: 12,
        entries: vec![100, 200, 4095],
    };
    assert_eq!(
        [-9, -2, -1, 0, 9].map(|value| table.apply(value)),
        [100, 100, 200, 4095, 4095]
    );
    assert_eq!(table.full(), 4095);
}

#[test]
fn descriptors_share_their_pixels_sign() {
    let descriptor = |signed| Descriptor {
        count: 4,
        first: if signed { -16 } else { 65_520 },
        bits: 8,
    };
    // Four 8-bit entries in two words.
    assert_eq!(
        descriptor(true).entries(vec![0x0201, 0x0403]),
        Some(vec![1, 2, 3, 4])
    );
    assert_eq!(descriptor(false).entries(vec![9; 4]), Some(vec![9; 4]));
    assert_eq!(descriptor(false).entries(Vec::new()), None);
}
