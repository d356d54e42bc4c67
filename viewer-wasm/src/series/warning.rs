//! What is doubtful about a series.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What is doubtful about a series. The names are part of the contract of `inspect` and `window.cuspid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarningCode {
    /// Positions on the regular grid have no slice.
    MissingSlices,
    /// Two slices claim one position.
    DuplicatePosition,
    /// The steps between slices differ.
    IrregularSpacing,
    /// The slices are shifted against their normal: the volume is sheared.
    GantryTilt,
    /// Files of one series lie in different planes.
    MixedOrientation,
    /// Files of one series have different frames of reference.
    MixedFrameOfReference,
    /// Files of one series name different patients.
    MixedPatient,
    /// No spacing is stated: there are no millimetres.
    SpacingUnknown,
    /// Spacing is stated at the detector, not in the patient.
    SpacingFromImager,
    /// Two statements of spacing differ.
    SpacingDisagrees,
    /// The step between slices is not stated and was taken from the slice thickness or location.
    SpacingInferred,
    /// Position and direction in the patient are not stated: left and right are unknown.
    OrientationUnknown,
    /// The pixels went through lossy compression.
    LossyCompressed,
    /// Pixel bytes are missing at the end.
    TruncatedPixelData,
    /// Values do not fit 16 bits and were clipped.
    ValueRangeClipped,
    /// The file starts like a program or web page.
    NonDicomPreamble,
    /// One slice: no volume.
    SingleSlice,
    /// Colour or an unknown photometric interpretation, shown as grey.
    UnsupportedPhotometric,
    /// A frame could not be decoded.
    DecodeFailed,
}

impl WarningCode {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::MissingSlices,
        Self::DuplicatePosition,
        Self::IrregularSpacing,
        Self::GantryTilt,
        Self::MixedOrientation,
        Self::MixedFrameOfReference,
        Self::MixedPatient,
        Self::SpacingUnknown,
        Self::SpacingFromImager,
        Self::SpacingDisagrees,
        Self::SpacingInferred,
        Self::OrientationUnknown,
        Self::LossyCompressed,
        Self::TruncatedPixelData,
        Self::ValueRangeClipped,
        Self::NonDicomPreamble,
        Self::SingleSlice,
        Self::UnsupportedPhotometric,
        Self::DecodeFailed,
    ];

    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingSlices => "missing-slices",
            Self::DuplicatePosition => "duplicate-position",
            Self::IrregularSpacing => "irregular-spacing",
            Self::GantryTilt => "gantry-tilt",
            Self::MixedOrientation => "mixed-orientation",
            Self::MixedFrameOfReference => "mixed-frame-of-reference",
            Self::MixedPatient => "mixed-patient",
            Self::SpacingUnknown => "spacing-unknown",
            Self::SpacingFromImager => "spacing-from-imager",
            Self::SpacingDisagrees => "spacing-disagrees",
            Self::SpacingInferred => "spacing-inferred",
            Self::OrientationUnknown => "orientation-unknown",
            Self::LossyCompressed => "lossy-compressed",
            Self::TruncatedPixelData => "truncated-pixel-data",
            Self::ValueRangeClipped => "value-range-clipped",
            Self::NonDicomPreamble => "non-dicom-preamble",
            Self::SingleSlice => "single-slice",
            Self::UnsupportedPhotometric => "unsupported-photometric",
            Self::DecodeFailed => "decode-failed",
        }
    }
}

/// Something doubtful, in words, with the files it concerns. The message holds nothing that identifies a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The fixed name.
    pub code: WarningCode,
    /// A plain sentence.
    pub message: String,
    /// Paths within the drop; empty where all files are meant. Shared, since each of many series may name all others'
    /// files.
    #[serde(with = "crate::shared")]
    pub files: Arc<Vec<String>>,
}

impl Warning {
    /// A warning about some files, or about the whole series if `files` is empty.
    pub fn new(
        code: WarningCode,
        message: impl Into<String>,
        files: impl Into<Arc<Vec<String>>>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            files: files.into(),
        }
    }
}
