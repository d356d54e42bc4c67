//! Decoding frames, making phantom slices, packing bytes.

use crate::blob_source::Source;
use crate::entry::{Answer, Parcel};
use crate::jpeg_xl;
use crate::messages::{ByteRange, FileRef, PackedFacts, Packing, Reply, SliceFacts, TaskFailure};
use js_sys::{ArrayBuffer, Uint8Array};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::io::Read;
use viewer_wasm::codec::{self, PixelValue, Samples};
use viewer_wasm::flat;
use viewer_wasm::intake::{ByteSource, ImageAttributes, Instance, Window};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::series::ValueType;
use viewer_wasm::volume::{Packing as Twelve, SliceBuffer, slice_from_samples, value_range};

/// Preamble, magic and the element that holds the meta group's length.
const META_LENGTH_END: u64 = 144;
/// Most bytes a deflated data set may inflate to.
const MAX_INFLATED: u64 = 2 * 1024 * 1024 * 1024;

thread_local! {
    /// The phantom's plan is the same for all of its slices.
    static PHANTOM: RefCell<Option<Phantom>> = const { RefCell::new(None) };
}

/// What is kept of a decoded frame.
#[derive(Clone, Copy)]
pub struct Keep {
    pub value_type: ValueType,
    /// It is a flat image: its colours too, and stored values as they are.
    pub flat: bool,
}

/// Decodes a frame of a file.
pub async fn decode_frame(
    file: &FileRef,
    instance: &Instance,
    frame: u32,
    keep: Keep,
    parcel: &Parcel,
) -> Answer {
    let source = Source::open(file, &parcel.blobs)?;
    if let Some(answer) = native_as_is(&source, instance, frame, keep.value_type)? {
        return Ok(answer);
    }
    let location = instance.pixels;
    let window = Window::new(source.bytes(), location.offset, location.len);
    let value = PixelValue {
        bytes: &window,
        encapsulated: location.encapsulated,
    };
    let samples = match jpeg_xl::decode_frame(&instance.attributes, &value, frame).await? {
        Some(samples) => samples,
        None => codec::read_frame(source.bytes(), instance, frame)?,
    };
    Ok(slice(samples, &instance.attributes, keep))
}

/// Little-endian 16-bit samples that are stored as the volume keeps them go to the page as they were read. In one go: if the
/// worker dies, the pool blames the oldest of its tasks, so that none may wait while another one decodes. (Packed, the
/// buffer that was read would stay beside the packed one until the collector comes.)
fn native_as_is(
    source: &Source,
    instance: &Instance,
    frame: u32,
    value_type: ValueType,
) -> Result<Option<(Reply, Vec<ArrayBuffer>)>, TaskFailure> {
    let (Source::Blob(blob), Some((offset, len))) = (source, codec::native_range(instance, frame))
    else {
        return Ok(None);
    };
    if stored_type(&instance.attributes) != value_type || needs_more(&instance.attributes) {
        return Ok(None);
    }
    let buffer = blob
        .read_buffer(offset, offset + len)
        .map_err(|_| TaskFailure::Unreadable)?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    Ok(native_facts(&instance.attributes, &bytes).map(|facts| {
        let facts = SliceFacts {
            packing: None,
            ..facts
        };
        (Reply::Slice(facts), vec![buffer])
    }))
}

/// A slice's values as the page keeps them, outside the module's memory.
pub fn kept(bytes: &[u8], facts: &SliceFacts) -> ArrayBuffer {
    match facts.packing {
        Some(packing) => outside(&packing.pack(bytes)),
        None => outside(bytes),
    }
}

/// Bytes outside the module's memory.
pub fn outside(bytes: &[u8]) -> ArrayBuffer {
    Uint8Array::from(bytes).buffer()
}

/// Whether there is more to an image than its stored values.
pub fn needs_more(attributes: &ImageAttributes) -> bool {
    attributes.display.modality_lut.is_some() || flat::colour::is_colour(attributes)
}

fn stored_type(attributes: &ImageAttributes) -> ValueType {
    if attributes.signed {
        ValueType::I16
    } else {
        ValueType::U16
    }
}

/// What is to be known of a frame's little-endian 16-bit samples if they are what the volume keeps; `None` if they
/// need masking or sign extension.
pub fn native_facts(attributes: &ImageAttributes, bytes: &[u8]) -> Option<SliceFacts> {
    if !codec::is_stored_as_is(attributes, bytes) {
        return None;
    }
    let padding = attributes.padding_range();
    Some(facts(bytes, stored_type(attributes), padding))
}

/// What is to be known of a slice's little-endian 16-bit values.
fn facts(bytes: &[u8], value_type: ValueType, padding: Option<(i32, i32)>) -> SliceFacts {
    let range = value_range(bytes, value_type, padding);
    let all = match padding {
        Some(_) => value_range(bytes, value_type, None),
        None => range,
    };
    SliceFacts {
        value_type,
        range,
        clipped: false,
        spread: None,
        in_file: None,
        packing: all.and_then(|all| Twelve::of(bytes.len() / 2, all)),
    }
}

/// Decodes a frame of a package's chunk.
pub async fn decode_chunk(
    attributes: &ImageAttributes,
    packing: Packing,
    encapsulated: bool,
    frame: u32,
    keep: Keep,
    parcel: &Parcel,
) -> Answer {
    let buffer = parcel.buffers.first().ok_or(TaskFailure::BadMessage)?;
    let mut bytes = Uint8Array::new(buffer).to_vec();
    if let Packing::Packed { plain_len } = packing {
        let plain_len = usize::try_from(plain_len).map_err(|_| TaskFailure::Damaged)?;
        bytes = codec::pack::unpack(&bytes, plain_len).map_err(|_| TaskFailure::Damaged)?;
    }
    let value = PixelValue {
        bytes: &bytes,
        encapsulated,
    };
    let samples = match jpeg_xl::decode_frame(attributes, &value, frame).await? {
        Some(samples) => samples,
        None => codec::decode_frame(attributes, &value, frame)?,
    };
    Ok(slice(samples, attributes, keep))
}

/// Makes one slice of the phantom.
pub fn phantom_slice(size: usize, slice: usize) -> Answer {
    let values = PHANTOM.with_borrow_mut(|kept| {
        if kept.as_ref().is_none_or(|phantom| phantom.size() != size) {
            *kept = Some(Phantom::dental(size));
        }
        kept.as_ref()
            .map(|phantom| phantom.slice(slice))
            .unwrap_or_default()
    });
    let (facts, buffer) = facts_and_values(&SliceBuffer::I16(values), None);
    Ok((Reply::Slice(facts), vec![buffer]))
}

fn slice(samples: Samples, attributes: &ImageAttributes, keep: Keep) -> (Reply, Vec<ArrayBuffer>) {
    let rgb = keep
        .flat
        .then(|| flat::rgb_from_samples(&samples, attributes))
        .flatten();
    let (samples, padding, in_file) = match &attributes.display.modality_lut {
        Some(table) if !keep.flat => {
            let output = flat::tones::through_table(&samples, table);
            let in_file = values(samples, attributes, stored_type(attributes)).0;
            (output, None, Some(in_file))
        }
        _ => (samples, attributes.padding_range(), None),
    };
    let spread = (keep.flat && rgb.is_none())
        .then(|| flat::spread::spread(&samples, keep.value_type))
        .flatten();
    let (samples, padding, spread) = match spread {
        Some((samples, rescale)) => (samples, None, Some(rescale)),
        None => (samples, padding, None),
    };
    let (buffer, clipped) = values(samples, attributes, keep.value_type);
    let (mut facts, buffer) = facts_and_values(&buffer, padding);
    facts.clipped = clipped;
    facts.spread = spread;
    facts.in_file = in_file.as_ref().map(SliceBuffer::value_type);
    let more = in_file.as_ref().map(SliceBuffer::as_bytes);
    let more = rgb.as_deref().or(more);
    let buffers = std::iter::once(buffer).chain(more.map(outside)).collect();
    (Reply::Slice(facts), buffers)
}

fn values(
    samples: Samples,
    attributes: &ImageAttributes,
    value_type: ValueType,
) -> (SliceBuffer, bool) {
    slice_from_samples(
        samples,
        &attributes.photometric,
        attributes.samples_per_pixel,
        value_type,
    )
}

/// What is to be known of a slice, and its values outside the module's memory.
fn facts_and_values(slice: &SliceBuffer, padding: Option<(i32, i32)>) -> (SliceFacts, ArrayBuffer) {
    let bytes = slice.as_bytes();
    let facts = facts(bytes, slice.value_type(), padding);
    (facts, kept(bytes, &facts))
}

/// Bytes of a file as they are.
pub fn read_bytes(file: &FileRef, range: ByteRange, parcel: &Parcel) -> Answer {
    let source = Source::open(file, &parcel.blobs)?;
    let buffer = match &source {
        Source::Blob(blob) if !range.deflated => {
            let (start, end) = bounds(range, blob.len())?;
            blob.read_buffer(start, end)
                .map_err(|_| TaskFailure::Unreadable)?
        }
        _ => outside(&range_bytes(&source, range)?),
    };
    Ok((Reply::Bytes, vec![buffer]))
}

/// Packs bytes without loss; those that do not get smaller stay as they are.
pub fn pack(
    file: &FileRef,
    range: ByteRange,
    columns: usize,
    bytes_per_sample: usize,
    parcel: &Parcel,
) -> Answer {
    let source = Source::open(file, &parcel.blobs)?;
    let plain = range_bytes(&source, range)?;
    let plain_len = plain.len() as u64;
    let sha256 = Sha256::digest(&plain).into();
    let packed = codec::pack::pack(&plain, columns, bytes_per_sample);
    let (packing, bytes) = if packed.len() < plain.len() {
        (Packing::Packed { plain_len }, packed)
    } else {
        (Packing::Raw, plain)
    };
    let facts = PackedFacts {
        packing,
        plain_len,
        sha256,
    };
    Ok((Reply::Packed(facts), vec![outside(&bytes)]))
}

fn range_bytes(source: &Source, range: ByteRange) -> Result<Vec<u8>, TaskFailure> {
    let inflated;
    let bytes: &dyn ByteSource = if range.deflated {
        inflated = inflated_data_set(source.bytes()).map_err(|_| TaskFailure::Unreadable)?;
        &inflated
    } else {
        source.bytes()
    };
    let (start, end) = bounds(range, bytes.len())?;
    bytes
        .read_range(start, end - start)
        .map_err(|_| TaskFailure::Unreadable)
}

/// The data set of a file in a deflated transfer syntax (PS3.5 A.5), inflated, from its first element on. It begins
/// after the file meta group, whose length is its first element (PS3.10 section 7.1).
fn inflated_data_set(source: &dyn ByteSource) -> std::io::Result<Vec<u8>> {
    let mut start = [0; META_LENGTH_END as usize];
    source.read_at(0, &mut start)?;
    let [.., a, b, c, d] = start;
    let begin = META_LENGTH_END + u64::from(u32::from_le_bytes([a, b, c, d]));
    let rest = source.read_range(begin, source.len().saturating_sub(begin))?;
    let mut bytes = Vec::new();
    flate2::read::DeflateDecoder::new(rest.as_slice())
        .take(MAX_INFLATED)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The range within a file of `len` bytes.
fn bounds(range: ByteRange, len: u64) -> Result<(u64, u64), TaskFailure> {
    let end = range
        .len
        .map_or(Some(len), |wanted| range.offset.checked_add(wanted));
    end.filter(|end| range.offset <= *end && *end <= len)
        .map(|end| (range.offset, end))
        .ok_or(TaskFailure::Unreadable)
}
