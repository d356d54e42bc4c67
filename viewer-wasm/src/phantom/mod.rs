//! A synthetic dental phantom: both jaws, made from formulas, the same on every machine.
//!
//! It is what the empty page's demo opens, and what tests and benchmarks measure on: every position and
//! value in it is known. The field of view is a cube of 80 mm; the number of voxels along an edge is free
//! (spacing is 80 mm divided by it). Values are labelled as grey values (GV) of a 12-bit scanner, -1000
//! (air) to 3071 (metal).
//!
//! - [`anatomy`]: where things are: the arches, bones, cavities
//! - [`teeth`]: crowns, roots, pulps and the filling
//! - [`slice`]: formulas to voxels
//! - [`dicom`]: the same written as a DICOM series (not in the browser)
//!
//! The left side (of the patient) has a metal filling in the lower first molar, tooth 36; the right side
//! has none, so that a flipped picture shows.

mod anatomy;
#[cfg(not(target_arch = "wasm32"))]
pub mod dicom;
mod slice;
mod teeth;

use glam::DVec3;

use crate::series::{
    Calibration, Geometry, Rescale, Series, SeriesKind, SliceSource, Unit, ValueType,
};
use crate::view::Window;
use crate::volume::{SliceValues, Volume};
use anatomy::{ColumnMap, canal_mm};
use teeth::Tooth;

/// Edge of the field of view, in mm.
pub const FIELD_OF_VIEW_MM: f64 = 80.0;

/// Values of the materials, in GV.
pub mod material {
    /// Air.
    pub const AIR: f32 = -1000.0;
    /// Soft tissue.
    pub const SOFT: f32 = 40.0;
    /// Spongy bone, on average.
    pub const TRABECULAR: f32 = 420.0;
    /// Dense bone.
    pub const CORTICAL: f32 = 1450.0;
    /// Dentine and cement.
    pub const DENTINE: f32 = 1650.0;
    /// Enamel.
    pub const ENAMEL: f32 = 2650.0;
    /// Pulp.
    pub const PULP: f32 = 80.0;
    /// The ligament between root and bone.
    pub const LIGAMENT: f32 = 250.0;
    /// The contents of the nerve canal.
    pub const NERVE: f32 = 60.0;
    /// Metal, the end of the range.
    pub const METAL: f32 = 3071.0;
}

/// A place in the phantom whose value is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Landmark {
    /// A name such as `filling-36`.
    pub name: String,
    /// Its middle, LPS, mm.
    pub center_mm: DVec3,
    /// Within this distance of the middle the value is the same, up to noise (below ±120 GV).
    pub radius_mm: f64,
    /// The value without noise, in GV.
    pub value: f64,
}

/// The phantom at one resolution. Cheap to make (one pass over the columns of a slice); each slice is a pure
/// function of its index, so that several workers can share the work.
pub struct Phantom {
    size: usize,
    columns: ColumnMap,
    teeth: Vec<Tooth>,
}

impl Phantom {
    /// The dental phantom with `size` voxels along each edge (at least 8, at most 2048).
    pub fn dental(size: usize) -> Self {
        let size = size.clamp(8, 2048);
        Self {
            size,
            columns: ColumnMap::new(size),
            teeth: teeth::dentition(),
        }
    }

    /// Where the voxels are. Axes are those of the patient, the middle of the cube is at (0, 0, 0) mm.
    pub fn geometry(&self) -> Geometry {
        let spacing = self.spacing_mm();
        let first = -0.5 * FIELD_OF_VIEW_MM + 0.5 * spacing;
        Geometry {
            dims: [self.size; 3],
            spacing_mm: [spacing; 3],
            spacing_known: true,
            origin_mm: [first; 3],
            direction: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        }
    }

    /// The phantom as a series without files, for a [`Volume`](crate::volume::Volume) to be made from.
    pub fn series(&self) -> Series {
        Series {
            uid: format!("phantom-{}", self.size),
            study_uid: "phantom".into(),
            description: "Synthetic phantom".into(),
            modality: "CT".into(),
            patient: 0,
            kind: SeriesKind::Volume,
            calibration: Calibration::Patient,
            geometry: self.geometry(),
            instances: Vec::new(),
            slices: (0..self.size)
                .map(|index| SliceSource {
                    index,
                    instance: 0,
                    frame: index as u32,
                })
                .collect(),
            interpolated: Vec::new(),
            rescale: vec![Rescale::IDENTITY; self.size],
            value_type: ValueType::I16,
            unit: Unit::Gv,
            window: Some((Window::BONE.center, Window::BONE.width)),
            padding: None,
            photometric_inverted: false,
            warnings: Vec::new(),
        }
    }

    /// The whole phantom as a volume.
    pub fn volume(&self) -> Volume {
        let mut volume = Volume::new(&self.series());
        for k in 0..self.size {
            volume.insert(k, SliceValues::from_i16(self.slice(k)));
        }
        volume
    }

    /// Voxels along an edge.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Edge of a voxel in mm.
    pub fn spacing_mm(&self) -> f64 {
        FIELD_OF_VIEW_MM / self.size as f64
    }

    /// Known places, for tests: the filling, enamel, dentine and pulp of some teeth, nerve canals, sinuses, air.
    pub fn landmarks(&self) -> Vec<Landmark> {
        let mut found: Vec<Landmark> = self.teeth.iter().flat_map(Tooth::landmarks).collect();
        let mut add = |name: &str, center_mm: DVec3, radius_mm: f64, value: f32| {
            found.push(Landmark {
                name: name.into(),
                center_mm,
                radius_mm,
                value: value.into(),
            });
        };
        for (side, sign) in [("left", 1.0), ("right", -1.0)] {
            add(
                &format!("canal-{side}"),
                canal_mm(sign * 50.0),
                0.6,
                material::NERVE,
            );
            let sinus = anatomy::SINUS_CENTER_MM * DVec3::new(sign, 1.0, 1.0);
            add(&format!("sinus-{side}"), sinus, 5.0, material::AIR);
        }
        add(
            "air-in-front",
            DVec3::new(0.0, -39.0, 0.0),
            0.5,
            material::AIR,
        );
        add("tongue", DVec3::new(0.0, 5.0, -8.0), 3.0, material::SOFT);
        found
    }

    /// Points along the mandibular nerve canal, from the mental foramen backwards; LPS, mm.
    pub fn canal_path_mm(&self, left: bool) -> Vec<DVec3> {
        let sign = if left { 1.0 } else { -1.0 };
        let (from, to) = anatomy::CANAL_ARC_MM;
        (0..=20)
            .map(|i| canal_mm(sign * (from + (to - from) * f64::from(i) / 20.0)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_at(phantom: &Phantom, point_mm: DVec3) -> f64 {
        let voxel = phantom
            .geometry()
            .voxel_from_patient()
            .transform_point3(point_mm)
            .round();
        let slice = phantom.slice(voxel.z as usize);
        slice[voxel.y as usize * phantom.size() + voxel.x as usize].into()
    }

    #[test]
    fn landmarks_hold_what_they_say() {
        let phantom = Phantom::dental(400);
        let landmarks = phantom.landmarks();
        assert!(landmarks.len() > 20);
        for landmark in landmarks {
            for offset in [
                DVec3::ZERO,
                DVec3::X,
                DVec3::Y,
                DVec3::Z,
                -DVec3::X,
                -DVec3::Y,
                -DVec3::Z,
            ] {
                let reach = (landmark.radius_mm - phantom.spacing_mm()).max(0.0);
                let value = value_at(&phantom, landmark.center_mm + offset * reach);
                assert!(
                    (value - landmark.value).abs() < 120.0,
                    "{}: {value} instead of {} at {offset}",
                    landmark.name,
                    landmark.value
                );
            }
        }
    }

    #[test]
    fn slices_are_pure_and_in_range() {
        let (one, other) = (Phantom::dental(64), Phantom::dental(64));
        for k in [0, 20, 32, 63] {
            let slice = one.slice(k);
            assert_eq!(slice.len(), 64 * 64);
            assert_eq!(slice, other.slice(k));
            assert!(slice.iter().all(|v| (-1024..=3071).contains(v)));
        }
        assert!(
            one.slice(64).iter().all(|&v| v == -1000),
            "beyond the end there is air"
        );
    }

    #[test]
    fn the_filling_is_on_the_patients_left_only() {
        let phantom = Phantom::dental(100);
        let filling = phantom
            .landmarks()
            .into_iter()
            .find(|l| l.name == "filling-36")
            .map(|l| l.center_mm);
        let left = filling.unwrap_or_default();
        assert!(left.x > 10.0);
        assert!(value_at(&phantom, left) > 2900.0);
        assert!(value_at(&phantom, left * DVec3::new(-1.0, 1.0, 1.0)) < 2900.0);
    }
}
