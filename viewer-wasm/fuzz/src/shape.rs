//! Image descriptions from the first bytes of an input, so that the fuzzer changes them with the stream.

use viewer_wasm::intake::{ImageAttributes, SampleKind, syntax};

/// Bytes that a description takes.
pub const LEN: usize = 10;

/// Rows and columns of most descriptions stay below this, so that a run takes no time for what is only large.
const SIDE: u16 = 0x1FF;

/// A description from the first [`LEN`] bytes, and the rest; `None` if there are fewer.
pub fn split(bytes: &[u8]) -> Option<(ImageAttributes, u32, &[u8])> {
    let (&[r0, r1, c0, c1, kind, stored, high, flags, frames, frame], rest) =
        bytes.split_first_chunk::<LEN>()?;
    let (samples, allocated) = match kind % 6 {
        0 => (SampleKind::Integer, 1),
        1 => (SampleKind::Integer, 8),
        2 => (SampleKind::Integer, 16),
        3 => (SampleKind::Integer, 32),
        4 => (SampleKind::Float, 32),
        _ => (SampleKind::Double, 64),
    };
    let bits_stored = 1 + u16::from(stored) % allocated;
    let photometric = ["MONOCHROME2", "RGB", "YBR_FULL_422", "YBR_FULL"][usize::from(flags >> 6)];
    let frames = 1 + u32::from(frames) % 8;
    let attributes = ImageAttributes {
        transfer_syntax: if flags & 8 == 0 {
            syntax::EXPLICIT_LE
        } else {
            syntax::EXPLICIT_BE
        }
        .to_owned(),
        rows: u32::from(u16::from_le_bytes([r0, r1]) & SIDE),
        columns: u32::from(u16::from_le_bytes([c0, c1]) & SIDE),
        frames,
        samples,
        samples_per_pixel: if flags & 4 == 0 { 1 } else { 3 },
        planar: flags & 2 != 0,
        signed: flags & 1 != 0,
        word_swapped: flags & 16 != 0,
        photometric: photometric.to_owned(),
        bits_allocated: allocated,
        bits_stored,
        high_bit: bits_stored - 1 + u16::from(high) % (allocated - bits_stored + 1),
        ..ImageAttributes::default()
    };
    Some((attributes, u32::from(frame) % frames, rest))
}

/// The bytes that [`split`] reads as one grey (or RGB) frame of integers.
pub fn prefix(rows: u16, columns: u16, bits: u16, colours: u16, signed: bool) -> Vec<u8> {
    let (kind, allocated) = match bits {
        1 => (0, 1),
        2..=8 => (1, 8),
        9..=16 => (2, 16),
        _ => (3, 32),
    };
    let stored = ((bits - 1) % allocated) as u8;
    let flags = if colours == 3 { 4 | 1 << 6 } else { 0 } | u8::from(signed);
    let mut bytes = Vec::with_capacity(LEN);
    bytes.extend(rows.to_le_bytes());
    bytes.extend(columns.to_le_bytes());
    bytes.extend([kind, stored, 0, flags, 0, 0]);
    bytes
}
