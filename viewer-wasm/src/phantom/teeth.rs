//! The teeth: seven in each quadrant, with enamel, dentine, pulp, roots and one filling.
//!
//! A tooth is described in its own frame: `u` along the arch, `v` outwards (buccal), `w` from the neck
//! towards the chewing edge. Sizes follow mean values of dental anatomy, rounded.

use glam::{DVec3, Vec3};

use super::anatomy::arch_at;
use super::{Landmark, material};

/// Width along the arch, depth across it, crown height and root length, in mm, from the midline outwards.
const UPPER_MM: [[f32; 4]; 7] = [
    [8.5, 6.8, 9.4, 11.5],
    [6.6, 6.0, 8.6, 11.5],
    [7.6, 7.6, 9.2, 14.0],
    [7.0, 8.6, 8.0, 12.0],
    [6.8, 8.6, 7.6, 12.0],
    [10.2, 10.4, 7.2, 11.5],
    [9.4, 10.2, 7.0, 11.0],
];
const LOWER_MM: [[f32; 4]; 7] = [
    [5.4, 5.8, 8.8, 11.0],
    [5.9, 6.0, 9.0, 12.0],
    [6.9, 7.4, 9.4, 14.0],
    [7.0, 7.4, 8.2, 12.5],
    [7.1, 7.8, 7.8, 12.8],
    [11.0, 10.0, 7.4, 12.0],
    [10.5, 9.8, 7.0, 11.5],
];

/// Height of the chewing edges above the occlusal plane (the jaws are slightly apart), in mm.
const REST_GAP_MM: f32 = 0.6;
/// Enamel thickness at the widest, in mm.
const ENAMEL_MM: f32 = 1.3;
/// The filling's half sizes along u, v, and its depth from the chewing surface, in mm.
const FILLING_MM: Vec3 = Vec3::new(2.6, 2.0, 2.4);

/// One root: offset of the apex, half sizes at the neck.
struct Root {
    neck: [f32; 2],
    apex: [f32; 2],
    radii: [f32; 2],
}

/// One tooth.
pub struct Tooth {
    /// FDI number, such as 36.
    pub number: u8,
    neck_mm: Vec3,
    along: Vec3,
    outwards: Vec3,
    /// +1 for lower teeth (crown above the neck), -1 for upper ones.
    up: f32,
    half: [f32; 2],
    crown_mm: f32,
    root_mm: f32,
    roots: Vec<Root>,
    filled: bool,
    /// 0 for a blade (incisor), 1 for a flat table (molar).
    table: f32,
}

/// All teeth.
pub fn dentition() -> Vec<Tooth> {
    let mut teeth = Vec::with_capacity(28);
    for (upper, sizes) in [(true, &UPPER_MM), (false, &LOWER_MM)] {
        for (left, sign) in [(false, -1.0), (true, 1.0)] {
            let quadrant = match (upper, left) {
                (true, false) => 10,
                (true, true) => 20,
                (false, true) => 30,
                (false, false) => 40,
            };
            let mut arc = 0.0;
            for (index, size) in sizes.iter().enumerate() {
                let middle = arc + 0.5 * f64::from(size[0]);
                arc += f64::from(size[0]);
                teeth.push(Tooth::new(
                    quadrant + index as u8 + 1,
                    upper,
                    sign * middle,
                    *size,
                ));
            }
        }
    }
    teeth
}

impl Tooth {
    fn new(number: u8, upper: bool, arc: f64, [width, depth, crown_mm, root_mm]: [f32; 4]) -> Self {
        let (point, tangent) = arch_at(arc);
        let along = tangent.as_vec3();
        let outwards = Vec3::new(along.y, -along.x, 0.0);
        let up: f32 = if upper { -1.0 } else { 1.0 };
        let from_midline = number % 10;
        // The upper front teeth bite in front of the lower ones.
        let overjet = match (upper, from_midline) {
            (true, 1 | 2) => 1.6,
            (true, 3) => 1.2,
            (true, 4) => 0.6,
            _ => 0.0,
        };
        let neck_z = -up * (REST_GAP_MM + crown_mm);
        let neck_mm = point.as_vec3() + Vec3::new(0.0, -overjet, neck_z);
        let half = [0.485 * width, 0.5 * depth];
        let table = match from_midline {
            1 | 2 => 0.0,
            3 => 0.25,
            4 | 5 => 0.7,
            _ => 1.0,
        };
        let root = |u: f32, v: f32, ru: f32, rv: f32| Root {
            neck: [u * half[0], v * half[1]],
            apex: [1.35 * u * half[0], 1.25 * v * half[1]],
            radii: [ru * half[0], rv * half[1]],
        };
        let roots = match (from_midline >= 6, upper) {
            (true, true) => vec![
                root(-0.48, 0.38, 0.40, 0.42),
                root(0.48, 0.38, 0.40, 0.42),
                root(0.0, -0.45, 0.50, 0.44),
            ],
            (true, false) => vec![root(-0.46, 0.0, 0.42, 0.78), root(0.46, 0.0, 0.42, 0.78)],
            _ => vec![root(0.0, 0.0, 0.74, 0.80)],
        };
        Self {
            number,
            neck_mm,
            along,
            outwards,
            up,
            half,
            crown_mm,
            root_mm,
            roots,
            filled: number == 36,
            table,
        }
    }

    /// Lowest and highest z that the tooth or its ligament touches, in mm.
    pub fn height_range(&self) -> (f32, f32) {
        let crown = self.neck_mm.z + self.up * (self.crown_mm + 1.0);
        let apex = self.neck_mm.z - self.up * (self.root_mm + 1.5);
        (crown.min(apex), crown.max(apex))
    }

    /// Middle and reach in the axial plane, in mm.
    pub fn footprint(&self) -> (f32, f32, f32) {
        let reach = self.half[0].hypot(self.half[1]) * 1.1 + 1.5;
        (self.neck_mm.x, self.neck_mm.y, reach)
    }

    fn local(&self, p: Vec3) -> Vec3 {
        let d = p - self.neck_mm;
        Vec3::new(d.dot(self.along), d.dot(self.outwards), d.z * self.up)
    }

    /// Distance to the crown shrunk by `inset`.
    fn crown(&self, p: Vec3, inset: f32) -> f32 {
        let height = self.crown_mm - inset * 1.15;
        let t = (p.z / self.crown_mm).clamp(0.0, 1.0);
        // Widest at a third of the height; incisors narrow to a blade across the arch.
        let belly = 0.90 + 0.10 * (1.0 - (2.6 * t - 0.9) * (2.6 * t - 0.9)).max(-0.6);
        let blade = 1.0 - (1.0 - self.table) * 0.72 * t.powf(1.2);
        let a = (self.half[0] * belly - inset).max(0.2);
        let b = (self.half[1] * belly * blade - inset).max(0.2);
        let (x, y) = ((p.x / a).abs(), (p.y / b).abs());
        let (x2, y2) = (x * x, y * y);
        let side = ((x2 * x2 + y2 * y2).sqrt().sqrt() - 1.0) * a.min(b);
        // Cusps: the chewing surface waves, with a groove in the middle.
        let groove = 0.9 * self.table * (-(p.y / (0.35 * self.half[1])).powi(2)).exp();
        let edge = p.z - (height - groove);
        side.max(edge).max(-inset.min(0.6) - 0.4 - p.z)
    }

    /// Distance to the roots, and how far down the nearest of them the point is (0 at the neck, 1 at the apex).
    fn roots(&self, p: Vec3, scale: f32) -> f32 {
        let t = (-p.z / self.root_mm).clamp(0.0, 1.0);
        let taper = (1.0 - t * t * 0.55 - t * 0.25) * scale;
        let mut best = f32::INFINITY;
        for root in &self.roots {
            // From the common neck to each apex.
            let spread = (t * 3.0).min(1.0);
            let u = root.neck[0] * spread + (root.apex[0] - root.neck[0]) * t;
            let v = root.neck[1] * spread + (root.apex[1] - root.neck[1]) * t;
            let join = 1.0 - spread;
            let ru = (root.radii[0] + (0.84 * self.half[0] - root.radii[0]) * join) * taper;
            let rv = (root.radii[1] + (0.86 * self.half[1] - root.radii[1]) * join) * taper;
            let norm = ((p.x - u) / ru.max(0.05)).hypot((p.y - v) / rv.max(0.05));
            best = best.min((norm - 1.0) * ru.min(rv));
        }
        best.max(p.z - 0.5).max(-p.z - self.root_mm)
    }

    fn pulp(&self, p: Vec3) -> f32 {
        let chamber = (Vec3::new(
            p.x / (0.42 * self.half[0]),
            p.y / (0.34 * self.half[1]),
            (p.z - 0.8) / 2.4,
        ))
        .length()
            - 1.0;
        let chamber = chamber * 0.34 * self.half[0].min(self.half[1]);
        let canals = self.roots(p, 0.22).max(-p.z - 0.86 * self.root_mm);
        chamber.min(canals)
    }

    fn filling(&self, p: Vec3) -> f32 {
        if !self.filled {
            return f32::INFINITY;
        }
        let d =
            (Vec3::new(p.x, p.y, p.z - self.crown_mm).abs() - FILLING_MM).max(Vec3::splat(-9.0));
        d.max_element().max(self.crown(p, 0.0))
    }

    /// Paints the tooth over `under` at a point: what was there is kept outside. `edge_mm` is the width of the
    /// blur at a border.
    pub fn paint(&self, at: Vec3, under: f32, edge_mm: f32) -> f32 {
        let p = self.local(at);
        let over = |under: f32, depth: f32, value: f32| {
            under + (value - under) * (0.5 - depth / edge_mm).clamp(0.0, 1.0)
        };
        let crown = if p.z > -1.2 {
            self.crown(p, 0.0)
        } else {
            f32::INFINITY
        };
        let roots = if p.z < 1.0 {
            self.roots(p, 1.0)
        } else {
            f32::INFINITY
        };
        let mut value = under;
        if crown.min(roots) > 1.0 {
            return value;
        }
        if roots < 1.0 {
            value = over(value, roots - 0.25, material::LIGAMENT);
            value = over(value, roots, material::DENTINE);
        }
        if crown < 1.0 {
            value = over(value, crown, material::ENAMEL);
            value = over(value, self.crown(p, ENAMEL_MM), material::DENTINE);
        }
        value = over(value, self.pulp(p), material::PULP);
        over(value, self.filling(p), material::METAL)
    }

    /// Distance to the filling at a point, in mm; `None` for a tooth without one.
    pub fn filling_mm(&self) -> Option<Vec3> {
        self.filled
            .then(|| self.at(0.0, 0.0, self.crown_mm - 0.5 * FILLING_MM.z - 0.4))
    }

    fn at(&self, u: f32, v: f32, w: f32) -> Vec3 {
        self.neck_mm + self.along * u + self.outwards * v + Vec3::Z * (w * self.up)
    }

    /// Known places of this tooth.
    pub fn landmarks(&self) -> Vec<Landmark> {
        let mut found = Vec::new();
        let mut add = |what: &str, at: Vec3, radius_mm: f64, value: f32| {
            let center_mm: DVec3 = at.as_dvec3();
            let name = format!("{what}-{}", self.number);
            found.push(Landmark {
                name,
                center_mm,
                radius_mm,
                value: value.into(),
            });
        };
        let from_midline = self.number % 10;
        if from_midline == 1 || from_midline == 6 {
            add("pulp", self.at(0.0, 0.0, 0.8), 0.35, material::PULP);
        }
        if from_midline == 6 {
            let side = self.half[1] * 0.98 - 0.5 * ENAMEL_MM;
            add(
                "enamel",
                self.at(0.0, side, 0.36 * self.crown_mm),
                0.25,
                material::ENAMEL,
            );
            add(
                "dentine",
                self.at(0.0, 0.66 * self.half[1], 0.36 * self.crown_mm),
                0.3,
                material::DENTINE,
            );
        }
        if let Some(at) = self.filling_mm() {
            add("filling", at, 0.6, material::METAL);
        }
        found
    }
}
