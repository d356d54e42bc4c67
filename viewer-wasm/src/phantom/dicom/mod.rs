//! The phantom as a DICOM series on disk, as a cone-beam scanner would export it, for tests and benchmarks.
//!
//! Single-frame CT images (PS3.3 A.3), 12 bits unsigned in 16, rescale intercept -1024. Patient and UIDs are made up
//! and always the same. The writer is our own and shares nothing with the reader it tests.

mod dataset;
mod encapsulate;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dataset::{Dataset, Encoding, Tag};

use super::Phantom;
use crate::view::Window;

/// _Rescale Intercept_ (0028,1052) of the series: the least value of the phantom.
const INTERCEPT: i16 = -1024;
const CT_IMAGE_STORAGE: &str = "1.2.840.10008.5.1.4.1.1.2";
/// A root of UIDs made from a UUID (PS3.5 B.2); this one was drawn once for the phantom.
const UID_ROOT: &str = "2.25.117381209386412598304961";

/// How the files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferSyntax {
    /// Implicit VR little endian, 1.2.840.10008.1.2.
    ImplicitLe,
    /// Explicit VR little endian, 1.2.840.10008.1.2.1.
    ExplicitLe,
    /// Explicit VR big endian (retired), 1.2.840.10008.1.2.2.
    ExplicitBe,
    /// Deflated explicit VR little endian, 1.2.840.10008.1.2.1.99.
    Deflated,
    /// RLE lossless, 1.2.840.10008.1.2.5.
    Rle,
    /// JPEG lossless, process 14, selection value 1, 1.2.840.10008.1.2.4.70.
    JpegLossless,
    /// JPEG-LS lossless, 1.2.840.10008.1.2.4.80.
    JpegLs,
}

impl TransferSyntax {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ImplicitLe,
        Self::ExplicitLe,
        Self::ExplicitBe,
        Self::Deflated,
        Self::Rle,
        Self::JpegLossless,
        Self::JpegLs,
    ];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ImplicitLe => "implicit-le",
            Self::ExplicitLe => "explicit-le",
            Self::ExplicitBe => "explicit-be",
            Self::Deflated => "deflated",
            Self::Rle => "rle",
            Self::JpegLossless => "jpeg-lossless",
            Self::JpegLs => "jpeg-ls",
        }
    }

    /// The syntax of a [`name`](Self::name), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|syntax| syntax.name() == name)
    }

    /// _Transfer Syntax UID_ (0002,0010).
    pub const fn uid(self) -> &'static str {
        match self {
            Self::ImplicitLe => "1.2.840.10008.1.2",
            Self::ExplicitLe => "1.2.840.10008.1.2.1",
            Self::ExplicitBe => "1.2.840.10008.1.2.2",
            Self::Deflated => "1.2.840.10008.1.2.1.99",
            Self::Rle => "1.2.840.10008.1.2.5",
            Self::JpegLossless => "1.2.840.10008.1.2.4.70",
            Self::JpegLs => "1.2.840.10008.1.2.4.80",
        }
    }
}

/// Writes the phantom of `size` voxels along an edge into `dir` (made if missing), a file for each slice, and returns
/// their paths in the order of the slices, from inferior to superior.
///
/// # Errors
/// Those of the file system.
pub fn write_series(size: usize, syntax: TransferSyntax, dir: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(dir)?;
    let phantom = Phantom::dental(size);
    (0..phantom.size())
        .map(|k| {
            // Scanners number from the top: the file names run against the slices.
            let path = dir.join(format!("IM{:04}.dcm", phantom.size() - k));
            fs::write(&path, file_of_slice(&phantom, k, syntax)?)?;
            Ok(path)
        })
        .collect()
}

/// The file of slice `k`.
///
/// # Errors
/// None that a phantom's slice can cause; those of the encoders are passed on.
pub fn file_of_slice(phantom: &Phantom, k: usize, syntax: TransferSyntax) -> io::Result<Vec<u8>> {
    let stored: Vec<u16> = phantom
        .slice(k)
        .into_iter()
        .map(|v| (v - INTERCEPT) as u16)
        .collect();
    let (columns, rows) = (phantom.size(), phantom.size());
    let instance_uid = format!("{UID_ROOT}.{}.{}", phantom.size(), k + 1);

    let encoding = match syntax {
        TransferSyntax::ImplicitLe => Encoding::ImplicitLe,
        TransferSyntax::ExplicitBe => Encoding::ExplicitBe,
        _ => Encoding::ExplicitLe,
    };
    let mut body = Dataset::new(encoding);
    header(&mut body, phantom, k, &instance_uid);
    match syntax {
        TransferSyntax::Rle => {
            body.encapsulated(&encapsulate::rle(&stored, columns));
        }
        TransferSyntax::JpegLossless => {
            body.encapsulated(&encapsulate::jpeg_lossless(&stored, columns, rows));
        }
        TransferSyntax::JpegLs => {
            body.encapsulated(&encapsulate::jpeg_ls(&stored, columns, rows)?);
        }
        _ => body.words(Tag(0x7FE0, 0x0010), "OW", &stored),
    }
    let mut body = body.into_bytes();
    if syntax == TransferSyntax::Deflated {
        let level = flate2::Compression::fast();
        let mut deflater = flate2::write::DeflateEncoder::new(Vec::new(), level);
        deflater.write_all(&body)?;
        body = deflater.finish()?;
        // PS3.5 A.5: an odd length is padded.
        if !body.len().is_multiple_of(2) {
            body.push(0);
        }
    }

    let mut meta = Dataset::new(Encoding::ExplicitLe);
    meta.bytes(Tag(0x0002, 0x0001), "OB", &[0, 1]);
    meta.text(Tag(0x0002, 0x0002), "UI", CT_IMAGE_STORAGE);
    meta.text(Tag(0x0002, 0x0003), "UI", &instance_uid);
    meta.text(Tag(0x0002, 0x0010), "UI", syntax.uid());
    meta.text(Tag(0x0002, 0x0012), "UI", &format!("{UID_ROOT}.1"));
    meta.text(Tag(0x0002, 0x0013), "SH", "CUSPID PHANTOM");
    let meta = meta.into_bytes();
    let mut length = Dataset::new(Encoding::ExplicitLe);
    length.bytes(
        Tag(0x0002, 0x0000),
        "UL",
        &(meta.len() as u32).to_le_bytes(),
    );
    Ok([
        vec![0; 128],
        b"DICM".to_vec(),
        length.into_bytes(),
        meta,
        body,
    ]
    .concat())
}

fn header(out: &mut Dataset, phantom: &Phantom, k: usize, instance_uid: &str) {
    let geometry = phantom.geometry();
    let [dx, dy, dz] = geometry.spacing_mm;
    let [x, y, z] = geometry.origin_mm;
    let z = z + dz * k as f64;
    let size = phantom.size();
    let window = Window::BONE;
    out.text(Tag(0x0008, 0x0005), "CS", "ISO_IR 192");
    out.text(Tag(0x0008, 0x0008), "CS", "ORIGINAL\\PRIMARY\\AXIAL");
    out.text(Tag(0x0008, 0x0016), "UI", CT_IMAGE_STORAGE);
    out.text(Tag(0x0008, 0x0018), "UI", instance_uid);
    out.text(Tag(0x0008, 0x0020), "DA", "20260102");
    out.text(Tag(0x0008, 0x0023), "DA", "20260102");
    out.text(Tag(0x0008, 0x0030), "TM", "101112");
    out.text(Tag(0x0008, 0x0033), "TM", "101112");
    out.text(Tag(0x0008, 0x0050), "SH", "");
    out.text(Tag(0x0008, 0x0060), "CS", "CT");
    out.text(Tag(0x0008, 0x0070), "LO", "Cuspid");
    out.text(Tag(0x0008, 0x0090), "PN", "");
    out.text(Tag(0x0008, 0x1030), "LO", "Synthetic phantom");
    out.text(Tag(0x0008, 0x103E), "LO", "Dental phantom CBCT");
    out.text(Tag(0x0008, 0x1090), "LO", "Phantom");
    out.text(Tag(0x0010, 0x0010), "PN", "Phantom^Dental");
    out.text(Tag(0x0010, 0x0020), "LO", "PHANTOM-1");
    out.text(Tag(0x0010, 0x0030), "DA", "19700101");
    out.text(Tag(0x0010, 0x0040), "CS", "O");
    out.text(Tag(0x0018, 0x0050), "DS", &decimal(dz));
    out.text(Tag(0x0018, 0x0060), "DS", "90");
    out.text(Tag(0x0018, 0x0088), "DS", &decimal(dz));
    out.text(Tag(0x0018, 0x5100), "CS", "HFS");
    out.text(
        Tag(0x0020, 0x000D),
        "UI",
        &format!("{UID_ROOT}.{size}.10001"),
    );
    out.text(
        Tag(0x0020, 0x000E),
        "UI",
        &format!("{UID_ROOT}.{size}.10002"),
    );
    out.text(Tag(0x0020, 0x0010), "SH", "1");
    out.text(Tag(0x0020, 0x0011), "IS", "1");
    out.text(Tag(0x0020, 0x0012), "IS", "1");
    out.text(Tag(0x0020, 0x0013), "IS", &(size - k).to_string());
    out.text(
        Tag(0x0020, 0x0032),
        "DS",
        &[x, y, z].map(decimal).join("\\"),
    );
    out.text(Tag(0x0020, 0x0037), "DS", "1\\0\\0\\0\\1\\0");
    out.text(
        Tag(0x0020, 0x0052),
        "UI",
        &format!("{UID_ROOT}.{size}.10003"),
    );
    out.text(Tag(0x0020, 0x1040), "LO", "");
    out.words(Tag(0x0028, 0x0002), "US", &[1]);
    out.text(Tag(0x0028, 0x0004), "CS", "MONOCHROME2");
    out.words(Tag(0x0028, 0x0010), "US", &[size as u16]);
    out.words(Tag(0x0028, 0x0011), "US", &[size as u16]);
    out.text(Tag(0x0028, 0x0030), "DS", &[dy, dx].map(decimal).join("\\"));
    out.words(Tag(0x0028, 0x0100), "US", &[16]);
    out.words(Tag(0x0028, 0x0101), "US", &[12]);
    out.words(Tag(0x0028, 0x0102), "US", &[11]);
    out.words(Tag(0x0028, 0x0103), "US", &[0]);
    out.text(Tag(0x0028, 0x1050), "DS", &decimal(window.center));
    out.text(Tag(0x0028, 0x1051), "DS", &decimal(window.width));
    out.text(Tag(0x0028, 0x1052), "DS", &INTERCEPT.to_string());
    out.text(Tag(0x0028, 0x1053), "DS", "1");
    out.text(Tag(0x0028, 0x1054), "LO", "US");
    out.text(Tag(0x0028, 0x2110), "CS", "00");
}

/// A decimal string (VR DS): at most 16 characters.
fn decimal(value: f64) -> String {
    let text = format!("{value}");
    if text.len() <= 16 {
        text
    } else {
        format!("{value:.10}").chars().take(16).collect()
    }
}

#[cfg(test)]
mod tests;
