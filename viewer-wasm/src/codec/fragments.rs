//! Encapsulated pixel data (PS3.5 A.4): which bytes of the value belong to which frame.

use crate::intake::{ByteSource, ImageAttributes, syntax};

use super::DecodeError;

/// A range of bytes in the pixel data value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fragment {
    /// Offset of the fragment's item, from the end of the offset table: what a Basic Offset Table counts.
    item: u64,
    /// Offset of its bytes in the value.
    start: u64,
    len: u64,
    /// The value ends inside.
    cut: bool,
}

/// Which bytes of an encapsulated pixel data value belong to which frame.
///
/// Worth keeping for a multi-frame file without an offset table: finding one frame means walking all fragments.
#[derive(Clone, Debug)]
pub struct FrameIndex {
    frames: Vec<Vec<Fragment>>,
}

impl FrameIndex {
    /// Walks all fragments of the value. Only their heads are read.
    pub fn read(attributes: &ImageAttributes, value: &dyn ByteSource) -> Result<Self, DecodeError> {
        let table = OffsetTable::read(value)?;
        let mut fragments = walk(value, table.end, value.len(), table.end)?;
        // A fragment without bytes belongs to no frame.
        fragments.retain(|fragment| fragment.len > 0);
        let frames = attributes.frames.max(1) as usize;
        let by_table = table
            .offsets
            .as_deref()
            .filter(|offsets| offsets.len() == frames)
            .and_then(|offsets| split_at_offsets(&fragments, offsets));
        let grouped = if frames == 1 {
            vec![fragments]
        } else if let Some(frames) = by_table {
            frames
        } else if fragments.len() <= frames || attributes.transfer_syntax == syntax::RLE {
            // RLE allows one fragment a frame only (PS3.5 A.4.2).
            fragments
                .into_iter()
                .map(|fragment| vec![fragment])
                .collect()
        } else {
            split_at_images(value, fragments, frames)?
        };
        Ok(Self { frames: grouped })
    }

    /// The bytes of a frame, its fragments joined.
    pub fn frame(&self, value: &dyn ByteSource, frame: u32) -> Result<Vec<u8>, DecodeError> {
        let fragments = self
            .frames
            .get(frame as usize)
            .ok_or(DecodeError::Truncated)?;
        join(value, fragments)
    }
}

/// The bytes of one frame. With a sound offset table only that frame's fragments are looked at.
pub(super) fn frame_bytes(
    attributes: &ImageAttributes,
    value: &dyn ByteSource,
    frame: u32,
) -> Result<Vec<u8>, DecodeError> {
    if let Some(fragments) = by_offset_table(attributes, value, frame)? {
        return join(value, &fragments);
    }
    FrameIndex::read(attributes, value)?.frame(value, frame)
}

fn join(value: &dyn ByteSource, fragments: &[Fragment]) -> Result<Vec<u8>, DecodeError> {
    if fragments.is_empty() || fragments.iter().any(|fragment| fragment.cut) {
        return Err(DecodeError::Truncated);
    }
    let total: u64 = fragments.iter().map(|fragment| fragment.len).sum();
    let mut bytes = vec![0; total as usize];
    let mut rest = bytes.as_mut_slice();
    for fragment in fragments {
        let (part, tail) = rest.split_at_mut(fragment.len as usize);
        value.read_at(fragment.start, part)?;
        rest = tail;
    }
    Ok(bytes)
}

/// The Basic Offset Table: the first item of the value.
struct OffsetTable {
    offsets: Option<Vec<u64>>,
    /// Where the first fragment begins.
    end: u64,
}

impl OffsetTable {
    fn read(value: &dyn ByteSource) -> Result<Self, DecodeError> {
        let (kind, len) = item(value, 0)?;
        if kind != Item::Fragment {
            return Err(DecodeError::Corrupt(
                "the pixel data has no fragments".to_owned(),
            ));
        }
        let end = 8 + u64::from(len);
        if end > value.len() {
            return Err(DecodeError::Truncated);
        }
        let bytes = value.read_range(8, u64::from(len))?;
        let offsets: Vec<u64> = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|raw| u64::from(u32::from_le_bytes(*raw)))
            .collect();
        let rising = offsets.first() == Some(&0) && offsets.is_sorted_by(|a, b| a < b);
        Ok(Self {
            offsets: rising.then_some(offsets),
            end,
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Item {
    Fragment,
    End,
    Other,
}

/// Kind and length of the item at an offset.
fn item(value: &dyn ByteSource, at: u64) -> Result<(Item, u32), DecodeError> {
    if at.saturating_add(8) > value.len() {
        return Err(DecodeError::Truncated);
    }
    let mut head = [0; 8];
    value.read_at(at, &mut head)?;
    let [a, b, c, d, l0, l1, l2, l3] = head;
    let kind = match [a, b, c, d] {
        [0xFE, 0xFF, 0x00, 0xE0] => Item::Fragment,
        [0xFE, 0xFF, 0xDD, 0xE0] => Item::End,
        _ => Item::Other,
    };
    Ok((kind, u32::from_le_bytes([l0, l1, l2, l3])))
}

/// The fragments between two offsets of the value. The end may come without a delimiter.
fn walk(
    value: &dyn ByteSource,
    from: u64,
    until: u64,
    base: u64,
) -> Result<Vec<Fragment>, DecodeError> {
    let mut fragments = Vec::new();
    let mut at = from;
    while at + 8 <= until {
        let (kind, len) = item(value, at)?;
        match kind {
            Item::Fragment => {}
            Item::End => break,
            Item::Other => {
                return Err(DecodeError::Corrupt(
                    "the fragments of the pixel data".to_owned(),
                ));
            }
        }
        let start = at + 8;
        let there = (value.len() - start).min(u64::from(len));
        fragments.push(Fragment {
            item: at - base,
            start,
            len: there,
            cut: there < u64::from(len),
        });
        at = start + u64::from(len);
    }
    Ok(fragments)
}

/// The fragments of one frame according to the offset table; `None` if there is none or it does not fit the fragments.
fn by_offset_table(
    attributes: &ImageAttributes,
    value: &dyn ByteSource,
    frame: u32,
) -> Result<Option<Vec<Fragment>>, DecodeError> {
    let table = OffsetTable::read(value)?;
    let Some(offsets) = table.offsets else {
        return Ok(None);
    };
    let frame = frame as usize;
    if offsets.len() != attributes.frames as usize || frame + 1 >= offsets.len() {
        return Ok(None);
    }
    let (from, until) = (table.end + offsets[frame], table.end + offsets[frame + 1]);
    if until > value.len() {
        return Ok(None);
    }
    let Ok(fragments) = walk(value, from, until, table.end) else {
        return Ok(None);
    };
    let ends_there = fragments
        .last()
        .is_some_and(|last| last.start + last.len == until);
    Ok(ends_there.then_some(fragments))
}

/// Parts fragments where the offset table says; `None` if an offset is not the beginning of a fragment.
fn split_at_offsets(fragments: &[Fragment], offsets: &[u64]) -> Option<Vec<Vec<Fragment>>> {
    // Both rise, so each offset can be sought by halving: a table of a million offsets stays quick.
    let starts: Option<Vec<usize>> = offsets
        .iter()
        .map(|offset| {
            fragments
                .binary_search_by_key(offset, |fragment| fragment.item)
                .ok()
        })
        .collect();
    let starts = starts?;
    let ends = starts.iter().skip(1).copied().chain([fragments.len()]);
    Some(
        starts
            .iter()
            .zip(ends)
            .map(|(start, end)| fragments[*start..end].to_vec())
            .collect(),
    )
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
