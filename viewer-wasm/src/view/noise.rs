//! Blue noise: where between two steps a pixel's samples lie, so that layers of samples don't show as rings, and the
//! picture is the same every time. Neighbouring pixels differ as much as they can, which the eye takes for smooth.

use std::sync::OnceLock;

/// Edge of the tile, in pixels; it repeats.
pub const NOISE_EDGE: usize = 64;

const COUNT: usize = NOISE_EDGE * NOISE_EDGE;
/// Beyond this distance pixels don't count as neighbours.
const REACH: usize = 6;
/// Spread of a pixel's neighbourhood, in pixels (Ulichney's choice).
const SIGMA: f64 = 1.5;

/// How far along its step a pixel's first sample lies, 0 to 1.
pub fn jitter(x: u32, y: u32) -> f64 {
    let (x, y) = (x as usize % NOISE_EDGE, y as usize % NOISE_EDGE);
    f64::from(noise_tile()[y * NOISE_EDGE + x]) / 256.0
}

/// The tile, row by row: each value from 0 to 255 equally often. Made at the first call, in a few milliseconds.
pub fn noise_tile() -> &'static [u8] {
    static TILE: OnceLock<Vec<u8>> = OnceLock::new();
    TILE.get_or_init(void_and_cluster)
}

/// Pixels that are taken, and how crowded each place is by them.
struct Crowd {
    taken: Vec<bool>,
    crowding: Vec<i32>,
    kernel: Vec<i32>,
    /// The emptiest free place of each row, where it is known.
    emptiest: Vec<Option<usize>>,
}

impl Crowd {
    fn new() -> Self {
        let edge = 2 * REACH + 1;
        let squared = |i: usize| (i as f64 - REACH as f64).powi(2);
        let kernel = (0..edge * edge)
            .map(|i| {
                let distance = squared(i % edge) + squared(i / edge);
                ((-distance / (2.0 * SIGMA * SIGMA)).exp() * 65536.0).round() as i32
            })
            .collect();
        Self {
            taken: vec![false; COUNT],
            crowding: vec![0; COUNT],
            kernel,
            emptiest: vec![None; NOISE_EDGE],
        }
    }

    fn set(&mut self, place: usize, taken: bool) {
        self.taken[place] = taken;
        let sign = if taken { 1 } else { -1 };
        let edge = 2 * REACH + 1;
        let (x, y) = (place % NOISE_EDGE, place / NOISE_EDGE);
        for j in 0..edge {
            let row = (y + NOISE_EDGE + j - REACH) % NOISE_EDGE;
            self.emptiest[row] = None;
            for i in 0..edge {
                let column = (x + NOISE_EDGE + i - REACH) % NOISE_EDGE;
                self.crowding[row * NOISE_EDGE + column] += sign * self.kernel[j * edge + i];
            }
        }
    }

    fn most_crowded(&self) -> usize {
        (0..COUNT)
            .filter(|place| self.taken[*place])
            .max_by_key(|place| self.crowding[*place])
            .unwrap_or(0)
    }

    fn emptiest(&mut self) -> usize {
        for (row, emptiest) in self.emptiest.iter_mut().enumerate() {
            if emptiest.is_none() {
                *emptiest = (row * NOISE_EDGE..(row + 1) * NOISE_EDGE)
                    .filter(|place| !self.taken[*place])
                    .min_by_key(|place| self.crowding[*place]);
            }
        }
        self.emptiest
            .iter()
            .flatten()
            .copied()
            .min_by_key(|place| self.crowding[*place])
            .unwrap_or(0)
    }
}

/// Void-and-cluster (Ulichney, "The void-and-cluster method for dither array generation", 1993): every pixel is ranked
/// by taking, again and again, the place that is farthest from those taken before.
fn void_and_cluster() -> Vec<u8> {
    let mut crowd = Crowd::new();
    let mut random = 1u32;
    for _ in 0..COUNT / 10 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let place = (random >> 8) as usize % COUNT;
        if !crowd.taken[place] {
            crowd.set(place, true);
        }
    }
    // The first ones, evenly spread: from where it is most crowded to where it is emptiest, until that is the same.
    for _ in 0..COUNT {
        let from = crowd.most_crowded();
        crowd.set(from, false);
        let to = crowd.emptiest();
        crowd.set(to, true);
        if from == to {
            break;
        }
    }
    let mut rank = vec![0; COUNT];
    let first = crowd.taken.clone();
    let count = first.iter().filter(|taken| **taken).count();
    for n in (0..count).rev() {
        let place = crowd.most_crowded();
        crowd.set(place, false);
        rank[place] = n;
    }
    for place in (0..COUNT).filter(|place| first[*place]) {
        crowd.set(place, true);
    }
    for n in count..COUNT {
        let place = crowd.emptiest();
        crowd.set(place, true);
        rank[place] = n;
    }
    rank.into_iter().map(|n| (n * 256 / COUNT) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_equally_often_there() {
        let mut counts = [0; 256];
        for value in noise_tile() {
            counts[usize::from(*value)] += 1;
        }
        assert!(counts.iter().all(|count| *count == COUNT / 256));
    }

    /// White noise has as much in long waves as in short ones; blue noise has almost nothing in long ones.
    #[test]
    fn long_waves_are_missing() {
        let power = |waves: usize, down: bool| {
            let (mut re, mut im) = (0.0, 0.0);
            for (at, value) in noise_tile().iter().enumerate() {
                let along = if down {
                    at / NOISE_EDGE
                } else {
                    at % NOISE_EDGE
                };
                let angle = std::f64::consts::TAU * (along * waves) as f64 / NOISE_EDGE as f64;
                let off = f64::from(*value) / 255.0 - 0.5;
                re += off * angle.cos();
                im += off * angle.sin();
            }
            // White noise: the variance of a uniform value, for each pixel.
            (re * re + im * im) / (COUNT as f64 / 12.0)
        };
        for down in [false, true] {
            let long: f64 = (1..8).map(|waves| power(waves, down)).sum::<f64>() / 7.0;
            let short: f64 = (24..31).map(|waves| power(waves, down)).sum::<f64>() / 7.0;
            assert!(long < 0.05 && short > 0.5, "{long} {short}");
        }
    }
}
