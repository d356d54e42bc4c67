//! JPEG XL (ISO/IEC 18181): one frame's codestream, bare or in a container, to samples.
//!
//! The decoder is the crate jxl-oxide, 1.5 MB as wasm: the feature `jpegxl` has it. In the browser it is a module of its
//! own, fetched when the first such frame is to be decoded. Before it sees a stream, the image header is held against
//! the image description; it gets the codestream alone, since the boxes of a container may inflate to any size; and its
//! memory is counted.

use jxl_bitstream::{Bitstream, ContainerParser, ParseEvent};
use jxl_oxide::image::{BitDepth, ImageHeader};
use jxl_oxide::{AllocTracker, InitializeResult, JxlImage, JxlThreadPool};
use jxl_oxide_common::Bundle;

use crate::intake::ImageAttributes;

use super::native::{frame_samples, stored};
use super::{DecodeError, Samples};

/// Samples of a frame, at most.
const MOST_SAMPLES: usize = 1 << 25;
/// Bits of a sample, at most.
const MOST_BITS: u32 = 16;
/// Bytes of a colour profile, at most. The standard allows 256 MiB, which a few bytes can ask for.
const PROFILE_BYTES: u64 = 4 << 20;
/// Frames of the codestream that make up one picture, at most: coarse ones, and those that others refer to, are such.
const MOST_PARTS: usize = 16;
/// Pixels that such a frame may have beyond those of the picture.
const PART_PIXELS: u64 = 1 << 20;
/// Bytes fed at a time, so that a stream of too many frames is given up early.
const STEP: usize = 1 << 16;
/// Bytes that decoding may take whatever the size of the picture.
const MEMORY_BASE: usize = 64 << 20;
/// And for each sample: a lossy grey picture is three planes of floats, with copies while filters run.
const MEMORY_PER_SAMPLE: usize = 32;

fn corrupt(what: &str) -> DecodeError {
    DecodeError::Corrupt(what.to_owned())
}

fn damaged<E>(_: E) -> DecodeError {
    corrupt("the JPEG XL stream")
}

fn unsupported(what: &str) -> DecodeError {
    DecodeError::UnsupportedImage(format!("JPEG XL {what}"))
}

/// Decodes one frame.
pub(super) fn decode(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Samples, DecodeError> {
    stored(attributes, values(attributes, bytes)?)
}

/// The stream's values, colours interleaved, not yet masked to _Bits Stored_.
pub(super) fn values(attributes: &ImageAttributes, bytes: &[u8]) -> Result<Vec<u16>, DecodeError> {
    let count = frame_samples(attributes);
    if count > MOST_SAMPLES {
        return Err(DecodeError::TooLarge("a JPEG XL frame".to_owned()));
    }
    let stream = codestream(bytes)?;
    let bits = check(attributes, &stream)?;
    let image = load(&stream, MEMORY_BASE + count * MEMORY_PER_SAMPLE)?;
    check_parts(attributes, &image)?;
    render(attributes, &image, bits)
}

/// The codestream without its container, if it is in one.
fn codestream(bytes: &[u8]) -> Result<Vec<u8>, DecodeError> {
    let mut parser = ContainerParser::new();
    let mut stream = Vec::new();
    for event in parser.feed_bytes(bytes) {
        if let ParseEvent::Codestream(part) = event.map_err(damaged)? {
            stream.extend_from_slice(part);
        }
    }
    if stream.is_empty() {
        return Err(DecodeError::Truncated);
    }
    Ok(stream)
}

/// Holds the image header against the image description. The bits of a sample.
fn check(attributes: &ImageAttributes, stream: &[u8]) -> Result<u32, DecodeError> {
    let failed = |error: jxl_bitstream::Error| {
        if error.unexpected_eof() {
            DecodeError::Truncated
        } else {
            damaged(error)
        }
    };
    let mut reader = Bitstream::new(stream);
    let header = ImageHeader::parse(&mut reader, ()).map_err(failed)?;
    let (columns, rows) = (
        header.width_with_orientation(),
        header.height_with_orientation(),
    );
    if (rows, columns) != (attributes.rows, attributes.columns) {
        return Err(DecodeError::Corrupt(format!(
            "the stream has {columns} by {rows} pixels, the header says {} by {}",
            attributes.columns, attributes.rows
        )));
    }
    let metadata = &header.metadata;
    let colours = if metadata.grayscale() { 1 } else { 3 };
    if colours != attributes.samples_per_pixel {
        return Err(corrupt(
            "the stream has another number of colours than the header",
        ));
    }
    if metadata.preview.is_some() || metadata.animation.is_some() {
        return Err(unsupported("with a preview or an animation"));
    }
    if !metadata.ec_info.is_empty() {
        return Err(unsupported("with channels beside its colours"));
    }
    if metadata.colour_encoding.want_icc() && reader.read_u64().map_err(failed)? > PROFILE_BYTES {
        return Err(corrupt("the colour profile of the JPEG XL stream"));
    }
    let bits = match metadata.bit_depth {
        BitDepth::IntegerSample { bits_per_sample } if bits_per_sample <= MOST_BITS => {
            bits_per_sample
        }
        _ => return Err(unsupported("of floats or of that many bits")),
    };
    if bits > u32::from(attributes.bits_allocated) {
        return Err(corrupt("the stream has more bits than the header"));
    }
    Ok(bits)
}

/// Reads all of the codestream; decoding may take `memory` bytes.
fn load(stream: &[u8], memory: usize) -> Result<JxlImage, DecodeError> {
    let mut steps = stream.chunks(STEP);
    let mut unread = JxlImage::builder()
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(memory))
        .build_uninit();
    let mut image = loop {
        let step = steps.next().ok_or(DecodeError::Truncated)?;
        unread.feed_bytes(step).map_err(damaged)?;
        match unread.try_init().map_err(damaged)? {
            InitializeResult::NeedMoreData(more) => unread = more,
            InitializeResult::Initialized(image) => break image,
        }
    };
    for step in steps {
        if image.num_loaded_frames() > MOST_PARTS {
            break;
        }
        image.feed_bytes(step).map_err(damaged)?;
    }
    if image.num_loaded_frames() > MOST_PARTS {
        return Err(unsupported("of that many parts"));
    }
    if !image.is_loading_done() {
        return Err(DecodeError::Truncated);
    }
    Ok(image)
}

/// Frames that lie about their size would cost what the picture does not.
fn check_parts(attributes: &ImageAttributes, image: &JxlImage) -> Result<(), DecodeError> {
    if image.num_loaded_keyframes() != 1 {
        return Err(corrupt("the JPEG XL stream has more than one picture"));
    }
    let pixels = u64::from(attributes.rows) * u64::from(attributes.columns) + PART_PIXELS;
    for part in (0..image.num_loaded_frames()).filter_map(|index| image.frame(index)) {
        let header = part.header();
        if u64::from(header.width) * u64::from(header.height) > pixels {
            return Err(corrupt("the JPEG XL stream has a part larger than itself"));
        }
        // Taken from a JPEG, whose colours are given back as red, green and blue.
        if header.do_ycbcr && attributes.photometric.starts_with("YBR") {
            return Err(unsupported("of a JPEG, under colours that it has not"));
        }
    }
    Ok(())
}

/// The picture, scaled to whole numbers: the decoder gives 0 to 1, which 32-bit floats hold exactly enough for 16 bits.
fn render(
    attributes: &ImageAttributes,
    image: &JxlImage,
    bits: u32,
) -> Result<Vec<u16>, DecodeError> {
    let picture = image.render_frame(0).map_err(damaged)?;
    let mut samples = picture.stream_no_alpha();
    let sizes = (samples.height(), samples.width(), samples.channels());
    let channels = u32::from(attributes.samples_per_pixel);
    if sizes != (attributes.rows, attributes.columns, channels) {
        return Err(corrupt("the JPEG XL stream has a picture of another size"));
    }
    let most = ((1u32 << bits) - 1) as f32;
    let mut row = vec![0f32; (attributes.columns * channels) as usize];
    let mut values = Vec::with_capacity(frame_samples(attributes));
    for _ in 0..attributes.rows {
        if samples.write_to_buffer(&mut row) != row.len() {
            return Err(DecodeError::Truncated);
        }
        let whole = row.iter().map(|value| (value * most).round());
        values.extend(whole.map(|value| value.clamp(0.0, most) as u16));
    }
    Ok(values)
}
