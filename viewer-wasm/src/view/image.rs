//! An image in memory.

/// Eight bits of red, green, blue and alpha per pixel, rows from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct RgbaImage {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub pixels: Vec<u8>,
}

impl RgbaImage {
    /// A black, opaque image.
    pub fn new(width: u32, height: u32) -> Self {
        let pixels = [0, 0, 0, 255].repeat(width as usize * height as usize);
        Self {
            width,
            height,
            pixels,
        }
    }

    /// The pixel in column `x`, row `y`; `None` outside.
    pub fn get(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        let inside = x < self.width && y < self.height;
        inside
            .then(|| self.pixels.get(at..at + 4))
            .flatten()?
            .try_into()
            .ok()
    }

    /// Sets a pixel; outside nothing happens.
    pub fn set(&mut self, x: u32, y: u32, rgba: [u8; 4]) {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        if x < self.width
            && y < self.height
            && let Some(pixel) = self.pixels.get_mut(at..at + 4)
        {
            pixel.copy_from_slice(&rgba);
        }
    }

    /// Rec. 709 luminance of every pixel as shown, 0 to 255.
    pub fn luminance(&self) -> Vec<f64> {
        self.pixels
            .as_chunks::<4>()
            .0
            .iter()
            .map(|p| 0.2126 * f64::from(p[0]) + 0.7152 * f64::from(p[1]) + 0.0722 * f64::from(p[2]))
            .collect()
    }
}

impl std::fmt::Debug for RgbaImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RgbaImage({} x {})", self.width, self.height)
    }
}
