//! Structural similarity of two images.

use crate::view::RgbaImage;

/// Standard deviation and reach of the Gaussian window, in pixels.
const SIGMA: f64 = 1.5;
const REACH: usize = 5;

/// Mean structural similarity of the luminance of two images: 1 for equal ones. 0 if their sizes differ or
/// a side is below 11 pixels.
///
/// Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image Quality Assessment: From Error Visibility to
/// Structural Similarity", IEEE TIP 13(4), 2004: Gaussian windows of 11×11 with σ = 1.5 that lie inside the
/// image, K1 = 0.01, K2 = 0.03.
pub fn ssim(a: &RgbaImage, b: &RgbaImage) -> f64 {
    let (width, height) = (a.width as usize, a.height as usize);
    let window = 2 * REACH + 1;
    if (a.width, a.height) != (b.width, b.height) || width < window || height < window {
        return 0.0;
    }
    let (x, y) = (a.luminance(), b.luminance());
    let product = |p: &[f64], q: &[f64]| p.iter().zip(q).map(|(p, q)| p * q).collect::<Vec<_>>();
    let blur = |image: &[f64]| blurred(image, width, height);
    let (mean_x, mean_y) = (blur(&x), blur(&y));
    let (xx, yy, xy) = (
        blur(&product(&x, &x)),
        blur(&product(&y, &y)),
        blur(&product(&x, &y)),
    );
    let (c1, c2) = ((0.01f64 * 255.0).powi(2), (0.03f64 * 255.0).powi(2));
    let sum: f64 = (0..mean_x.len())
        .map(|i| {
            let (mx, my) = (mean_x[i], mean_y[i]);
            let (var_x, var_y, cov) = (xx[i] - mx * mx, yy[i] - my * my, xy[i] - mx * my);
            ((2.0 * mx * my + c1) * (2.0 * cov + c2))
                / ((mx * mx + my * my + c1) * (var_x + var_y + c2))
        })
        .sum();
    sum / mean_x.len() as f64
}

/// The image under the Gaussian window, where the window lies inside.
fn blurred(image: &[f64], width: usize, height: usize) -> Vec<f64> {
    let weights: Vec<f64> = (0..=2 * REACH)
        .map(|i| (-(i as f64 - REACH as f64).powi(2) / (2.0 * SIGMA * SIGMA)).exp())
        .collect();
    let total: f64 = weights.iter().sum();
    let (inner_width, inner_height) = (width - 2 * REACH, height - 2 * REACH);
    let mut rows = vec![0.0; inner_width * height];
    for y in 0..height {
        for x in 0..inner_width {
            let line = &image[y * width + x..];
            rows[y * inner_width + x] =
                weights.iter().zip(line).map(|(w, v)| w * v).sum::<f64>() / total;
        }
    }
    let mut out = vec![0.0; inner_width * inner_height];
    for y in 0..inner_height {
        for x in 0..inner_width {
            let column = rows[y * inner_width + x..].iter().step_by(inner_width);
            out[y * inner_width + x] =
                weights.iter().zip(column).map(|(w, v)| w * v).sum::<f64>() / total;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(shift: u32, gain: f64) -> RgbaImage {
        let mut image = RgbaImage::new(64, 48);
        for y in 0..48 {
            for x in 0..64 {
                let wave = f64::from((x + shift) % 16) * 8.0 + f64::from(y) * 2.0;
                let grey = (wave * gain).clamp(0.0, 255.0) as u8;
                image.set(x, y, [grey, grey, grey, 255]);
            }
        }
        image
    }

    #[test]
    fn equal_is_one_and_less_alike_is_less() {
        let image = pattern(0, 1.0);
        assert!((ssim(&image, &image) - 1.0).abs() < 1e-12);
        let darker = ssim(&image, &pattern(0, 0.8));
        let moved = ssim(&image, &pattern(8, 1.0));
        assert!(
            darker < 0.999 && moved < darker && moved < 0.8,
            "{darker} {moved}"
        );
        assert_eq!(ssim(&image, &RgbaImage::new(64, 47)), 0.0);
    }

    #[test]
    fn constant_images_follow_the_luminance_term() {
        // Without structure only (2ab + c1) / (a² + b² + c1) is left.
        let grey = |v: u8| RgbaImage {
            width: 20,
            height: 20,
            pixels: [v, v, v, 255].repeat(400),
        };
        let c1 = (0.01f64 * 255.0).powi(2);
        let (a, b) = (100.0, 150.0);
        let expected = (2.0 * a * b + c1) / (a * a + b * b + c1);
        assert!((ssim(&grey(100), &grey(150)) - expected).abs() < 1e-9);
    }
}
