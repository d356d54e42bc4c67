//! The attributes that are kept of a header, as a `dicom_object` data set.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::value::{DataSetSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::InMemDicomObject;

use super::charset::Charset;
use super::display;
use super::element::Encoding;
use super::walker::{RawElement, RawValue};

/// Sequences whose items are read: the functional groups and the macros in them that place, scale or window a frame.
const KEPT_SEQUENCES: [Tag; 9] = [
    tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
    tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
    tags::PLANE_POSITION_SEQUENCE,
    tags::PLANE_ORIENTATION_SEQUENCE,
    tags::PIXEL_MEASURES_SEQUENCE,
    tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE,
    tags::FRAME_VOILUT_SEQUENCE,
    tags::FRAME_CONTENT_SEQUENCE,
    tags::MR_ECHO_SEQUENCE,
];

/// Attributes that are read, besides the sequences.
const KEPT: &[Tag] = &[
    tags::MEDIA_STORAGE_SOP_CLASS_UID,
    tags::TRANSFER_SYNTAX_UID,
    tags::SPECIFIC_CHARACTER_SET,
    tags::IMAGE_TYPE,
    tags::SOP_CLASS_UID,
    tags::SOP_INSTANCE_UID,
    tags::STUDY_DATE,
    tags::STUDY_TIME,
    tags::ACCESSION_NUMBER,
    tags::MODALITY,
    tags::MANUFACTURER,
    tags::INSTITUTION_NAME,
    tags::REFERRING_PHYSICIAN_NAME,
    tags::STATION_NAME,
    tags::STUDY_DESCRIPTION,
    tags::SERIES_DESCRIPTION,
    tags::MANUFACTURER_MODEL_NAME,
    tags::PATIENT_NAME,
    tags::PATIENT_ID,
    tags::PATIENT_BIRTH_DATE,
    tags::PATIENT_SEX,
    tags::BODY_PART_EXAMINED,
    tags::SLICE_THICKNESS,
    tags::SPACING_BETWEEN_SLICES,
    tags::ECHO_NUMBERS,
    tags::IMAGER_PIXEL_SPACING,
    tags::NOMINAL_SCANNED_PIXEL_SPACING,
    tags::EFFECTIVE_ECHO_TIME,
    tags::STUDY_INSTANCE_UID,
    tags::SERIES_INSTANCE_UID,
    tags::STUDY_ID,
    tags::SERIES_NUMBER,
    tags::ACQUISITION_NUMBER,
    tags::INSTANCE_NUMBER,
    tags::IMAGE_POSITION_PATIENT,
    tags::IMAGE_ORIENTATION_PATIENT,
    tags::FRAME_OF_REFERENCE_UID,
    tags::TEMPORAL_POSITION_IDENTIFIER,
    tags::SLICE_LOCATION,
    tags::STACK_ID,
    tags::IN_STACK_POSITION_NUMBER,
    tags::TEMPORAL_POSITION_INDEX,
    tags::FRAME_ACQUISITION_NUMBER,
    tags::SAMPLES_PER_PIXEL,
    tags::PHOTOMETRIC_INTERPRETATION,
    tags::PLANAR_CONFIGURATION,
    tags::NUMBER_OF_FRAMES,
    tags::ROWS,
    tags::COLUMNS,
    tags::PIXEL_SPACING,
    tags::BITS_ALLOCATED,
    tags::BITS_STORED,
    tags::HIGH_BIT,
    tags::PIXEL_REPRESENTATION,
    tags::PIXEL_PADDING_VALUE,
    tags::PIXEL_PADDING_RANGE_LIMIT,
    tags::WINDOW_CENTER,
    tags::WINDOW_WIDTH,
    tags::RESCALE_INTERCEPT,
    tags::RESCALE_SLOPE,
    tags::RESCALE_TYPE,
    tags::LOSSY_IMAGE_COMPRESSION,
    tags::PRESENTATION_LUT_SHAPE,
];

/// Whether an attribute is read.
pub(crate) fn is_kept(tag: Tag) -> bool {
    KEPT.contains(&tag) || display::KEPT.contains(&tag) || is_kept_sequence(tag)
}

/// Whether a sequence's items are read.
pub(crate) fn is_kept_sequence(tag: Tag) -> bool {
    KEPT_SEQUENCES.contains(&tag) || display::KEPT_SEQUENCES.contains(&tag)
}

/// The kept elements as a data set. Of elements that occur twice the first counts, as the order of tags demands that
/// it be the only one. Text is decoded with the data set's own character sets.
pub(crate) fn to_object(elements: Vec<RawElement>, encoding: Encoding) -> InMemDicomObject {
    let charset = Charset::parse(
        elements
            .iter()
            .find(|element| element.tag == tags::SPECIFIC_CHARACTER_SET)
            .and_then(|element| match &element.value {
                RawValue::Bytes(bytes) => Some(bytes.as_slice()),
                RawValue::Items(_) => None,
            })
            .unwrap_or_default(),
    );
    object(elements, encoding, &charset)
}

fn object(elements: Vec<RawElement>, encoding: Encoding, charset: &Charset) -> InMemDicomObject {
    let mut object = InMemDicomObject::new_empty();
    for element in elements {
        if object.get(element.tag).is_some() {
            continue;
        }
        match element.value {
            RawValue::Items(items) => {
                let items: Vec<_> = items
                    .into_iter()
                    .map(|item| self::object(item, encoding, charset))
                    .collect();
                object.put(DataElement::new(
                    element.tag,
                    VR::SQ,
                    Value::Sequence(DataSetSequence::from(items)),
                ));
            }
            RawValue::Bytes(bytes) => {
                let vr = representation(element.tag, element.vr);
                let value = primitive(vr, &bytes, encoding, charset);
                object.put(DataElement::new(element.tag, vr, Value::Primitive(value)));
            }
        }
    }
    object
}

/// The dictionary's representation; where it leaves a choice, the written one. What a file claims against the
/// dictionary (text where numbers belong) is not believed, except that numbers may come as another number type.
fn representation(tag: Tag, written: Option<VR>) -> VR {
    let known = StandardDataDictionary.by_tag(tag).map(|entry| entry.vr());
    match (known, written) {
        (Some(VirtualVr::Exact(vr)), Some(written)) if is_number(vr) && is_number(written) => {
            written
        }
        (Some(VirtualVr::Exact(vr)), _) => vr,
        (Some(other), written) => written
            .filter(|vr| is_number(*vr))
            .unwrap_or_else(|| other.relaxed()),
        (None, written) => written.unwrap_or(VR::UN),
    }
}

fn is_number(vr: VR) -> bool {
    matches!(
        vr,
        VR::US | VR::SS | VR::UL | VR::SL | VR::FL | VR::FD | VR::UV | VR::SV
    )
}

fn primitive(vr: VR, bytes: &[u8], encoding: Encoding, charset: &Charset) -> PrimitiveValue {
    /// The values of one number type, in the file's byte order.
    macro_rules! numbers {
        ($number:ty) => {
            PrimitiveValue::from_iter_of(bytes.chunks_exact(size_of::<$number>()).map(|chunk| {
                let mut raw = [0; size_of::<$number>()];
                raw.copy_from_slice(chunk);
                if encoding.big_endian {
                    <$number>::from_be_bytes(raw)
                } else {
                    <$number>::from_le_bytes(raw)
                }
            }))
        };
    }
    match vr {
        VR::US | VR::OW => numbers!(u16),
        VR::SS => numbers!(i16),
        VR::UL => numbers!(u32),
        VR::SL => numbers!(i32),
        VR::FL => numbers!(f32),
        VR::FD => numbers!(f64),
        // Names and free text may hold a backslash inside a multi-byte character, so they are decoded before splitting.
        _ => {
            let text = charset.decode(vr, bytes);
            PrimitiveValue::Strs(text.split('\\').map(str::to_owned).collect())
        }
    }
}

/// Collects numbers into the variant of their type.
trait FromIterOf<T> {
    fn from_iter_of(values: impl Iterator<Item = T>) -> Self;
}

macro_rules! from_iter_of {
    ($($number:ty => $variant:ident),*) => {$(
        impl FromIterOf<$number> for PrimitiveValue {
            fn from_iter_of(values: impl Iterator<Item = $number>) -> Self {
                Self::$variant(values.collect())
            }
        }
    )*};
}
from_iter_of!(u16 => U16, i16 => I16, u32 => U32, i32 => I32, f32 => F32, f64 => F64);
