//! Values of attributes, where they are sound.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

/// All values of a text attribute.
pub(super) fn texts(object: &InMemDicomObject, tag: Tag) -> Vec<String> {
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
pub(super) fn numbers(object: &InMemDicomObject, tag: Tag) -> Vec<f64> {
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

pub(super) fn number(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    numbers(object, tag).first().copied()
}

/// A value on the scale of grey values: any that a scanner could mean, and none whose sums overflow.
pub(super) fn level(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    number(object, tag).filter(|number| sound_level(*number))
}

/// Whether a number can be on the scale of grey values.
pub(super) fn sound_level(value: f64) -> bool {
    value.abs() < 1e12
}

/// The same above 0.
pub(super) fn positive_level(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    level(object, tag).filter(|number| *number > 0.0)
}

/// A thickness or distance of slices below a metre.
pub(super) fn distance(object: &InMemDicomObject, tag: Tag) -> Option<f64> {
    number(object, tag).and_then(sound_distance)
}

/// The same of a number.
pub(super) fn sound_distance(mm: f64) -> Option<f64> {
    (mm > 1e-5 && mm < 1000.0).then_some(mm)
}

/// A whole number of which there is exactly one.
pub(super) fn single<T: TryFrom<i64>>(object: &InMemDicomObject, tag: Tag) -> Option<T> {
    let numbers = numbers(object, tag);
    let [number] = numbers[..] else { return None };
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(())?;
    T::try_from(number as i64).ok()
}

/// Two positive spacings below a metre: between rows, between columns.
pub(super) fn spacing(object: &InMemDicomObject, tag: Tag) -> Option<[f64; 2]> {
    let numbers = numbers(object, tag);
    let &[row, column] = numbers.get(..2)? else {
        return None;
    };
    sound_spacing([row, column])
}

/// The same of two numbers.
pub(super) fn sound_spacing(spacing: [f64; 2]) -> Option<[f64; 2]> {
    spacing
        .iter()
        .all(|mm| sound_distance(*mm).is_some())
        .then_some(spacing)
}

/// A position within 100 m of the origin.
pub(super) fn position(object: &InMemDicomObject) -> Option<[f64; 3]> {
    let numbers = numbers(object, tags::IMAGE_POSITION_PATIENT);
    sound_position(numbers.try_into().ok()?)
}

/// The same of three numbers.
pub(super) fn sound_position(position: [f64; 3]) -> Option<[f64; 3]> {
    position.iter().all(|mm| mm.abs() < 1e5).then_some(position)
}

/// Two directions that are unit vectors and perpendicular within what rounding to a few decimals leaves (1 %).
pub(super) fn orientation(object: &InMemDicomObject) -> Option<[f64; 6]> {
    let numbers = numbers(object, tags::IMAGE_ORIENTATION_PATIENT);
    sound_orientation(numbers.try_into().ok()?)
}

/// The same of six numbers.
pub(super) fn sound_orientation(cosines: [f64; 6]) -> Option<[f64; 6]> {
    let row = glam::DVec3::from_slice(&cosines[..3]);
    let column = glam::DVec3::from_slice(&cosines[3..]);
    let unit = |v: glam::DVec3| (v.length() - 1.0).abs() < 0.01;
    (unit(row) && unit(column) && row.dot(column).abs() < 0.01).then_some(cosines)
}
