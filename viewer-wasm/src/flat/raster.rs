//! An image, zoomed, moved and turned, as the pixels of a view.

use std::ops::Range;

use glam::{DVec2, DVec3};

use crate::series::Geometry;
use crate::view::{PlaneView, RgbaImage};

/// Samples along one side of a pixel that covers several of the image's.
const MOST_SAMPLES: f64 = 8.0;

/// One frame's pixels, row by row.
#[derive(Clone, Copy)]
pub enum Pixels<'a> {
    /// Bits of stored values, where each is in the colour map (see [`tones`](super::tones::tones)), and the map.
    Grey {
        /// `columns * rows`.
        bits: &'a [u16],
        /// 65,536 of them.
        tones: &'a [u8],
        /// See [`ColorMap::palette`](crate::view::ColorMap::palette).
        palette: &'a [[u8; 3]; 256],
    },
    /// Red, green and blue: `columns * rows * 3`.
    Rgb(&'a [u8]),
}

impl Pixels<'_> {
    /// The colour of pixel `at`; black where there is none.
    fn get(&self, at: usize) -> [u8; 3] {
        match self {
            Self::Grey {
                bits,
                tones,
                palette,
            } => {
                let tone = bits.get(at).and_then(|bits| tones.get(usize::from(*bits)));
                tone.map_or([0; 3], |tone| palette[usize::from(*tone)])
            }
            Self::Rgb(rgb) => rgb.as_chunks::<3>().0.get(at).copied().unwrap_or_default(),
        }
    }
}

/// Draws the frame on which the view's centre lies, as `width` by `height` pixels of `view.mm_per_px`.
///
/// Enlarged, colours between the centres of pixels are mixed of the four around them; reduced, each pixel is the mean of
/// those it covers. Outside the image all is black.
pub fn draw(
    pixels: Pixels<'_>,
    view: &PlaneView,
    geometry: &Geometry,
    width: u32,
    height: u32,
) -> RgbaImage {
    let mut picture = RgbaImage::new(width, height);
    draw_rows(pixels, view, geometry, &mut picture, 0..height);
    picture
}

/// Draws some rows of such a picture, which has the view's size.
pub fn draw_rows(
    pixels: Pixels<'_>,
    view: &PlaneView,
    geometry: &Geometry,
    picture: &mut RgbaImage,
    rows: Range<u32>,
) {
    let (width, height) = (picture.width, picture.height);
    let size = DVec2::new(f64::from(width), f64::from(height));
    let voxel_from_patient = geometry.voxel_from_patient();
    let at = |px: DVec2| {
        let point: DVec3 = view.patient_from_px(px, size);
        voxel_from_patient.transform_point3(point).truncate()
    };
    // The way from the screen to the image is linear.
    let origin = at(DVec2::ZERO);
    let right = at(DVec2::X) - origin;
    let down = at(DVec2::Y) - origin;
    let image = Image {
        pixels,
        columns: geometry.dims[0],
        rows: geometry.dims[1],
    };
    let stride = right.abs().max(down.abs()).max_element();
    let samples = stride.ceil().clamp(1.0, MOST_SAMPLES);
    for (y, row) in picture
        .pixels
        .chunks_exact_mut(width.max(1) as usize * 4)
        .enumerate()
        .take(rows.end as usize)
        .skip(rows.start as usize)
    {
        for (x, pixel) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
            let corner = origin + right * x as f64 + down * y as f64;
            let rgb = if stride <= 1.0 {
                image.mixed(corner + (right + down) * 0.5)
            } else {
                image.mean(corner, right / samples, down / samples, samples as usize)
            };
            if let Some([red, green, blue]) = rgb {
                *pixel = [red, green, blue, 255];
            }
        }
    }
}

/// Positions in it count from the centre of the first pixel.
struct Image<'a> {
    pixels: Pixels<'a>,
    columns: usize,
    rows: usize,
}

impl Image<'_> {
    /// The nearest pixel; `None` outside.
    fn nearest(&self, at: DVec2) -> Option<[u8; 3]> {
        let (column, row) = ((at.x + 0.5).floor(), (at.y + 0.5).floor());
        let inside =
            column >= 0.0 && row >= 0.0 && column < self.columns as f64 && row < self.rows as f64;
        inside.then(|| {
            self.pixels
                .get(row as usize * self.columns + column as usize)
        })
    }

    /// Mixed of the four pixels around a position; at the edges of those that there are.
    fn mixed(&self, at: DVec2) -> Option<[u8; 3]> {
        self.nearest(at)?;
        let last = DVec2::new(self.columns as f64 - 1.0, self.rows as f64 - 1.0);
        let at = at.clamp(DVec2::ZERO, last);
        let (low, part) = (at.floor(), at.fract());
        let (column, row) = (low.x as usize, low.y as usize);
        let next_column = (column + 1).min(self.columns - 1);
        let next_row = (row + 1).min(self.rows - 1);
        let of = |column: usize, row: usize| self.pixels.get(row * self.columns + column);
        let (a, b) = (of(column, row), of(next_column, row));
        let (c, d) = (of(column, next_row), of(next_column, next_row));
        Some(std::array::from_fn(|n| {
            let mix = |a: u8, b: u8| f64::from(a) * (1.0 - part.x) + f64::from(b) * part.x;
            (mix(a[n], b[n]) * (1.0 - part.y) + mix(c[n], d[n]) * part.y).round() as u8
        }))
    }

    /// The mean of `count` by `count` samples; those outside do not count.
    fn mean(&self, corner: DVec2, right: DVec2, down: DVec2, count: usize) -> Option<[u8; 3]> {
        let (mut sum, mut found) = ([0u32; 3], 0u32);
        for y in 0..count {
            for x in 0..count {
                let at = corner + right * (x as f64 + 0.5) + down * (y as f64 + 0.5);
                if let Some(rgb) = self.nearest(at) {
                    found += 1;
                    for (sum, value) in sum.iter_mut().zip(rgb) {
                        *sum += u32::from(value);
                    }
                }
            }
        }
        (found > 0).then(|| sum.map(|sum| ((sum + found / 2) / found) as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::super::orientation;
    use super::*;
    use crate::view::ColorMap;

    fn geometry(columns: usize, rows: usize, spacing: [f64; 2]) -> Geometry {
        Geometry {
            dims: [columns, rows, 1],
            spacing_mm: [spacing[0], spacing[1], 1.0],
            spacing_known: true,
            origin_mm: [5.0, -7.0, 2.0],
            direction: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        }
    }

    #[test]
    fn at_its_own_size_an_image_is_itself() {
        let rgb: Vec<u8> = (0..4 * 3 * 3).map(|n| n * 7).collect();
        let geometry = geometry(4, 3, [0.1, 0.1]);
        let view = orientation::fitted(&geometry, DVec2::new(4.0, 3.0));
        let picture = draw(Pixels::Rgb(&rgb), &view, &geometry, 4, 3);
        let shown: Vec<u8> = picture
            .pixels
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|p| [p[0], p[1], p[2]])
            .collect();
        assert_eq!(shown, rgb);
    }

    #[test]
    fn turned_and_mirrored_it_is_read_the_other_way() {
        let rgb = [10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40];
        let geometry = geometry(2, 2, [1.0, 1.0]);
        let view = orientation::fitted(&geometry, DVec2::new(2.0, 2.0));
        let shown = |view: &PlaneView| {
            let picture = draw(Pixels::Rgb(&rgb), view, &geometry, 2, 2);
            [(0, 0), (1, 0), (0, 1), (1, 1)]
                .map(|(x, y)| picture.get(x, y).map_or(0, |pixel| pixel[0]))
        };
        assert_eq!(shown(&view), [10, 20, 30, 40]);
        assert_eq!(
            shown(&orientation::turned(&view)),
            [30, 10, 40, 20],
            "clockwise"
        );
        assert_eq!(shown(&orientation::mirrored(&view)), [20, 10, 40, 30]);
    }

    #[test]
    fn reduced_it_is_the_mean_and_beyond_its_edges_black() {
        let tones: Vec<u8> = (0..=u16::MAX).map(|value| value.min(255) as u8).collect();
        let bits = [0, 100, 200, 100, 50, 50, 50, 50];
        let geometry = geometry(4, 2, [1.0, 1.0]);
        let view = PlaneView {
            mm_per_px: 2.0,
            ..orientation::fitted(&geometry, DVec2::new(4.0, 2.0))
        };
        let pixels = Pixels::Grey {
            bits: &bits,
            tones: &tones,
            palette: &ColorMap::Grey.palette(),
        };
        let picture = draw(pixels, &view, &geometry, 4, 1);
        let row: Vec<_> = (0..4).map(|x| picture.get(x, 0).map(|p| p[0])).collect();
        assert_eq!(row, [Some(0), Some(50), Some(100), Some(0)]);
    }

    #[test]
    fn colours_come_from_the_map_and_rows_can_be_drawn_apart() {
        let tones: Vec<u8> = (0..=u16::MAX).map(|value| value.min(255) as u8).collect();
        let bits: Vec<u16> = (0..64).map(|value| value * 4).collect();
        let geometry = geometry(8, 8, [1.0, 1.0]);
        let view = orientation::fitted(&geometry, DVec2::new(24.0, 24.0));
        let palette = ColorMap::Heat.palette();
        let pixels = Pixels::Grey {
            bits: &bits,
            tones: &tones,
            palette: &palette,
        };
        let whole = draw(pixels, &view, &geometry, 24, 24);
        assert!(
            whole
                .pixels
                .as_chunks::<4>()
                .0
                .iter()
                .any(|p| p[0] > p[2] + 100)
        );
        let mut parts = RgbaImage::new(24, 24);
        for rows in [0..5, 5..23, 23..40] {
            draw_rows(pixels, &view, &geometry, &mut parts, rows);
        }
        assert!(parts == whole);
    }

    #[test]
    fn pixels_that_are_not_square_are_shown_so() {
        let tones = vec![255; 1 << 16];
        let geometry = geometry(10, 10, [1.0, 2.0]);
        let view = orientation::fitted(&geometry, DVec2::new(40.0, 40.0));
        let pixels = Pixels::Grey {
            bits: &[0; 100],
            tones: &tones,
            palette: &ColorMap::Grey.palette(),
        };
        let picture = draw(pixels, &view, &geometry, 40, 40);
        let lit = |x, y| picture.get(x, y).is_some_and(|pixel| pixel[0] == 255);
        assert!(lit(20, 0) && lit(20, 39), "as high as the view");
        assert!(
            lit(10, 20) && lit(29, 20) && !lit(9, 20) && !lit(30, 20),
            "half as wide"
        );
    }
}
