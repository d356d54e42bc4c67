//! JPEG 2000 and high-throughput JPEG 2000 (ITU-T T.800 and T.814): one frame's codestream to samples.
//!
//! Our own decoder, since none that builds for the browser reads both, keeps the sign and knows a sample's range. Each
//! part checks what it reads, so that no later one is out of range:
//!
//! - `codestream`: the size segment, against the image description. `header`: how tiles are coded.
//! - `tile`: parts of the stream to blocks, blocks to samples. `geometry`: where all of it is. `packet`: which bytes are
//!   whose.
//! - `mq`: blocks of Part 1. `ht`: high-throughput blocks. `wavelet`: the inverse transforms.

mod codestream;
mod geometry;
mod header;
mod ht;
mod mq;
mod packet;
mod tile;
mod wavelet;

use crate::intake::ImageAttributes;

use super::native::{frame_samples, words_8, words_16, words_32};
use super::{DecodeError, Samples};
use codestream::Size;
use tile::Plane;

/// Samples of one frame at most: decoding takes some 12 bytes for each.
const FRAME_SAMPLES: usize = 1 << 26;

fn corrupt(what: &str) -> DecodeError {
    DecodeError::Corrupt(what.to_owned())
}

/// Decodes one frame. Colours that the stream's own transform has mixed are taken apart again.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let stream = codestream::codestream(bytes)?;
    let size = codestream::size(attributes, stream)?;
    let count = frame_samples(attributes);
    if count > FRAME_SAMPLES {
        return Err(DecodeError::TooLarge("a JPEG 2000 frame".to_owned()));
    }
    let channels = usize::from(attributes.samples_per_pixel);
    let mut values = vec![0i32; count];
    for (index, tile) in tile::find(stream, &size, channels)?.iter().enumerate() {
        let tile = tile.as_ref().ok_or(DecodeError::Truncated)?;
        let area = size.tile_area(index);
        let mut planes = tile.decode(area, size.precision)?;
        if tile.colours_mixed() {
            unmix(&mut planes)?;
        }
        let corner = (area.x0 - size.area.x0, area.y0 - size.area.y0);
        for (channel, plane) in planes.iter().enumerate() {
            for (y, row) in rows(plane, area.width(), &size).enumerate() {
                let line = (corner.1 as usize + y) * size.area.width() + corner.0 as usize;
                let places = values[line * channels + channel..]
                    .iter_mut()
                    .step_by(channels);
                for (place, value) in places.zip(row) {
                    *place = value;
                }
            }
        }
    }
    match attributes.bits_allocated {
        1 => Ok(Samples::U8(
            values.into_iter().map(|value| value as u8).collect(),
        )),
        8 => Ok(words_8(
            attributes,
            values.into_iter().map(|value| value as u8).collect(),
        )),
        16 => Ok(words_16(
            attributes,
            values.into_iter().map(|value| value as u16).collect(),
        )),
        32 => Ok(words_32(
            attributes,
            values.into_iter().map(|value| value as u32).collect(),
        )),
        other => Err(DecodeError::UnsupportedImage(format!(
            "JPEG 2000 in {other} bits"
        ))),
    }
}

/// The rows of a plane as samples: rounded, moved back by half the range if they have no sign, and within the range.
fn rows<'a>(
    plane: &'a Plane,
    width: usize,
    size: &Size,
) -> Box<dyn Iterator<Item = Vec<i32>> + 'a> {
    let half = 1i64 << (size.precision - 1);
    let (shift, least, most) = if size.signed {
        (0, -half, half - 1)
    } else {
        (half, 0, 2 * half - 1)
    };
    let sample = move |value: i64| (value + shift).clamp(least, most) as i32;
    match plane {
        Plane::Whole(values) => Box::new(
            values
                .chunks_exact(width)
                .map(move |row| row.iter().map(|value| sample(i64::from(*value))).collect()),
        ),
        Plane::Real(values) => Box::new(values.chunks_exact(width).map(move |row| {
            row.iter()
                .map(|value| sample(value.round_ties_even() as i64))
                .collect()
        })),
    }
}

/// Undoes the transform of three colours (T.800 annex G).
fn unmix(planes: &mut [Plane]) -> Result<(), DecodeError> {
    match planes {
        [Plane::Whole(y), Plane::Whole(u), Plane::Whole(v), ..] => {
            for ((y, u), v) in y.iter_mut().zip(u).zip(v) {
                let green = y.wrapping_sub(u.wrapping_add(*v) >> 2);
                (*y, *u, *v) = (v.wrapping_add(green), green, u.wrapping_add(green));
            }
        }
        [Plane::Real(y), Plane::Real(b), Plane::Real(r), ..] => {
            for ((y, b), r) in y.iter_mut().zip(b).zip(r) {
                let green = *y - 0.344_13 * *b - 0.714_14 * *r;
                (*y, *b, *r) = (*y + 1.402 * *r, green, *y + 1.772 * *b);
            }
        }
        _ => return Err(corrupt("the colours of the JPEG 2000 stream")),
    }
    Ok(())
}
