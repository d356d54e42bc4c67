//! From bytes to instances: what is this file, and what does its header say?
//!
//! Nothing here reads pixels. Files are recognised by content, never by name; every length a file declares is
//! checked against what is there before anything is allocated.
//!
//! - `source`, `header_bytes`: random access to bytes, and a sliding window over them.
//! - `element`, `walker`: the elements of a data set, with every length checked.
//! - `dataset`, `charset`: the kept elements as a `dicom_object` data set, text as UTF-8.
//! - `header`: preamble, file meta group, data set; `inflate` where it is deflated.
//! - `attributes`, `frames`, `numbers`, `instance`: what is kept, and the checks of the image description.
//! - `display`, `lut`: how an image wants to be shown: windows, lookup tables, palettes.
//! - [`received`]: the same checks for what comes out of a scan package.
//! - `syntax`: transfer syntaxes and their names. `limits`: what a file may ask of us. `zip`: archives.

mod attributes;
mod charset;
mod dataset;
mod display;
mod element;
mod frames;
mod header;
mod header_bytes;
pub(crate) mod inflate;
mod instance;
pub(crate) mod limits;
mod lut;
mod numbers;
pub mod received;
mod rejection;
mod source;
pub mod syntax;
mod walker;
pub mod zip;

use std::io;

pub use display::{DisplayAttributes, VoiFunction};
pub use instance::{
    FrameAttributes, Identity, ImageAttributes, Instance, PixelLocation, PreambleKind, SampleKind,
};
pub use lut::{LookupTable, Palette};
pub use rejection::{RejectCode, Rejection};
pub use source::{ByteSource, Window};

use header_bytes::Start;
use walker::WalkError;

/// What a file turned out to be, by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A DICOM file, or something that may be one: give it to [`read_instance`].
    Dicom,
    /// A zip archive: give it to [`zip::list`].
    Zip,
    /// A DICOM directory. Its files come with the drop, so it is skipped in silence.
    DicomDir,
    /// Neither: left out as `not-dicom` (or `empty`).
    Other,
}

/// Looks at the first bytes of a file.
pub fn sniff(source: &dyn ByteSource) -> io::Result<Kind> {
    if is_zip(source)? {
        return Ok(Kind::Zip);
    }
    Ok(match header::layout(source)? {
        Some(layout) if header::is_directory(source, &layout) => Kind::DicomDir,
        Some(_) => Kind::Dicom,
        None => Kind::Other,
    })
}

/// What [`examine`] found.
#[derive(Clone, Debug)]
pub enum Found {
    /// An image.
    Image(Box<Instance>),
    /// A zip archive.
    Zip,
    /// A DICOM directory, to be skipped in silence.
    DicomDir,
    /// Something to leave out.
    Rejected(Rejection),
}

/// [`sniff`] and [`read_instance`] in one.
pub fn examine(source: &dyn ByteSource, file: &str) -> Found {
    let Ok(start) = Start::read(source) else {
        return Found::Rejected(unreadable(file));
    };
    match sniff(&start) {
        Ok(Kind::Zip) => Found::Zip,
        Ok(Kind::DicomDir) => Found::DicomDir,
        Ok(Kind::Dicom | Kind::Other) | Err(_) => match read(&start, file) {
            Ok(instance) => Found::Image(Box::new(instance)),
            Err(rejection) => Found::Rejected(rejection),
        },
    }
}

fn is_zip(source: &dyn ByteSource) -> io::Result<bool> {
    let mut start = [0; 4];
    if source.len() < 22 {
        return Ok(false);
    }
    source.read_at(0, &mut start)?;
    // A local file, or the end of an empty archive.
    Ok(&start == b"PK\x03\x04" || &start == b"PK\x05\x06")
}

/// Reads one DICOM file's header from its first bytes, never its pixel data.
///
/// `file` is the name under which the instance, or its rejection, is listed.
pub fn read_instance(source: &dyn ByteSource, file: &str) -> Result<Instance, Rejection> {
    let start = Start::read(source).map_err(|_| unreadable(file))?;
    read(&start, file)
}

fn unreadable(file: &str) -> Rejection {
    Rejection::new(file, RejectCode::Malformed, "The file could not be read.")
}

fn read(source: &Start<'_>, file: &str) -> Result<Instance, Rejection> {
    if source.is_empty() {
        return Err(Rejection::new(
            file,
            RejectCode::Empty,
            "The file is empty.",
        ));
    }
    let Some(layout) = header::layout(source).map_err(|_| unreadable(file))? else {
        return Err(Rejection::new(
            file,
            RejectCode::NotDicom,
            "Not a DICOM file.",
        ));
    };
    let header = header::read(source, &layout).map_err(|error| match error {
        // Without the letters DICM, something that cannot be walked was never DICOM.
        WalkError::Read(_) => unreadable(file),
        _ if !layout.declared => Rejection::new(file, RejectCode::NotDicom, "Not a DICOM file."),
        error => Rejection::new(
            file,
            RejectCode::Malformed,
            format!("The file is damaged: {error}."),
        ),
    })?;
    let identity = attributes::identity(&header.object);
    let reject = |code, message: String| {
        Rejection::new(file, code, message).with_patient(identity.patient_name.clone())
    };
    let Some(pixels) = &header.pixels else {
        let message = if header.directory {
            "A DICOM directory: it lists files and holds no image."
        } else {
            "A DICOM file without an image."
        };
        return Err(reject(RejectCode::NoPixelData, message.to_owned()));
    };
    let mut attributes =
        attributes::read(&header, pixels).map_err(|(code, message)| reject(code, message))?;
    attributes.preamble = layout.preamble;
    let native = syntax::is_native(&attributes.transfer_syntax);
    if pixels.location.encapsulated && native {
        return Err(reject(
            RejectCode::Malformed,
            "The pixels are in fragments, which this transfer syntax does not allow.".to_owned(),
        ));
    }
    // Native pixels under a compressed label occur in the field; they have a length, and are read as what they are.
    if !syntax::is_supported(&attributes.transfer_syntax) {
        let name = syntax::plain_name(&attributes.transfer_syntax);
        return Err(reject(
            RejectCode::UnsupportedTransferSyntax,
            format!("The pixels are encoded as {name}, which is not supported yet."),
        ));
    }
    Ok(Instance {
        file: file.to_owned(),
        attributes,
        identity,
        pixels: pixels.location,
    })
}

/// Where a file's data set begins, behind preamble and file meta group.
pub(crate) fn data_set_offset(source: &dyn ByteSource) -> io::Result<u64> {
    let layout = header::layout(source)?.ok_or(io::ErrorKind::InvalidData)?;
    header::data_set_offset(source, &layout).map_err(|_| io::ErrorKind::InvalidData.into())
}
