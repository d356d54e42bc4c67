//! One ray of the volume rendering, in the patient.

use glam::{DVec2, DVec3};

use super::sample::Sampler;
use crate::series::Geometry;
use crate::view::noise::jitter;
use crate::view::{Clip, VolumeView};

/// A ray. Places on it are distances in mm from where it passes the plane through the camera's target.
pub struct Ray {
    point_mm: DVec3,
    /// Unit vector away from the viewer.
    pub direction: DVec3,
    /// The nearest that is seen.
    near_mm: f64,
    /// Where it enters what is left of the volume.
    pub enters_mm: f64,
    /// Where it leaves it.
    leaves_mm: f64,
    /// The face through which it enters, if it does not begin inside: unit normal towards the viewer.
    pub face: Option<DVec3>,
    step_mm: f64,
    phase: f64,
}

impl Ray {
    /// The ray of the pixel (`x`, `y`), for a picture of `size_px`.
    pub fn new(view: &VolumeView, geometry: &Geometry, (x, y): (u32, u32), size_px: DVec2) -> Self {
        let px = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
        let (point_mm, direction) = view.ray_from_px(px, size_px);
        let near_mm = view.eye_position_mm().map_or(f64::NEG_INFINITY, |eye_mm| {
            VolumeView::NEAR_MM - point_mm.distance(eye_mm)
        });
        let (mut enters_mm, mut leaves_mm, mut face) = (f64::NEG_INFINITY, f64::INFINITY, None);
        for plane in view.clip.faces(geometry) {
            let along = plane.normal.dot(direction);
            let outside_mm = plane.normal.dot(point_mm - plane.point_mm);
            let at_mm = -outside_mm / along;
            if along > 0.0 {
                leaves_mm = at_mm.min(leaves_mm);
            } else if along < 0.0 && at_mm > enters_mm {
                (enters_mm, face) = (at_mm, Some(plane.normal));
            } else if outside_mm > 0.0 && along == 0.0 {
                leaves_mm = f64::NEG_INFINITY;
            }
        }
        if near_mm > enters_mm {
            (enters_mm, face) = (near_mm, None);
        }
        Self {
            point_mm,
            direction,
            near_mm,
            enters_mm,
            leaves_mm,
            face,
            step_mm: view.step_mm(geometry),
            phase: jitter(x, y),
        }
    }

    /// The point at a place, LPS, mm.
    pub fn at(&self, place_mm: f64) -> DVec3 {
        self.point_mm + self.direction * place_mm
    }

    /// Its samples, nearest first: they lie at whole steps from the plane through the target, moved by the pixel's share
    /// of a step.
    pub fn samples(&self, clip: &Clip, sampler: &Sampler<'_>) -> Vec<f64> {
        if !self.enters_mm.is_finite() || !self.leaves_mm.is_finite() {
            return Vec::new();
        }
        let first = (self.enters_mm / self.step_mm).floor() as i64 - 1;
        let last = (self.leaves_mm / self.step_mm).ceil() as i64 + 1;
        (first..=last)
            .map(|n| (n as f64 + self.phase) * self.step_mm)
            .filter(|place_mm| {
                let point_mm = self.at(*place_mm);
                let voxel = sampler.voxel(point_mm);
                *place_mm >= self.near_mm
                    && sampler.inside(voxel)
                    && clip.keeps(sampler.share(voxel), point_mm)
            })
            .collect()
    }

    /// Where the first inset hides what is behind it, whether that was cut away or not.
    pub fn inset(&self, view: &VolumeView, sampler: &Sampler<'_>) -> Option<f64> {
        view.insets
            .iter()
            .flatten()
            .map(|inset| {
                (inset.point_mm - self.point_mm).dot(inset.normal)
                    / self.direction.dot(inset.normal)
            })
            .filter(|place_mm| {
                place_mm.is_finite()
                    && *place_mm >= self.near_mm
                    && sampler.inside(sampler.voxel(self.at(*place_mm)))
            })
            .reduce(f64::min)
    }
}
