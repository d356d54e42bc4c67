//! Lossless packing of native pixel bytes for the scan package.
//!
//! Exact for any bytes; made for 8- and 16-bit samples of grey images, which it roughly halves. All numbers are
//! little-endian. A packed value is:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `CPK1` |
//! | 4 | 1 | method: 0 the plain bytes follow as they are; 1 planes |
//! | 5 | 1 | bytes per sample `w`: 1 or 2 |
//! | 6 | 2 | zero |
//! | 8 | 4 | `columns`, samples in a row, at least 1 |
//! | 12 | 8 | length of the plain bytes |
//! | 20 | | the plain bytes (method 0), or `w` planes and a tail (method 1) |
//!
//! Method 1 reads the plain bytes as little-endian unsigned samples of `w` bytes; the `length mod w` bytes that remain
//! are the tail, kept as they are behind the planes. Samples form rows of `columns`, the last of which may be shorter;
//! frames of one image simply follow each other. Each sample `x` is replaced by its difference from a prediction of
//! its neighbours `a` (left), `b` (above) and `c` (above left), modulo `2^(8w)`:
//!
//! - first sample of all: prediction 0; first row: `a`; first column: `b`;
//! - elsewhere, as in JPEG-LS: `min(a, b)` if `c >= max(a, b)`, `max(a, b)` if `c <= min(a, b)`, else `a + b - c`.
//!
//! A difference `d`, taken as signed, is written as `2d` if it is not negative, else as `-2d - 1`. The lowest bytes of
//! all of these form the first plane, the next higher ones the second. A plane is:
//!
//! | bytes | what |
//! |---|---|
//! | 1 | 0: stored as it is; 1: a raw DEFLATE stream (RFC 1951) |
//! | 8 | length of what follows |
//! | | the plane's bytes, one for each sample |

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

const MAGIC: [u8; 4] = *b"CPK1";
const HEADER_LEN: usize = 20;
const STORED: u8 = 0;
const PLANES: u8 = 1;
const DEFLATED: u8 = 1;

/// DEFLATE makes at most this many bytes of one.
const MOST_RATIO: usize = 1032;

/// Why packed bytes could not be unpacked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PackError {
    /// The bytes are not of this format, or of a version that this program does not know.
    #[error("unknown packing")]
    UnknownFormat,
    /// The bytes end too early, or their parts don't fit each other.
    #[error("damaged packing")]
    Corrupt,
    /// The length written in the bytes is not the one that was expected.
    #[error("packed length differs from what was expected")]
    LengthMismatch,
}

/// Packs native pixel bytes. `columns` is the number of samples in a row (colour samples count each), and
/// `bytes_per_sample` 1 or 2; bytes of other kinds are kept as they are. Never more than 20 bytes longer than `bytes`.
pub fn pack(bytes: &[u8], columns: usize, bytes_per_sample: usize) -> Vec<u8> {
    let columns_u32 = u32::try_from(columns).unwrap_or(0);
    if !matches!(bytes_per_sample, 1 | 2) || columns_u32 == 0 || bytes.is_empty() {
        return stored(bytes);
    }
    let (whole, tail) = bytes.split_at(bytes.len() / bytes_per_sample * bytes_per_sample);
    let mut out = header(PLANES, bytes_per_sample as u8, columns_u32, bytes.len());
    if bytes_per_sample == 1 {
        push_plane(&mut out, &differences_8(whole, columns));
    } else {
        let (low, high) = differences_16(whole, columns);
        push_plane(&mut out, &low);
        push_plane(&mut out, &high);
    }
    out.extend_from_slice(tail);
    if out.len() > bytes.len() + HEADER_LEN {
        return stored(bytes);
    }
    out
}

fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = header(STORED, 1, 1, bytes.len());
    out.extend_from_slice(bytes);
    out
}

fn header(method: u8, width: u8, columns: u32, len: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_LEN + len / 2);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[method, width, 0, 0]);
    out.extend_from_slice(&columns.to_le_bytes());
    out.extend_from_slice(&(len as u64).to_le_bytes());
    out
}

/// The JPEG-LS predictor. Wide enough arithmetic that nothing wraps, without branches, so that a row vectorises.
#[inline(always)]
fn predict(a: i32, b: i32, c: i32) -> i32 {
    (a + b - c).clamp(a.min(b), a.max(b))
}

#[inline(always)]
fn fold_16(difference: i32) -> u16 {
    let d = difference as i16;
    ((d << 1) ^ (d >> 15)) as u16
}

#[inline(always)]
fn fold_8(difference: i32) -> u8 {
    let d = difference as i8;
    ((d << 1) ^ (d >> 7)) as u8
}

/// Low and high bytes of the folded differences of 16-bit samples.
fn differences_16(bytes: &[u8], columns: usize) -> (Vec<u8>, Vec<u8>) {
    let samples: Vec<u16> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|raw| u16::from_le_bytes(*raw))
        .collect();
    let (mut low, mut high) = (vec![0; samples.len()], vec![0; samples.len()]);
    let mut above: &[u16] = &[];
    let rows = samples
        .chunks(columns)
        .zip(low.chunks_mut(columns).zip(high.chunks_mut(columns)));
    for (row, (low, high)) in rows {
        let mut write = |i: usize, prediction: i32| {
            let folded = fold_16(i32::from(row[i]) - prediction);
            [low[i], high[i]] = folded.to_le_bytes();
        };
        write(0, above.first().map_or(0, |b| i32::from(*b)));
        if above.is_empty() {
            for i in 1..row.len() {
                write(i, i32::from(row[i - 1]));
            }
        } else {
            let n = row.len();
            let (left, up, corner) = (&row[..n - 1], &above[1..n], &above[..n - 1]);
            let (low, high) = (&mut low[1..n], &mut high[1..n]);
            for i in 0..n - 1 {
                let prediction =
                    predict(i32::from(left[i]), i32::from(up[i]), i32::from(corner[i]));
                let folded = fold_16(i32::from(row[i + 1]) - prediction);
                low[i] = folded as u8;
                high[i] = (folded >> 8) as u8;
            }
        }
        above = row;
    }
    (low, high)
}

/// The folded differences of 8-bit samples.
fn differences_8(samples: &[u8], columns: usize) -> Vec<u8> {
    let mut plane = vec![0; samples.len()];
    let mut above: &[u8] = &[];
    for (row, out) in samples.chunks(columns).zip(plane.chunks_mut(columns)) {
        for i in 0..row.len() {
            let prediction = match (i, above.is_empty()) {
                (0, true) => 0,
                (0, false) => i32::from(above[0]),
                (_, true) => i32::from(row[i - 1]),
                (_, false) => predict(
                    i32::from(row[i - 1]),
                    i32::from(above[i]),
                    i32::from(above[i - 1]),
                ),
            };
            out[i] = fold_8(i32::from(row[i]) - prediction);
        }
        above = row;
    }
    plane
}

fn push_plane(out: &mut Vec<u8>, plane: &[u8]) {
    match deflate(plane) {
        Some(deflated) => {
            out.push(DEFLATED);
            out.extend_from_slice(&(deflated.len() as u64).to_le_bytes());
            out.extend_from_slice(&deflated);
        }
        None => {
            out.push(STORED);
            out.extend_from_slice(&(plane.len() as u64).to_le_bytes());
            out.extend_from_slice(plane);
        }
    }
}

/// The plane deflated; `None` if that gains nothing. The fastest level: differences have little that repeats, and nearly
/// all of the gain is in their frequencies.
fn deflate(plane: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = Compress::new(Compression::fast(), false);
    let mut out = Vec::with_capacity(plane.len());
    match encoder.compress_vec(plane, &mut out, FlushCompress::Finish) {
        Ok(Status::StreamEnd) if out.len() < plane.len() => Some(out),
        _ => None,
    }
}

/// Unpacks what [`pack`] made. Nothing is allocated beyond `expected_len`, whatever the bytes claim.
pub fn unpack(packed: &[u8], expected_len: usize) -> Result<Vec<u8>, PackError> {
    let Some((head, rest)) = packed.split_first_chunk::<HEADER_LEN>() else {
        return Err(PackError::UnknownFormat);
    };
    let &[
        m0,
        m1,
        m2,
        m3,
        method,
        width,
        0,
        0,
        c0,
        c1,
        c2,
        c3,
        ref len @ ..,
    ] = head
    else {
        return Err(PackError::UnknownFormat);
    };
    if [m0, m1, m2, m3] != MAGIC {
        return Err(PackError::UnknownFormat);
    }
    let len: [u8; 8] = *len;
    if u64::from_le_bytes(len) != expected_len as u64 {
        return Err(PackError::LengthMismatch);
    }
    let columns = u32::from_le_bytes([c0, c1, c2, c3]) as usize;
    match (method, width) {
        (STORED, _) if rest.len() == expected_len => Ok(rest.to_vec()),
        (STORED, _) => Err(PackError::Corrupt),
        (PLANES, 1) if columns > 0 => {
            let (plane, rest) = take_plane(rest, expected_len)?;
            if !rest.is_empty() {
                return Err(PackError::Corrupt);
            }
            Ok(restore_8(plane, columns))
        }
        (PLANES, 2) if columns > 0 => {
            let (low, rest) = take_plane(rest, expected_len / 2)?;
            let (high, tail) = take_plane(rest, expected_len / 2)?;
            if tail.len() != expected_len % 2 {
                return Err(PackError::Corrupt);
            }
            let mut bytes = restore_16(&low, &high, columns);
            bytes.extend_from_slice(tail);
            Ok(bytes)
        }
        _ => Err(PackError::UnknownFormat),
    }
}

/// One plane of `len` bytes, and what follows it.
fn take_plane(bytes: &[u8], len: usize) -> Result<(Vec<u8>, &[u8]), PackError> {
    let Some((&[kind, ref size @ ..], rest)) = bytes.split_first_chunk::<9>() else {
        return Err(PackError::Corrupt);
    };
    let size: [u8; 8] = *size;
    let size = usize::try_from(u64::from_le_bytes(size)).map_err(|_| PackError::Corrupt)?;
    let (body, rest) = rest.split_at_checked(size).ok_or(PackError::Corrupt)?;
    match kind {
        STORED if size == len => Ok((body.to_vec(), rest)),
        // A length that this stream cannot have is refused before room is made for it.
        DEFLATED if len / MOST_RATIO <= size => {
            let mut plane = Vec::with_capacity(len);
            let mut decoder = Decompress::new(false);
            let status = decoder.decompress_vec(body, &mut plane, FlushDecompress::Finish);
            let whole =
                matches!(status, Ok(Status::StreamEnd)) && decoder.total_in() == size as u64;
            // An empty plane has no room for even the end of its stream.
            if plane.len() != len || !(whole || len == 0) {
                return Err(PackError::Corrupt);
            }
            Ok((plane, rest))
        }
        _ => Err(PackError::Corrupt),
    }
}

#[inline(always)]
fn unfold_16(folded: u16) -> u16 {
    (folded >> 1) ^ (folded & 1).wrapping_neg()
}

fn restore_16(low: &[u8], high: &[u8], columns: usize) -> Vec<u8> {
    let mut samples: Vec<u16> = low
        .iter()
        .zip(high)
        .map(|(low, high)| unfold_16(u16::from_le_bytes([*low, *high])))
        .collect();
    let mut done: &mut [u16] = &mut [];
    for row in samples.chunks_mut(columns) {
        if let (Some(first), Some(b)) = (row.first_mut(), done.first()) {
            *first = first.wrapping_add(*b);
        }
        let mut a = i32::from(row[0]);
        if done.is_empty() {
            for value in &mut row[1..] {
                *value = value.wrapping_add(a as u16);
                a = i32::from(*value);
            }
        } else {
            let mut c = i32::from(done[0]);
            for (value, b) in row[1..].iter_mut().zip(&done[1..]) {
                let b = i32::from(*b);
                *value = value.wrapping_add(predict(a, b, c) as u16);
                a = i32::from(*value);
                c = b;
            }
        }
        done = row;
    }
    samples
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect()
}

fn restore_8(mut plane: Vec<u8>, columns: usize) -> Vec<u8> {
    for value in &mut plane {
        *value = (*value >> 1) ^ (*value & 1).wrapping_neg();
    }
    for i in 0..plane.len() {
        let (row, column) = (i / columns, i % columns);
        let at = |k: usize| i32::from(plane[k]);
        let prediction = match (row, column) {
            (0, 0) => 0,
            (0, _) => at(i - 1),
            (_, 0) => at(i - columns),
            _ => predict(at(i - 1), at(i - columns), at(i - columns - 1)),
        };
        plane[i] = plane[i].wrapping_add(prediction as u8);
    }
    plane
}

#[cfg(test)]
mod tests;
