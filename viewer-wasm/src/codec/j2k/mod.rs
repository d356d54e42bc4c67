//! JPEG 2000 (ITU-T T.800), by `hayro-jpeg2000`.
//!
//! That decoder knows neither signs nor the range of a sample, so both are seen to here, and the size segment is compared
//! with the image description before anything is made room for.

mod codestream;

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};

use crate::intake::ImageAttributes;

use super::native::{frame_samples, words_8, words_16};
use super::{DecodeError, Samples};

/// Samples are decoded as 32-bit floats, which are exact up to 24 bits; the transforms need some of those.
const MOST_BITS: u8 = 18;

/// Decodes one frame.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    let stream = codestream::codestream(bytes)?;
    let size = codestream::size(attributes, stream)?;
    if size.precision > MOST_BITS {
        return Err(DecodeError::UnsupportedImage(format!(
            "JPEG 2000 of {} bits",
            size.precision
        )));
    }
    let damaged = |_| DecodeError::Corrupt("the JPEG 2000 stream".to_owned());
    let settings = DecodeSettings {
        resolve_palette_indices: false,
        strict: true,
        target_resolution: None,
    };
    let image = Image::new(stream, &settings).map_err(damaged)?;
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(damaged)?;
    let half = (1i32 << size.precision) / 2;
    // A signed sample has been moved up by half the range like an unsigned one.
    let (shift, least, most) = if size.signed {
        (half, -half, half - 1)
    } else {
        (0, 0, 2 * half - 1)
    };
    let channels = usize::from(attributes.samples_per_pixel);
    let mut values = vec![0u16; frame_samples(attributes)];
    for (channel, component) in decoded.components().iter().enumerate().take(channels) {
        let samples = component.samples();
        if samples.len() * channels != values.len() {
            return Err(DecodeError::Corrupt(
                "the JPEG 2000 stream has another size".to_owned(),
            ));
        }
        let places = values.iter_mut().skip(channel).step_by(channels);
        for (place, sample) in places.zip(samples) {
            *place = ((sample + 0.5).floor() as i32 - shift).clamp(least, most) as u16;
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
        16 => Ok(words_16(attributes, values)),
        other => Err(DecodeError::UnsupportedImage(format!(
            "JPEG 2000 in {other} bits"
        ))),
    }
}
