//! Walks the elements of a data set (PS3.5 section 7) up to its pixel data.
//!
//! Every length is checked against what remains before it is used, sequences have a depth, and headers a size. Only
//! the attributes that are asked for are read; the others are stepped over. What is kept goes on as
//! `dicom_object::InMemDicomObject` (see `dataset`).

use dicom_core::{Tag, VR};

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

/// How elements are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Encoding {
    pub explicit: bool,
    pub big_endian: bool,
}

impl Encoding {
    pub const EXPLICIT_LE: Self = Self {
        explicit: true,
        big_endian: false,
    };
    pub const IMPLICIT_LE: Self = Self {
        explicit: false,
        big_endian: false,
    };
    pub const EXPLICIT_BE: Self = Self {
        explicit: true,
        big_endian: true,
    };
}

/// The first bytes of an element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ElementHead {
    pub tag: Tag,
    /// As written, if it is a value representation; `UN` and nonsense count as not written.
    pub vr: Option<VR>,
    /// `None`: undefined.
    pub len: Option<u32>,
    /// Offset of the value.
    pub value: u64,
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
            self.sequence(head, next, encoding, depth, true, into)?;
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
        let u16_at = |i: usize| {
            let pair = [raw[i], raw[i + 1]];
            if encoding.big_endian {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            }
        };
        let u32_at = |i: usize| {
            let (a, b) = (u32::from(u16_at(i)), u32::from(u16_at(i + 2)));
            if encoding.big_endian {
                a << 16 | b
            } else {
                b << 16 | a
            }
        };
        let tag = Tag(u16_at(0), u16_at(2));
        let vr = VR::from_binary([raw[4], raw[5]]);
        let (vr, len, size) = if !encoding.explicit || tag.0 == 0xFFFE {
            (None, u32_at(4), 8)
        } else {
            match vr {
                Some(vr) if has_long_length(vr) => {
                    if raw.len() < 12 {
                        return Err(WalkError::Truncated);
                    }
                    ((vr != VR::UN).then_some(vr), u32_at(8), 12)
                }
                Some(vr) => (Some(vr), u32::from(u16_at(6)), 8),
                // Not a value representation. Letters, or the question marks that some software writes, stand before a
                // 16-bit length; otherwise it may be an implicit element that strayed in.
                None => {
                    let wordlike = raw[4..6]
                        .iter()
                        .all(|byte| byte.is_ascii_uppercase() || b"?-* ".contains(byte));
                    if !wordlike && u64::from(u32_at(4)) <= room - 8 {
                        (None, u32_at(4), 8)
                    } else {
                        (None, u32::from(u16_at(6)), 8)
                    }
                }
            }
        };
        Ok(ElementHead {
            tag,
            vr,
            len: (len != u32::MAX).then_some(len),
            value: at + size,
        })
    }
}

/// Whether an explicit element of this representation has a 32-bit length (PS3.5 table 7.1-1).
fn has_long_length(vr: VR) -> bool {
    matches!(
        vr,
        VR::OB
            | VR::OD
            | VR::OF
            | VR::OL
            | VR::OV
            | VR::OW
            | VR::SQ
            | VR::SV
            | VR::UC
            | VR::UN
            | VR::UR
            | VR::UT
            | VR::UV
    )
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
