//! From a file's first bytes to its header: preamble, file meta group, data set up to the pixels.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::element::Encoding;
use super::header_bytes::HeaderBytes;
use super::inflate::inflate;
use super::instance::{PixelLocation, PreambleKind, SampleKind};
use super::source::ByteSource;
use super::syntax;
use super::walker::{PixelElement, WalkError, Walked, Walker, may_begin};
use super::{dataset, limits};

/// _Media Storage SOP Class UID_ of a DICOM directory (PS3.10 section 8).
const DICOMDIR_CLASS: &str = "1.2.840.10008.1.3.10";

/// Where the parts of a file begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The file meta group, or the data set where there is none.
    meta: u64,
    /// The letters `DICM` are there: someone meant this to be DICOM.
    pub declared: bool,
    /// What the first bytes look like.
    pub preamble: Option<PreambleKind>,
}

/// A header, read.
pub(crate) struct Header {
    pub object: InMemDicomObject,
    pub transfer_syntax: String,
    pub pixels: Option<HeaderPixels>,
    pub directory: bool,
}

/// The element that holds the pixels.
pub(crate) struct HeaderPixels {
    pub location: PixelLocation,
    pub samples: SampleKind,
    /// The value representation is OW, or not written.
    pub words: bool,
}

/// Finds out whether this may be a DICOM file, and where it begins. `None`: it is something else.
pub(crate) fn layout(source: &dyn ByteSource) -> std::io::Result<Option<Layout>> {
    let mut start = [0; 132];
    let len = source.len().min(132) as usize;
    source.read_at(0, &mut start[..len])?;
    let mut walker = Walker::new(HeaderBytes::new(source), dataset::is_kept);
    let begins = |walker: &mut Walker<'_>, at: u64| {
        [
            Encoding::EXPLICIT_LE,
            Encoding::IMPLICIT_LE,
            Encoding::EXPLICIT_BE,
        ]
        .into_iter()
        .any(|encoding| may_begin(walker, at, encoding))
    };
    if &start[128..132] == b"DICM" && (begins(&mut walker, 132) || !begins(&mut walker, 0)) {
        return Ok(Some(Layout {
            meta: 132,
            declared: true,
            preamble: preamble_kind(&start[..128]),
        }));
    }
    if start.starts_with(b"DICM") {
        return Ok(Some(Layout {
            meta: 4,
            declared: true,
            preamble: Some(PreambleKind::Missing),
        }));
    }
    Ok(begins(&mut walker, 0).then_some(Layout {
        meta: 0,
        declared: false,
        preamble: Some(PreambleKind::Missing),
    }))
}

/// What a preamble looks like that is neither empty nor one of TIFF's (which PS3.10 allows for dual-use files).
fn preamble_kind(bytes: &[u8]) -> Option<PreambleKind> {
    let text = bytes.trim_ascii_start();
    if bytes.starts_with(b"MZ") {
        Some(PreambleKind::DosProgram)
    } else if bytes.starts_with(b"\x7fELF") {
        Some(PreambleKind::ElfProgram)
    } else if text.starts_with(b"<") || text.starts_with(b"#!") || is_mach_o(bytes) {
        Some(PreambleKind::OtherActive)
    } else {
        None
    }
}

fn is_mach_o(bytes: &[u8]) -> bool {
    const MAGIC: [[u8; 4]; 5] = [
        [0xFE, 0xED, 0xFA, 0xCE],
        [0xFE, 0xED, 0xFA, 0xCF],
        [0xCE, 0xFA, 0xED, 0xFE],
        [0xCF, 0xFA, 0xED, 0xFE],
        [0xCA, 0xFE, 0xBA, 0xBE],
    ];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

/// Whether the file meta group says that this is a directory.
pub(crate) fn is_directory(source: &dyn ByteSource, layout: &Layout) -> bool {
    let mut walker = Walker::new(HeaderBytes::new(source), dataset::is_kept);
    walker.meta(layout.meta).is_ok_and(|(meta, _)| {
        let meta = dataset::to_object(meta, Encoding::EXPLICIT_LE);
        text(&meta, tags::MEDIA_STORAGE_SOP_CLASS_UID).as_deref() == Some(DICOMDIR_CLASS)
    })
}

/// Where the data set begins.
pub(crate) fn data_set_offset(source: &dyn ByteSource, layout: &Layout) -> Result<u64, WalkError> {
    let mut walker = Walker::new(HeaderBytes::new(source), dataset::is_kept);
    Ok(walker.meta(layout.meta)?.1)
}

/// Reads a header.
pub(crate) fn read(source: &dyn ByteSource, layout: &Layout) -> Result<Header, WalkError> {
    let mut walker = Walker::new(HeaderBytes::new(source), dataset::is_kept);
    let (meta, at) = walker.meta(layout.meta)?;
    let meta = dataset::to_object(meta, Encoding::EXPLICIT_LE);
    let directory =
        text(&meta, tags::MEDIA_STORAGE_SOP_CLASS_UID).as_deref() == Some(DICOMDIR_CLASS);
    let labelled = text(&meta, tags::TRANSFER_SYNTAX_UID).filter(|uid| !uid.is_empty());

    if labelled.as_deref() == Some(syntax::DEFLATED_LE) {
        let (object, pixels) = read_deflated(source, at)?;
        return Ok(Header {
            object,
            transfer_syntax: syntax::DEFLATED_LE.to_owned(),
            pixels,
            directory,
        });
    }

    let (transfer_syntax, encoding) = written_as(&mut walker, at, labelled);
    let walked = walker.data_set(at, encoding)?;
    let (object, pixels) = finish(walked, encoding, source.len(), false);
    Ok(Header {
        object,
        transfer_syntax,
        pixels,
        directory,
    })
}

/// How the data set is really written. Labels of the plain syntaxes are sometimes wrong, and the first element shows it;
/// the label of a compressed syntax says what the pixels are and stays.
fn written_as(walker: &mut Walker<'_>, at: u64, labelled: Option<String>) -> (String, Encoding) {
    let label = labelled.as_deref().map(syntax::encoding);
    let order = [
        (syntax::EXPLICIT_LE, Encoding::EXPLICIT_LE),
        (syntax::IMPLICIT_LE, Encoding::IMPLICIT_LE),
        (syntax::EXPLICIT_BE, Encoding::EXPLICIT_BE),
    ];
    let seen = label
        .filter(|encoding| may_begin(walker, at, *encoding))
        .and_then(|encoding| order.iter().find(|(_, other)| *other == encoding))
        .or_else(|| {
            order
                .iter()
                .find(|(_, encoding)| may_begin(walker, at, *encoding))
        });
    match (labelled, seen) {
        (Some(uid), Some((actual, encoding))) if syntax::is_native(&uid) => (
            if syntax::encoding(&uid) == *encoding {
                uid
            } else {
                (*actual).to_owned()
            },
            *encoding,
        ),
        (Some(uid), seen) => {
            let encoding = seen.map_or(syntax::encoding(&uid), |(_, encoding)| *encoding);
            (uid, encoding)
        }
        (None, Some((actual, encoding))) => ((*actual).to_owned(), *encoding),
        (None, None) => (syntax::IMPLICIT_LE.to_owned(), Encoding::IMPLICIT_LE),
    }
}

/// Inflates as much as is needed to reach the pixel data, in growing steps.
fn read_deflated(
    source: &dyn ByteSource,
    at: u64,
) -> Result<(InMemDicomObject, Option<HeaderPixels>), WalkError> {
    let mut cap = 1 << 20;
    loop {
        let inflated = inflate(source, at, cap)?;
        let bytes = inflated.bytes.as_slice();
        let mut walker = Walker::new(HeaderBytes::new(&bytes), dataset::is_kept);
        let walked = walker.data_set(0, Encoding::EXPLICIT_LE);
        let reached = walked.as_ref().is_ok_and(|walked| walked.pixels.is_some());
        if reached || inflated.complete {
            let len = if inflated.complete {
                bytes.len() as u64
            } else {
                limits::INFLATED_BYTES
            };
            return Ok(finish(walked?, Encoding::EXPLICIT_LE, len, true));
        }
        if cap >= limits::HEADER_BYTES {
            return Err(WalkError::HeaderTooLarge);
        }
        cap *= 8;
    }
}

/// Turns what was walked into a header; `len` is the length of what was walked.
fn finish(
    walked: Walked,
    encoding: Encoding,
    len: u64,
    deflated: bool,
) -> (InMemDicomObject, Option<HeaderPixels>) {
    let pixels = walked.pixels.map(|PixelElement { head }| HeaderPixels {
        location: PixelLocation {
            offset: head.value,
            len: head
                .len
                .map_or(u64::MAX, u64::from)
                .min(len.saturating_sub(head.value)),
            encapsulated: head.len.is_none(),
            deflated,
        },
        samples: match head.tag {
            Tag(0x7FE0, 0x0008) => SampleKind::Float,
            Tag(0x7FE0, 0x0009) => SampleKind::Double,
            _ => SampleKind::Integer,
        },
        words: head.vr.is_none_or(|vr| vr == dicom_core::VR::OW),
    });
    (dataset::to_object(walked.elements, encoding), pixels)
}

/// First value of a text attribute, without padding.
pub(crate) fn text(object: &InMemDicomObject, tag: Tag) -> Option<String> {
    let value = object.get(tag)?.value().primitive()?;
    let text = value.to_multi_str().first()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}
