//! Where the jaws are. LPS in mm, the middle of the phantom at the origin, the occlusal plane at z = 0.
//!
//! Distances to a surface ("depth") are negative inside, as with signed distance functions.

use glam::DVec3;

use super::FIELD_OF_VIEW_MM;

/// The arch is the parabola y = FRONT + x² / OPENING, about the shape of a dental arch (the Bonwill-Hawley
/// and catenary forms differ from it by less than a tooth's width).
pub const ARCH_FRONT_MM: f64 = -28.0;
const ARCH_OPENING_MM: f64 = 16.0;

/// Middle of the left maxillary sinus.
pub const SINUS_CENTER_MM: DVec3 = DVec3::new(16.5, 4.0, 32.5);
/// Half axes of a sinus.
pub const SINUS_RADII_MM: DVec3 = DVec3::new(8.0, 12.5, 10.5);

/// The nerve canal runs between these distances from the midline, along the arch.
pub const CANAL_ARC_MM: (f64, f64) = (30.0, 72.0);
/// Radius of the nerve canal.
pub const CANAL_RADIUS_MM: f64 = 1.5;

/// Distance along the arch from the midline to the point at `x`, with the sign of `x`.
fn arc_from_x(x: f64) -> f64 {
    let slope = 2.0 * x / ARCH_OPENING_MM;
    0.25 * ARCH_OPENING_MM * (slope * slope.hypot(1.0) + slope.asinh())
}

/// The point of the arch at distance `arc` from the midline: position and unit tangent, z = 0.
pub fn arch_at(arc: f64) -> (DVec3, DVec3) {
    // Newton on a convex function from above: six rounds reach double precision.
    let mut x = arc;
    for _ in 0..40 {
        let slope = 2.0 * x / ARCH_OPENING_MM;
        x -= (arc_from_x(x) - arc) / slope.hypot(1.0);
    }
    let tangent = DVec3::new(1.0, 2.0 * x / ARCH_OPENING_MM, 0.0).normalize();
    (
        DVec3::new(x, ARCH_FRONT_MM + x * x / ARCH_OPENING_MM, 0.0),
        tangent,
    )
}

/// Arch coordinates of a point: distance along the arch (left positive) and away from it (outwards positive).
fn arch_coordinates(x: f64, y: f64) -> (f64, f64) {
    // The nearest point (u, f(u)) solves u³·2/o² + u·(1 + 2(f0 − y)/o) − x = 0 with x ≥ 0: take the largest root.
    let (px, o) = (x.abs(), ARCH_OPENING_MM);
    let linear = 1.0 + 2.0 * (ARCH_FRONT_MM - y) / o;
    let cubic = 2.0 / (o * o);
    let mut u = px.max((-linear / cubic).max(0.0).sqrt()) + 1.0;
    for _ in 0..24 {
        let value = (cubic * u * u + linear) * u - px;
        let slope = 3.0 * cubic * u * u + linear;
        let next = u - value / slope.max(1e-6);
        let done = (next - u).abs() < 1e-5;
        u = next;
        if done {
            break;
        }
    }
    let on_arch = ARCH_FRONT_MM + u * u / o;
    let distance = (px - u).hypot(y - on_arch);
    let outside = y < ARCH_FRONT_MM + px * px / o;
    (
        arc_from_x(u).copysign(x),
        if outside { distance } else { -distance },
    )
}

/// Depth below the skin of the point (`x`, `y`), the same for all heights: a rounded front, straight sides.
fn skin_depth(x: f64, y: f64) -> f64 {
    let (half_width, front) = (38.5, 47.5);
    let behind = (y - 12.0).min(0.0);
    let norm =
        ((x / half_width).abs().powf(2.4) + (behind / front).abs().powf(2.4)).powf(1.0 / 2.4);
    (norm - 1.0) * half_width
}

/// What of the anatomy does not depend on the height, for every column of voxels.
pub struct ColumnMap {
    /// Along the arch, mm, left positive.
    pub arc: Vec<f32>,
    /// Away from the arch, mm, outwards positive.
    pub out: Vec<f32>,
    /// Distance to the skin, mm, negative inside.
    pub skin: Vec<f32>,
}

impl ColumnMap {
    pub fn new(size: usize) -> Self {
        let spacing = FIELD_OF_VIEW_MM / size as f64;
        let at = |i: usize| (i as f64 + 0.5) * spacing - 0.5 * FIELD_OF_VIEW_MM;
        let count = size * size;
        let mut map = Self {
            arc: vec![0.0; count],
            out: vec![0.0; count],
            skin: vec![0.0; count],
        };
        // Left and right mirror each other.
        let half = size.div_ceil(2);
        for j in 0..size {
            for i in 0..half {
                let (left, right) = (j * size + size - 1 - i, j * size + i);
                let (x, y) = (at(size - 1 - i), at(j));
                let (arc, out) = arch_coordinates(x, y);
                let skin = skin_depth(x, y) as f32;
                (map.arc[left], map.out[left], map.skin[left]) = (arc as f32, out as f32, skin);
                (map.arc[right], map.out[right], map.skin[right]) = (-arc as f32, out as f32, skin);
            }
        }
        map
    }
}

fn smoothstep(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Distance to a rounded rectangle between `low` and `high` (each a corner) with corner radius `round`.
fn rounded_box(out: f32, z: f32, low: [f32; 2], high: [f32; 2], round: f32) -> f32 {
    let dx = (low[0] - out).max(out - high[0]) + round;
    let dz = (low[1] - z).max(z - high[1]) + round;
    dx.max(0.0).hypot(dz.max(0.0)) + dx.max(dz).min(0.0) - round
}

/// Distance to the lower jaw at arch coordinates and height.
pub fn mandible(arc: f32, out: f32, z: f32) -> f32 {
    let arc = arc.abs();
    let ramus = smoothstep(56.0, 68.0, arc);
    let chin = 1.0 - smoothstep(0.0, 22.0, arc);
    let top = -9.5 + 24.0 * ramus;
    let bottom = -34.5 + 1.5 * smoothstep(20.0, 50.0, arc) + 7.0 * ramus;
    // The body is thicker below (the basal bone) than at the alveolar crest.
    let low_part = smoothstep(-12.0, -28.0, z);
    let outer = 4.6 + 1.2 * low_part + 1.8 * chin * low_part - 1.6 * ramus;
    let inner = -4.8 - 1.0 * low_part + 1.2 * ramus;
    rounded_box(out, z, [inner, bottom], [outer, top], 3.2)
}

/// Distance to the upper jaw's alveolar process.
pub fn maxilla(arc: f32, out: f32, z: f32) -> f32 {
    let arc = arc.abs();
    let tuberosity = smoothstep(58.0, 63.0, arc);
    let high = 24.0 - 3.0 * smoothstep(20.0, 40.0, arc);
    rounded_box(out, z, [-5.6, 9.5 + 14.0 * tuberosity], [5.2, high], 2.6)
}

/// Distance to the plate of the hard palate.
pub fn palate(arc: f32, out: f32, y: f32, z: f32) -> f32 {
    let vault = 21.5 + 1.5 * smoothstep(-2.0, -14.0, out);
    let plate = (z - vault).abs() - 1.1;
    plate.max(out).max(y - 20.0).max(arc.abs() - 62.0)
}

/// Distance to a sinus (inside of its mucosa), about.
pub fn sinus(x: f32, y: f32, z: f32) -> f32 {
    let center = SINUS_CENTER_MM.as_vec3();
    let radii = SINUS_RADII_MM.as_vec3();
    let p = glam::Vec3::new(
        (x.abs() - center.x) / radii.x,
        (y - center.y) / radii.y,
        (z - center.z) / radii.z,
    );
    let outer = p.length();
    let slope = (p / radii).length();
    if slope > 1e-6 {
        outer * (outer - 1.0) / slope
    } else {
        -radii.x
    }
}

/// Distance to the facial wall of the upper jaw: a plate above the alveolar process, with the nose's opening.
pub fn facial_wall(arc: f32, out: f32, z: f32) -> f32 {
    let arc = arc.abs();
    let middle = 3.6 - 0.10 * (z - 20.0);
    let plate = (out - middle).abs() - 1.1;
    // A pear-shaped opening: wide above the floor of the nose, narrow further up.
    let opening = 10.5 - 0.22 * (z - 26.0).max(0.0) - 0.9 * (25.5 - z).max(0.0);
    plate.max(opening - arc).max(arc - 52.0).max(19.0 - z)
}

/// Distance to the cheek bone's root.
pub fn cheek_bone(x: f32, y: f32, z: f32) -> f32 {
    let p = glam::Vec3::new((x.abs() - 26.5) / 6.0, (y - 4.0) / 10.0, (z - 30.0) / 5.0);
    (p.length() - 1.0) * 5.0
}

/// Distance to the nose's airway.
pub fn nose(x: f32, y: f32, z: f32) -> f32 {
    let round = ((x / 6.6).powi(2) + ((z - 34.0) / 9.5).powi(2)).sqrt();
    ((round - 1.0) * 6.6).max(-27.0 - y)
}

/// How far the face stands out from the straight front (lips, chin, folds), in mm.
pub fn profile(x: f32, y: f32, z: f32) -> f32 {
    let bump = |at: f32, wide: f32| (-((z - at) / wide).powi(2)).exp();
    let near_midline = (-(x / 15.0).powi(2)).exp() * smoothstep(0.0, -24.0, y);
    let lips = 2.0 * bump(4.2, 3.6) + 1.7 * bump(-4.4, 3.6);
    let folds = 1.8 * bump(-14.5, 4.0) + 0.8 * bump(13.0, 5.0);
    let under_chin = (-32.0 - z).max(0.0).powi(2) * 0.10;
    (lips - folds + 1.5 * bump(-25.0, 6.0)) * near_midline - under_chin * smoothstep(20.0, -24.0, y)
}

/// Distance to the outer nose.
pub fn outer_nose(x: f32, y: f32, z: f32) -> f32 {
    let wings = glam::Vec3::new(x / 11.0, (y + 33.0) / 6.5, (z - 22.5) / 5.0);
    let bridge = glam::Vec3::new(x / 7.5, (y + 32.0) / 8.0, (z - 32.0) / 13.0);
    ((wings.length() - 1.0) * 5.0).min((bridge.length() - 1.0) * 7.5)
}

/// Distance to the airway behind the tongue.
pub fn pharynx(x: f32, y: f32, z: f32) -> f32 {
    ((((x / 9.0).powi(2) + ((y - 33.0) / 5.0).powi(2)).sqrt() - 1.0) * 5.0).max(z - 18.0)
}

/// The middle of the nerve canal at a distance along the arch (left positive): outward offset and height.
pub fn canal_offsets(arc: f32) -> (f32, f32) {
    let arc = arc.abs();
    let leaves = 1.0 - smoothstep(30.0, 35.0, arc);
    let rises = smoothstep(56.0, 74.0, arc);
    (-0.5 + 5.0 * leaves, -26.0 + 3.0 * leaves + 10.0 * rises)
}

/// The middle of the nerve canal in the patient, LPS, mm.
pub fn canal_mm(arc: f64) -> DVec3 {
    let (point, tangent) = arch_at(arc);
    let (out, z) = canal_offsets(arc as f32);
    let outwards = DVec3::new(tangent.y, -tangent.x, 0.0);
    point + outwards * f64::from(out) + DVec3::Z * f64::from(z)
}

/// Distance to the nerve canal.
pub fn canal(arc: f32, out: f32, z: f32) -> f32 {
    let (middle_out, middle_z) = canal_offsets(arc);
    let arc = arc.abs();
    let ends = (CANAL_ARC_MM.0 as f32 - arc).max(arc - 200.0);
    ((out - middle_out).hypot(z - middle_z) - CANAL_RADIUS_MM as f32).max(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arch_coordinates_invert_the_arch() {
        for arc in [-60.0, -33.0, -4.0, 2.0, 18.0, 47.0, 70.0] {
            let (point, tangent) = arch_at(arc);
            let outwards = DVec3::new(tangent.y, -tangent.x, 0.0);
            for offset in [-4.0, 0.5, 6.0] {
                let p = point + outwards * offset;
                let (found_arc, found_out) = arch_coordinates(p.x, p.y);
                assert!((found_arc - arc).abs() < 1e-3, "{arc}: {found_arc}");
                assert!((found_out - offset).abs() < 1e-3, "{offset}: {found_out}");
            }
        }
    }
}
