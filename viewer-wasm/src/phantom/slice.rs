//! From formulas to the voxels of a slice.

use glam::Vec3;

use super::anatomy;
use super::{FIELD_OF_VIEW_MM, Phantom, material};

/// Borders are blurred over at least this, and over this many voxels, like a scanner's point spread.
const MIN_EDGE_MM: f32 = 0.3;
const EDGE_VOXELS: f32 = 1.6;
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
        let edge = (EDGE_VOXELS * spacing).max(MIN_EDGE_MM);
        let at = |i: usize| (i as f32 + 0.5) * spacing - 0.5 * FIELD_OF_VIEW_MM as f32;
        let z = at(k);
        let mut waves = Waves::new(size, &at);
        let mut values = vec![material::AIR; size * size];
        for j in 0..size {
            let y = at(j);
            waves.start_row(y, z);
            for (i, at_voxel) in (j * size..(j + 1) * size).enumerate() {
                let arch = [self.columns.arc[at_voxel], self.columns.out[at_voxel]];
                let point = Vec3::new(at(i), y, z);
                let skin = self.columns.skin[at_voxel];
                values[at_voxel] = tissue(point, arch, skin, edge, || waves.at(i));
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
                if !(16.0..=900.0).contains(&r2) {
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
    let mut skin = skin;
    if p.y < 20.0 && skin > -8.0 {
        skin -= anatomy::profile(p.x, p.y, p.z);
        if p.z > 12.0 && p.y < -20.0 {
            skin = skin.min(anatomy::outer_nose(p.x, p.y, p.z));
        }
    }
    let lips = (p.z.abs() - 0.5).max(p.x.abs() - 19.0).max(p.y + 29.0);
    let mut value = over(material::AIR, skin.max(-lips), material::SOFT);
    if skin > edge {
        return value;
    }
    if p.z < 18.5 {
        value = over(value, anatomy::pharynx(p.x, p.y, p.z), material::AIR);
    }
    if out.abs() < 12.0 && p.z < 16.0 {
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
    if p.z < 18.0 {
        return value;
    }
    value = over(
        value,
        anatomy::palate(arc, out, p.y, p.z),
        material::CORTICAL,
    );
    value = over(
        value,
        anatomy::facial_wall(arc, out, p.z),
        material::CORTICAL,
    );
    value = over(
        value,
        anatomy::cheek_bone(p.x, p.y, p.z),
        material::CORTICAL,
    );
    let sinus = anatomy::sinus(p.x, p.y, p.z);
    if sinus < SINUS_WALL_MM + 1.0 {
        value = over(value, sinus - SINUS_WALL_MM, material::CORTICAL);
    }
    let nose = anatomy::nose(p.x, p.y, p.z);
    if nose < 2.0 {
        value = over(value, nose - 1.0, material::SOFT);
        value = over(value, nose, material::AIR);
        let wavy = 0.8 * (0.21 * p.z).sin();
        let septum = ((p.x - wavy).abs() - 0.6).max(-24.0 - p.y).max(nose);
        value = over(value, septum - 0.6, material::SOFT);
        value = over(value, septum, 900.0);
    }
    if sinus < 1.0 {
        value = over(value, sinus, material::SOFT);
        value = over(value, sinus + MUCOSA_MM, material::AIR);
    }
    value
}

/// The texture of spongy bone: waves in several directions, some multiplied.
struct Waves {
    /// Sine and cosine along x, for each wave.
    columns: [Vec<(f32, f32)>; WAVES],
    /// Sine and cosine of what the rest of the position adds.
    row: [(f32, f32); WAVES],
}

const WAVES: usize = 6;
/// Directions and wave numbers, in radians per mm.
const WAVE_VECTORS: [[f32; 3]; WAVES] = [
    [2.3, 1.1, -0.9],
    [-1.2, 2.6, 1.4],
    [1.7, -1.9, 2.2],
    [4.4, 2.7, 1.8],
    [-3.1, 3.6, -2.9],
    [1.3, 0.6, 5.1],
];

impl Waves {
    fn new(size: usize, at: &impl Fn(usize) -> f32) -> Self {
        let columns =
            WAVE_VECTORS.map(|wave| (0..size).map(|i| (wave[0] * at(i)).sin_cos()).collect());
        Self {
            columns,
            row: [(0.0, 1.0); WAVES],
        }
    }

    fn start_row(&mut self, y: f32, z: f32) {
        self.row = WAVE_VECTORS.map(|wave| (wave[1] * y + wave[2] * z).sin_cos());
    }

    fn at(&self, i: usize) -> f32 {
        let wave = |w: usize| {
            let ((sin_x, cos_x), (sin_row, cos_row)) = (self.columns[w][i], self.row[w]);
            sin_x * cos_row + cos_x * sin_row
        };
        let coarse = wave(0) * wave(1) + wave(2) * 0.6;
        let fine = wave(3) * wave(4) + wave(5) * 0.5;
        material::TRABECULAR + 120.0 * coarse + 110.0 * fine
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
