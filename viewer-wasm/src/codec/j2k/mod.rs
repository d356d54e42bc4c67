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

use crate::intake::{ImageAttributes, limits};

use super::native::{frame_samples, stored, words_32};
use super::{DecodeError, Samples};
use codestream::Size;
use tile::Plane;

/// Bits of a sample, at most; coefficients have some more.
const MOST_BITS: u8 = 28;

fn corrupt(what: &str) -> DecodeError {
    DecodeError::Corrupt(what.to_owned())
}

/// Decodes one frame. Colours that the stream's own transform has mixed are taken apart again.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let stream = codestream::codestream(bytes)?;
    let size = codestream::size(attributes, stream)?;
    let count = frame_samples(attributes);
    if count > limits::WAVELET_SAMPLES {
        return Err(DecodeError::TooLarge("a JPEG 2000 frame".to_owned()));
    }
    let channels = usize::from(attributes.samples_per_pixel);
    if size.precision > MOST_BITS {
        return Err(DecodeError::UnsupportedImage(
            "JPEG 2000 of that many bits".to_owned(),
        ));
    }
    if attributes.bits_allocated == 32 {
        let values = image(stream, &size, channels, count, |value| value as u32)?;
        return Ok(words_32(attributes, values));
    }
    let values = image(stream, &size, channels, count, |value| value as u16)?;
    stored(attributes, values)
}

/// All tiles' samples, `count` in number, narrowed as they are put in their places.
fn image<T: Copy + Default>(
    stream: &[u8],
    size: &Size,
    channels: usize,
    count: usize,
    narrow: impl Fn(i32) -> T,
) -> Result<Vec<T>, DecodeError> {
    let range = Range::new(size);
    let mut values = vec![T::default(); count];
    for (index, tile) in tile::find(stream, size, channels)?.iter().enumerate() {
        let tile = tile.as_ref().ok_or(DecodeError::Truncated)?;
        let area = size.tile_area(index);
        let mut planes = tile.decode(area, size.precision)?;
        if tile.colours_mixed() {
            unmix(&mut planes)?;
        }
        let (left, top) = (area.x0 - size.area.x0, area.y0 - size.area.y0);
        let start = (top as usize * size.area.width() + left as usize) * channels;
        let stride = size.area.width() * channels;
        for (channel, plane) in planes.iter().enumerate() {
            let mut rows = Rows {
                target: &mut values[start..],
                stride,
                channels,
                channel,
            };
            let width = area.width();
            match plane {
                Plane::Whole(plane) => {
                    rows.put(plane, width, |value| narrow(range.sample(value)));
                }
                Plane::Real(plane) => rows.put(plane, width, |value| {
                    narrow(range.sample(value.round_ties_even() as i32))
                }),
            }
        }
    }
    Ok(values)
}

/// What a sample can be.
struct Range {
    shift: i32,
    least: i32,
    most: i32,
}

impl Range {
    fn new(size: &Size) -> Self {
        let half = 1 << (size.precision - 1);
        if size.signed {
            Self {
                shift: 0,
                least: -half,
                most: half - 1,
            }
        } else {
            Self {
                shift: half,
                least: 0,
                most: 2 * half - 1,
            }
        }
    }

    /// A decoded value moved back by half the range, if it has no sign, and within the range.
    #[inline(always)]
    fn sample(&self, value: i32) -> i32 {
        value.wrapping_add(self.shift).clamp(self.least, self.most)
    }
}

/// Where the rows of a tile's component go in the image.
struct Rows<'a, T> {
    /// From the tile's first sample.
    target: &'a mut [T],
    stride: usize,
    channels: usize,
    channel: usize,
}

impl<T> Rows<'_, T> {
    fn put<C: Copy>(&mut self, plane: &[C], width: usize, sample: impl Fn(C) -> T) {
        let targets = self.target.chunks_mut(self.stride);
        for (target, row) in targets.zip(plane.chunks_exact(width)) {
            if self.channels == 1 {
                for (place, value) in target.iter_mut().zip(row) {
                    *place = sample(*value);
                }
            } else {
                for (pixel, value) in target.chunks_exact_mut(self.channels).zip(row) {
                    pixel[self.channel] = sample(*value);
                }
            }
        }
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
