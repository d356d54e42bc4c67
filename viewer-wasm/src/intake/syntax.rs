//! Transfer syntaxes: what each means for reading, and its plain name.

use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

use super::element::Encoding;

/// Implicit VR Little Endian.
pub const IMPLICIT_LE: &str = "1.2.840.10008.1.2";
/// Explicit VR Little Endian.
pub const EXPLICIT_LE: &str = "1.2.840.10008.1.2.1";
/// Deflated Explicit VR Little Endian.
pub const DEFLATED_LE: &str = "1.2.840.10008.1.2.1.99";
/// Explicit VR Big Endian.
pub const EXPLICIT_BE: &str = "1.2.840.10008.1.2.2";
/// RLE Lossless.
pub const RLE: &str = "1.2.840.10008.1.2.5";
/// JPEG Baseline (Process 1), 8 bit, lossy.
pub const JPEG_BASELINE: &str = "1.2.840.10008.1.2.4.50";
/// JPEG Extended (Process 2 and 4), 8 or 12 bit, lossy.
pub const JPEG_EXTENDED: &str = "1.2.840.10008.1.2.4.51";
/// JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8), retired, lossy.
pub const JPEG_SPECTRAL: &str = "1.2.840.10008.1.2.4.53";
/// JPEG Full Progression, Non-Hierarchical (Process 10 and 12), retired, lossy.
pub const JPEG_PROGRESSION: &str = "1.2.840.10008.1.2.4.55";
/// JPEG Lossless, Non-Hierarchical (Process 14), any selection value.
pub const JPEG_LOSSLESS: &str = "1.2.840.10008.1.2.4.57";
/// JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14, selection value 1).
pub const JPEG_LOSSLESS_SV1: &str = "1.2.840.10008.1.2.4.70";
/// JPEG-LS Lossless.
pub const JPEG_LS_LOSSLESS: &str = "1.2.840.10008.1.2.4.80";
/// JPEG-LS Lossy (Near-Lossless).
pub const JPEG_LS_NEAR: &str = "1.2.840.10008.1.2.4.81";

/// JPEG 2000 Image Compression (Lossless Only).
pub const JPEG_2000_LOSSLESS: &str = "1.2.840.10008.1.2.4.90";
/// JPEG 2000 Image Compression.
pub const JPEG_2000: &str = "1.2.840.10008.1.2.4.91";
/// High-Throughput JPEG 2000 Image Compression (Lossless Only).
pub const HTJ2K_LOSSLESS: &str = "1.2.840.10008.1.2.4.201";
/// High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only).
pub const HTJ2K_LOSSLESS_RPCL: &str = "1.2.840.10008.1.2.4.202";
/// High-Throughput JPEG 2000 Image Compression.
pub const HTJ2K: &str = "1.2.840.10008.1.2.4.203";

/// JPEG XL Lossless.
pub const JPEG_XL_LOSSLESS: &str = "1.2.840.10008.1.2.4.110";
/// JPEG XL JPEG Recompression: a JPEG, from which the same JPEG could be made again.
pub const JPEG_XL_FROM_JPEG: &str = "1.2.840.10008.1.2.4.111";
/// JPEG XL.
pub const JPEG_XL: &str = "1.2.840.10008.1.2.4.112";

/// Deflated Image Frame Compression.
pub const DEFLATED_FRAME: &str = "1.2.840.10008.1.2.8.1";

/// Whether pixels in this syntax can be decoded.
pub fn is_supported(uid: &str) -> bool {
    matches!(
        uid,
        IMPLICIT_LE
            | EXPLICIT_LE
            | DEFLATED_LE
            | EXPLICIT_BE
            | RLE
            | JPEG_BASELINE
            | JPEG_EXTENDED
            | JPEG_SPECTRAL
            | JPEG_PROGRESSION
            | JPEG_LOSSLESS
            | JPEG_LOSSLESS_SV1
            | JPEG_LS_LOSSLESS
            | JPEG_LS_NEAR
            | JPEG_2000_LOSSLESS
            | JPEG_2000
            | HTJ2K_LOSSLESS
            | HTJ2K_LOSSLESS_RPCL
            | HTJ2K
            | DEFLATED_FRAME
    ) || is_jpeg_xl(uid)
}

/// Whether this syntax is one of JPEG XL, whose decoder is not in every build.
pub(crate) fn is_jpeg_xl(uid: &str) -> bool {
    matches!(uid, JPEG_XL_LOSSLESS | JPEG_XL_FROM_JPEG | JPEG_XL)
}

/// Whether decoding this syntax gives red, green and blue where the header names the colours of the stream. JPEG XL
/// keeps colours of its own (_XYB_, PS3.3 C.7.6.3.1.2) and those of a JPEG, and its decoders give back neither.
pub(crate) fn is_decoded_to_rgb(uid: &str, photometric: &str) -> bool {
    is_jpeg_xl(uid) && photometric == "XYB"
        || uid == JPEG_XL_FROM_JPEG && photometric.starts_with("YBR")
}

/// Whether this syntax keeps pixels plainly, not in fragments.
pub(crate) fn is_native(uid: &str) -> bool {
    matches!(uid, IMPLICIT_LE | EXPLICIT_LE | DEFLATED_LE | EXPLICIT_BE)
}

/// Whether pixels in this syntax have lost something for certain.
pub(crate) fn is_lossy(uid: &str) -> bool {
    matches!(
        uid,
        JPEG_BASELINE
            | JPEG_EXTENDED
            | JPEG_SPECTRAL
            | JPEG_PROGRESSION
            | JPEG_LS_NEAR
            | JPEG_XL_FROM_JPEG
    )
}

/// How the elements of a data set in this syntax are written.
pub(crate) fn encoding(uid: &str) -> Encoding {
    match uid {
        IMPLICIT_LE => Encoding::IMPLICIT_LE,
        EXPLICIT_BE => Encoding::EXPLICIT_BE,
        _ => Encoding::EXPLICIT_LE,
    }
}

/// Syntaxes that the standard has retired and the registry does not list (PS3.6 table A-1), but files still have.
const RETIRED: [(&str, &str); 4] = [
    ("1.2.840.10008.1.2.4.52", "JPEG Extended (Process 3 and 5)"),
    (
        "1.2.840.10008.1.2.4.53",
        "JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8)",
    ),
    (
        "1.2.840.10008.1.2.4.55",
        "JPEG Full Progression, Non-Hierarchical (Process 10 and 12)",
    ),
    (
        "1.2.840.10008.1.2.4.58",
        "JPEG Lossless, Non-Hierarchical (Process 15)",
    ),
];

/// The syntax's name in the standard, without its parenthesised remarks: `JPEG 2000 Image Compression`. For one
/// that the registry does not know, its identifier, which identifies nobody.
pub fn plain_name(uid: &str) -> String {
    let retired = RETIRED.iter().find(|(retired, _)| *retired == uid);
    match (TransferSyntaxRegistry.get(uid), retired) {
        (Some(syntax), _) => syntax.name().to_owned(),
        (None, Some((_, name))) => (*name).to_owned(),
        (None, None) => {
            let clean: String = uid
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '.')
                .take(64)
                .collect();
            format!("transfer syntax {clean}")
        }
    }
}
