//! Instances that come out of a scan package: what its sender wrote is checked as a file's header is.

use super::instance::{FrameAttributes, Identity, ImageAttributes, SampleKind};
use super::{charset, limits, numbers};

/// Whether an image description out of a package could have come from a file that intake accepts. A package is
/// authentic, but whoever sealed it may have written anything into it.
pub fn is_acceptable(attributes: &ImageAttributes) -> bool {
    let samples = u64::from(attributes.rows)
        .checked_mul(u64::from(attributes.columns))
        .and_then(|pixels| pixels.checked_mul(u64::from(attributes.samples_per_pixel)));
    let bits = match attributes.samples {
        SampleKind::Integer => matches!(attributes.bits_allocated, 1 | 8 | 16 | 32),
        SampleKind::Float => attributes.bits_allocated == 32,
        SampleKind::Double => attributes.bits_allocated == 64,
    };
    samples.is_some_and(|samples| samples > 0 && samples <= limits::FRAME_SAMPLES)
        && bits
        && matches!(attributes.samples_per_pixel, 1 | 3)
        && (1..=attributes.bits_allocated).contains(&attributes.bits_stored)
        && (1..=limits::FRAMES).contains(&attributes.frames)
        && (attributes.per_frame.is_empty()
            || attributes.per_frame.len() == attributes.frames as usize)
        && places(attributes)
        && attributes.display.is_sound()
        && attributes.per_frame.iter().all(frame_places)
}

fn places(attributes: &ImageAttributes) -> bool {
    frame_places(&FrameAttributes {
        position_mm: attributes.position_mm,
        orientation: attributes.orientation,
        pixel_spacing_mm: attributes.pixel_spacing_mm,
        slice_thickness_mm: attributes.slice_thickness_mm,
        slice_spacing_mm: attributes.slice_spacing_mm,
        rescale_slope: attributes.rescale_slope,
        rescale_intercept: attributes.rescale_intercept,
        window_center: attributes.window_center,
        window_width: attributes.window_width,
        ..FrameAttributes::default()
    }) && attributes.slice_location_mm.is_none_or(|mm| mm.abs() < 1e5)
        && attributes
            .imager_spacing_mm
            .is_none_or(|spacing| numbers::sound_spacing(spacing).is_some())
}

fn frame_places(frame: &FrameAttributes) -> bool {
    let sound = |mm: Option<f64>| mm.is_none_or(|mm| numbers::sound_distance(mm).is_some());
    let level = |value: Option<f64>| value.is_none_or(numbers::sound_level);
    frame
        .position_mm
        .is_none_or(|position| numbers::sound_position(position).is_some())
        && frame
            .orientation
            .is_none_or(|cosines| numbers::sound_orientation(cosines).is_some())
        && frame
            .pixel_spacing_mm
            .is_none_or(|spacing| numbers::sound_spacing(spacing).is_some())
        && sound(frame.slice_thickness_mm)
        && sound(frame.slice_spacing_mm)
        && level(frame.rescale_slope)
        && level(frame.rescale_intercept)
        && level(frame.window_center)
        && level(frame.window_width)
}

/// The texts of an identity out of a package, made as inert as those of a file.
pub fn inert(identity: Identity) -> Identity {
    let clean = |text: Option<String>| {
        text.map(|text| charset::inert(&text))
            .filter(|text| !text.is_empty())
    };
    Identity {
        patient_name: clean(identity.patient_name),
        patient_id: clean(identity.patient_id),
        patient_birth_date: clean(identity.patient_birth_date),
        patient_sex: clean(identity.patient_sex),
        study_uid: clean(identity.study_uid),
        series_uid: clean(identity.series_uid),
        sop_uid: clean(identity.sop_uid),
        frame_of_reference_uid: clean(identity.frame_of_reference_uid),
        study_date: clean(identity.study_date),
        study_time: clean(identity.study_time),
        study_description: clean(identity.study_description),
        study_id: clean(identity.study_id),
        series_description: clean(identity.series_description),
        series_number: clean(identity.series_number),
        accession_number: clean(identity.accession_number),
        institution: clean(identity.institution),
        referring_physician: clean(identity.referring_physician),
        manufacturer: clean(identity.manufacturer),
        model: clean(identity.model),
        station: clean(identity.station),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_file_could_say_is_refused() {
        let sound = ImageAttributes {
            rows: 4,
            columns: 6,
            frames: 2,
            samples_per_pixel: 1,
            bits_allocated: 16,
            bits_stored: 12,
            position_mm: Some([0.0, 0.0, 1.0]),
            orientation: Some([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
            pixel_spacing_mm: Some([0.2, 0.2]),
            ..ImageAttributes::default()
        };
        assert!(is_acceptable(&sound));
        let lies: [fn(&mut ImageAttributes); 9] = [
            |image| image.rows = u32::MAX,
            |image| image.columns = 0,
            |image| image.frames = u32::MAX,
            |image| image.samples_per_pixel = 9,
            |image| image.bits_stored = 17,
            |image| image.position_mm = Some([1e300, 0.0, 0.0]),
            |image| image.orientation = Some([0.0; 6]),
            |image| image.pixel_spacing_mm = Some([0.0, 0.2]),
            |image| image.per_frame = vec![FrameAttributes::default(); 3].into(),
        ];
        for lie in lies {
            let mut image = sound.clone();
            lie(&mut image);
            assert!(!is_acceptable(&image), "{image:?}");
        }
    }

    #[test]
    fn names_are_made_inert() {
        let named = inert(Identity {
            patient_name: Some("A\u{202E}B\n^C".to_owned()),
            model: Some("\u{7}".to_owned()),
            ..Identity::default()
        });
        assert_eq!(named.patient_name.as_deref(), Some("AB^C"));
        assert_eq!(named.model, None);
    }
}
