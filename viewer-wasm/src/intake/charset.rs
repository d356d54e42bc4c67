//! Text in the character sets of _Specific Character Set_ (0008,0005), PS3.3 C.12.1.1.2 and PS3.5 section 6.1.
//!
//! Single sets, the multi-byte sets without code extension (UTF-8, GB18030, GBK), and ISO 2022 code extension with
//! its escape sequences. Whatever cannot be read becomes U+FFFD, never nothing; control characters and direction
//! overrides are taken out, so that a name is inert wherever it is shown.

use dicom_core::VR;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5,
    ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_13, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_874,
    WINDOWS_1252, WINDOWS_1254,
};

use super::limits;

/// One set of characters that may be in force.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Set {
    Ascii,
    /// A set with ASCII in its lower half, known to the encoding standard (or a superset that agrees on what DICOM uses).
    Table(&'static Encoding),
    /// JIS X 0201: romaji below, half-width katakana above.
    Katakana,
    /// JIS X 0208, two bytes of 7 bits.
    Kanji,
    /// JIS X 0212, two bytes of 7 bits.
    SupplementaryKanji,
    /// KS X 1001 in the upper half.
    Korean,
    /// GB 2312 in the upper half.
    Chinese,
    /// The file names a set that is not defined.
    Unknown,
}

/// The character sets of a data set.
#[derive(Clone, Debug)]
pub(crate) struct Charset {
    initial: Set,
    extended: bool,
}

impl Charset {
    /// From the value of _Specific Character Set_.
    pub fn parse(value: &[u8]) -> Self {
        let text = String::from_utf8_lossy(value);
        let mut terms = text.split('\\').map(|term| term.trim_matches([' ', '\0']));
        let first = terms.next().unwrap_or_default();
        Self {
            initial: set_of_term(first),
            extended: terms.next().is_some() || first.starts_with("ISO 2022"),
        }
    }

    /// Decodes a value. Only text that may hold people's words is in these sets; the rest is ASCII.
    pub fn decode(&self, vr: VR, bytes: &[u8]) -> String {
        let freely = matches!(
            vr,
            VR::PN | VR::LO | VR::SH | VR::LT | VR::ST | VR::UC | VR::UT | VR::UN
        );
        let text = match (freely, self.extended) {
            (false, _) => decode_set(Set::Ascii, bytes),
            (true, false) => decode_set(self.initial, bytes),
            (true, true) => self.decode_extended(vr, bytes),
        };
        inert(&text)
    }

    /// ISO 2022: escape sequences switch the sets of the lower (G0) and upper half (G1). Delimiters and line ends bring
    /// back the initial sets (PS3.5 6.1.2.5.3).
    fn decode_extended(&self, vr: VR, bytes: &[u8]) -> String {
        let mut out = String::new();
        let initial_lower = match self.initial {
            Set::Katakana => Set::Katakana,
            _ => Set::Ascii,
        };
        let (mut lower, mut upper) = (initial_lower, self.initial);
        let mut rest = bytes;
        while let Some((&first, tail)) = rest.split_first() {
            if first == 0x1B
                && let Some((set, into_upper, used)) = escape(tail)
            {
                if into_upper {
                    upper = set;
                } else {
                    lower = set;
                }
                rest = &tail[used..];
                continue;
            }
            let two_byte_lower = matches!(lower, Set::Kanji | Set::SupplementaryKanji);
            let delimiter = matches!(first, b'\r' | b'\n' | b'\t' | 0x0C)
                || (first == b'\\' && !two_byte_lower)
                || (vr == VR::PN && matches!(first, b'^' | b'=') && !two_byte_lower);
            // In a two-byte set '^' and '=' can be half a character; writers return to ASCII before a delimiter.
            if delimiter {
                (lower, upper) = (initial_lower, self.initial);
                out.push(char::from(first));
                rest = tail;
                continue;
            }
            let is_upper = first >= 0x80;
            let set = if is_upper { upper } else { lower };
            let run = rest
                .iter()
                .position(|byte| {
                    *byte == 0x1B
                        || (*byte >= 0x80) != is_upper
                        || matches!(byte, b'\r' | b'\n' | b'\t' | 0x0C)
                        || (!is_upper
                            && !two_byte_lower
                            && (*byte == b'\\' || vr == VR::PN && b"^=".contains(byte)))
                })
                .unwrap_or(rest.len())
                .max(1);
            out.push_str(&decode_set(set, &rest[..run]));
            rest = &rest[run..];
        }
        out
    }
}

/// The defined terms of PS3.3 tables C.12-2 to C.12-5. Spelling varies in the field: `ISO_IR 100`, `ISO 2022 IR 100`,
/// `ISO-IR 100`.
fn set_of_term(term: &str) -> Set {
    let number = term
        .strip_prefix("ISO_IR")
        .or_else(|| term.strip_prefix("ISO-IR"))
        .or_else(|| term.strip_prefix("ISO IR"))
        .or_else(|| term.strip_prefix("ISO 2022 IR"))
        .or_else(|| term.strip_prefix("ISO2022IR"))
        .map(|rest| rest.trim_start_matches([' ', '_', '-']));
    match number.unwrap_or(term) {
        "" | "6" => Set::Ascii,
        "100" => Set::Table(WINDOWS_1252),
        "101" => Set::Table(ISO_8859_2),
        "109" => Set::Table(ISO_8859_3),
        "110" => Set::Table(ISO_8859_4),
        "144" => Set::Table(ISO_8859_5),
        "127" => Set::Table(ISO_8859_6),
        "126" => Set::Table(ISO_8859_7),
        "138" => Set::Table(ISO_8859_8),
        "148" => Set::Table(WINDOWS_1254),
        "179" => Set::Table(ISO_8859_13),
        "203" => Set::Table(ISO_8859_15),
        "166" => Set::Table(WINDOWS_874),
        "13" => Set::Katakana,
        "87" => Set::Kanji,
        "159" => Set::SupplementaryKanji,
        "149" => Set::Korean,
        "58" => Set::Chinese,
        "192" | "UTF-8" | "UTF8" => Set::Table(UTF_8),
        "GB18030" => Set::Table(GB18030),
        "GBK" => Set::Table(GBK),
        "BIG5" => Set::Table(BIG5),
        _ => Set::Unknown,
    }
}

/// The set that an escape sequence (without its ESC) brings in, whether into the upper half, and the sequence's length.
fn escape(tail: &[u8]) -> Option<(Set, bool, usize)> {
    let table: [(&[u8], Set, bool); 20] = [
        (b"$)A", Set::Chinese, true),
        (b"$)C", Set::Korean, true),
        (b"$(D", Set::SupplementaryKanji, false),
        (b"$B", Set::Kanji, false),
        (b"$@", Set::Kanji, false),
        (b"(B", Set::Ascii, false),
        (b"(J", Set::Katakana, false),
        (b")I", Set::Katakana, true),
        (b"-A", Set::Table(WINDOWS_1252), true),
        (b"-B", Set::Table(ISO_8859_2), true),
        (b"-C", Set::Table(ISO_8859_3), true),
        (b"-D", Set::Table(ISO_8859_4), true),
        (b"-L", Set::Table(ISO_8859_5), true),
        (b"-G", Set::Table(ISO_8859_6), true),
        (b"-F", Set::Table(ISO_8859_7), true),
        (b"-H", Set::Table(ISO_8859_8), true),
        (b"-M", Set::Table(WINDOWS_1254), true),
        (b"-Y", Set::Table(ISO_8859_13), true),
        (b"-b", Set::Table(ISO_8859_15), true),
        (b"-T", Set::Table(WINDOWS_874), true),
    ];
    table
        .into_iter()
        .find(|(sequence, ..)| tail.starts_with(sequence))
        .map(|(sequence, set, upper)| (set, upper, sequence.len()))
}

/// Decodes bytes of one set.
fn decode_set(set: Set, bytes: &[u8]) -> String {
    let table = |encoding: &'static Encoding, bytes: &[u8]| {
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    };
    // EUC encodings hold the 94 x 94 sets in the upper half, JIS X 0212 behind a 0x8F.
    let raised = || bytes.iter().map(|byte| byte | 0x80);
    match set {
        // A set that says ASCII and holds other bytes: UTF-8 where it is sound, marks where not.
        Set::Ascii | Set::Unknown => String::from_utf8_lossy(bytes).into_owned(),
        Set::Table(encoding) => table(encoding, bytes),
        // Shift JIS has JIS X 0201 as its single bytes; the romaji's yen sign and overline count as ASCII in practice.
        Set::Katakana => bytes
            .iter()
            .map(|byte| match byte {
                0..=0x7F => char::from(*byte).to_string(),
                0xA1..=0xDF => table(SHIFT_JIS, &[*byte]),
                _ => char::REPLACEMENT_CHARACTER.to_string(),
            })
            .collect(),
        Set::Kanji => table(EUC_JP, &raised().collect::<Vec<_>>()),
        Set::SupplementaryKanji => {
            let raised: Vec<u8> = raised().collect();
            let triple: Vec<u8> = raised
                .chunks(2)
                .flat_map(|pair| [&[0x8F], pair].concat())
                .collect();
            table(EUC_JP, &triple)
        }
        Set::Korean => table(EUC_KR, bytes),
        Set::Chinese => table(GBK, bytes),
    }
}

/// Without control characters and direction overrides, of bounded length, without padding.
pub(super) fn inert(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| {
            !c.is_control()
                && !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{FEFF}' | '\u{2028}' | '\u{2029}')
        })
        .take(limits::TEXT_CHARS)
        .collect();
    kept.trim_matches(' ').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(sets: &str, bytes: &[u8]) -> String {
        Charset::parse(sets.as_bytes()).decode(VR::PN, bytes)
    }

    // The examples of PS3.5 annexes H, I, J and K, byte for byte.

    #[test]
    fn japanese_of_annex_h_3_1() {
        let bytes = b"Yamada^Tarou=\x1b\x24\x42\x3b\x33\x45\x44\x1b\x28\x42^\x1b\x24\x42\x42\x40\x4f\x3a\x1b\x28\x42=\x1b\x24\x42\x24\x64\x24\x5e\x24\x40\x1b\x28\x42^\x1b\x24\x42\x24\x3f\x24\x6d\x24\x26\x1b\x28\x42";
        assert_eq!(
            name("\\ISO 2022 IR 87", bytes),
            "Yamada^Tarou=山田^太郎=やまだ^たろう"
        );
    }

    #[test]
    fn japanese_with_katakana_of_annex_h_3_2() {
        let bytes = b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b\x24\x42\x3b\x33\x45\x44\x1b\x28\x4a^\x1b\x24\x42\x42\x40\x4f\x3a\x1b\x28\x4a";
        assert_eq!(
            name("ISO 2022 IR 13\\ISO 2022 IR 87", bytes),
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎"
        );
    }

    #[test]
    fn korean_of_annex_i_2() {
        let bytes = b"Hong^Gildong=\x1b\x24\x29\x43\xfb\xf3^\x1b\x24\x29\x43\xd1\xce\xd4\xd7=\x1b\x24\x29\x43\xc8\xab^\x1b\x24\x29\x43\xb1\xe6\xb5\xbf";
        assert_eq!(
            name("\\ISO 2022 IR 149", bytes),
            "Hong^Gildong=洪^吉洞=홍^길동"
        );
    }

    #[test]
    fn chinese_of_annex_j() {
        let utf8 = "Wang^XiaoDong=王^小東".as_bytes();
        assert_eq!(name("ISO_IR 192", utf8), "Wang^XiaoDong=王^小東");
        let gb = b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab";
        assert_eq!(name("GB18030", gb), "Wang^XiaoDong=王^小东");
    }

    #[test]
    fn what_cannot_be_read_is_marked_and_what_is_active_is_removed() {
        assert_eq!(name("ISO_IR 192", b"A\xffB"), "A\u{FFFD}B");
        assert_eq!(name("ISO_IR 999", b"A\xe9B"), "A\u{FFFD}B");
        assert_eq!(
            name("ISO_IR 192", "A\u{202E}B\u{7}\r\n\0^C ".as_bytes()),
            "AB^C"
        );
    }
}
