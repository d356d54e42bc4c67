//! One colour of the image: where its blocks are, and its samples.

use super::transform;

/// One colour of the image.
pub(super) struct Component {
    pub id: u8,
    /// Blocks of it in one unit of an interleaved scan, across and down (H and V of T.81 B.2.2).
    pub across: usize,
    pub down: usize,
    /// Which quantisation table.
    pub steps: u8,
    /// Samples that mean something.
    columns: usize,
    rows: usize,
    /// Blocks in memory, whole units.
    blocks_across: usize,
    /// `blocks_across * 8` to a row.
    samples: Vec<u16>,
    /// Coefficients of all blocks, of a progressive image.
    coefficients: Vec<[i16; 64]>,
    /// The last block's level.
    pub level: i32,
}

impl Component {
    /// A colour of an image of `size` (columns, rows) whose largest H and V are `most`.
    pub fn new(
        spec: [u8; 3],
        size: (usize, usize),
        most: (usize, usize),
        progressive: bool,
    ) -> Self {
        let [id, factors, steps] = spec;
        let (across, down) = (usize::from(factors >> 4), usize::from(factors & 15));
        let units_across = size.0.div_ceil(8 * most.0);
        let units_down = size.1.div_ceil(8 * most.1);
        let blocks_across = units_across * across;
        let blocks = blocks_across * units_down * down;
        Self {
            id,
            across,
            down,
            steps,
            columns: (size.0 * across).div_ceil(most.0),
            rows: (size.1 * down).div_ceil(most.1),
            blocks_across,
            samples: vec![0; blocks * 64],
            coefficients: vec![[0; 64]; if progressive { blocks } else { 0 }],
            level: 0,
        }
    }

    /// Blocks of a scan that has this colour alone, across and down.
    pub fn own_blocks(&self) -> (usize, usize) {
        (self.columns.div_ceil(8), self.rows.div_ceil(8))
    }

    /// The coefficients of a block of a progressive image.
    pub fn coefficients(&mut self, x: usize, y: usize) -> Option<&mut [i16; 64]> {
        self.coefficients.get_mut(y * self.blocks_across + x)
    }

    /// Turns a block's coefficients into samples.
    pub fn put(
        &mut self,
        (x, y): (usize, usize),
        block: &[i16; 64],
        steps: &[u16; 64],
        precision: u8,
    ) {
        let stride = 8 * self.blocks_across;
        if let Some(out) = self.samples.get_mut(8 * y * stride + 8 * x..) {
            transform::block(block, steps, precision, out, stride);
        }
    }

    /// Turns the coefficients of all blocks into samples.
    pub fn finish(&mut self, steps: &[u16; 64], precision: u8) {
        let blocks = std::mem::take(&mut self.coefficients);
        for (i, block) in blocks.iter().enumerate() {
            let place = (i % self.blocks_across, i / self.blocks_across);
            self.put(place, block, steps, precision);
        }
    }

    /// The samples of a row.
    fn row(&self, y: usize) -> &[u16] {
        let stride = 8 * self.blocks_across;
        &self.samples[y * stride..y * stride + self.columns]
    }

    /// Writes the row `y` of the whole image, whose largest H and V are `most`, to every `step`th place.
    ///
    /// Halved colours are brought up as the reference software does it: three parts of the nearer sample and one of the
    /// farther.
    pub fn write_row(&self, y: usize, most: (usize, usize), places: &mut [u16], step: usize) {
        let (wider, higher) = (most.0 / self.across, most.1 / self.down);
        if (wider, higher, step) == (1, 1, 1) {
            places[..self.columns].copy_from_slice(self.row(y));
            return;
        }
        let places = places.iter_mut().step_by(step);
        match (wider, higher) {
            (1, 1) => {
                for (place, value) in places.zip(self.row(y)) {
                    *place = *value;
                }
            }
            (2, 1 | 2) if self.columns > 1 => {
                let near = self.row(y / higher);
                // Four parts in all down, whether there is another row or not.
                let far = match (higher, y % 2) {
                    (1, _) => near,
                    (_, 0) => self.row((y / 2).saturating_sub(1)),
                    _ => self.row((y / 2 + 1).min(self.rows - 1)),
                };
                let at = |x: usize| 3 * u32::from(near[x]) + u32::from(far[x]);
                let last = self.columns - 1;
                for (x, place) in places.enumerate() {
                    let (own, is_right) = (x / 2, x % 2 == 1);
                    let beside = if is_right {
                        (own + 1).min(last)
                    } else {
                        own.saturating_sub(1)
                    };
                    let own = own.min(last);
                    *place = if higher == 1 {
                        let sum = 3 * u32::from(near[own]) + u32::from(near[beside]);
                        ((sum + if is_right { 2 } else { 1 }) >> 2) as u16
                    } else {
                        ((3 * at(own) + at(beside) + if is_right { 7 } else { 8 }) >> 4) as u16
                    };
                }
            }
            _ => {
                let row = self.row(y / higher);
                for (x, place) in places.enumerate() {
                    *place = row[(x / wider).min(row.len() - 1)];
                }
            }
        }
    }
}
