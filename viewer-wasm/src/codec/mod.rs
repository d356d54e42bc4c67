//! From a file's pixel data to exact stored values, one frame at a time.
//!
//! The transfer syntax is looked up here, in our own table, and each codec is handed bytes whose declared sizes were
//! checked against the image description.
//!
//! - `native`: uncompressed pixels, masks and sign. `fragments`, `items`: which bytes belong to which frame.
//! - `rle`, `deflated`, `jpeg`, `jpegls`, `j2k`, and with the feature `jpegxl` also `jxl`: compressed frames; `words`: coded
//!   bytes, eight at once.
//! - [`pack`]: lossless packing of native pixels for the scan package.

mod deflated;
mod error;
mod fragments;
mod items;
mod j2k;
mod jpeg;
mod jpegls;
#[cfg(feature = "jpegxl")]
mod jxl;
mod native;
pub mod pack;
mod rle;
mod samples;
mod words;

pub use error::DecodeError;
pub use fragments::FrameIndex;
pub(crate) use native::native_len;
pub use samples::Samples;

use crate::intake::inflate::inflate;
use crate::intake::{
    ByteSource, ImageAttributes, Instance, SampleKind, Window, data_set_offset, limits, syntax,
};

/// The bytes of one file's pixel data value, apart from its header: how a scan package keeps it.
#[derive(Clone, Copy)]
pub struct PixelValue<'a> {
    /// The value's bytes: native pixels, or a sequence of fragments beginning with the offset table's item.
    pub bytes: &'a dyn ByteSource,
    /// Whether the value is a sequence of fragments.
    pub encapsulated: bool,
}

/// Decodes frame `frame` (from 0), reading only that frame's bytes.
///
/// A deflated file has to be inflated up to that frame each time: for several frames of one, use
/// [`read_pixel_value`] and [`decode_frame`].
pub fn read_frame(
    source: &dyn ByteSource,
    instance: &Instance,
    frame: u32,
) -> Result<Samples, DecodeError> {
    let location = instance.pixels;
    if location.deflated {
        let wanted = native_len(&instance.attributes, frame.saturating_add(1));
        let bytes = inflate_value(source, instance, wanted)?;
        // The header's reader inflates no further than the pixels: a stream that breaks off among them shows only here.
        if (bytes.len() as u64) < wanted && !instance.attributes.truncated {
            return Err(DecodeError::Truncated);
        }
        let value = PixelValue {
            bytes: &bytes,
            encapsulated: false,
        };
        return decode_frame(&instance.attributes, &value, frame);
    }
    let window = Window::new(source, location.offset, location.len);
    let value = PixelValue {
        bytes: &window,
        encapsulated: location.encapsulated,
    };
    decode_frame(&instance.attributes, &value, frame)
}

/// All bytes of a file's pixel data value; inflated, if the file is deflated.
pub fn read_pixel_value(
    source: &dyn ByteSource,
    instance: &Instance,
) -> Result<Vec<u8>, DecodeError> {
    let location = instance.pixels;
    if location.deflated {
        return inflate_value(source, instance, location.len);
    }
    Ok(source.read_range(location.offset, location.len)?)
}

/// The first `wanted` bytes of a deflated file's pixel data value.
fn inflate_value(
    source: &dyn ByteSource,
    instance: &Instance,
    wanted: u64,
) -> Result<Vec<u8>, DecodeError> {
    let location = instance.pixels;
    let end = location.offset.saturating_add(wanted.min(location.len));
    if end > limits::INFLATED_BYTES {
        return Err(DecodeError::TooLarge("a deflated data set".to_owned()));
    }
    let start = data_set_offset(source).map_err(|_| DecodeError::Truncated)?;
    let mut bytes = inflate(source, start, end)?.bytes;
    let offset = (location.offset as usize).min(bytes.len());
    bytes.drain(..offset);
    Ok(bytes)
}

/// Decodes frame `frame` (from 0) from the pixel data value alone.
pub fn decode_frame(
    attributes: &ImageAttributes,
    pixel_value: &PixelValue<'_>,
    frame: u32,
) -> Result<Samples, DecodeError> {
    check(attributes, frame)?;
    if !pixel_value.encapsulated {
        return native::decode(attributes, pixel_value.bytes, frame);
    }
    let bytes = fragments::frame_bytes(attributes, pixel_value.bytes, frame)?;
    decode_compressed(attributes, &bytes)
}

/// Decodes frame `frame` of an encapsulated value whose fragments are known.
pub fn decode_indexed(
    attributes: &ImageAttributes,
    pixel_value: &dyn ByteSource,
    index: &FrameIndex,
    frame: u32,
) -> Result<Samples, DecodeError> {
    check(attributes, frame)?;
    decode_compressed(attributes, &index.frame(pixel_value, frame)?)
}

/// The image description was checked when the header was read, but it may come from a package as well.
fn check(attributes: &ImageAttributes, frame: u32) -> Result<(), DecodeError> {
    if frame >= attributes.frames {
        return Err(DecodeError::NoSuchFrame(frame));
    }
    let samples = u64::from(attributes.rows)
        .checked_mul(u64::from(attributes.columns))
        .and_then(|pixels| pixels.checked_mul(u64::from(attributes.samples_per_pixel)));
    if samples.is_none_or(|samples| samples == 0 || samples > limits::FRAME_SAMPLES) {
        return Err(DecodeError::TooLarge("rows and columns".to_owned()));
    }
    let bits = attributes.bits_allocated;
    let sound = match attributes.samples {
        SampleKind::Integer => matches!(bits, 1 | 8 | 16 | 32),
        SampleKind::Float => bits == 32,
        SampleKind::Double => bits == 64,
    };
    if !sound || !matches!(attributes.samples_per_pixel, 1 | 3) {
        return Err(DecodeError::UnsupportedImage(format!(
            "{bits} bits allocated"
        )));
    }
    Ok(())
}

/// Hands one compressed frame to its codec.
fn decode_compressed(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    if native::frame_samples(attributes) > limits::COMPRESSED_SAMPLES {
        return Err(DecodeError::TooLarge("rows and columns".to_owned()));
    }
    // Floats are kept plain, or deflated (PS3.5 8.2); the other codecs have whole numbers only.
    if attributes.samples != SampleKind::Integer
        && attributes.transfer_syntax != syntax::DEFLATED_FRAME
    {
        return Err(DecodeError::UnsupportedImage(
            "compressed floating-point samples".to_owned(),
        ));
    }
    let decode = match attributes.transfer_syntax.as_str() {
        syntax::RLE => rle::decode,
        syntax::DEFLATED_FRAME => deflated::decode,
        syntax::JPEG_BASELINE
        | syntax::JPEG_EXTENDED
        | syntax::JPEG_SPECTRAL
        | syntax::JPEG_PROGRESSION
        | syntax::JPEG_LOSSLESS
        | syntax::JPEG_LOSSLESS_SV1 => jpeg::decode,
        syntax::JPEG_LS_LOSSLESS | syntax::JPEG_LS_NEAR => jpegls::decode,
        syntax::JPEG_2000_LOSSLESS
        | syntax::JPEG_2000
        | syntax::HTJ2K_LOSSLESS
        | syntax::HTJ2K_LOSSLESS_RPCL
        | syntax::HTJ2K => j2k::decode,
        #[cfg(feature = "jpegxl")]
        uid if syntax::is_jpeg_xl(uid) => jxl::decode,
        other => {
            return Err(DecodeError::UnsupportedTransferSyntax(syntax::plain_name(
                other,
            )));
        }
    };
    // A codec that gives up on a damaged stream costs this frame. In the browser it costs the worker, which is replaced.
    std::panic::catch_unwind(|| decode(attributes, bytes))
        .unwrap_or_else(|_| Err(DecodeError::Corrupt("the decoder gave up".to_owned())))
}

/// The bytes of frame `frame` (from 0) if they are JPEG XL: a build without the feature `jpegxl` hands them to one that
/// has it (`jpeg_xl_values`), and takes back the values (`jpeg_xl_samples`).
pub fn jpeg_xl_stream(
    attributes: &ImageAttributes,
    pixel_value: &PixelValue<'_>,
    frame: u32,
) -> Result<Option<Vec<u8>>, DecodeError> {
    if !pixel_value.encapsulated || !syntax::is_jpeg_xl(&attributes.transfer_syntax) {
        return Ok(None);
    }
    check(attributes, frame)?;
    fragments::frame_bytes(attributes, pixel_value.bytes, frame).map(Some)
}

/// Decodes the bytes of a JPEG XL frame: `rows * columns * samples_per_pixel` values, colours interleaved, not yet masked
/// to _Bits Stored_.
#[cfg(feature = "jpegxl")]
pub fn jpeg_xl_values(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    check(attributes, 0)?;
    jxl::values(attributes, bytes)
}

/// The stored values of a JPEG XL frame, from what `jpeg_xl_values` gave for it.
pub fn jpeg_xl_samples(
    attributes: &ImageAttributes,
    values: Vec<u16>,
) -> Result<Samples, DecodeError> {
    if values.len() != native::frame_samples(attributes) {
        return Err(DecodeError::Truncated);
    }
    native::stored(attributes, values)
}

/// Whether frames of this transfer syntax can be decoded.
pub fn is_supported(transfer_syntax: &str) -> bool {
    syntax::is_supported(transfer_syntax)
}

/// Where the bytes of a native frame are that could be used as they are: little-endian 16-bit samples of one channel.
///
/// `Some((offset, len))` in the file. The bytes are the stored values if [`is_stored_as_is`] says so for them, as
/// `i16` if `attributes.signed`, else as `u16`; so they can become a slice if the series keeps that type.
pub fn native_range(instance: &Instance, frame: u32) -> Option<(u64, u64)> {
    let (attributes, location) = (&instance.attributes, instance.pixels);
    let plain = !location.encapsulated
        && !location.deflated
        && attributes.transfer_syntax != syntax::EXPLICIT_BE
        && attributes.samples == SampleKind::Integer
        && attributes.bits_allocated == 16
        && attributes.samples_per_pixel == 1
        && frame < attributes.frames;
    let (start, len) = (native_len(attributes, frame), native_len(attributes, 1));
    (plain && start + len <= location.len).then_some((location.offset + start, len))
}

/// Whether 16-bit little-endian native bytes need neither masking nor sign extension: true if no sample would be
/// changed by it. Always true, without a look at them, where all 16 bits are stored.
pub fn is_stored_as_is(attributes: &ImageAttributes, bytes: &[u8]) -> bool {
    let stored = u32::from(attributes.bits_stored);
    if stored >= 16 {
        return true;
    }
    if u32::from(attributes.high_bit) + 1 != stored || stored == 0 {
        return false;
    }
    let words = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|raw| u16::from_le_bytes(*raw));
    let shift = 16 - stored;
    // Folded without an early exit, so that it vectorises.
    let changed = if attributes.signed {
        words.fold(0, |all, word| {
            all | (((word as i16) << shift >> shift) as u16 ^ word)
        })
    } else {
        words.fold(0, |all, word| all | word) >> stored
    };
    changed == 0
}
