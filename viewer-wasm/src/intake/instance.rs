//! What is kept of one DICOM file's header.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::display::DisplayAttributes;

/// One DICOM image file: what places and decodes its frames, who it is of, and where its pixels are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Path within the drop; `a.zip/b/c.dcm` for an entry of a zip.
    pub file: String,
    /// What is seen: enough, with the pixel data, to decode and place every frame; nothing that identifies.
    pub attributes: ImageAttributes,
    /// Who it is of.
    pub identity: Identity,
    /// Where the pixel data's value is in the file.
    pub pixels: PixelLocation,
}

/// Where the value of _Pixel Data_ (7FE0,0010), or its float forms, is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PixelLocation {
    /// Offset of the first byte of the value in the file (in the inflated data set if `deflated`).
    pub offset: u64,
    /// Bytes of the value that exist. For encapsulated pixels of undefined length: all that follows in the file.
    pub len: u64,
    /// Whether the value is a sequence of fragments (PS3.5 A.4) and not the plain pixels.
    pub encapsulated: bool,
    /// Whether offset and length count in the inflated data set (PS3.5 A.5).
    pub deflated: bool,
}

/// Which element holds the samples, and so what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SampleKind {
    /// _Pixel Data_ (7FE0,0010): integers.
    #[default]
    Integer,
    /// _Float Pixel Data_ (7FE0,0008): 32-bit floats.
    Float,
    /// _Double Float Pixel Data_ (7FE0,0009): 64-bit floats.
    Double,
}

/// What the first 128 bytes of a file look like if they are not DICOM's usual ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreambleKind {
    /// Starts like a Windows or DOS program.
    DosProgram,
    /// Starts like a Linux program.
    ElfProgram,
    /// Starts like a program or script of another kind, or a web page.
    OtherActive,
    /// The 128 bytes are not there at all.
    Missing,
}

/// The allow-list of attributes that are needed to decode, place and show an image and that identify nobody.
///
/// No unique identifiers of study, series or instance, no names, no dates, no free text. All spatial values are
/// in DICOM's patient space: LPS, in millimetres. Missing attributes are `None` or empty; nothing is defaulted here
/// except _Number of Frames_ and _Samples per Pixel_ (1) and what the pixel codecs need.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageAttributes {
    /// Which instances belong together, when the identifiers that said so are left out. Set by `series::assemble`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<u32>,
    /// Set by `series::assemble`: the files of this group named more than one patient.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub mixed_patients: bool,

    /// _Transfer Syntax UID_ (0002,0010) as it is really used in the file.
    pub transfer_syntax: String,
    /// _SOP Class UID_ (0008,0016): the kind of object.
    pub sop_class: String,
    /// _Modality_ (0008,0060).
    pub modality: String,
    /// _Image Type_ (0008,0008).
    pub image_type: Vec<String>,
    /// _Body Part Examined_ (0018,0015).
    pub body_part: Option<String>,
    /// Whether manufacturer, model or description say that the scanner is a cone-beam one.
    pub cone_beam: bool,

    /// _Rows_ (0028,0010).
    pub rows: u32,
    /// _Columns_ (0028,0011).
    pub columns: u32,
    /// _Number of Frames_ (0028,0008).
    pub frames: u32,
    /// _Samples per Pixel_ (0028,0002).
    pub samples_per_pixel: u16,
    /// _Planar Configuration_ (0028,0006) is 1: colour by plane.
    pub planar: bool,
    /// _Photometric Interpretation_ (0028,0004).
    pub photometric: String,
    /// _Bits Allocated_ (0028,0100).
    pub bits_allocated: u16,
    /// _Bits Stored_ (0028,0101).
    pub bits_stored: u16,
    /// _High Bit_ (0028,0102).
    pub high_bit: u16,
    /// _Pixel Representation_ (0028,0103) is 1: two's complement.
    pub signed: bool,
    /// Which element holds the samples.
    pub samples: SampleKind,
    /// Native pixels in big-endian order are swapped by 16-bit words (value representation OW).
    pub word_swapped: bool,
    /// _Lossy Image Compression_ (0028,2110), or a lossy transfer syntax.
    pub lossy: bool,

    /// _Pixel Padding Value_ (0028,0120), as a stored value.
    pub padding: Option<i32>,
    /// _Pixel Padding Range Limit_ (0028,0121), as a stored value.
    pub padding_limit: Option<i32>,
    /// _Rescale Slope_ (0028,1053).
    pub rescale_slope: Option<f64>,
    /// _Rescale Intercept_ (0028,1052).
    pub rescale_intercept: Option<f64>,
    /// _Rescale Type_ (0028,1054).
    pub rescale_type: Option<String>,
    /// A _Modality LUT Sequence_ (0028,3000) is present.
    pub has_modality_lut: bool,
    /// _Window Center_ (0028,1050).
    pub window_center: Option<f64>,
    /// _Window Width_ (0028,1051).
    pub window_width: Option<f64>,
    /// _Presentation LUT Shape_ (2050,0020) is INVERSE.
    pub presentation_inverse: bool,
    /// Windows, tables and palettes, and what an image that is no slice says of its pixels.
    pub display: DisplayAttributes,

    /// _Pixel Spacing_ (0028,0030): between rows, between columns, in mm.
    pub pixel_spacing_mm: Option<[f64; 2]>,
    /// _Imager Pixel Spacing_ (0018,1164) or _Nominal Scanned Pixel Spacing_ (0018,2010).
    pub imager_spacing_mm: Option<[f64; 2]>,
    /// _Slice Thickness_ (0018,0050).
    pub slice_thickness_mm: Option<f64>,
    /// _Spacing Between Slices_ (0018,0088).
    pub slice_spacing_mm: Option<f64>,
    /// _Image Position (Patient)_ (0020,0032): centre of the first pixel.
    pub position_mm: Option<[f64; 3]>,
    /// _Image Orientation (Patient)_ (0020,0037): direction along a row, then along a column.
    pub orientation: Option<[f64; 6]>,
    /// _Slice Location_ (0020,1041).
    pub slice_location_mm: Option<f64>,
    /// _Instance Number_ (0020,0013).
    pub instance_number: Option<i64>,
    /// _Acquisition Number_ (0020,0012).
    pub acquisition_number: Option<i64>,
    /// _Temporal Position Identifier_ (0020,0100).
    pub temporal_position: Option<i64>,
    /// _Echo Numbers_ (0018,0086), first value.
    pub echo_number: Option<i64>,

    /// What differs from frame to frame, from the functional groups (PS3.3 C.7.6.16); empty or one for each frame. Shared by
    /// the series that the frames of one file fall into, of which there may be as many as frames.
    #[serde(
        with = "crate::shared",
        skip_serializing_if = "crate::shared::is_empty"
    )]
    pub per_frame: Arc<[FrameAttributes]>,

    /// The start of the file was unusual.
    pub preamble: Option<PreambleKind>,
    /// Fewer pixel bytes are there than the header promises.
    pub truncated: bool,
}

impl ImageAttributes {
    /// Least and greatest stored value that is no image: _Pixel Padding Value_ (0028,0120) and, where there is one,
    /// _Pixel Padding Range Limit_ (0028,0121), which may lie on either side (PS3.3 C.7.5.1.1.2).
    pub fn padding_range(&self) -> Option<(i32, i32)> {
        let value = self.padding?;
        let limit = self.padding_limit.unwrap_or(value);
        Some((value.min(limit), value.max(limit)))
    }
}

/// Attributes of one frame of a multi-frame image. `None` means: as in the image.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FrameAttributes {
    /// _Image Position (Patient)_ (0020,0032).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position_mm: Option<[f64; 3]>,
    /// _Image Orientation (Patient)_ (0020,0037).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orientation: Option<[f64; 6]>,
    /// _Pixel Spacing_ (0028,0030).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixel_spacing_mm: Option<[f64; 2]>,
    /// _Slice Thickness_ (0018,0050).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_thickness_mm: Option<f64>,
    /// _Spacing Between Slices_ (0018,0088).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slice_spacing_mm: Option<f64>,
    /// _Rescale Slope_ (0028,1053).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescale_slope: Option<f64>,
    /// _Rescale Intercept_ (0028,1052).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescale_intercept: Option<f64>,
    /// _Rescale Type_ (0028,1054).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rescale_type: Option<String>,
    /// _Window Center_ (0028,1050).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_center: Option<f64>,
    /// _Window Width_ (0028,1051).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_width: Option<f64>,
    /// _Stack ID_ (0020,9056), when it is a number; otherwise its rank among the file's stacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<i64>,
    /// _In-Stack Position Number_ (0020,9057).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_stack_position: Option<i64>,
    /// _Temporal Position Index_ (0020,9128).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporal_position: Option<i64>,
    /// _Frame Acquisition Number_ (0020,9156).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acquisition_number: Option<i64>,
    /// _Effective Echo Time_ (0018,9082), in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub echo_number: Option<i64>,
}

/// Who an image is of, and where and when it was made: everything that identifies. Text is UTF-8, without control
/// characters or direction overrides, and of bounded length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identity {
    /// _Patient's Name_ (0010,0010), component groups parted by `=`.
    pub patient_name: Option<String>,
    /// _Patient ID_ (0010,0020).
    pub patient_id: Option<String>,
    /// _Patient's Birth Date_ (0010,0030).
    pub patient_birth_date: Option<String>,
    /// _Patient's Sex_ (0010,0040).
    pub patient_sex: Option<String>,
    /// _Study Instance UID_ (0020,000D).
    pub study_uid: Option<String>,
    /// _Series Instance UID_ (0020,000E).
    pub series_uid: Option<String>,
    /// _SOP Instance UID_ (0008,0018).
    pub sop_uid: Option<String>,
    /// _Frame of Reference UID_ (0020,0052).
    pub frame_of_reference_uid: Option<String>,
    /// _Study Date_ (0008,0020).
    pub study_date: Option<String>,
    /// _Study Time_ (0008,0030).
    pub study_time: Option<String>,
    /// _Study Description_ (0008,1030).
    pub study_description: Option<String>,
    /// _Study ID_ (0020,0010).
    pub study_id: Option<String>,
    /// _Series Description_ (0008,103E).
    pub series_description: Option<String>,
    /// _Series Number_ (0020,0011).
    pub series_number: Option<String>,
    /// _Accession Number_ (0008,0050).
    pub accession_number: Option<String>,
    /// _Institution Name_ (0008,0080).
    pub institution: Option<String>,
    /// _Referring Physician's Name_ (0008,0090).
    pub referring_physician: Option<String>,
    /// _Manufacturer_ (0008,0070).
    pub manufacturer: Option<String>,
    /// _Manufacturer's Model Name_ (0008,1090).
    pub model: Option<String>,
    /// _Station Name_ (0008,1010).
    pub station: Option<String>,
}
