//! Data elements to bytes (PS3.5 section 7).

/// Group and element.
#[derive(Clone, Copy)]
pub struct Tag(pub u16, pub u16);

/// How elements are laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    ImplicitLe,
    ExplicitLe,
    ExplicitBe,
}

/// A data set being written. Elements are to be added in ascending order of their tags.
pub struct Dataset {
    encoding: Encoding,
    bytes: Vec<u8>,
}

/// Value representations whose explicit form has a 32-bit length.
const LONG: [&str; 4] = ["OB", "OW", "SQ", "UN"];
const UNDEFINED: u32 = u32::MAX;

impl Dataset {
    pub fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            bytes: Vec::new(),
        }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn u16(&mut self, value: u16) {
        self.bytes.extend(match self.encoding {
            Encoding::ExplicitBe => value.to_be_bytes(),
            _ => value.to_le_bytes(),
        });
    }

    fn u32(&mut self, value: u32) {
        self.bytes.extend(match self.encoding {
            Encoding::ExplicitBe => value.to_be_bytes(),
            _ => value.to_le_bytes(),
        });
    }

    fn start(&mut self, Tag(group, element): Tag, vr: &str, length: u32) {
        self.u16(group);
        self.u16(element);
        if self.encoding == Encoding::ImplicitLe {
            self.u32(length);
            return;
        }
        self.bytes.extend(vr.as_bytes());
        if LONG.contains(&vr) {
            self.u16(0);
            self.u32(length);
        } else {
            self.u16(length as u16);
        }
    }

    /// An element of bytes as they are; an odd length is padded with a zero.
    pub fn bytes(&mut self, tag: Tag, vr: &str, value: &[u8]) {
        self.start(tag, vr, value.len().next_multiple_of(2) as u32);
        self.bytes.extend(value);
        if !value.len().is_multiple_of(2) {
            self.bytes.push(0);
        }
    }

    /// A text element, padded with a space, or a zero for UIDs.
    pub fn text(&mut self, tag: Tag, vr: &str, value: &str) {
        let mut value = value.as_bytes().to_vec();
        if !value.len().is_multiple_of(2) {
            value.push(if vr == "UI" { 0 } else { b' ' });
        }
        self.bytes(tag, vr, &value);
    }

    /// An element of 16-bit words.
    pub fn words(&mut self, tag: Tag, vr: &str, value: &[u16]) {
        self.start(tag, vr, (value.len() * 2) as u32);
        value.iter().for_each(|word| self.u16(*word));
    }

    /// _Pixel Data_ (7FE0,0010) of one frame in one fragment, with an empty offset table (PS3.5 A.4).
    pub fn encapsulated(&mut self, frame: &[u8]) {
        self.start(Tag(0x7FE0, 0x0010), "OB", UNDEFINED);
        self.item(0xE000, 0);
        self.item(0xE000, frame.len().next_multiple_of(2) as u32);
        self.bytes.extend(frame);
        if !frame.len().is_multiple_of(2) {
            self.bytes.push(0);
        }
        self.item(0xE0DD, 0);
    }

    fn item(&mut self, element: u16, length: u32) {
        self.u16(0xFFFE);
        self.u16(element);
        self.u32(length);
    }
}
