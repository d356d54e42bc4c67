//! From a header to what is kept of it, with the image description checked.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::header::{Header, HeaderPixels, text};
use super::instance::{FrameAttributes, Identity, ImageAttributes, SampleKind};
use super::rejection::RejectCode;
use super::{limits, syntax};

/// Why an image description is not accepted.
pub(crate) type Refusal = (RejectCode, String);

/// SOP classes of X-Ray 3D images: cone-beam by construction (PS3.3 A.53 to A.55).
const XRAY_3D_CLASSES: &str = "1.2.840.10008.5.1.4.1.1.13.1.";

/// Words of makers, models and descriptions that mean a cone-beam scanner, in lower case.
const CONE_BEAM_WORDS: [&str; 40] = [
    "cbct",
    "cone beam",
    "cone-beam",
    "conebeam",
    "dvt",
    "planmeca",
    "promax",
    "viso",
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
    "dental",
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
    frames(object, &mut attributes);
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
    attributes.slice_thickness_mm = positive(object, tags::SLICE_THICKNESS);
    attributes.slice_spacing_mm = positive(object, tags::SPACING_BETWEEN_SLICES);
    attributes.position_mm = position(object);
    attributes.orientation = orientation(object);
    attributes.slice_location_mm = number(object, tags::SLICE_LOCATION);
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
    attributes.rescale_slope = number(object, tags::RESCALE_SLOPE);
    attributes.rescale_intercept = number(object, tags::RESCALE_INTERCEPT);
    attributes.rescale_type = text(object, tags::RESCALE_TYPE);
    attributes.has_modality_lut = object.get(tags::MODALITY_LUT_SEQUENCE).is_some();
    attributes.window_center = number(object, tags::WINDOW_CENTER);
    attributes.window_width = positive(object, tags::WINDOW_WIDTH);
    attributes.presentation_inverse =
        text(object, tags::PRESENTATION_LUT_SHAPE).as_deref() == Some("INVERSE");
}

/// What differs from frame to frame, and what the shared functional groups say for all (PS3.3 C.7.6.16). Some dental
/// exports write the attributes straight into the groups' items, without the macros' sequences.
fn frames(object: &InMemDicomObject, attributes: &mut ImageAttributes) {
    let items = |tag: Tag| {
        object
            .get(tag)
            .and_then(|element| element.items())
            .unwrap_or_default()
    };
    if let Some(shared) = items(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE).first() {
        let shared = frame(shared, &[]);
        let image = &mut *attributes;
        image.position_mm = image.position_mm.or(shared.position_mm);
        image.orientation = image.orientation.or(shared.orientation);
        image.pixel_spacing_mm = image.pixel_spacing_mm.or(shared.pixel_spacing_mm);
        image.slice_thickness_mm = image.slice_thickness_mm.or(shared.slice_thickness_mm);
        image.slice_spacing_mm = image.slice_spacing_mm.or(shared.slice_spacing_mm);
        image.rescale_slope = image.rescale_slope.or(shared.rescale_slope);
        image.rescale_intercept = image.rescale_intercept.or(shared.rescale_intercept);
        image.rescale_type = image.rescale_type.take().or(shared.rescale_type);
        image.window_center = image.window_center.or(shared.window_center);
        image.window_width = image.window_width.or(shared.window_width);
    }
    let per_frame = items(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    if per_frame.len() == attributes.frames as usize {
        let mut stacks = Vec::new();
        for item in per_frame {
            if let Some(name) = stack_name(item)
                && !stacks.contains(&name)
            {
                stacks.push(name);
            }
        }
        attributes.per_frame = per_frame.iter().map(|item| frame(item, &stacks)).collect();
    }
}

fn stack_name(item: &InMemDicomObject) -> Option<String> {
    flat(item)
        .into_iter()
        .find_map(|group| text(group, tags::STACK_ID))
}

/// An item of functional groups and the first items of the macros in it.
fn flat(item: &InMemDicomObject) -> Vec<&InMemDicomObject> {
    let nested = item
        .iter()
        .filter_map(|element| element.items().and_then(|items| items.first()));
    nested.chain([item]).collect()
}

fn frame(item: &InMemDicomObject, stacks: &[String]) -> FrameAttributes {
    let groups = flat(item);
    /// The first of the item's groups that has the attribute.
    macro_rules! first {
        ($read:expr) => {
            groups.iter().find_map(|group| $read(group))
        };
    }
    FrameAttributes {
        position_mm: first!(|group| position(group)),
        orientation: first!(|group| orientation(group)),
        pixel_spacing_mm: first!(|group| spacing(group, tags::PIXEL_SPACING)),
        slice_thickness_mm: first!(|group| positive(group, tags::SLICE_THICKNESS)),
        slice_spacing_mm: first!(|group| positive(group, tags::SPACING_BETWEEN_SLICES)),
        rescale_slope: first!(|group| number(group, tags::RESCALE_SLOPE)),
        rescale_intercept: first!(|group| number(group, tags::RESCALE_INTERCEPT)),
        rescale_type: first!(|group| text(group, tags::RESCALE_TYPE)),
        window_center: first!(|group| number(group, tags::WINDOW_CENTER)),
        window_width: first!(|group| positive(group, tags::WINDOW_WIDTH)),
        stack: stack_name(item)
            .and_then(|name| stacks.iter().position(|other| *other == name))
            .map(|rank| rank as i64),
        in_stack_position: first!(|group| single(group, tags::IN_STACK_POSITION_NUMBER)),
        temporal_position: first!(|group| single(group, tags::TEMPORAL_POSITION_INDEX)),
        acquisition_number: first!(|group| single(group, tags::FRAME_ACQUISITION_NUMBER)),
        echo_number: first!(|group| number(group, tags::EFFECTIVE_ECHO_TIME))
            .map(|milliseconds| (milliseconds * 1000.0).round() as i64),
    }
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
        if total > limits::IMAGE_BYTES || total / limits::COMPRESSION_RATIO > there {
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
    if total > limits::IMAGE_BYTES {
        return Err(too_large(format!(
            "The image claims {} frames.",
            attributes.frames
        )));
    }
    Ok(())
}

/// All values of a text attribute.
fn texts(object: &InMemDicomObject, tag: Tag) -> Vec<String> {
    let value = object
        .get(tag)
        .and_then(|element| element.value().primitive());
    value.map_or_else(Vec::new, |value| {
        value
            .to_multi_str()
            .iter()
            .map(|text| text.trim().to_owned())
            .collect()
    })
}

/// All values of a number attribute, binary or text; none if one of them is not a finite number.
fn numbers(object: &InMemDicomObject, tag: Tag) -> Vec<f64> {
    let value = object
        .get(tag)
        .and_then(|element| element.value().primitive());
    let numbers = value
        .and_then(|value| value.to_multi_float64().ok())
        .unwrap_or_default();
    if numbers.iter().all(|number| number.is_finite()) {
        numbers
    } else {
        Vec::new()
    }
}

fn number(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    numbers(object, tag).first().copied()
}

fn positive(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    number(object, tag).filter(|number| *number > 0.0)
}

/// A whole number of which there is exactly one.
fn single<T: TryFrom<i64>>(object: &InMemDicomObject, tag: Tag) -> Option<T> {
    let numbers = numbers(object, tag);
    let [number] = numbers[..] else { return None };
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(())?;
    T::try_from(number as i64).ok()
}

/// Two positive spacings below a metre: between rows, between columns.
fn spacing(object: &InMemDicomObject, tag: Tag) -> Option<[f64; 2]> {
    let numbers = numbers(object, tag);
    let &[row, column] = numbers.get(..2)? else {
        return None;
    };
    let sound = |spacing: f64| spacing > 1e-5 && spacing < 1000.0;
    (sound(row) && sound(column)).then_some([row, column])
}

/// A position within 100 m of the origin.
fn position(object: &InMemDicomObject) -> Option<[f64; 3]> {
    let numbers = numbers(object, tags::IMAGE_POSITION_PATIENT);
    let position: [f64; 3] = numbers.try_into().ok()?;
    position.iter().all(|mm| mm.abs() < 1e5).then_some(position)
}

/// Two directions that are unit vectors and perpendicular within what rounding to a few decimals leaves (1 %).
fn orientation(object: &InMemDicomObject) -> Option<[f64; 6]> {
    let numbers = numbers(object, tags::IMAGE_ORIENTATION_PATIENT);
    let cosines: [f64; 6] = numbers.try_into().ok()?;
    let row = glam::DVec3::from_slice(&cosines[..3]);
    let column = glam::DVec3::from_slice(&cosines[3..]);
    let unit = |v: glam::DVec3| (v.length() - 1.0).abs() < 0.01;
    (unit(row) && unit(column) && row.dot(column).abs() < 0.01).then_some(cosines)
}
