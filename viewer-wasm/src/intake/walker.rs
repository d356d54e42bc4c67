//! Walks the elements of a data set (PS3.5 section 7) up to its pixel data.
//!
//! Every length is checked against what remains before it is used, sequences have a depth, and headers a size. Only
//! the attributes that are asked for are read; the others are stepped over. What is kept goes on as
//! `dicom_object::InMemDicomObject` (see `dataset`).

use dicom_core::{Tag, VR};

use super::element::{ElementHead, Encoding};
use super::header_bytes::HeaderBytes;
use super::limits;

/// Why a data set could not be walked. None of the texts holds file content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WalkError {
    #[error("the file could not be read")]
    Read(#[from] std::io::Error),
    #[error("element {0} claims more bytes than the file has")]
    BeyondEnd(Tag),
    #[error("the file ends in the middle of its header")]
    Truncated,
    #[error("its sequences are broken")]
    BrokenSequence,
    #[error("its sequences are nested too deeply")]
    TooDeep,
    #[error("element {0} has no length")]
    UndefinedLength(Tag),
    #[error("its header is too large")]
    HeaderTooLarge,
}

/// A kept element.
#[derive(Clone, Debug)]
pub(crate) struct RawElement {
    pub tag: Tag,
    pub vr: Option<VR>,
    pub value: RawValue,
}

/// The value of a kept element.
#[derive(Clone, Debug)]
pub(crate) enum RawValue {
    Bytes(Vec<u8>),
    Items(Vec<Vec<RawElement>>),
}

/// Where the pixel data is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PixelElement {
    pub head: ElementHead,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub elements: Vec<RawElement>,
    pub pixels: Option<PixelElement>,
    /// Elements seen, kept or not.
    pub seen: u32,
}

const ITEM: Tag = Tag(0xFFFE, 0xE000);
const ITEM_END: Tag = Tag(0xFFFE, 0xE00D);
const SEQUENCE_END: Tag = Tag(0xFFFE, 0xE0DD);
/// _Pixel Data_, _Float Pixel Data_, _Double Float Pixel Data_.
pub(crate) const PIXEL_TAGS: [Tag; 3] = [
    Tag(0x7FE0, 0x0010),
    Tag(0x7FE0, 0x0008),
    Tag(0x7FE0, 0x0009),
];

/// Walks one file's elements.
pub(crate) struct Walker<'a> {
    bytes: HeaderBytes<'a>,
    end: u64,
    seen: u32,
    wanted: fn(Tag) -> bool,
}

impl<'a> Walker<'a> {
    /// `wanted` says which attributes are kept, at the top and in kept sequences.
    pub fn new(bytes: HeaderBytes<'a>, wanted: fn(Tag) -> bool) -> Self {
        let end = bytes.len();
        Self {
            bytes,
            end,
            seen: 0,
            wanted,
        }
    }

    /// Walks from `at` to the pixel data or the end of the file.
    pub fn data_set(&mut self, at: u64, encoding: Encoding) -> Result<Walked, WalkError> {
        let mut walked = Walked::default();
        let mut at = at;
        while self.end.saturating_sub(at) >= 8 {
            let head = self.head(at, self.end, encoding)?;
            if PIXEL_TAGS.contains(&head.tag) {
                walked.pixels = Some(PixelElement { head });
                break;
            }
            if head.tag.0 == 0xFFFE {
                // A delimiter that belongs to nothing: some writers leave one behind a sequence of defined length.
                at = head.value;
                continue;
            }
            at = self.element(head, self.end, encoding, 0, &mut walked.elements)?;
        }
        walked.seen = self.seen;
        // A few odd bytes at the end are padding; more of them mean that an element is cut.
        if walked.pixels.is_none() && walked.seen == 0 {
            return Err(WalkError::Truncated);
        }
        Ok(walked)
    }

    /// Walks the file meta group (PS3.10 section 7.1), explicit little-endian. Returns it and where the data set begins.
    pub fn meta(&mut self, at: u64) -> Result<(Vec<RawElement>, u64), WalkError> {
        let mut elements = Vec::new();
        let mut at = at;
        while self.end.saturating_sub(at) >= 8 {
            let head = self.head(at, self.end, Encoding::EXPLICIT_LE)?;
            if head.tag.0 != 0x0002 {
                break;
            }
            at = self.element(head, self.end, Encoding::EXPLICIT_LE, 0, &mut elements)?;
        }
        Ok((elements, at))
    }

    /// Reads or steps over one element's value; returns the offset behind it.
    fn element(
        &mut self,
        head: ElementHead,
        end: u64,
        encoding: Encoding,
        depth: u32,
        into: &mut Vec<RawElement>,
    ) -> Result<u64, WalkError> {
        let wanted = (self.wanted)(head.tag);
        let sequence = head.vr == Some(VR::SQ) || super::dataset::is_kept_sequence(head.tag);
        let Some(len) = head.len.map(u64::from) else {
            return match head.vr {
                // An undefined length is legal for sequences, for UN (then in implicit little-endian, PS3.5 6.2.2) and for
                // fragments, which have the structure of a sequence too.
                None if encoding.explicit => {
                    self.sequence(head, end, Encoding::IMPLICIT_LE, depth, wanted, into)
                }
                None | Some(VR::SQ | VR::OB | VR::OW) => {
                    self.sequence(head, end, encoding, depth, wanted && sequence, into)
                }
                Some(_) => Err(WalkError::UndefinedLength(head.tag)),
            };
        };
        let next = head.value + len;
        if next > end {
            return Err(WalkError::BeyondEnd(head.tag));
        }
        if wanted && sequence {
            // The value of a UN element is implicit little-endian (PS3.5 6.2.2).
            let inner = if head.vr.is_none() && encoding.explicit {
                Encoding::IMPLICIT_LE
            } else {
                encoding
            };
            self.sequence(head, next, inner, depth, true, into)?;
        } else if wanted && len <= limits::VALUE_BYTES {
            let value = RawValue::Bytes(self.bytes.view(head.value, len as usize)?.to_vec());
            into.push(RawElement {
                tag: head.tag,
                vr: head.vr,
                value,
            });
        }
        Ok(next)
    }

    /// Reads (`keep`) or steps over the items of a sequence that begins at `head.value` and ends with a delimiter or,
    /// at the latest, at `end`.
    fn sequence(
        &mut self,
        head: ElementHead,
        end: u64,
        encoding: Encoding,
        depth: u32,
        keep: bool,
        into: &mut Vec<RawElement>,
    ) -> Result<u64, WalkError> {
        if depth >= limits::SEQUENCE_DEPTH {
            return Err(WalkError::TooDeep);
        }
        let mut items = Vec::new();
        let mut at = head.value;
        loop {
            if at == end && head.len.is_some() {
                break;
            }
            let item = self.head(at, end, encoding)?;
            match (item.tag, item.len) {
                (SEQUENCE_END, _) => {
                    at = item.value;
                    break;
                }
                (ITEM, Some(len)) => {
                    let next = item.value + u64::from(len);
                    if next > end {
                        return Err(WalkError::BeyondEnd(head.tag));
                    }
                    if keep {
                        items.push(self.item(item.value, next, encoding, depth + 1)?.0);
                    }
                    at = next;
                }
                (ITEM, None) => {
                    let (item, next) =
                        self.open_item(item.value, end, encoding, depth + 1, keep)?;
                    items.extend(item);
                    at = next;
                }
                _ => return Err(WalkError::BrokenSequence),
            }
        }
        if keep {
            into.push(RawElement {
                tag: head.tag,
                vr: Some(VR::SQ),
                value: RawValue::Items(items),
            });
        }
        Ok(at)
    }

    /// Reads the elements of an item of defined length.
    fn item(
        &mut self,
        at: u64,
        end: u64,
        encoding: Encoding,
        depth: u32,
    ) -> Result<(Vec<RawElement>, u64), WalkError> {
        let mut elements = Vec::new();
        let mut at = at;
        while at < end {
            let head = self.head(at, end, encoding)?;
            if head.tag.0 == 0xFFFE {
                at = head.value;
                continue;
            }
            at = self.element(head, end, encoding, depth, &mut elements)?;
        }
        Ok((elements, at))
    }

    /// Reads or steps over the elements of an item of undefined length.
    fn open_item(
        &mut self,
        at: u64,
        end: u64,
        encoding: Encoding,
        depth: u32,
        keep: bool,
    ) -> Result<(Option<Vec<RawElement>>, u64), WalkError> {
        let mut elements = Vec::new();
        let mut at = at;
        loop {
            let head = self.head(at, end, encoding)?;
            match head.tag {
                ITEM_END => {
                    return Ok((keep.then_some(elements), head.value));
                }
                ITEM | SEQUENCE_END => return Err(WalkError::BrokenSequence),
                _ => at = self.element(head, end, encoding, depth, &mut elements)?,
            }
            if !keep {
                elements.clear();
            }
        }
    }

    /// Reads an element's tag, value representation and length.
    pub fn head(
        &mut self,
        at: u64,
        end: u64,
        encoding: Encoding,
    ) -> Result<ElementHead, WalkError> {
        self.seen += 1;
        if self.seen > limits::HEADER_ELEMENTS {
            return Err(WalkError::HeaderTooLarge);
        }
        let room = end.saturating_sub(at);
        if room < 8 {
            return Err(WalkError::Truncated);
        }
        let raw = self.bytes.view(at, room.min(12) as usize)?;
        ElementHead::parse(raw, at, room, encoding).ok_or(WalkError::Truncated)
    }
}

/// Whether a data set in this encoding may begin at `at`: a first element of a low group whose length fits.
pub(crate) fn may_begin(walker: &mut Walker<'_>, at: u64, encoding: Encoding) -> bool {
    let end = walker.end;
    let Ok(head) = walker.head(at, end, encoding) else {
        return false;
    };
    let low_group = (0x0002..=0x0020).contains(&head.tag.0) && head.tag.0 % 2 == 0;
    let fits = head
        .len
        .is_some_and(|len| head.value + u64::from(len) <= end);
    // The first element of a data set is short text or a number; an implicit one of 64 KiB is another thing misread.
    low_group
        && (fits
            && (encoding.explicit && head.vr.is_some() || head.len.is_some_and(|len| len < 65_536))
            || head.vr == Some(VR::SQ))
        && (encoding.explicit == head.vr.is_some())
}
