//! Pixel data that contradicts its header or itself.

use viewer_wasm::codec::{self, DecodeError, FrameIndex, PixelValue, Samples};
use viewer_wasm::intake::{ImageAttributes, RejectCode};

use crate::dicom::{Slice, Writer};
use crate::{SLOW, clock, deflate, item, read, refused};

/// Frames of one pixel, deflated each by itself.
fn attributes(frames: u32) -> ImageAttributes {
    ImageAttributes {
        transfer_syntax: "1.2.840.10008.1.2.8.1".to_owned(),
        rows: 1,
        columns: 1,
        frames,
        samples_per_pixel: 1,
        bits_allocated: 8,
        bits_stored: 8,
        high_bit: 7,
        ..ImageAttributes::default()
    }
}

/// An offset table and fragments as many as a file may have frames, looked up without trying each with each.
#[test]
fn offset_tables_without_end_and_beyond_it() {
    let frame = item(&deflate(&[9]));
    let count = 1 << 15;
    let table: Vec<u8> = (0..count)
        .flat_map(|k| (k * frame.len() as u32).to_le_bytes())
        .collect();
    let value = [item(&table), frame.repeat(count as usize)].concat();
    let (index, took) = clock::timed(|| FrameIndex::read(&attributes(count), &value));
    assert!(took < SLOW, "{took:?}");
    let index = index.expect("an index");
    let last = codec::decode_indexed(&attributes(count), &value, &index, count - 1);
    assert_eq!(last.expect("a frame"), Samples::U8(vec![9]));

    let decode = |value: &[u8], frame: u32| {
        let value = PixelValue {
            bytes: &value,
            encapsulated: true,
        };
        codec::decode_frame(&attributes(2), &value, frame)
    };
    // Offsets outside, falling, or into the middle of a fragment: the fragments themselves count.
    let other = item(&deflate(&[5]));
    for offsets in [[0, u32::MAX], [0, 3], [40, 0], [0, 0]] {
        let table: Vec<u8> = offsets
            .iter()
            .flat_map(|offset| offset.to_le_bytes())
            .collect();
        let value = [item(&table), frame.clone(), other.clone()].concat();
        assert_eq!(decode(&value, 0).expect("a frame"), Samples::U8(vec![9]));
        assert_eq!(decode(&value, 1).expect("a frame"), Samples::U8(vec![5]));
    }
    // A fragment that swallows the next, or more than there is.
    for len in [frame.len() as u32 * 2, u32::MAX, u32::MAX - 1] {
        let mut value = [item(&[]), frame.clone(), other.clone()].concat();
        value[12..16].copy_from_slice(&len.to_le_bytes());
        assert!(decode(&value, 1).is_err(), "{len}");
    }
    // A table longer than the value.
    let mut value = [item(&[0; 8]), frame.clone()].concat();
    value[4..8].copy_from_slice(&0x7FFF_FFF0u32.to_le_bytes());
    assert!(matches!(decode(&value, 0), Err(DecodeError::Truncated)));
}

/// The bytes that lie in a fragment may look like a fragment, and a table may point there.
#[test]
fn an_offset_table_that_contradicts_the_fragments_never_gives_two_pictures() {
    // What each frame is, by the two ways to it; `None` if it is refused.
    let frames = |offsets: &[usize], fragments: &[Vec<u8>], frames: u32| -> Vec<Option<Samples>> {
        let table: Vec<u8> = offsets
            .iter()
            .flat_map(|offset| (*offset as u32).to_le_bytes())
            .collect();
        let value = [item(&table), fragments.concat()].concat();
        let attributes = attributes(frames);
        let index = FrameIndex::read(&attributes, &value).expect("an index");
        let pixels = PixelValue {
            bytes: &value,
            encapsulated: true,
        };
        (0..frames)
            .map(|frame| {
                let direct = codec::decode_frame(&attributes, &pixels, frame).ok();
                let indexed = codec::decode_indexed(&attributes, &value, &index, frame).ok();
                assert_eq!(direct, indexed, "frame {frame} at {offsets:?}");
                direct
            })
            .collect()
    };
    let one = |value| item(&deflate(&[value]));
    let is = |value| Some(Samples::U8(vec![value]));
    let (a, b, c, none) = (one(1), one(2), one(3), item(&[]));
    let len = a.len();

    // The second frame lies within the first by the table, so the first is not to be told.
    let around = item(&[a.clone(), b.clone(), vec![0; 2]].concat());
    let inner = [0, 8 + len, 8 + 2 * len];
    let found = frames(&inner, &[around, c.clone()], 3);
    assert_eq!(found, [None, is(2), None]);
    // A table wrong about one frame leaves the fragments to tell, as long as it is right about no other than they are.
    let found = frames(
        &[0, len, 2 * len + 1],
        &[a.clone(), b.clone(), c.clone()],
        3,
    );
    assert_eq!(found, [is(1), is(2), is(3)]);
    let halves = |value: u8| {
        let stream = deflate(&[value]);
        let (start, rest) = stream.split_at(stream.len() / 2);
        [item(start), item(rest)].concat()
    };
    let (start, next) = (halves(1), halves(2));
    let wrong = [0, start.len(), start.len() + next.len() + 1];
    let found = frames(&wrong, &[start, next, c.clone()], 3);
    assert_eq!(found, [is(1), None, None]);
    // A frame without bytes is missing, and moves no other.
    for offsets in [&[][..], &[0, len, len + 8]] {
        let found = frames(offsets, &[a.clone(), none.clone(), c.clone()], 3);
        assert_eq!(found, [is(1), None, is(3)], "{offsets:?}");
    }
}

#[test]
fn deflated_bombs_and_breaks() {
    let meta = Writer::meta("1.2.840.10008.1.2.1.99");
    // 80 MB of zeros where a header should be.
    let bomb = [meta.clone(), deflate(&vec![0; 80 << 20])].concat();
    assert!(bomb.len() < 1 << 20);
    assert_eq!(refused(&bomb), RejectCode::Malformed);
    // A header, then a text element without end.
    let mut w = Slice::at(1.0, 1).data_set(true, false);
    w.head(0x0029, 0x1010, b"UT", 0x7FFF_FFFE);
    w.bytes.resize(w.bytes.len() + (80 << 20), b'A');
    assert_eq!(
        refused(&[meta.clone(), deflate(&w.bytes)].concat()),
        RejectCode::Malformed
    );
    // A frame that claims more than its stream can hold is refused before room is made for it.
    let image = ImageAttributes {
        transfer_syntax: "1.2.840.10008.1.2.8.1".to_owned(),
        rows: 8192,
        columns: 8192,
        frames: 1,
        samples_per_pixel: 1,
        bits_allocated: 16,
        bits_stored: 16,
        high_bit: 15,
        ..ImageAttributes::default()
    };
    let value = [item(&[]), item(&deflate(&[0; 5000]))].concat();
    let value = PixelValue {
        bytes: &value,
        encapsulated: true,
    };
    let outcome = codec::decode_frame(&image, &value, 0);
    assert!(matches!(outcome, Err(DecodeError::Truncated)));

    // A stream that breaks off among its pixels, behind what is inflated for the header: an error, not black rows.
    let mut slice = Slice::at(1.0, 1);
    (slice.rows, slice.columns) = (1024, 1024);
    let mut w = slice.data_set(true, false);
    w.head(0x7FE0, 0x0010, b"OW", 2 << 20);
    let mut noise = 1u32;
    w.bytes.extend((0..2 << 20).map(|_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    }));
    let whole = [meta, deflate(&w.bytes)].concat();
    let instance = read(&whole).expect("an image");
    assert!(codec::read_frame(&whole, &instance, 0).is_ok());
    let cut = &whole[..whole.len() * 3 / 4];
    let instance = read(cut).expect("an image");
    assert!(codec::read_frame(&cut, &instance, 0).is_err());
}

/// Streams of more bits than the image keeps would lose their upper ones, and look like a picture all the same.
#[test]
fn deeper_streams_than_described_are_refused() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codecs");
    for (name, syntax) in [
        ("lossless12.jpg", "1.2.840.10008.1.2.4.57"),
        ("lossless16.jpg", "1.2.840.10008.1.2.4.57"),
        ("grey12.jpg", "1.2.840.10008.1.2.4.51"),
        ("grey12.jls", "1.2.840.10008.1.2.4.80"),
        ("grey16.jls", "1.2.840.10008.1.2.4.80"),
        ("grey12.j2k", "1.2.840.10008.1.2.4.90"),
        ("signed.j2k", "1.2.840.10008.1.2.4.90"),
        ("grey12.jph", "1.2.840.10008.1.2.4.201"),
    ] {
        let image = ImageAttributes {
            transfer_syntax: syntax.to_owned(),
            rows: 43,
            columns: 61,
            frames: 1,
            samples_per_pixel: 1,
            bits_allocated: 8,
            bits_stored: 8,
            high_bit: 7,
            ..ImageAttributes::default()
        };
        let stream = std::fs::read(folder.join(name)).expect("a fixture");
        let value = [item(&[]), item(&stream)].concat();
        let value = PixelValue {
            bytes: &value,
            encapsulated: true,
        };
        assert!(codec::decode_frame(&image, &value, 0).is_err(), "{name}");
    }
}
