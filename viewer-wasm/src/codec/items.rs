//! The items that encapsulated pixel data is made of (PS3.5 A.4): offset table and fragments.

use crate::intake::{ByteSource, ImageAttributes};

use super::DecodeError;

/// A range of bytes in the pixel data value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    /// Offset of its bytes in the value.
    pub start: u64,
    pub len: u64,
    /// The value ends inside.
    pub cut: bool,
}

/// The Basic Offset Table: the first item of the value.
pub(super) struct OffsetTable {
    /// From `end` to the first fragment of each frame; empty if they do not rise from 0.
    offsets: Vec<u64>,
    /// Where the first fragment begins.
    pub end: u64,
}

impl OffsetTable {
    pub fn read(value: &dyn ByteSource) -> Result<Self, DecodeError> {
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
            offsets: if rising { offsets } else { Vec::new() },
            end,
        })
    }

    /// How many frames the table tells of: those of the header, or none. A single frame needs no table.
    pub fn frames(&self, attributes: &ImageAttributes) -> usize {
        let frames = attributes.frames as usize;
        if frames > 1 && self.offsets.len() == frames {
            frames
        } else {
            0
        }
    }

    /// The fragments of one frame, those without bytes left out; `None` if there are none at its offset, or they do not
    /// end where the next frame begins.
    pub fn fragments(
        &self,
        value: &dyn ByteSource,
        frame: usize,
    ) -> Result<Option<Vec<Fragment>>, DecodeError> {
        let offset = |frame: usize| self.offsets.get(frame).map(|offset| self.end + offset);
        let Some(from) = offset(frame) else {
            return Ok(None);
        };
        let next = offset(frame + 1);
        let until = next.unwrap_or(value.len());
        if until > value.len() {
            return Ok(None);
        }
        let found = match walk(value, from, until) {
            Ok(found) => found,
            Err(error @ DecodeError::Read(_)) => return Err(error),
            Err(_) => return Ok(None),
        };
        let mut fragments = found.fragments;
        if fragments.is_empty() || next.is_some_and(|next| found.end != next) {
            return Ok(None);
        }
        fragments.retain(|fragment| fragment.len > 0);
        Ok(Some(fragments))
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

/// Fragments one after the other.
pub(super) struct Walk {
    pub fragments: Vec<Fragment>,
    /// Where the last one ends by its length; it may be cut before.
    pub end: u64,
}

/// The fragments that begin between two offsets of the value. The end may come without a delimiter.
pub(super) fn walk(value: &dyn ByteSource, from: u64, until: u64) -> Result<Walk, DecodeError> {
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
            start,
            len: there,
            cut: there < u64::from(len),
        });
        at = start + u64::from(len);
    }
    Ok(Walk { fragments, end: at })
}
