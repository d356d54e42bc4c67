//! What the values of a series are.

use crate::intake::{ImageAttributes, Instance, PreambleKind, SampleKind};

use super::{Unit, ValueType, Warning, WarningCode};

/// _SOP Class UID_ of CT Image Storage.
const CT_IMAGE: &str = "1.2.840.10008.5.1.4.1.1.2";

/// Hounsfield units only where all speaks for them: modality CT, no sign of a cone-beam scanner, and _Rescale Type_ HU;
/// or no rescale type, but an original image of the plain CT class with a rescale, which the standard defines to be in
/// HU (PS3.3 C.8.2.1.1.2). Derived images without a type, and all else, are grey values.
pub(super) fn unit(images: &[&ImageAttributes]) -> Unit {
    let hounsfield = |image: &&ImageAttributes| {
        let kind = |image: &ImageAttributes| match &image.rescale_type {
            Some(kind) => Some(kind.clone()),
            None => image
                .per_frame
                .first()
                .and_then(|frame| frame.rescale_type.clone()),
        };
        let original = image
            .image_type
            .first()
            .is_none_or(|kind| kind == "ORIGINAL");
        let stated = match kind(image).as_deref() {
            Some(kind) => kind == "HU",
            None => {
                image.sop_class == CT_IMAGE
                    && original
                    && image.rescale_slope.is_some_and(|slope| slope != 0.0)
                    && image.rescale_intercept.is_some()
            }
        };
        image.modality == "CT" && !image.cone_beam && !image.has_modality_lut && stated
    };
    if !images.is_empty() && images.iter().all(hounsfield) {
        Unit::Hu
    } else {
        Unit::Gv
    }
}

/// Signed if any image is: unsigned ones of up to 15 bits fit as well.
pub(super) fn value_type(images: &[&ImageAttributes]) -> ValueType {
    let signed = |image: &&ImageAttributes| image.signed || image.samples != SampleKind::Integer;
    if images.iter().any(signed) {
        ValueType::I16
    } else {
        ValueType::U16
    }
}

/// Warnings that each file calls for by itself.
pub(super) fn warnings(instances: &[&Instance], value_type: ValueType) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut add =
        |code: WarningCode, message: &str, concerns: &dyn Fn(&ImageAttributes) -> bool| {
            let files: Vec<String> = instances
                .iter()
                .filter(|instance| concerns(&instance.attributes))
                .map(|instance| instance.file.clone())
                .collect();
            if !files.is_empty() {
                warnings.push(Warning::new(code, message, files));
            }
        };
    add(
        WarningCode::LossyCompressed,
        "The images went through lossy compression: fine detail may be missing or false.",
        &|image| image.lossy,
    );
    add(
        WarningCode::TruncatedPixelData,
        "Pixel data is missing at the end of the file; what is missing is shown as 0.",
        &|image| image.truncated,
    );
    add(
        WarningCode::NonDicomPreamble,
        "The file starts like a program or a web page. It is read as DICOM only.",
        &|image| {
            image
                .preamble
                .is_some_and(|kind| kind != PreambleKind::Missing)
        },
    );
    add(
        WarningCode::ValueRangeClipped,
        "Values have more than 16 bits or fractions; they are rounded, and clipped where they do not fit.",
        &|image| {
            let whole = image.samples == SampleKind::Integer && image.bits_stored <= 16;
            let fits = value_type == ValueType::U16 || image.signed || image.bits_stored <= 15;
            !(whole && fits)
        },
    );
    add(
        WarningCode::UnsupportedPhotometric,
        "Colour is shown as grey, and an unknown kind of image as it is stored.",
        &|image| !matches!(image.photometric.as_str(), "MONOCHROME1" | "MONOCHROME2"),
    );
    warnings
}
