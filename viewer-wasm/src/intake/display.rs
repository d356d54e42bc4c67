//! What a header says about showing an image: windows, lookup tables, palettes, and the size of a pixel in the flat.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use serde::{Deserialize, Serialize};

use super::header::text;
use super::lut::{LookupTable, Palette};
use super::numbers::{number, numbers, sound_level, texts};

/// Attributes that are read besides those of `dataset`.
pub(crate) const KEPT: &[Tag] = &[
    tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR,
    tags::PATIENT_ORIENTATION,
    tags::PIXEL_ASPECT_RATIO,
    tags::PIXEL_SPACING_CALIBRATION_TYPE,
    tags::VOILUT_FUNCTION,
    tags::LUT_DESCRIPTOR,
    tags::LUT_DATA,
    tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
    tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
    tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
    tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    tags::SEGMENTED_RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    tags::SEGMENTED_GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    tags::SEGMENTED_BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
];

/// Sequences whose items are read besides those of `dataset`.
pub(crate) const KEPT_SEQUENCES: [Tag; 2] = [tags::MODALITY_LUT_SEQUENCE, tags::VOILUT_SEQUENCE];

/// What a radiograph's magnification can be.
const MAGNIFICATION: std::ops::RangeInclusive<f64> = 1.0..=10.0;

/// Windows and tables kept of one header; more are no help to anybody.
const MOST_CHOICES: usize = 16;

/// How rescaled values become brightness (_VOI LUT Function_ (0028,1056), PS3.3 C.11.2.1.2 and C.11.2.1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VoiFunction {
    /// LINEAR: the width counts from the first value that is not black to the last that is not white.
    #[default]
    Linear,
    /// LINEAR_EXACT: the width is the whole span.
    LinearExact,
    /// SIGMOID.
    Sigmoid,
}

/// How an image wants to be shown. Nothing here identifies anybody; the explanations of windows and tables, which are
/// free text, are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DisplayAttributes {
    /// _Window Center_ (0028,1050) and _Window Width_ (0028,1051), all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub windows: Vec<[f64; 2]>,
    /// _VOI LUT Function_ (0028,1056).
    pub voi_function: VoiFunction,
    /// _VOI LUT Sequence_ (0028,3010): from rescaled values to brightness.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub voi_luts: Vec<LookupTable>,
    /// _Modality LUT Sequence_ (0028,3000): from stored values to output values, in place of a rescale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modality_lut: Option<LookupTable>,
    /// The palette's three tables (PS3.3 C.7.9), from stored values to colours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub palette: Option<Palette>,
    /// _Pixel Aspect Ratio_ (0028,0034): vertical and horizontal size of a pixel, to each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pixel_aspect: Option<[f64; 2]>,
    /// _Pixel Spacing Calibration Type_ (0028,0A02) is there: _Pixel Spacing_ was calibrated.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub calibrated: bool,
    /// _Estimated Radiographic Magnification Factor_ (0018,1114).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub magnification: Option<f64>,
    /// _Patient Orientation_ (0020,0020): where rows point, and where columns point.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patient_orientation: Option<[String; 2]>,
}

/// Reads them. `signed` is the pixels' own sign, which the tables' first values share.
pub(super) fn read(object: &InMemDicomObject, signed: bool) -> DisplayAttributes {
    let centers = numbers(object, tags::WINDOW_CENTER);
    let widths = numbers(object, tags::WINDOW_WIDTH);
    let items = |tag: Tag| {
        object
            .get(tag)
            .and_then(|element| element.items())
            .unwrap_or_default()
    };
    let ratio = numbers(object, tags::PIXEL_ASPECT_RATIO);
    let orientation = texts(object, tags::PATIENT_ORIENTATION);
    DisplayAttributes {
        windows: centers
            .into_iter()
            .zip(widths)
            .map(|(center, width)| [center, width])
            .filter(|window| is_window(*window))
            .take(MOST_CHOICES)
            .collect(),
        voi_function: match text(object, tags::VOILUT_FUNCTION).as_deref() {
            Some("LINEAR_EXACT") => VoiFunction::LinearExact,
            Some("SIGMOID") => VoiFunction::Sigmoid,
            _ => VoiFunction::Linear,
        },
        // Output values may be below 0 for both kinds of pixels, but only signed pixels give tables signed first values
        // (PS3.3 C.11.2.1.1).
        voi_luts: items(tags::VOILUT_SEQUENCE)
            .iter()
            .filter_map(|item| LookupTable::read(item, signed))
            .take(MOST_CHOICES)
            .collect(),
        modality_lut: items(tags::MODALITY_LUT_SEQUENCE)
            .first()
            .and_then(|item| LookupTable::read(item, signed)),
        palette: Palette::read(object, signed),
        pixel_aspect: <[f64; 2]>::try_from(ratio)
            .ok()
            .filter(|sides| is_aspect(*sides)),
        calibrated: text(object, tags::PIXEL_SPACING_CALIBRATION_TYPE).is_some(),
        magnification: number(object, tags::ESTIMATED_RADIOGRAPHIC_MAGNIFICATION_FACTOR)
            .filter(|factor| MAGNIFICATION.contains(factor)),
        patient_orientation: orientation_letters(&orientation),
    }
}

impl DisplayAttributes {
    /// Whether a header could have said this: what comes out of a package is checked by it.
    pub(super) fn is_sound(&self) -> bool {
        self.windows.iter().all(|window| is_window(*window))
            && self.pixel_aspect.is_none_or(is_aspect)
            && self
                .magnification
                .is_none_or(|factor| MAGNIFICATION.contains(&factor))
    }
}

fn is_window([center, width]: [f64; 2]) -> bool {
    sound_level(center) && sound_level(width) && width > 0.0
}

fn is_aspect([high, wide]: [f64; 2]) -> bool {
    high > 0.0 && wide > 0.0 && (0.01..100.0).contains(&(high / wide))
}

/// Both directions, if they are made of the letters that the standard has for them (PS3.3 C.7.6.1.1.1). Quadrupeds'
/// abbreviations are left out.
fn orientation_letters(values: &[String]) -> Option<[String; 2]> {
    let sound = |text: &String| {
        (1..=3).contains(&text.len()) && text.chars().all(|letter| "LRAPHF".contains(letter))
    };
    match values {
        [row, column] if sound(row) && sound(column) => Some([row.clone(), column.clone()]),
        _ => None,
    }
}
