use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..4000), columns in 0usize..70, width in 0usize..4) {
        let packed = pack(&bytes, columns, width);
        prop_assert!(packed.len() <= bytes.len() + HEADER_LEN);
        prop_assert_eq!(unpack(&packed, bytes.len()), Ok(bytes));
    }

    #[test]
    fn smooth_samples_come_back_smaller(start in any::<u16>(), steps in prop::collection::vec(-3i16..4, 2000), columns in 1usize..70) {
        let bytes: Vec<u8> = steps
            .iter()
            .scan(start, |value, step| { *value = value.wrapping_add_signed(*step); Some(*value) })
            .flat_map(u16::to_le_bytes)
            .collect();
        let packed = pack(&bytes, columns, 2);
        prop_assert!(packed.len() < bytes.len() * 3 / 4);
        prop_assert_eq!(unpack(&packed, bytes.len()), Ok(bytes));
    }

    #[test]
    fn damage_never_panics(bytes in prop::collection::vec(any::<u8>(), 1..600), place in any::<prop::sample::Index>(), flip in 1u8..) {
        let mut packed = pack(&bytes, 20, 2);
        let place = place.index(packed.len());
        packed[place] ^= flip;
        if let Ok(unpacked) = unpack(&packed, bytes.len()) {
            prop_assert_eq!(unpacked.len(), bytes.len());
        }
        let _ = unpack(&packed[..place], bytes.len());
    }
}

/// The bytes of one small image, written out by hand from the description above: a second reader can start here.
#[test]
fn the_format_is_frozen() {
    // 2 rows of 3: 10 11 13 / 12 12 300. Predictions: 0 10 11 / 10 12 13 (c <= min: max; then 12 + 13 - 11 clamped).
    let bytes: Vec<u8> = [10u16, 11, 13, 12, 12, 300]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let (low, high) = differences_16(&bytes, 3);
    // 10 1 2 / 2 0 287, doubled.
    assert_eq!(low, [20, 2, 4, 4, 0, 0x3E]);
    assert_eq!(high, [0, 0, 0, 0, 0, 0x02]);
    let packed = pack(&bytes, 3, 2);
    // Too small to gain: stored.
    assert_eq!(
        packed[..20],
        *b"CPK1\x00\x01\x00\x00\x01\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00"
    );
    let planes = [
        b"CPK1\x01\x02\x00\x00\x03\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00".as_slice(),
        b"\x00\x06\x00\x00\x00\x00\x00\x00\x00",
        &low,
        b"\x00\x06\x00\x00\x00\x00\x00\x00\x00",
        &high,
    ]
    .concat();
    assert_eq!(unpack(&planes, 12), Ok(bytes));
}

/// `cargo test --release -p viewer-wasm --lib pack::tests::speed -- --ignored --nocapture` prints megabytes a second.
#[test]
#[ignore = "a measurement"]
fn speed() {
    let phantom = crate::phantom::Phantom::dental(400);
    let bytes: Vec<u8> = (190..240)
        .flat_map(|k| phantom.slice(k))
        .flat_map(i16::to_le_bytes)
        .collect();
    let rate =
        |started: std::time::Instant| bytes.len() as f64 / 1e6 / started.elapsed().as_secs_f64();
    let started = std::time::Instant::now();
    let packed = pack(&bytes, 400, 2);
    let packing = rate(started);
    let started = std::time::Instant::now();
    let unpacked = unpack(&packed, bytes.len());
    println!(
        "packed {:.0} MB/s, unpacked {:.0} MB/s, {:.1} % of {} bytes",
        packing,
        rate(started),
        100.0 * packed.len() as f64 / bytes.len() as f64,
        bytes.len()
    );
    assert_eq!(unpacked, Ok(bytes));
}

#[test]
fn claims_are_checked() {
    let packed = pack(&[1; 100], 10, 1);
    assert_eq!(unpack(&packed, 101), Err(PackError::LengthMismatch));
    assert_eq!(unpack(b"CPK2", 0), Err(PackError::UnknownFormat));
    let mut other = packed.clone();
    other[4] = 9;
    assert_eq!(unpack(&other, 100), Err(PackError::UnknownFormat));
}
