//! From a header to what is kept of it, with the image description checked.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::header::{Header, HeaderPixels, text};
use super::instance::{Identity, ImageAttributes, SampleKind};
use super::numbers::{
    distance, level, number, numbers, orientation, position, positive_level, single, spacing, texts,
};
use super::rejection::RejectCode;
use super::{display, frames, limits, syntax};

/// Why an image description is not accepted.
pub(crate) type Refusal = (RejectCode, String);

/// SOP classes of X-Ray 3D images: cone-beam by construction (PS3.3 A.53 to A.55).
const XRAY_3D_CLASSES: &str = "1.2.840.10008.5.1.4.1.1.13.1.";

/// Words of makers, models and descriptions that mean a cone-beam scanner, in lower case.
const CONE_BEAM_WORDS: [&str; 37] = [
    "cbct",
    "cone beam",
    "cone-beam",
    "conebeam",
    "planmeca",
    "promax",
    "carestream",
    "sirona",
    "orthophos",
    "galileos",
    "axeos",
    "vatech",
    "pax-",
    "i-cat",
    "imaging sciences",
    "newtom",
    "morita",
    "accuitomo",
    "veraview",
    "instrumentarium",
    "soredex",
    "cranex",
    "orthopantomograph",
    "gendex",
    "acteon",
    "x-mind",
    "prexion",
    "rayscan",
    "dentri",
    "owandy",
    "myray",
    "hyperion",
    "genoray",
    "papaya",
    "largev",
    "fussen",
    "kavo",
];

/// Reads what is kept, and checks the image description.
pub(crate) fn read(header: &Header, pixels: &HeaderPixels) -> Result<ImageAttributes, Refusal> {
    let object = &header.object;
    let mut attributes = ImageAttributes {
        transfer_syntax: header.transfer_syntax.clone(),
        sop_class: text(object, tags::SOP_CLASS_UID).unwrap_or_default(),
        modality: text(object, tags::MODALITY).unwrap_or_default(),
        image_type: texts(object, tags::IMAGE_TYPE),
        body_part: text(object, tags::BODY_PART_EXAMINED),
        cone_beam: is_cone_beam(object),
        samples: pixels.samples,
        ..ImageAttributes::default()
    };
    description(object, pixels, &mut attributes)?;
    placement(object, &mut attributes);
    values(object, &mut attributes);
    frames::read(object, &mut attributes);
    check_size(pixels, &mut attributes)?;
    Ok(attributes)
}

/// Who the image is of.
pub(crate) fn identity(object: &InMemDicomObject) -> Identity {
    Identity {
        // Empty component groups at the end of a name are left away (PS3.5 6.2.1.1).
        patient_name: text(object, tags::PATIENT_NAME)
            .map(|name| name.trim_end_matches('=').to_owned())
            .filter(|name| !name.is_empty()),
        patient_id: text(object, tags::PATIENT_ID),
        patient_birth_date: text(object, tags::PATIENT_BIRTH_DATE),
        patient_sex: text(object, tags::PATIENT_SEX),
        study_uid: text(object, tags::STUDY_INSTANCE_UID),
        series_uid: text(object, tags::SERIES_INSTANCE_UID),
        sop_uid: text(object, tags::SOP_INSTANCE_UID),
        frame_of_reference_uid: text(object, tags::FRAME_OF_REFERENCE_UID),
        study_date: text(object, tags::STUDY_DATE),
        study_time: text(object, tags::STUDY_TIME),
        study_description: text(object, tags::STUDY_DESCRIPTION),
        study_id: text(object, tags::STUDY_ID),
        series_description: text(object, tags::SERIES_DESCRIPTION),
        series_number: text(object, tags::SERIES_NUMBER),
        accession_number: text(object, tags::ACCESSION_NUMBER),
        institution: text(object, tags::INSTITUTION_NAME),
        referring_physician: text(object, tags::REFERRING_PHYSICIAN_NAME),
        manufacturer: text(object, tags::MANUFACTURER),
        model: text(object, tags::MANUFACTURER_MODEL_NAME),
        station: text(object, tags::STATION_NAME),
    }
}

fn is_cone_beam(object: &InMemDicomObject) -> bool {
    let class = text(object, tags::SOP_CLASS_UID).unwrap_or_default();
    let words = [
        tags::MANUFACTURER,
        tags::MANUFACTURER_MODEL_NAME,
        tags::SERIES_DESCRIPTION,
        tags::STUDY_DESCRIPTION,
    ]
    .into_iter()
    .filter_map(|tag| text(object, tag))
    .collect::<Vec<_>>()
    .join(" ")
    .to_lowercase();
    class.starts_with(XRAY_3D_CLASSES) || CONE_BEAM_WORDS.iter().any(|word| words.contains(word))
}

/// Rows, columns, frames and how a sample is written (PS3.3 C.7.6.3).
fn description(
    object: &InMemDicomObject,
    pixels: &HeaderPixels,
    attributes: &mut ImageAttributes,
) -> Result<(), Refusal> {
    let malformed = |message: String| (RejectCode::Malformed, message);
    let required = |tag: Tag, name: &str| {
        single(object, tag)
            .filter(|value| *value > 0)
            .ok_or_else(|| malformed(format!("{name} is missing, zero or not a number.")))
    };
    attributes.rows = required(tags::ROWS, "Rows")?;
    attributes.columns = required(tags::COLUMNS, "Columns")?;
    // Text that is no number occurs in the field on single-frame images.
    attributes.frames = single(object, tags::NUMBER_OF_FRAMES).unwrap_or(1).max(1);
    attributes.samples_per_pixel = single(object, tags::SAMPLES_PER_PIXEL).unwrap_or(1);
    if !matches!(attributes.samples_per_pixel, 1 | 3) {
        return Err(malformed(format!(
            "Samples per Pixel is {}; only grey and three-colour images can be shown.",
            attributes.samples_per_pixel
        )));
    }
    attributes.planar = single(object, tags::PLANAR_CONFIGURATION) == Some(1u16);
    attributes.photometric = text(object, tags::PHOTOMETRIC_INTERPRETATION).unwrap_or_else(|| {
        if attributes.samples_per_pixel == 1 {
            "MONOCHROME2"
        } else {
            "RGB"
        }
        .to_owned()
    });
    if pixels.location.encapsulated
        && syntax::is_decoded_to_rgb(&attributes.transfer_syntax, &attributes.photometric)
    {
        attributes.photometric = "RGB".to_owned();
    }

    let allocated: u16 = required(tags::BITS_ALLOCATED, "Bits Allocated")? as u16;
    let whole = match attributes.samples {
        SampleKind::Integer => matches!(allocated, 1 | 8 | 16 | 32),
        SampleKind::Float => allocated == 32,
        SampleKind::Double => allocated == 64,
    };
    if !whole {
        return Err(malformed(format!(
            "Bits Allocated is {allocated}; samples packed in that way are not supported."
        )));
    }
    let stored = single(object, tags::BITS_STORED).unwrap_or(allocated);
    if stored == 0 || stored > allocated {
        return Err(malformed(format!(
            "Bits Stored is {stored} where {allocated} bits are allocated."
        )));
    }
    attributes.bits_allocated = allocated;
    attributes.bits_stored = stored;
    attributes.high_bit = single(object, tags::HIGH_BIT)
        .filter(|bit| *bit < allocated && *bit + 1 >= stored)
        .unwrap_or(stored - 1);
    attributes.signed = single(object, tags::PIXEL_REPRESENTATION) == Some(1u16);
    attributes.word_swapped =
        attributes.transfer_syntax == syntax::EXPLICIT_BE && pixels.words && allocated <= 8;
    attributes.lossy = text(object, tags::LOSSY_IMAGE_COMPRESSION).as_deref() == Some("01")
        || syntax::is_lossy(&attributes.transfer_syntax);
    Ok(())
}

/// Where the image is in the patient (PS3.3 C.7.6.2).
fn placement(object: &InMemDicomObject, attributes: &mut ImageAttributes) {
    attributes.pixel_spacing_mm = spacing(object, tags::PIXEL_SPACING);
    attributes.imager_spacing_mm = spacing(object, tags::IMAGER_PIXEL_SPACING)
        .or_else(|| spacing(object, tags::NOMINAL_SCANNED_PIXEL_SPACING));
    attributes.slice_thickness_mm = distance(object, tags::SLICE_THICKNESS);
    attributes.slice_spacing_mm = distance(object, tags::SPACING_BETWEEN_SLICES);
    attributes.position_mm = position(object);
    attributes.orientation = orientation(object);
    attributes.slice_location_mm = number(object, tags::SLICE_LOCATION).filter(|mm| mm.abs() < 1e5);
    attributes.instance_number = single(object, tags::INSTANCE_NUMBER);
    attributes.acquisition_number = single(object, tags::ACQUISITION_NUMBER);
    attributes.temporal_position = single(object, tags::TEMPORAL_POSITION_IDENTIFIER);
    attributes.echo_number = numbers(object, tags::ECHO_NUMBERS)
        .first()
        .map(|echo| *echo as i64);
}

/// What the values mean (PS3.3 C.11.1, C.7.5.1.1.2).
fn values(object: &InMemDicomObject, attributes: &mut ImageAttributes) {
    let stored = |tag: Tag| {
        let value: i32 = single(object, tag)?;
        // The value has the pixels' sign, but an implicit data set does not say so.
        Some(if attributes.signed && value > i32::from(i16::MAX) {
            value - 65_536
        } else {
            value
        })
    };
    attributes.padding = stored(tags::PIXEL_PADDING_VALUE);
    attributes.padding_limit = stored(tags::PIXEL_PADDING_RANGE_LIMIT);
    attributes.rescale_slope = level(object, tags::RESCALE_SLOPE);
    attributes.rescale_intercept = level(object, tags::RESCALE_INTERCEPT);
    attributes.rescale_type = text(object, tags::RESCALE_TYPE);
    attributes.has_modality_lut = object.get(tags::MODALITY_LUT_SEQUENCE).is_some();
    attributes.window_center = level(object, tags::WINDOW_CENTER);
    attributes.window_width = positive_level(object, tags::WINDOW_WIDTH);
    attributes.presentation_inverse =
        text(object, tags::PRESENTATION_LUT_SHAPE).as_deref() == Some("INVERSE");
    attributes.display = display::read(object, attributes.signed);
}

/// Whether an image of this size can be held, and whether its bytes are there.
fn check_size(pixels: &HeaderPixels, attributes: &mut ImageAttributes) -> Result<(), Refusal> {
    let too_large = |what: String| (RejectCode::TooLarge, what);
    let frame_samples = u64::from(attributes.rows)
        * u64::from(attributes.columns)
        * u64::from(attributes.samples_per_pixel);
    if frame_samples > limits::FRAME_SAMPLES {
        return Err(too_large(format!(
            "The image claims {} columns and {} rows.",
            attributes.columns, attributes.rows
        )));
    }
    let frame_bytes = frame_samples * u64::from(attributes.bits_allocated.max(8) / 8);
    let total = frame_bytes * u64::from(attributes.frames);
    let there = pixels.location.len;
    if pixels.location.encapsulated {
        let ratio = if syntax::is_jpeg_xl(&attributes.transfer_syntax) {
            limits::COMPRESSION_RATIO_JPEG_XL
        } else {
            limits::COMPRESSION_RATIO
        };
        let many = attributes.frames > limits::FRAMES || total > limits::IMAGE_BYTES;
        if many || total / ratio > there {
            return Err(too_large(format!(
                "The image claims {} frames of {} by {} pixels, which its {there} bytes cannot hold.",
                attributes.frames, attributes.columns, attributes.rows
            )));
        }
        return Ok(());
    }
    let expected = crate::codec::native_len(attributes, attributes.frames);
    if there < expected {
        if there.saturating_mul(limits::NATIVE_PRESENT) < expected {
            return Err((
                RejectCode::Malformed,
                format!("Of {expected} bytes of pixels only {there} are there."),
            ));
        }
        attributes.truncated = true;
    }
    if total > limits::IMAGE_BYTES || attributes.frames > limits::FRAMES {
        return Err(too_large(format!(
            "The image claims {} frames.",
            attributes.frames
        )));
    }
    Ok(())
}
