//! Colours of every brightness, for the shaders.

use super::device::Gpu;
use super::look::filled;
use crate::view::Tones;

/// Entries of the table. It runs over the fourth root of the brightness: near black, where a gamma rises steeply, lie most
/// of them, and a straight line between two is nowhere off by half a grey level. As wide as every device's textures may be.
const LEN: usize = 2048;

/// A table on the device, and what it was made of.
pub struct ToneTable {
    made_of: Tones,
    pub view: wgpu::TextureView,
}

impl ToneTable {
    pub fn new(gpu: &Gpu, tones: Tones) -> Self {
        let table = table(&tones);
        Self {
            made_of: tones,
            view: filled(
                gpu,
                "tones",
                (LEN as u32, 1),
                wgpu::TextureFormat::Rgba16Float,
                bytemuck::cast_slice(&table),
            ),
        }
    }

    /// Brings it up to date. Plain tones need none.
    pub fn follow(&mut self, gpu: &Gpu, tones: Tones) {
        if self.made_of != tones && !tones.is_plain() {
            *self = Self::new(gpu, tones);
        }
    }
}

/// Red, green, blue and a one for each entry.
fn table(tones: &Tones) -> Vec<half::f16> {
    (0..LEN)
        .flat_map(|entry| {
            let root = entry as f64 / (LEN - 1) as f64;
            let [r, g, b] = tones.color(root.powi(4));
            [r, g, b, 1.0].map(half::f16::from_f64)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::ColorMap;

    /// What a sampler makes of the table, against the function itself; brightness as fine as eight times a screen's.
    #[test]
    fn between_two_entries_nothing_is_lost() {
        let (least, most) = Tones::GAMMA_RANGE;
        for color_map in ColorMap::ALL {
            for gamma in [least, 0.5, 1.0, 2.2, most] {
                for invert in [false, true] {
                    let tones = Tones {
                        invert,
                        gamma,
                        color_map,
                    };
                    let table = table(&tones);
                    for step in 0..=2048 {
                        let brightness = f64::from(step) / 2048.0;
                        let at = brightness.sqrt().sqrt() * (LEN - 1) as f64;
                        let below = (at.floor() as usize).min(LEN - 2);
                        let part = at - below as f64;
                        for (n, wanted) in tones.color(brightness).into_iter().enumerate() {
                            let of = |entry: usize| table[entry * 4 + n].to_f64();
                            let found = of(below) * (1.0 - part) + of(below + 1) * part;
                            let off = (found - wanted).abs() * 255.0;
                            assert!(off < 0.5, "{tones:?} at {brightness}: {off}");
                        }
                    }
                }
            }
        }
    }
}
