//! Statistics and hash of one file's stored values.

use sha2::{Digest, Sha256};

use crate::codec::{self, FrameIndex, PixelValue, Samples};
use crate::intake::{Instance, Window};

use super::Place;

/// Statistics and hash of one file's stored values.
pub(super) struct Pixels {
    pub sha256: Option<String>,
    pub min: f64,
    pub max: f64,
    pub sum: f64,
    pub count: u64,
    /// Frames that were decoded.
    pub frames: u32,
    /// Why one was not.
    pub failure: Option<String>,
}

pub(super) fn decode(instance: &Instance, place: &Place) -> Pixels {
    let mut pixels = Pixels {
        sha256: None,
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        sum: 0.0,
        count: 0,
        frames: 0,
        failure: None,
    };
    let mut hash = Sha256::new();
    let attributes = &instance.attributes;
    let mut each = |samples: Result<Samples, codec::DecodeError>| match samples {
        Ok(samples) => {
            pixels.frames += 1;
            hash.update(samples.to_le_bytes());
            pixels.count += samples.len() as u64;
            samples.for_each(|value| {
                pixels.min = pixels.min.min(value);
                pixels.max = pixels.max.max(value);
                pixels.sum += value;
            });
            true
        }
        Err(error) => {
            pixels.failure.get_or_insert_with(|| error.to_string());
            // The first frames tell; a file of millions of missing frames must not cost as many messages.
            pixels.frames > 0
        }
    };
    let mut run = || -> Result<(), codec::DecodeError> {
        let source = place.open()?;
        let location = instance.pixels;
        if location.deflated {
            let bytes = codec::read_pixel_value(source.as_ref(), instance)?;
            let value = PixelValue {
                bytes: &bytes,
                encapsulated: false,
            };
            for frame in 0..attributes.frames {
                if !each(codec::decode_frame(attributes, &value, frame)) {
                    break;
                }
            }
            return Ok(());
        }
        let window = Window::new(source.as_ref(), location.offset, location.len);
        if location.encapsulated {
            let index = FrameIndex::read(attributes, &window)?;
            for frame in 0..attributes.frames {
                if !each(codec::decode_indexed(attributes, &window, &index, frame)) {
                    break;
                }
            }
        } else {
            for frame in 0..attributes.frames {
                if !each(codec::read_frame(source.as_ref(), instance, frame)) {
                    break;
                }
            }
        }
        Ok(())
    };
    let outcome = run();
    if let Err(error) = outcome {
        pixels.failure.get_or_insert_with(|| error.to_string());
    }
    if pixels.failure.is_none() {
        let digest = hash.finalize();
        pixels.sha256 = Some(digest.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    pixels
}
