//! Native (uncompressed) pixels: PS3.5 section 8 and annexes A.1 to A.3.

use crate::intake::{ByteSource, ImageAttributes, SampleKind, syntax};

use super::{DecodeError, Samples};

/// Bytes of `frames` frames of native pixels.
pub(crate) fn native_len(attributes: &ImageAttributes, frames: u32) -> u64 {
    // What does not fit 64 bits fits nowhere else either: more is asked for than there can be.
    let pixels = u64::from(attributes.rows)
        .saturating_mul(u64::from(attributes.columns))
        .saturating_mul(u64::from(frames));
    if attributes.bits_allocated == 1 {
        // Bits run on without a gap between rows and frames (PS3.5 8.1.1).
        return pixels
            .saturating_mul(u64::from(attributes.samples_per_pixel))
            .div_ceil(8);
    }
    let samples = if is_subsampled(attributes) {
        pixels.saturating_mul(2)
    } else {
        pixels.saturating_mul(u64::from(attributes.samples_per_pixel))
    };
    samples.saturating_mul(u64::from(attributes.bits_allocated / 8))
}

/// Native YBR_FULL_422: two luminance samples share their two colour samples (PS3.3 C.7.6.3.1.2).
fn is_subsampled(attributes: &ImageAttributes) -> bool {
    attributes.photometric == "YBR_FULL_422"
        && attributes.samples_per_pixel == 3
        && attributes.samples == SampleKind::Integer
}

/// Samples of one frame, colour included.
pub(super) fn frame_samples(attributes: &ImageAttributes) -> usize {
    attributes.rows as usize
        * attributes.columns as usize
        * usize::from(attributes.samples_per_pixel)
}

/// Decodes frame `frame` from the pixel data value. Where the value ends too early (`truncated-pixel-data`), the rest
/// of the frame is 0; a frame of which nothing is there is an error.
pub(super) fn decode(
    attributes: &ImageAttributes,
    value: &dyn ByteSource,
    frame: u32,
) -> Result<Samples, DecodeError> {
    if attributes.bits_allocated == 1 {
        return bits(attributes, value, frame);
    }
    let start = native_len(attributes, frame);
    let len = native_len(attributes, 1);
    let there = value.len().saturating_sub(start).min(len);
    if there == 0 {
        return Err(DecodeError::Truncated);
    }
    let swap = attributes.transfer_syntax == syntax::EXPLICIT_BE;
    match attributes.samples {
        SampleKind::Float => {
            let bytes = padded(value, start, there, len, 4)?;
            let values = bytes.as_chunks::<4>().0.iter();
            Ok(Samples::F32(
                values
                    .map(|raw| {
                        if swap {
                            f32::from_be_bytes(*raw)
                        } else {
                            f32::from_le_bytes(*raw)
                        }
                    })
                    .collect(),
            ))
        }
        SampleKind::Double => {
            let bytes = padded(value, start, there, len, 8)?;
            let values = bytes.as_chunks::<8>().0.iter();
            Ok(Samples::F64(
                values
                    .map(|raw| {
                        if swap {
                            f64::from_be_bytes(*raw)
                        } else {
                            f64::from_le_bytes(*raw)
                        }
                    })
                    .collect(),
            ))
        }
        SampleKind::Integer => {
            let samples = match attributes.bits_allocated {
                8 => bytes_of(attributes, value, start, there, len)?,
                16 => {
                    // Read straight into the words that are handed on: the one copy of the path that matters most.
                    let mut words = vec![0u16; (len / 2) as usize];
                    let room: &mut [u8] = bytemuck::cast_slice_mut(&mut words);
                    value.read_at(start, &mut room[..there as usize])?;
                    for word in &mut words {
                        *word = if swap {
                            u16::from_be(*word)
                        } else {
                            u16::from_le(*word)
                        };
                    }
                    words_16(attributes, words)
                }
                _ => {
                    let bytes = padded(value, start, there, len, 4)?;
                    let values = bytes.as_chunks::<4>().0.iter();
                    words_32(
                        attributes,
                        values
                            .map(|raw| {
                                if swap {
                                    u32::from_be_bytes(*raw)
                                } else {
                                    u32::from_le_bytes(*raw)
                                }
                            })
                            .collect(),
                    )
                }
            };
            Ok(if is_subsampled(attributes) {
                if !samples.len().is_multiple_of(4) {
                    return Err(DecodeError::UnsupportedImage(
                        "an odd number of pixels that share their colour in pairs".to_owned(),
                    ));
                }
                expand_422(samples)
            } else if attributes.planar && attributes.samples_per_pixel == 3 {
                interleave(samples)
            } else {
                samples
            })
        }
    }
}

/// The bytes that are there, and zeros up to `len` (rounded down to whole samples).
fn padded(
    value: &dyn ByteSource,
    start: u64,
    there: u64,
    len: u64,
    size: u64,
) -> Result<Vec<u8>, DecodeError> {
    let mut bytes = vec![0; (len / size * size) as usize];
    value.read_at(start, &mut bytes[..there as usize])?;
    Ok(bytes)
}

/// 8-bit samples. Big-endian files that keep them as 16-bit words have the two bytes of each word swapped (PS3.5 A.3).
fn bytes_of(
    attributes: &ImageAttributes,
    value: &dyn ByteSource,
    start: u64,
    there: u64,
    len: u64,
) -> Result<Samples, DecodeError> {
    if !attributes.word_swapped {
        return Ok(words_8(attributes, padded(value, start, there, len, 1)?));
    }
    let odd = start % 2;
    let from = start - odd;
    let until = (start + len).next_multiple_of(2).min(value.len());
    let mut bytes = value.read_range(from, until.saturating_sub(from))?;
    for pair in bytes.as_chunks_mut::<2>().0 {
        pair.swap(0, 1);
    }
    let mut bytes: Vec<u8> = bytes.split_off((odd as usize).min(bytes.len()));
    bytes.resize(len as usize, 0);
    Ok(words_8(attributes, bytes))
}

/// One bit a sample, the first in the lowest bit (PS3.5 8.1.1), unpacked to a byte each.
fn bits(
    attributes: &ImageAttributes,
    value: &dyn ByteSource,
    frame: u32,
) -> Result<Samples, DecodeError> {
    let count = frame_samples(attributes) as u64;
    let first = count * u64::from(frame);
    let start = first / 8;
    let end = (first + count).div_ceil(8).min(value.len());
    if end <= start {
        return Err(DecodeError::Truncated);
    }
    let mut bytes = value.read_range(start, end - start)?;
    if attributes.word_swapped {
        for pair in bytes.as_chunks_mut::<2>().0 {
            pair.swap(0, 1);
        }
    }
    let shift = first % 8;
    let unpacked = (0..count).map(|i| {
        let bit = shift + i;
        bytes
            .get((bit / 8) as usize)
            .map_or(0, |byte| byte >> (bit % 8) & 1)
    });
    Ok(Samples::U8(unpacked.collect()))
}

/// How far a sample's bits are shifted up and down again to mask it and extend its sign: nothing, for whole samples.
fn shifts(attributes: &ImageAttributes, width: u32) -> (u32, u32) {
    let stored = u32::from(attributes.bits_stored).clamp(1, width);
    let high = u32::from(attributes.high_bit)
        .min(width - 1)
        .max(stored - 1);
    (width - 1 - high, width - stored)
}

/// Masks to _Bits Stored_ below _High Bit_ and extends the sign.
macro_rules! masked {
    ($name:ident, $unsigned:ty, $signed:ty, $u:ident, $i:ident) => {
        pub(super) fn $name(attributes: &ImageAttributes, mut values: Vec<$unsigned>) -> Samples {
            let (up, down) = shifts(attributes, <$unsigned>::BITS);
            if attributes.signed {
                let mut values: Vec<$signed> = bytemuck::cast_vec(values);
                if down > 0 {
                    for value in &mut values {
                        *value = (*value << up) >> down;
                    }
                }
                Samples::$i(values)
            } else {
                if down > 0 {
                    for value in &mut values {
                        *value = (*value << up) >> down;
                    }
                }
                Samples::$u(values)
            }
        }
    };
}
masked!(words_8, u8, i8, U8, I8);
masked!(words_16, u16, i16, U16, I16);
masked!(words_32, u32, i32, U32, I32);

/// Values that a codec gave, in the width that the image description has for them.
pub(super) fn stored(
    attributes: &ImageAttributes,
    values: Vec<u16>,
) -> Result<Samples, DecodeError> {
    match attributes.bits_allocated {
        1 => Ok(Samples::U8(
            values.into_iter().map(|value| (value & 1) as u8).collect(),
        )),
        8 => Ok(words_8(
            attributes,
            values.into_iter().map(|value| value as u8).collect(),
        )),
        16 => Ok(words_16(attributes, values)),
        32 => Ok(words_32(
            attributes,
            values.into_iter().map(u32::from).collect(),
        )),
        other => Err(DecodeError::UnsupportedImage(format!(
            "compressed samples of {other} bits"
        ))),
    }
}

/// Colour by plane to colour by pixel.
fn interleave(samples: Samples) -> Samples {
    fn mix<T: Copy>(planes: Vec<T>) -> Vec<T> {
        let size = planes.len() / 3;
        (0..size)
            .flat_map(|i| [planes[i], planes[size + i], planes[2 * size + i]])
            .collect()
    }
    match samples {
        Samples::U8(values) => Samples::U8(mix(values)),
        Samples::I8(values) => Samples::I8(mix(values)),
        Samples::U16(values) => Samples::U16(mix(values)),
        Samples::I16(values) => Samples::I16(mix(values)),
        Samples::U32(values) => Samples::U32(mix(values)),
        Samples::I32(values) => Samples::I32(mix(values)),
        other => other,
    }
}

/// Y1 Y2 Cb Cr to two whole pixels.
fn expand_422(samples: Samples) -> Samples {
    fn expand<T: Copy>(values: &[T]) -> Vec<T> {
        let quads = values.as_chunks::<4>().0.iter();
        quads
            .flat_map(|[first, second, blue, red]| [*first, *blue, *red, *second, *blue, *red])
            .collect()
    }
    match samples {
        Samples::U8(values) => Samples::U8(expand(&values)),
        Samples::I8(values) => Samples::I8(expand(&values)),
        Samples::U16(values) => Samples::U16(expand(&values)),
        Samples::I16(values) => Samples::I16(expand(&values)),
        Samples::U32(values) => Samples::U32(expand(&values)),
        Samples::I32(values) => Samples::I32(expand(&values)),
        other => other,
    }
}
