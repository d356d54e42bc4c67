//! Small pictures as files that every browser shows.
//!
//! A canvas would make them as well, but getting one makes the page wait until the graphics device has done all that it
//! was given.

use viewer_wasm::view::RgbaImage;

/// Bytes before the pixels: two headers.
const PIXELS_AT: u32 = 14 + 40;

/// A Windows bitmap (version 3) of the picture's red, green and blue. `None` if its pixels are not as many as its size
/// says, or too many.
pub(super) fn bitmap(image: &RgbaImage) -> Option<Vec<u8>> {
    let (columns, rows) = (image.width as usize, image.height as usize);
    let pixels = image.pixels.as_chunks::<4>().0;
    if columns == 0 || pixels.len() != columns.checked_mul(rows)? {
        return None;
    }
    let row_len = columns.checked_mul(3)?.next_multiple_of(4);
    let size = PIXELS_AT.checked_add(u32::try_from(row_len.checked_mul(rows)?).ok()?)?;
    let mut file = Vec::with_capacity(size as usize);
    file.extend(b"BM");
    for number in [size, 0, PIXELS_AT, 40, image.width, image.height] {
        file.extend(number.to_le_bytes());
    }
    // One plane of 24 bits, not compressed; the rest follows from these.
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    for row in pixels.chunks_exact(columns).rev() {
        file.extend(
            row.iter()
                .flat_map(|[red, green, blue, _]| [blue, green, red]),
        );
        file.resize(file.len() + row_len - columns * 3, 0);
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::{PIXELS_AT, bitmap};
    use viewer_wasm::view::RgbaImage;

    #[test]
    fn rows_are_padded_and_begin_at_the_bottom() {
        let mut image = RgbaImage::new(2, 2);
        image.set(0, 0, [1, 2, 3, 255]);
        image.set(1, 1, [7, 8, 9, 255]);
        image.set(0, 1, [4, 5, 6, 255]);
        let file = bitmap(&image).unwrap_or_default();
        assert_eq!(&file[..2], b"BM");
        assert_eq!(file[2..6], (file.len() as u32).to_le_bytes());
        assert_eq!(file[10..14], PIXELS_AT.to_le_bytes());
        let rows = &file[PIXELS_AT as usize..];
        assert_eq!(rows[..8], [6, 5, 4, 9, 8, 7, 0, 0]);
        assert_eq!(rows[8..11], [3, 2, 1]);
    }

    #[test]
    fn pixels_have_to_be_as_many_as_the_picture_has() {
        let mut image = RgbaImage::new(3, 2);
        image.pixels.pop();
        assert!(bitmap(&image).is_none());
        assert!(bitmap(&RgbaImage::new(0, 0)).is_none());
    }
}
