//! How the elements of a data set are written (PS3.5 section 7.1).

use dicom_core::{Tag, VR};

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

impl ElementHead {
    /// From up to 12 bytes at offset `at`, with `room` bytes left in the file; `None` if they are cut.
    pub fn parse(raw: &[u8], at: u64, room: u64, encoding: Encoding) -> Option<Self> {
        if raw.len() < 8 {
            return None;
        }
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
                        return None;
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
        Some(Self {
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
