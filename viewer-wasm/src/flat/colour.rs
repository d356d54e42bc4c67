//! From samples to red, green and blue (_Photometric Interpretation_ (0028,0004), PS3.3 C.7.6.3.1.2).

use crate::codec::Samples;
use crate::intake::ImageAttributes;

/// Whether an image has colours that can be shown.
pub fn is_colour(image: &ImageAttributes) -> bool {
    match image.samples_per_pixel {
        3 => matches!(
            image.photometric.as_str(),
            "RGB"
                | "YBR_FULL"
                | "YBR_FULL_422"
                | "YBR_PARTIAL_420"
                | "YBR_PARTIAL_422"
                | "YBR_ICT"
                | "YBR_RCT"
        ),
        _ => image.photometric == "PALETTE COLOR" && image.display.palette.is_some(),
    }
}

/// Red, green and blue of each pixel, 8 bits each, of one decoded frame; `None` of an image without colours.
///
/// More than 8 bits are scaled to 8. The colour transforms of JPEG 2000 (YBR_ICT, YBR_RCT) were undone by its decoder,
/// and subsampled colours were filled in.
pub fn rgb_from_samples(samples: &Samples, image: &ImageAttributes) -> Option<Vec<u8>> {
    if !is_colour(image) {
        return None;
    }
    if let Some(palette) = image
        .display
        .palette
        .as_ref()
        .filter(|_| image.samples_per_pixel == 1)
    {
        let mut rgb = Vec::with_capacity(samples.len() * 3);
        samples.for_each(|stored| rgb.extend_from_slice(&palette.apply(stored as i32)));
        return Some(rgb);
    }
    let mut rgb = eight_bits(samples, image.bits_stored);
    let convert = match image.photometric.as_str() {
        "YBR_FULL" | "YBR_FULL_422" => rgb_from_ybr_full,
        "YBR_PARTIAL_420" | "YBR_PARTIAL_422" => rgb_from_ybr_partial,
        _ => return Some(rgb),
    };
    for pixel in rgb.as_chunks_mut::<3>().0 {
        *pixel = convert(*pixel);
    }
    Some(rgb)
}

/// The samples with their full range spread over 0 to 255.
fn eight_bits(samples: &Samples, bits_stored: u16) -> Vec<u8> {
    if let (Samples::U8(values), 8) = (samples, bits_stored) {
        return values.clone();
    }
    let full = (2f64.powi(i32::from(bits_stored.clamp(1, 32))) - 1.0) / 255.0;
    let mut bytes = Vec::with_capacity(samples.len());
    samples.for_each(|value| bytes.push((value / full).round() as u8));
    bytes
}

/// The inverse of PS3.3 C.7.6.3.1.2's equations for YBR_FULL: those of ITU-R BT.601 with full range, as in JPEG.
fn rgb_from_ybr_full([y, b, r]: [u8; 3]) -> [u8; 3] {
    let (y, b, r) = (f32::from(y), f32::from(b) - 128.0, f32::from(r) - 128.0);
    [
        y + 1.402 * r,
        y - 0.344_136 * b - 0.714_136 * r,
        y + 1.772 * b,
    ]
    .map(|value| value.round() as u8)
}

/// The same for the range of studios: luminance 16 to 235, colours 16 to 240.
fn rgb_from_ybr_partial([y, b, r]: [u8; 3]) -> [u8; 3] {
    let y = 1.164_4 * (f32::from(y) - 16.0);
    let (b, r) = (f32::from(b) - 128.0, f32::from(r) - 128.0);
    [
        y + 1.596_0 * r,
        y - 0.391_7 * b - 0.812_9 * r,
        y + 2.017_2 * b,
    ]
    .map(|value| value.round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Palette;

    fn image(photometric: &str, samples_per_pixel: u16, bits_stored: u16) -> ImageAttributes {
        ImageAttributes {
            photometric: photometric.to_owned(),
            samples_per_pixel,
            bits_stored,
            ..ImageAttributes::default()
        }
    }

    fn shown(samples: Samples, photometric: &str, bits_stored: u16) -> Vec<u8> {
        rgb_from_samples(&samples, &image(photometric, 3, bits_stored)).unwrap_or_default()
    }

    /// Expected values by pydicom 3.0's `convert_color_space`.
    #[test]
    fn ybr_becomes_rgb() {
        let ybr = vec![
            76, 85, 255, 150, 44, 21, 29, 255, 107, 128, 128, 128, 16, 128, 128, 235, 90, 160,
        ];
        assert_eq!(
            shown(Samples::U8(ybr.clone()), "YBR_FULL", 8),
            [
                254, 0, 0, 0, 255, 1, 0, 0, 254, 128, 128, 128, 16, 16, 16, 255, 225, 168
            ]
        );
        // What the decoder of JPEG 2000 has undone stays.
        assert_eq!(shown(Samples::U8(ybr.clone()), "YBR_RCT", 8), ybr);
    }

    #[test]
    fn studio_range_reaches_black_and_white() {
        let ybr = vec![16, 128, 128, 235, 128, 128];
        assert_eq!(
            shown(Samples::U8(ybr), "YBR_PARTIAL_422", 8),
            [0, 0, 0, 255, 255, 255]
        );
    }

    #[test]
    fn more_bits_are_scaled() {
        assert_eq!(
            shown(Samples::U16(vec![0, 32_896, 65_535]), "RGB", 16),
            [0, 128, 255]
        );
        assert_eq!(
            shown(Samples::U32(vec![0, u32::MAX, 1]), "RGB", 32),
            [0, 255, 0]
        );
        assert_eq!(shown(Samples::U8(vec![0, 7, 15]), "RGB", 4), [0, 119, 255]);
    }

    #[test]
    fn palettes_are_looked_up() {
        let mut attributes = image("PALETTE COLOR", 1, 8);
        assert!(!is_colour(&attributes), "without its palette");
        attributes.display.palette = Some(Palette {
            first: 10,
            entries: vec![[1, 2, 3], [4, 5, 6]],
        });
        assert_eq!(
            rgb_from_samples(&Samples::U8(vec![0, 10, 11, 200]), &attributes),
            Some(vec![1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
        );
        assert_eq!(
            rgb_from_samples(&Samples::U8(vec![1]), &image("MONOCHROME2", 1, 8)),
            None
        );
    }
}
