//! RLE Lossless (PS3.5 annex G).
//!
//! Our own, not the registry's adapter: that one panics on short segments and knows no 32-bit samples.

use crate::intake::ImageAttributes;

use super::native::{frame_samples, words_8, words_16, words_32};
use super::{DecodeError, Samples};

const HEADER_LEN: usize = 64;

/// Decodes one frame: byte planes, most significant first, each run-length coded.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let channels = usize::from(attributes.samples_per_pixel);
    let width = usize::from(attributes.bits_allocated / 8);
    if !matches!(width, 1 | 2 | 4) {
        return Err(DecodeError::UnsupportedImage(
            "run-length coded samples of this size".to_owned(),
        ));
    }
    let segments = segments(bytes, channels * width)?;
    let pixels = frame_samples(attributes) / channels;
    let mut planes = Vec::with_capacity(segments.len());
    for segment in segments {
        planes.push(unpack_bits(segment, pixels)?);
    }
    for plane in &mut planes {
        plane.truncate(pixels);
    }
    Ok(match (width, &planes[..]) {
        (1, _) => words_8(
            attributes,
            joined(&planes, channels, |[byte]: [u8; 1]| byte),
        ),
        // The path of nearly all scans, in a form that becomes vectors.
        (2, [high, low]) => {
            let pairs = high.iter().zip(low);
            let values = pairs.map(|(high, low)| u16::from_be_bytes([*high, *low]));
            words_16(attributes, values.collect())
        }
        (2, _) => words_16(attributes, joined(&planes, channels, u16::from_be_bytes)),
        _ => words_32(attributes, joined(&planes, channels, u32::from_be_bytes)),
    })
}

/// Samples of `W` bytes from their planes, and pixels from their `channels`.
fn joined<const W: usize, T: Copy + Default>(
    planes: &[Vec<u8>],
    channels: usize,
    sample: impl Fn([u8; W]) -> T,
) -> Vec<T> {
    let mut values = vec![T::default(); planes.first().map_or(0, Vec::len) * channels];
    for (channel, planes) in planes.as_chunks::<W>().0.iter().enumerate() {
        let places = values.iter_mut().skip(channel).step_by(channels);
        for (i, place) in places.enumerate() {
            *place = sample(planes.each_ref().map(|plane| plane[i]));
        }
    }
    values
}

/// The segments that the frame's header lists.
fn segments(bytes: &[u8], expected: usize) -> Result<Vec<&[u8]>, DecodeError> {
    let corrupt = |what: &str| DecodeError::Corrupt(what.to_owned());
    let header = bytes.get(..HEADER_LEN).ok_or(DecodeError::Truncated)?;
    let word = |i: usize| {
        let [a, b, c, d] = [0, 1, 2, 3].map(|k| header[4 * i + k]);
        u32::from_le_bytes([a, b, c, d]) as usize
    };
    if word(0) != expected {
        return Err(corrupt(
            "the number of run-length segments does not fit the image",
        ));
    }
    (0..expected)
        .map(|i| {
            let start = word(1 + i);
            let end = if i + 1 < expected {
                word(2 + i)
            } else {
                bytes.len()
            };
            if start < HEADER_LEN {
                return Err(corrupt("a run-length segment lies in the header"));
            }
            bytes
                .get(start..end)
                .ok_or_else(|| corrupt("a run-length segment lies outside the frame"))
        })
        .collect()
}

/// Bytes that are copied at once. Runs are short, and each call of a copying function would cost as much as a few of
/// these.
const STEP: usize = 16;
/// A run's or a literal's longest.
const LONGEST: usize = 128;
/// Two bytes make a run of at most 128.
const MOST_RATIO: usize = 64;

/// Undoes the run-length coding of one segment, which must hold `len` bytes; behind them are some that mean nothing.
fn unpack_bits(segment: &[u8], len: usize) -> Result<Vec<u8>, DecodeError> {
    if len / MOST_RATIO > segment.len() {
        return Err(DecodeError::Truncated);
    }
    let mut out = vec![0; len + LONGEST];
    let mut at = 0;
    let mut rest = segment;
    while at < len {
        let (&control, tail) = rest.split_first().ok_or(DecodeError::Truncated)?;
        match control {
            0..=127 => {
                let count = usize::from(control) + 1;
                let room = &mut out[at..at + LONGEST];
                match tail.split_at_checked(count.next_multiple_of(STEP)) {
                    Some((steps, _)) => {
                        let steps = steps.as_chunks::<STEP>().0;
                        for (place, step) in room.as_chunks_mut::<STEP>().0.iter_mut().zip(steps) {
                            *place = *step;
                        }
                    }
                    None => {
                        let literal = tail.get(..count).ok_or(DecodeError::Truncated)?;
                        room[..count].copy_from_slice(literal);
                    }
                }
                at += count;
                rest = &tail[count..];
            }
            129..=255 => {
                let (&value, tail) = tail.split_first().ok_or(DecodeError::Truncated)?;
                let count = 257 - usize::from(control);
                let room = out[at..at + LONGEST].as_chunks_mut::<STEP>().0;
                for place in &mut room[..count.div_ceil(STEP)] {
                    *place = [value; STEP];
                }
                at += count;
                rest = tail;
            }
            128 => rest = tail,
        }
    }
    // One byte may pad the segment to even length; more means another image size.
    if at > len || rest.len() > 2 {
        return Err(DecodeError::Corrupt(
            "a run-length segment holds more than the image".to_owned(),
        ));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(rows: u32, columns: u32, bits: u16, samples: u16) -> ImageAttributes {
        ImageAttributes {
            rows,
            columns,
            frames: 1,
            samples_per_pixel: samples,
            bits_allocated: bits,
            bits_stored: bits,
            high_bit: bits - 1,
            ..ImageAttributes::default()
        }
    }

    fn frame(segments: &[&[u8]]) -> Vec<u8> {
        let mut words = vec![segments.len() as u32];
        let mut at = HEADER_LEN;
        for segment in segments {
            words.push(at as u32);
            at += segment.len();
        }
        words.resize(16, 0);
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.extend(segments.concat());
        bytes
    }

    #[test]
    fn the_example_of_the_standard() {
        // PS3.5 G.3.1 says what each control byte means: 2 literals, 128 does nothing, a run of 3.
        let bytes = frame(&[&[1, 7, 8, 128, 254, 9], &[4, 1, 2, 3, 4, 5]]);
        let decoded = decode(&image(1, 5, 16, 1), &bytes).unwrap();
        assert_eq!(
            decoded,
            Samples::U16(vec![0x0701, 0x0802, 0x0903, 0x0904, 0x0905])
        );
    }

    #[test]
    fn lies_are_refused() {
        let attributes = image(1, 5, 8, 1);
        let refused = |bytes: &[u8]| decode(&attributes, bytes).unwrap_err();
        let sound = frame(&[&[252, 9]]);
        assert!(decode(&attributes, &sound).is_ok());
        assert!(matches!(refused(&sound[..64]), DecodeError::Truncated));
        assert!(matches!(refused(&sound[..10]), DecodeError::Truncated));
        assert!(matches!(
            refused(&frame(&[&[252, 9], &[]])),
            DecodeError::Corrupt(_)
        ));
        let mut beyond = sound.clone();
        beyond[4..8].copy_from_slice(&1000u32.to_le_bytes());
        assert!(matches!(refused(&beyond), DecodeError::Corrupt(_)));
        assert!(matches!(
            refused(&frame(&[&[129, 9]])),
            DecodeError::Corrupt(_)
        ));
    }
}
