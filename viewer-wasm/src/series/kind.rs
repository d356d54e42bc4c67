//! Volumes and flat images, and what a millimetre of an image is.

use serde::{Deserialize, Serialize};

use crate::flat::colour;
use crate::intake::ImageAttributes;

use super::group::is_tomographic;
use super::{Geometry, Rescale, Series, ValueType, Warning, WarningCode};

/// Two spacings that differ by less, relatively, are the same one written twice.
const SAME_SPACING: f64 = 1e-4;

/// How a series is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeriesKind {
    /// Slices that make a volume: planes and a volume rendering.
    #[default]
    Volume,
    /// An image, or several frames of one: flat, as its rows and columns run.
    Image,
}

/// What a geometry's millimetres are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Calibration {
    /// In the patient.
    #[default]
    Patient,
    /// At the detector, or on the film that was scanned: larger than in the patient by an unknown factor.
    Detector,
    /// At the detector, divided by _Estimated Radiographic Magnification Factor_ (0018,1114).
    Estimated(f64),
    /// There are none: lengths are in pixels.
    None,
}

impl Calibration {
    pub(super) fn of_volume(geometry: &Geometry) -> Self {
        if geometry.spacing_known {
            Self::Patient
        } else {
            Self::None
        }
    }
}

/// Decides the kind of a series, and what depends on it. `placed`: its frames say where in the patient they lie.
pub(super) fn settle(series: &mut Series, placed: bool) {
    series.kind = kind(series, placed);
    match series.kind {
        SeriesKind::Volume => {
            // The tables' values take the place of the stored ones when slices are decoded.
            if series
                .instances
                .iter()
                .all(|instance| instance.attributes.display.modality_lut.is_some())
            {
                series.value_type = ValueType::U16;
                series.rescale.fill(Rescale::IDENTITY);
                series.padding = None;
            }
        }
        SeriesKind::Image => {
            let image = series.instances[0].attributes.clone();
            calibrate(series, &image, placed);
            let shown = |image: &ImageAttributes| {
                colour::is_colour(image) || image.photometric.starts_with("MONOCHROME")
            };
            if series
                .instances
                .iter()
                .all(|instance| shown(&instance.attributes))
            {
                series
                    .warnings
                    .retain(|warning| warning.code != WarningCode::UnsupportedPhotometric);
            }
        }
    }
}

/// A volume has several slices, and they lie in the patient or come from a scanner that makes slices, or say at least how
/// far apart they are.
fn kind(series: &Series, placed: bool) -> SeriesKind {
    let image = &series.instances[0].attributes;
    let stepped = image.slice_spacing_mm.is_some() || image.slice_thickness_mm.is_some();
    let volume = series.slices.len() > 1
        && (placed || !colour::is_colour(image) && (is_tomographic(&image.modality) || stepped));
    if volume {
        SeriesKind::Volume
    } else {
        SeriesKind::Image
    }
}

/// Finds out the size of a pixel (PS3.3 10.7.1.3), and says what is doubtful about it.
fn calibrate(series: &mut Series, image: &ImageAttributes, placed: bool) {
    let first = image.per_frame.first();
    let pixel = first
        .and_then(|frame| frame.pixel_spacing_mm)
        .or(image.pixel_spacing_mm);
    let (spacing, calibration) = pixel_size(image, pixel, placed);
    series.calibration = calibration;
    series.geometry.spacing_mm[0] = spacing[1];
    series.geometry.spacing_mm[1] = spacing[0];
    series.geometry.spacing_known = calibration != Calibration::None;
    series.warnings.retain(|warning| {
        !matches!(
            warning.code,
            WarningCode::SpacingUnknown | WarningCode::SpacingFromImager
        )
    });
    let (code, message) = match calibration {
        Calibration::Patient => return,
        Calibration::Detector => (
            WarningCode::SpacingFromImager,
            "Millimetres are those at the detector; in the patient they are smaller.".to_owned(),
        ),
        Calibration::Estimated(factor) => (
            WarningCode::SpacingFromImager,
            format!(
                "Millimetres are those at the detector divided by the magnification that the header estimates, {factor:.3}; in the patient they are approximate."
            ),
        ),
        Calibration::None => (
            WarningCode::SpacingUnknown,
            "The size of a pixel is not stated: lengths are in pixels.".to_owned(),
        ),
    };
    let files: Vec<String> = series
        .instances
        .iter()
        .map(|instance| instance.file.clone())
        .collect();
    series.warnings.push(Warning::new(code, message, files));
}

/// Size of a pixel, between rows and between columns, and what it means. In the patient where the frame lies there or
/// _Pixel Spacing_ was calibrated; where _Pixel Spacing_ only repeats _Imager Pixel Spacing_ it is the detector's.
fn pixel_size(
    image: &ImageAttributes,
    pixel: Option<[f64; 2]>,
    placed: bool,
) -> ([f64; 2], Calibration) {
    let imager = image.imager_spacing_mm;
    let same =
        |a: [f64; 2], b: [f64; 2]| (0..2).all(|n| (a[n] - b[n]).abs() <= SAME_SPACING * a[n]);
    match (pixel, imager) {
        (Some(pixel), Some(imager))
            if !placed && !image.display.calibrated && same(pixel, imager) =>
        {
            at_detector(imager, image.display.magnification)
        }
        (Some(pixel), _) => (pixel, Calibration::Patient),
        (None, Some(imager)) => at_detector(imager, image.display.magnification),
        // Only proportions: a pixel is one wide.
        (None, None) => {
            let [high, wide] = image.display.pixel_aspect.unwrap_or([1.0, 1.0]);
            ([high / wide, 1.0], Calibration::None)
        }
    }
}

fn at_detector(imager: [f64; 2], magnification: Option<f64>) -> ([f64; 2], Calibration) {
    match magnification {
        Some(factor) if factor > 1.0 => (
            imager.map(|spacing| spacing / factor),
            Calibration::Estimated(factor),
        ),
        _ => (imager, Calibration::Detector),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::DisplayAttributes;

    fn sized(image: ImageAttributes) -> ([f64; 2], Calibration) {
        pixel_size(&image, image.pixel_spacing_mm, image.position_mm.is_some())
    }

    #[test]
    fn millimetres_are_the_patients_only_where_the_header_says_so() {
        let detector = ImageAttributes {
            imager_spacing_mm: Some([0.1, 0.1]),
            ..ImageAttributes::default()
        };
        assert_eq!(sized(detector.clone()), ([0.1, 0.1], Calibration::Detector));
        let magnified = ImageAttributes {
            display: DisplayAttributes {
                magnification: Some(1.25),
                ..DisplayAttributes::default()
            },
            ..detector.clone()
        };
        assert_eq!(
            sized(magnified),
            ([0.08, 0.08], Calibration::Estimated(1.25))
        );

        // Pixel Spacing that repeats the detector's is the detector's, unless it was calibrated.
        let repeated = ImageAttributes {
            pixel_spacing_mm: Some([0.1, 0.1]),
            ..detector.clone()
        };
        assert_eq!(sized(repeated.clone()).1, Calibration::Detector);
        let calibrated = ImageAttributes {
            display: DisplayAttributes {
                calibrated: true,
                ..DisplayAttributes::default()
            },
            ..repeated
        };
        assert_eq!(sized(calibrated).1, Calibration::Patient);
        let corrected = ImageAttributes {
            pixel_spacing_mm: Some([0.08, 0.09]),
            ..detector
        };
        assert_eq!(sized(corrected), ([0.08, 0.09], Calibration::Patient));
    }

    #[test]
    fn without_a_size_the_proportions_stay() {
        assert_eq!(
            sized(ImageAttributes::default()),
            ([1.0, 1.0], Calibration::None)
        );
        let tall = ImageAttributes {
            display: DisplayAttributes {
                pixel_aspect: Some([12.0, 10.0]),
                ..DisplayAttributes::default()
            },
            ..ImageAttributes::default()
        };
        assert_eq!(sized(tall), ([1.2, 1.0], Calibration::None));
    }
}
