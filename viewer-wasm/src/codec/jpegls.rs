//! JPEG-LS lossless (ITU-T T.87), one component, by `pure_jpegls`.
//!
//! That decoder computes with parameters as the stream gives them, so the stream's headers are validated here first.

use std::borrow::Cow;

use crate::intake::ImageAttributes;

use super::jpeg::{FrameHeader, Segments, check};
use super::native::{words_8, words_16};
use super::{DecodeError, Samples};

const START_OF_FRAME: u8 = 0xF7;
const PRESETS: u8 = 0xF8;
const START_OF_SCAN: u8 = 0xDA;
const RESTART_INTERVAL: u8 = 0xDD;

/// Decodes one frame.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    if attributes.samples_per_pixel != 1 {
        return Err(DecodeError::UnsupportedTransferSyntax(
            "JPEG-LS in colour".to_owned(),
        ));
    }
    validate(attributes, bytes)?;
    let bytes = &*without_fill(bytes);
    let (values, columns, rows) = jpegls::decode(bytes, attributes.columns, attributes.rows)
        .map_err(|_| DecodeError::Corrupt("the JPEG-LS stream".to_owned()))?;
    if (rows, columns) != (attributes.rows, attributes.columns)
        || values.len() as u64 != u64::from(rows) * u64::from(columns)
    {
        return Err(DecodeError::Corrupt(
            "the JPEG-LS stream has another size".to_owned(),
        ));
    }
    Ok(match attributes.bits_allocated {
        8 => words_8(
            attributes,
            values.into_iter().map(|value| value as u8).collect(),
        ),
        16 => words_16(attributes, values),
        other => {
            return Err(DecodeError::UnsupportedImage(format!(
                "JPEG-LS in {other} bits"
            )));
        }
    })
}

/// The stream without fill bytes before its end marker, which T.87 allows, CharLS writes to make the length even, and
/// the decoder takes for damage. In coded data a byte 0xFF is followed by one below 0x80, so these can be nothing else.
fn without_fill(bytes: &[u8]) -> Cow<'_, [u8]> {
    let end = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1);
    let Some(body) = bytes[..end].strip_suffix(&[0xFF, 0xD9]) else {
        return Cow::Borrowed(bytes);
    };
    let kept = body
        .iter()
        .rposition(|byte| *byte != 0xFF)
        .map_or(0, |last| last + 1);
    if kept == body.len() {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned([&body[..kept], &[0xFF, 0xD9]].concat())
}

/// Walks the segments up to the scan and checks each number in them against T.87 annex C.
fn validate(attributes: &ImageAttributes, bytes: &[u8]) -> Result<(), DecodeError> {
    let corrupt = |what: &str| Err(DecodeError::Corrupt(what.to_owned()));
    let mut segments = Segments::new(bytes)?;
    let mut frame: Option<FrameHeader> = None;
    while let Some((marker, segment)) = segments.next()? {
        match marker {
            START_OF_FRAME => {
                let &[precision, r1, r0, c1, c0, components, ref specs @ ..] = segment else {
                    return Err(DecodeError::Truncated);
                };
                if frame.is_some() || specs.len() != 3 * usize::from(components) {
                    return corrupt("the JPEG-LS frame header");
                }
                let header = FrameHeader {
                    marker,
                    precision,
                    rows: u32::from(u16::from_be_bytes([r1, r0])),
                    columns: u32::from(u16::from_be_bytes([c1, c0])),
                    components,
                };
                check(attributes, &header)?;
                if !(2..=16).contains(&precision) || specs.get(1) != Some(&0x11) {
                    return corrupt("the JPEG-LS frame header");
                }
                frame = Some(header);
            }
            PRESETS => {
                let Some(header) = &frame else {
                    return corrupt("JPEG-LS parameters before the frame header");
                };
                presets(segment, header.precision)?;
            }
            START_OF_SCAN => {
                let &[1, _, _, near, interleave, transform] = segment else {
                    return corrupt("the JPEG-LS scan header");
                };
                if frame.is_none() || near != 0 || interleave != 0 || transform != 0 {
                    return corrupt("the JPEG-LS scan header");
                }
                return Ok(());
            }
            RESTART_INTERVAL => {
                return Err(DecodeError::UnsupportedImage(
                    "JPEG-LS with restart intervals".to_owned(),
                ));
            }
            // Application data and comments.
            0xE0..=0xEF | 0xFE => {}
            _ => return corrupt("an unknown segment in the JPEG-LS stream"),
        }
    }
    corrupt("the JPEG-LS stream has no scan")
}

/// Preset coding parameters (T.87 C.2.4.1.1); 0 stands for the default.
fn presets(segment: &[u8], precision: u8) -> Result<(), DecodeError> {
    let &[1, m1, m0, a1, a0, b1, b0, c1, c0, r1, r0] = segment else {
        return Err(DecodeError::UnsupportedImage(
            "JPEG-LS with mapping tables".to_owned(),
        ));
    };
    let [max, t1, t2, t3, reset] = [[m1, m0], [a1, a0], [b1, b0], [c1, c0], [r1, r0]]
        .map(|raw| u32::from(u16::from_be_bytes(raw)));
    let top = (1u32 << precision) - 1;
    let max = if max == 0 { top } else { max };
    let rising = |a: u32, b: u32| a == 0 || b == 0 || a <= b;
    let sound = max <= top
        && [t1, t2, t3].iter().all(|t| *t <= max)
        && rising(t1, t2)
        && rising(t2, t3)
        && (3..=max.max(255)).contains(&reset);
    if !sound {
        return Err(DecodeError::Corrupt("the JPEG-LS parameters".to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_before_the_end_is_taken_out_and_nothing_else() {
        assert_eq!(*without_fill(&[1, 2, 0xFF, 0xFF, 0xD9]), [1, 2, 0xFF, 0xD9]);
        assert_eq!(
            *without_fill(&[1, 0xFF, 0xFF, 0xFF, 0xD9, 0]),
            [1, 0xFF, 0xD9]
        );
        for as_it_is in [
            &[1, 2, 0xFF, 0xD9][..],
            &[1, 0xFF, 0x7F, 0xFF, 0xD9, 0],
            &[0xFF, 0xFF],
            &[],
        ] {
            assert_eq!(*without_fill(as_it_is), *as_it_is);
        }
    }

    #[test]
    fn parameters_that_lie_are_refused() {
        let sound = [1, 0x0F, 0xFF, 0, 18, 0, 67, 1, 20, 0, 64];
        assert!(presets(&sound, 12).is_ok());
        // Mapping tables, a maximum beyond 12 bits, T1 above T2, and a reset below 3 and above the maximum.
        for (place, value) in [(0, 2), (1, 0x1F), (3, 0x01), (10, 1), (9, 0xFF)] {
            let mut lying = sound;
            lying[place] = value;
            assert!(presets(&lying, 12).is_err(), "{place}");
        }
    }
}
