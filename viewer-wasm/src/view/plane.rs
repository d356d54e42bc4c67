//! A plane through the volume, and where its pixels are in the patient.

use glam::{DQuat, DVec2, DVec3};
use serde::{Deserialize, Serialize};

use super::letters::letters;
use super::{Tones, ViewId, Window};
use crate::series::Geometry;

/// How the samples across a slab become one pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlabMode {
    /// Their mean.
    #[default]
    Mean,
    /// The largest (maximum intensity projection).
    Mip,
    /// The smallest (minimum intensity projection).
    MinIp,
}

/// How a value between voxel centres is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interpolation {
    /// Trilinear.
    #[default]
    Linear,
    /// The nearest voxel, unchanged.
    Nearest,
    /// Tricubic: a curve through the voxels' values, smoother between them than straight lines (Catmull-Rom). It can
    /// pass a little above or below the values beside a sharp edge. While slices are missing it is linear.
    Cubic,
}

impl Interpolation {
    /// The weights of the four voxels around a place `t` (0 to 1) between the second and the third, so that the curve
    /// goes through their values: E. Catmull, R. Rom, "A class of local interpolating splines", 1974, tension 0.5.
    pub fn cubic_weights(t: f64) -> [f64; 4] {
        let (t2, t3) = (t * t, t * t * t);
        [
            -0.5 * t3 + t2 - 0.5 * t,
            1.5 * t3 - 2.5 * t2 + 1.0,
            -1.5 * t3 + 2.0 * t2 + 0.5 * t,
            0.5 * t3 - 0.5 * t2,
        ]
    }
}

/// One MPR plane. `right` and `down` are the directions of the screen's axes in LPS.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PlaneView {
    /// The point in the middle of the view, LPS, mm.
    pub center_mm: DVec3,
    /// Unit vector towards the right edge of the screen.
    pub right: DVec3,
    /// Unit vector towards the bottom edge, perpendicular to `right`.
    pub down: DVec3,
    /// Size of one pixel of the view in mm.
    pub mm_per_px: f64,
    /// Grey-value window.
    pub window: Window,
    /// What comes after the window.
    #[serde(default)]
    pub tones: Tones,
    /// Thickness of the slab in mm; 0 is a single plane.
    #[serde(default)]
    pub slab_mm: f64,
    /// How the slab is put together.
    #[serde(default)]
    pub slab_mode: SlabMode,
    /// Between voxels.
    #[serde(default)]
    pub interpolation: Interpolation,
}

impl PlaneView {
    /// The axial plane through the middle of the volume, fitted into `size_px`: patient right on the left
    /// of the screen, anterior up.
    pub fn axial(geometry: &Geometry, size_px: DVec2) -> Self {
        Self::anatomical(geometry, size_px, DVec3::X, DVec3::Y)
    }

    /// The coronal plane, seen from the front: patient right on the left of the screen, superior up.
    pub fn coronal(geometry: &Geometry, size_px: DVec2) -> Self {
        Self::anatomical(geometry, size_px, DVec3::X, -DVec3::Z)
    }

    /// The sagittal plane, seen from the patient's left: anterior on the left of the screen, superior up.
    pub fn sagittal(geometry: &Geometry, size_px: DVec2) -> Self {
        Self::anatomical(geometry, size_px, DVec3::Y, -DVec3::Z)
    }

    /// The plane of a view, fitted; `None` for the volume rendering and the grid.
    pub fn of_view(id: ViewId, geometry: &Geometry, size_px: DVec2) -> Option<Self> {
        match id {
            ViewId::Axial => Some(Self::axial(geometry, size_px)),
            ViewId::Coronal => Some(Self::coronal(geometry, size_px)),
            ViewId::Sagittal => Some(Self::sagittal(geometry, size_px)),
            ViewId::Image => Some(crate::flat::orientation::fitted(geometry, size_px)),
            ViewId::Volume | ViewId::Grid => None,
        }
    }

    /// The plane as it is turned, with the whole volume in a view of `size_px`.
    pub fn fitted(&self, geometry: &Geometry, size_px: DVec2) -> Self {
        let away_mm = middle_voxel_mm(geometry) - self.center_mm;
        Self {
            center_mm: self.center_mm
                + self.right * away_mm.dot(self.right)
                + self.down * away_mm.dot(self.down),
            mm_per_px: fitting_mm_per_px(geometry, size_px, self.right, self.down),
            ..*self
        }
    }

    fn anatomical(geometry: &Geometry, size_px: DVec2, right: DVec3, down: DVec3) -> Self {
        Self {
            center_mm: middle_voxel_mm(geometry),
            right,
            down,
            mm_per_px: fitting_mm_per_px(geometry, size_px, right, down),
            window: Window::BONE,
            tones: Tones::PLAIN,
            slab_mm: 0.0,
            slab_mode: SlabMode::Mean,
            interpolation: Interpolation::Linear,
        }
    }

    /// Unit vector into the screen.
    pub fn normal(&self) -> DVec3 {
        self.right.cross(self.down).normalize_or_zero()
    }

    /// The patient point (LPS, mm) under a pixel position of a view of `size_px`.
    pub fn patient_from_px(&self, px: DVec2, size_px: DVec2) -> DVec3 {
        let from_middle_mm = (px - size_px * 0.5) * self.mm_per_px;
        self.center_mm + self.right * from_middle_mm.x + self.down * from_middle_mm.y
    }

    /// Where a patient point falls on the view, seen along the normal.
    pub fn px_from_patient(&self, patient_mm: DVec3, size_px: DVec2) -> DVec2 {
        let from_middle_mm = patient_mm - self.center_mm;
        let on_plane = DVec2::new(
            from_middle_mm.dot(self.right),
            from_middle_mm.dot(self.down),
        );
        on_plane / self.mm_per_px + size_px * 0.5
    }

    /// How far a point lies behind the plane, in mm; negative in front of it.
    pub fn depth_mm(&self, patient_mm: DVec3) -> f64 {
        (patient_mm - self.center_mm).dot(self.normal())
    }

    /// Letters at the edges of the screen: left, right, top, bottom.
    pub fn orientation_letters(&self) -> [String; 4] {
        [
            letters(-self.right),
            letters(self.right),
            letters(-self.down),
            letters(self.down),
        ]
    }

    /// The line in which another plane cuts this one, as two points on the border of the view; `None` if
    /// the planes are parallel or the line passes outside.
    pub fn crosshair_line(&self, other: &PlaneView, size_px: DVec2) -> Option<(DVec2, DVec2)> {
        let normal = other.normal();
        let per_px = DVec2::new(self.right.dot(normal), self.down.dot(normal)) * self.mm_per_px;
        let length = per_px.length();
        if length < 1e-6 * self.mm_per_px {
            return None;
        }
        let corner_depth =
            (self.patient_from_px(DVec2::ZERO, size_px) - other.center_mm).dot(normal);
        let unit = per_px / length;
        clip_line(
            -unit * (corner_depth / length),
            DVec2::new(-unit.y, unit.x),
            size_px,
        )
    }

    /// The plane moved along its normal so that it holds `patient_mm`; what is in the middle of the screen
    /// stays there.
    pub fn through(&self, patient_mm: DVec3) -> Self {
        Self {
            center_mm: self.center_mm + self.normal() * self.depth_mm(patient_mm),
            ..*self
        }
    }

    /// Zoomed by `factor` (above 1 enlarges) so that what is under `px` stays under it.
    pub fn zoomed(&self, factor: f64, px: DVec2, size_px: DVec2) -> Self {
        let factor = if factor.is_finite() {
            factor.clamp(1e-3, 1e3)
        } else {
            1.0
        };
        let mm_per_px = (self.mm_per_px / factor).clamp(1e-3, 20.0);
        let from_middle = (px - size_px * 0.5) * (self.mm_per_px - mm_per_px);
        let center_mm = self.center_mm + self.right * from_middle.x + self.down * from_middle.y;
        Self {
            center_mm,
            mm_per_px,
            ..*self
        }
    }

    /// The picture moved by `delta` pixels.
    pub fn panned(&self, delta_px: DVec2) -> Self {
        let moved = delta_px * self.mm_per_px;
        Self {
            center_mm: self.center_mm - self.right * moved.x - self.down * moved.y,
            ..*self
        }
    }

    /// Turned by `angle_rad` about an axis through `pivot_mm` (oblique planes).
    pub fn turned(&self, pivot_mm: DVec3, axis: DVec3, angle_rad: f64) -> Self {
        let Some(axis) = axis.try_normalize() else {
            return *self;
        };
        let turn = DQuat::from_axis_angle(axis, angle_rad);
        let right = (turn * self.right).normalize();
        let down = turn * self.down;
        let down = (down - right * down.dot(right)).normalize();
        Self {
            center_mm: pivot_mm + turn * (self.center_mm - pivot_mm),
            right,
            down,
            ..*self
        }
    }
}

/// The size of a pixel with which the whole volume is seen in a view of `size_px`.
fn fitting_mm_per_px(geometry: &Geometry, size_px: DVec2, right: DVec3, down: DVec3) -> f64 {
    let size = size_px.max(DVec2::ONE);
    let wide = extent_along(geometry, right) / size.x;
    let high = extent_along(geometry, down) / size.y;
    wide.max(high).max(f64::MIN_POSITIVE)
}

/// How many samples a slab of the view needs, so that they lie no further apart than the smallest voxel spacing.
/// A slab thicker than the volume is cut to it.
pub fn slab_samples(view: &PlaneView, geometry: &Geometry) -> u32 {
    let finest_mm = geometry
        .spacing_mm
        .into_iter()
        .fold(f64::INFINITY, f64::min);
    let thick_mm = view.slab_mm.clamp(0.0, geometry.diagonal_mm());
    let samples = (thick_mm / finest_mm).ceil();
    if samples.is_finite() {
        samples.clamp(1.0, 4096.0) as u32
    } else {
        1
    }
}

/// Where the samples of a slab lie along the normal: in the middle of `samples` equal layers.
pub fn slab_offsets_mm(slab_mm: f64, samples: u32) -> impl Iterator<Item = f64> {
    let slab_mm = if slab_mm.is_finite() {
        slab_mm.max(0.0)
    } else {
        0.0
    };
    (0..samples).map(move |i| ((f64::from(i) + 0.5) / f64::from(samples) - 0.5) * slab_mm)
}

/// The centre of the voxel in the middle of the volume, LPS, mm. Planes start there and not between two
/// voxels, so that the first picture is one stored slice and not the mean of two.
pub fn middle_voxel_mm(geometry: &Geometry) -> DVec3 {
    let middle = geometry.dims.map(|n| (n / 2) as f64);
    geometry
        .patient_from_voxel()
        .transform_point3(DVec3::from_array(middle))
}

/// The size of the volume's box seen along a direction, in mm.
pub fn extent_along(geometry: &Geometry, direction: DVec3) -> f64 {
    let axes = geometry.patient_from_voxel().matrix3;
    (0..3)
        .map(|axis| {
            (axes.col(axis) * geometry.dims[axis] as f64)
                .dot(direction)
                .abs()
        })
        .sum()
}

/// The part of the line `point + t * direction` inside a rectangle from (0, 0) to `size`.
fn clip_line(point: DVec2, direction: DVec2, size: DVec2) -> Option<(DVec2, DVec2)> {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for axis in 0..2 {
        if direction[axis].abs() < 1e-12 {
            if point[axis] < 0.0 || point[axis] > size[axis] {
                return None;
            }
            continue;
        }
        let a = -point[axis] / direction[axis];
        let b = (size[axis] - point[axis]) / direction[axis];
        low = low.max(a.min(b));
        high = high.min(a.max(b));
    }
    (low < high).then(|| (point + direction * low, point + direction * high))
}
