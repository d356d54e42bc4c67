//! From a file's pixel data to exact stored values, one frame at a time.
//!
//! The transfer syntax is looked up here, in our own table, and each codec is handed bytes whose declared sizes were
//! checked against the image description.

mod error;
pub mod pack;
mod samples;

pub use error::DecodeError;
pub use samples::Samples;

use crate::intake::{ByteSource, ImageAttributes, Instance};

/// The bytes of one file's pixel data value, apart from its header: how a scan package keeps it.
#[derive(Clone, Copy)]
pub struct PixelValue<'a> {
    /// The value's bytes: native pixels, or a sequence of fragments beginning with the offset table's item.
    pub bytes: &'a dyn ByteSource,
    /// Whether the value is a sequence of fragments.
    pub encapsulated: bool,
}

/// Decodes frame `frame` (from 0), reading only that frame's bytes.
pub fn read_frame(
    source: &dyn ByteSource,
    instance: &Instance,
    frame: u32,
) -> Result<Samples, DecodeError> {
    let _ = (source, instance);
    Err(DecodeError::NoSuchFrame(frame))
}

/// Decodes frame `frame` (from 0) from the pixel data value alone.
pub fn decode_frame(
    attributes: &ImageAttributes,
    pixel_value: &PixelValue<'_>,
    frame: u32,
) -> Result<Samples, DecodeError> {
    let _ = (attributes, pixel_value);
    Err(DecodeError::NoSuchFrame(frame))
}

/// Whether frames of this transfer syntax can be decoded.
pub fn is_supported(transfer_syntax: &str) -> bool {
    matches!(transfer_syntax, "1.2.840.10008.1.2" | "1.2.840.10008.1.2.1")
}

/// Where the bytes of a native frame are that could be used as they are: little-endian 16-bit samples of one channel.
///
/// `Some((offset, len))` in the file. The bytes are the stored values if [`is_stored_as_is`] says so for them, as
/// `i16` if `attributes.signed`, else as `u16`.
pub fn native_range(instance: &Instance, frame: u32) -> Option<(u64, u64)> {
    let _ = (instance, frame);
    None
}

/// Whether 16-bit little-endian native bytes need neither masking nor sign extension: true if no sample has a bit set
/// outside _Bits Stored_. Always true, without a look at them, where all 16 bits are stored.
pub fn is_stored_as_is(attributes: &ImageAttributes, bytes: &[u8]) -> bool {
    let _ = (attributes, bytes);
    false
}
