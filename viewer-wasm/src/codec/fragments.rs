//! Encapsulated pixel data (PS3.5 A.4): which bytes of the value belong to which frame.
//!
//! One rule, whichever way a frame is asked for:
//!
//! 1. The only frame has all fragments.
//! 2. An offset table with an offset for each frame, rising from 0, gives a frame the fragments from its offset on, if they
//!    end where the next frame begins (the last one's: where the value ends).
//! 3. Any other frame goes by the fragments alone: each is a frame, or, if there are more than frames, each that begins as
//!    an image does.
//! 4. Where the table is right about some frames by 2 and 3 says otherwise of one of those, the frames left to 3 are refused.
//!
//! The Extended Offset Table repeats what the items' lengths say, and is not read.

use crate::intake::{ByteSource, ImageAttributes, syntax};

use super::DecodeError;
use super::items::{Fragment, OffsetTable, walk};

/// Which bytes of an encapsulated pixel data value belong to which frame.
///
/// Worth keeping for a multi-frame file without an offset table: finding one frame means walking all fragments.
#[derive(Clone, Debug)]
pub struct FrameIndex {
    /// The fragments of each frame; `None` where the offset table and the fragments contradict each other.
    frames: Vec<Option<Vec<Fragment>>>,
}

impl FrameIndex {
    /// Walks all fragments of the value. Only their heads are read.
    ///
    /// # Errors
    /// If no frame can be found.
    pub fn read(attributes: &ImageAttributes, value: &dyn ByteSource) -> Result<Self, DecodeError> {
        let table = OffsetTable::read(value)?;
        let by_table: Vec<Option<Vec<Fragment>>> = (0..table.frames(attributes))
            .map(|frame| table.fragments(value, frame))
            .collect::<Result<_, _>>()?;
        if !by_table.is_empty() && by_table.iter().all(Option::is_some) {
            return Ok(Self { frames: by_table });
        }
        let told = by_table.iter().any(Option::is_some);
        let alone = match by_fragments(attributes, value, table.end) {
            Ok(frames) => frames,
            Err(error @ DecodeError::Read(_)) => return Err(error),
            Err(_) if told => return Ok(Self { frames: by_table }),
            Err(error) => return Err(error),
        };
        let agree = by_table.iter().enumerate().all(|(frame, fragments)| {
            fragments.is_none() || fragments.as_ref() == alone.get(frame)
        });
        let frames = if agree {
            alone.into_iter().map(Some).collect()
        } else {
            by_table
        };
        Ok(Self { frames })
    }

    /// The bytes of a frame, its fragments joined.
    ///
    /// # Errors
    /// If they are not all there, or the offset table and the fragments disagree about which they are.
    pub fn frame(&self, value: &dyn ByteSource, frame: u32) -> Result<Vec<u8>, DecodeError> {
        match self.frames.get(frame as usize) {
            Some(Some(fragments)) => join(value, fragments),
            Some(None) => Err(DecodeError::Corrupt(
                "the offset table contradicts the fragments of the pixel data".to_owned(),
            )),
            None => Err(DecodeError::Truncated),
        }
    }
}

/// The bytes of one frame, as [`FrameIndex`] finds them. Where the offset table is right about it, only that frame's
/// fragments are looked at.
pub(super) fn frame_bytes(
    attributes: &ImageAttributes,
    value: &dyn ByteSource,
    frame: u32,
) -> Result<Vec<u8>, DecodeError> {
    let table = OffsetTable::read(value)?;
    if (frame as usize) < table.frames(attributes)
        && let Some(fragments) = table.fragments(value, frame as usize)?
    {
        return join(value, &fragments);
    }
    FrameIndex::read(attributes, value)?.frame(value, frame)
}

fn join(value: &dyn ByteSource, fragments: &[Fragment]) -> Result<Vec<u8>, DecodeError> {
    if fragments.iter().any(|fragment| fragment.cut) {
        return Err(DecodeError::Truncated);
    }
    let total: u64 = fragments.iter().map(|fragment| fragment.len).sum();
    if total == 0 {
        return Err(DecodeError::Truncated);
    }
    let mut bytes = vec![0; total as usize];
    let mut rest = bytes.as_mut_slice();
    for fragment in fragments {
        let (part, tail) = rest.split_at_mut(fragment.len as usize);
        value.read_at(fragment.start, part)?;
        rest = tail;
    }
    Ok(bytes)
}

/// Parts the fragments behind the offset table into frames without it. There may be fewer than the header says.
fn by_fragments(
    attributes: &ImageAttributes,
    value: &dyn ByteSource,
    from: u64,
) -> Result<Vec<Vec<Fragment>>, DecodeError> {
    let frames = attributes.frames.max(1) as usize;
    let mut fragments = walk(value, from, value.len())?.fragments;
    // A fragment without bytes is a frame that is missing if that makes their number right; else it belongs to no frame.
    if fragments.len() != frames {
        fragments.retain(|fragment| fragment.len > 0);
    }
    if frames == 1 {
        Ok(vec![fragments])
    } else if fragments.len() <= frames || attributes.transfer_syntax == syntax::RLE {
        // RLE allows one fragment a frame only (PS3.5 A.4.2).
        Ok(fragments
            .into_iter()
            .map(|fragment| vec![fragment])
            .collect())
    } else {
        split_at_images(value, fragments, frames)
    }
}

/// First bytes of the images that fragments hold: of JPEG and JPEG-LS, of JPEG 2000, of JPEG XL in a container. None
/// occurs inside of one.
const IMAGE_STARTS: [&[u8]; 3] = [
    &[0xFF, 0xD8],
    &[0xFF, 0x4F, 0xFF, 0x51],
    &[0x00, 0x00, 0x00, 0x0C],
];
/// Of JPEG XL without one; two bytes that may occur anywhere, but not followed by the very size of the first image.
const JPEG_XL_START: [u8; 2] = [0xFF, 0x0A];

/// Parts fragments where a new image begins, as the first one does.
fn split_at_images(
    value: &dyn ByteSource,
    fragments: Vec<Fragment>,
    expected: usize,
) -> Result<Vec<Vec<Fragment>>, DecodeError> {
    let mut frames: Vec<Vec<Fragment>> = Vec::new();
    let mut kind = IMAGE_STARTS[0].to_vec();
    for fragment in fragments {
        let mut start = [0; 4];
        let len = fragment.len.min(4) as usize;
        value.read_at(fragment.start, &mut start[..len])?;
        if frames.is_empty() {
            let found = IMAGE_STARTS
                .into_iter()
                .find(|kind| start.starts_with(kind));
            if let Some(found) = found {
                kind = found.to_vec();
            } else if start.starts_with(&JPEG_XL_START) {
                kind = start.to_vec();
            }
        }
        match frames.last_mut() {
            Some(frame) if !start.starts_with(&kind) => frame.push(fragment),
            _ => frames.push(vec![fragment]),
        }
    }
    if frames.len() > expected {
        return Err(DecodeError::Corrupt(
            "the pixel data has more frames than the header says".to_owned(),
        ));
    }
    Ok(frames)
}
