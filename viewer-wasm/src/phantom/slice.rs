//! From formulas to the voxels of a slice.

use glam::Vec3;

use super::anatomy::{self, SINUS_CENTER_MM, SINUS_RADII_MM};
use super::{FIELD_OF_VIEW_MM, Phantom, material};

/// Borders are blurred over at least this, like a scanner's point spread.
const MIN_EDGE_MM: f32 = 0.25;
/// Thickness of dense bone around spongy bone.
const CORTEX_MM: f32 = 1.8;
/// Bone and mucosa around the sinus.
const SINUS_WALL_MM: f32 = 1.3;
const MUCOSA_MM: f32 = 0.8;

impl Phantom {
    /// The values of slice `k` (from inferior to superior), in GV, rows from anterior to posterior, columns from
    /// the patient's right to left. Beyond the last slice: air.
    pub fn slice(&self, k: usize) -> Vec<i16> {
        let size = self.size();
        if k >= size {
            return vec![material::AIR as i16; size * size];
        }
        let spacing = self.spacing_mm() as f32;
        let edge = spacing.max(MIN_EDGE_MM);
        let at = |i: usize| (i as f32 + 0.5) * spacing - 0.5 * FIELD_OF_VIEW_MM as f32;
        let z = at(k);
        let waves = Waves::new(size, &at, z);
        let mut values = vec![material::AIR; size * size];
        for j in 0..size {
            let y = at(j);
            let row = j * size..(j + 1) * size;
            for (i, at_voxel) in row.enumerate() {
                let arch = [self.columns.arc[at_voxel], self.columns.out[at_voxel]];
                let point = Vec3::new(at(i), y, z);
                values[at_voxel] = tissue(point, arch, self.columns.skin[at_voxel], edge, || {
                    waves.at(i, j)
                });
            }
        }
        self.paint_teeth(&mut values, z, edge);
        self.paint_streaks(&mut values, z);
        values
            .iter()
            .enumerate()
            .map(|(at_voxel, value)| {
                let noisy = value + noise(at_voxel as u32, k as u32);
                noisy.round().clamp(-1024.0, material::METAL) as i16
            })
            .collect()
    }

    fn paint_teeth(&self, values: &mut [f32], z: f32, edge: f32) {
        let size = self.size();
        let spacing = self.spacing_mm() as f32;
        let half = 0.5 * FIELD_OF_VIEW_MM as f32;
        let at = |i: usize| (i as f32 + 0.5) * spacing - half;
        let index = |mm: f32| ((mm + half) / spacing).clamp(0.0, size as f32) as usize;
        for tooth in &self.teeth {
            let (low, high) = tooth.height_range();
            if z < low || z > high {
                continue;
            }
            let (x, y, reach) = tooth.footprint();
            for j in index(y - reach)..index(y + reach) {
                for i in index(x - reach)..index(x + reach) {
                    let value = &mut values[j * size + i];
                    *value = tooth.paint(Vec3::new(at(i), at(j), z), *value, edge);
                }
            }
        }
    }

    /// Mild bright and dark rays from the filling, in the slices that hold it.
    fn paint_streaks(&self, values: &mut [f32], z: f32) {
        let Some(center) = self.teeth.iter().find_map(super::Tooth::filling_mm) else {
            return;
        };
        let off = (z - center.z).abs();
        if off > 1.6 {
            return;
        }
        let size = self.size();
        let spacing = self.spacing_mm() as f32;
        let at = |i: usize| (i as f32 + 0.5) * spacing - 0.5 * FIELD_OF_VIEW_MM as f32;
        for j in 0..size {
            let dy = at(j) - center.y;
            for i in 0..size {
                let dx = at(i) - center.x;
                let r2 = dx * dx + dy * dy;
                if r2 < 16.0 || r2 > 900.0 {
                    continue;
                }
                // cos(6θ) from cos(2θ), so that no angle is needed.
                let c2 = (dx * dx - dy * dy) / r2;
                let rays = c2 * (4.0 * c2 * c2 - 3.0);
                let strength = 90.0 * (1.0 - off / 1.6) * (4.0 / r2.sqrt());
                values[j * size + i] += rays * strength;
            }
        }
    }
}

/// Value of a point without its teeth.
fn tissue(p: Vec3, [arc, out]: [f32; 2], skin: f32, edge: f32, spongy: impl Fn() -> f32) -> f32 {
    let over = |under: f32, depth: f32, value: f32| {
        under + (value - under) * (0.5 - depth / edge).clamp(0.0, 1.0)
    };
    let lips = (p.z.abs() - 0.5).max(p.x.abs() - 17.0).max(p.y + 33.0);
    let mut value = over(material::AIR, skin.max(-lips), material::SOFT);
    if skin > edge {
        return value;
    }
    if p.z < 18.5 {
        value = over(value, anatomy::pharynx(p.x, p.y, p.z), material::AIR);
    }
    let near_arch = out.abs() < 12.0;
    if near_arch && p.z < 16.0 {
        let bone = anatomy::mandible(arc, out, p.z);
        if bone < edge {
            value = over(value, bone, material::CORTICAL);
            if bone < -0.5 * CORTEX_MM {
                value = over(value, bone + CORTEX_MM, spongy());
            }
            let canal = anatomy::canal(arc, out, p.z);
            if canal < 1.5 {
                value = over(value, canal - 0.6, material::CORTICAL);
                value = over(value, canal, material::NERVE);
            }
        }
    }
    if p.z > 8.0 {
        value = upper_jaw(p, [arc, out], value, &over, spongy);
    }
    value
}

fn upper_jaw(
    p: Vec3,
    [arc, out]: [f32; 2],
    under: f32,
    over: &impl Fn(f32, f32, f32) -> f32,
    spongy: impl Fn() -> f32,
) -> f32 {
    let mut value = under;
    if out.abs() < 12.0 {
        let bone = anatomy::maxilla(arc, out, p.z);
        value = over(value, bone, material::CORTICAL);
        if bone < 0.0 {
            value = over(value, bone + 0.8 * CORTEX_MM, spongy());
        }
    }
    if p.z > 18.0 {
        value = over(
            value,
            anatomy::palate(arc, out, p.y, p.z),
            material::CORTICAL,
        );
    }
    if p.z > 20.0 {
        let nose = anatomy::nose(p.x, p.y, p.z);
        value = over(value, nose - 1.0, material::SOFT);
        value = over(value, nose, material::AIR);
        let septum = (p.x.abs() - 0.5)
            .max(-16.0 - p.y)
            .max((p.z - 34.0).abs() - 10.0);
        value = over(value, septum, 900.0);
        let low = (SINUS_CENTER_MM.z - SINUS_RADII_MM.z) as f32 - SINUS_WALL_MM - 1.0;
        if p.z > low {
            let sinus = anatomy::sinus(p.x, p.y, p.z);
            if sinus < SINUS_WALL_MM + 1.0 {
                value = over(value, sinus - SINUS_WALL_MM, material::CORTICAL);
                value = over(value, sinus, material::SOFT);
                value = over(value, sinus + MUCOSA_MM, material::AIR);
            }
        }
    }
    value
}

/// The texture of spongy bone: products of waves, from tables along each axis.
struct Waves {
    coarse_x: Vec<f32>,
    coarse_y: Vec<f32>,
    fine_x: Vec<f32>,
    fine_y: Vec<f32>,
    coarse_z: f32,
    fine_z: f32,
}

impl Waves {
    fn new(size: usize, at: &impl Fn(usize) -> f32, z: f32) -> Self {
        let table = |per_mm: f32, phase: f32| {
            (0..size)
                .map(|i| (at(i) * per_mm + phase).sin())
                .collect::<Vec<_>>()
        };
        Self {
            coarse_x: table(2.1, 0.3),
            coarse_y: table(1.9, 1.1),
            fine_x: table(4.3, 0.0 + 0.35 * z),
            fine_y: table(4.7, 2.0 - 0.30 * z),
            coarse_z: (z * 2.3).sin(),
            fine_z: (z * 3.9).cos(),
        }
    }

    fn at(&self, i: usize, j: usize) -> f32 {
        let coarse = self.coarse_x[i] * self.coarse_y[j] + self.coarse_z * self.coarse_y[j];
        let fine = self.fine_x[i] * self.fine_y[j] + self.fine_z * self.fine_x[i];
        material::TRABECULAR + 110.0 * coarse + 90.0 * fine
    }
}

/// Noise of a voxel, about normal with a standard deviation of 22 GV, bounded by ±78.
fn noise(at_voxel: u32, k: u32) -> f32 {
    let mut h = at_voxel.wrapping_mul(0x9E37_79B1) ^ k.wrapping_mul(0x85EB_CA77);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    let sum: u32 = h.to_le_bytes().iter().map(|&b| u32::from(b)).sum();
    (sum as f32 - 510.0) * (78.0 / 510.0)
}
