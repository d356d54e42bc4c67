//! Small grey pictures as files that every browser shows.
//!
//! A canvas would make them as well, but getting one makes the page wait until the graphics device has done all that it
//! was given.

/// Bytes before the pixels: two headers and a palette of 256 greys.
const PIXELS_AT: u32 = 14 + 40 + 256 * 4;

/// A Windows bitmap (version 3) of `width` × `height` grey pixels, row by row from the top. `None` if their number is
/// another.
pub(super) fn grey_bitmap(width: u32, height: u32, pixels: &[u8]) -> Option<Vec<u8>> {
    let (columns, rows) = (width as usize, height as usize);
    if columns == 0 || pixels.len() != columns.checked_mul(rows)? {
        return None;
    }
    let row_len = columns.next_multiple_of(4);
    let size = PIXELS_AT.checked_add(u32::try_from(row_len * rows).ok()?)?;
    let mut file = Vec::with_capacity(size as usize);
    file.extend(b"BM");
    for number in [size, 0, PIXELS_AT, 40, width, height] {
        file.extend(number.to_le_bytes());
    }
    // One plane of 8 bits, not compressed; sizes and colours as they follow from these.
    file.extend([1, 0, 8, 0]);
    file.extend([0; 24]);
    for grey in 0..=255u8 {
        file.extend([grey, grey, grey, 0]);
    }
    for row in pixels.chunks_exact(columns).rev() {
        file.extend(row);
        file.resize(file.len() + row_len - columns, 0);
    }
    Some(file)
}

#[cfg(test)]
mod tests {
    use super::{PIXELS_AT, grey_bitmap};

    #[test]
    fn rows_are_padded_and_begin_at_the_bottom() {
        let file = grey_bitmap(3, 2, &[1, 2, 3, 4, 5, 6]).unwrap_or_default();
        assert_eq!(&file[..2], b"BM");
        assert_eq!(file[2..6], (file.len() as u32).to_le_bytes());
        assert_eq!(file[10..14], PIXELS_AT.to_le_bytes());
        assert_eq!(file[PIXELS_AT as usize..], [4, 5, 6, 0, 1, 2, 3, 0]);
        assert_eq!(file[54 + 4 * 200..][..4], [200, 200, 200, 0]);
    }

    #[test]
    fn pixels_have_to_be_as_many_as_the_picture_has() {
        assert!(grey_bitmap(3, 2, &[0; 5]).is_none());
        assert!(grey_bitmap(0, 0, &[]).is_none());
    }
}
