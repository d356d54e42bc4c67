//! How the volume rendering is lit.

use glam::{DMat3, DVec3};

use super::VolumeView;
use crate::series::Geometry;

/// Red, green and blue of a surface: ivory.
pub const SURFACE_COLOR: DVec3 = DVec3::new(0.93, 0.87, 0.76);

/// A ray ends once this much of the light behind it is hidden.
pub const OPAQUE_ENOUGH: f64 = 0.99;

/// What is behind the volume, red, green, blue.
pub const VOLUME_BACKGROUND: DVec3 = DVec3::new(0.043, 0.051, 0.063);

/// One light above the viewer's left shoulder (Blinn-Phong), in patient space: the volume's own axes need not be
/// perpendicular.
#[derive(Debug, Clone, Copy)]
pub struct Shading {
    /// Towards the light.
    pub to_light: DVec3,
    /// Half way between the light and where the middle of the view looks from.
    pub halfway: DVec3,
}

impl Shading {
    /// Light that every point gets.
    pub const AMBIENT: f64 = 0.32;
    /// Light by the angle of the surface.
    pub const DIFFUSE: f64 = 0.78;
    /// Strength and sharpness of the highlight.
    pub const SPECULAR: f64 = 0.22;
    /// Exponent of the highlight.
    pub const SHININESS: f64 = 24.0;
    /// From this change of the value per mm on, a place counts as a surface and takes its full shading.
    pub const SURFACE_PER_MM: f64 = 300.0;
    /// How far from a point the samples lie that its gradient is made from, along each voxel axis, in voxels. A whole
    /// number: graphics devices interpolate with 8-bit weights, whose errors then cancel.
    pub const REACH_VOXELS: f64 = 1.0;
    /// Shading where there is no surface.
    pub const FLAT: f64 = 0.80;
    /// Behind a cut, the cut's direction gives way to that of the tissue within this depth, in mm: a cut face is flat,
    /// whatever the values do there.
    pub const CUT_MM: f64 = 0.8;
    /// Red, green and blue of the light that still reaches what is closed in: what scatters in tissue is warm.
    pub const DEEP: DVec3 = DVec3::new(0.24, 0.13, 0.08);
    /// How much around a place must be hidden for it to be open, and to be closed.
    pub const HIDDEN: (f64, f64) = (0.38, 0.80);

    /// The light of a view.
    pub fn new(view: &VolumeView) -> Self {
        let axes = view.axes();
        let to_light = (-axes.forward - axes.right * 0.35 - axes.down * 0.45).normalize();
        let to_viewer = -axes.forward;
        Self {
            to_light,
            halfway: (to_viewer + to_light).normalize(),
        }
    }

    /// Change of the value per mm in patient space from differences along the voxel axes, each over twice
    /// [`REACH_VOXELS`](Self::REACH_VOXELS) and summed over four corners: the transposed Jacobian of `voxel_from_patient`.
    pub fn gradient_from_differences(geometry: &Geometry) -> DMat3 {
        geometry.voxel_from_patient().matrix3.transpose() * (0.25 / Self::REACH_VOXELS)
    }

    /// A colour under this light, `place` as a ray in `direction` sees it.
    pub fn light(&self, color: DVec3, place: &Lit, direction: DVec3) -> DVec3 {
        let steep = place.gradient_per_mm.length();
        let mut normal = -place.gradient_per_mm / steep.max(1e-6);
        if normal.dot(direction) > 0.0 {
            normal = -normal;
        }
        let mut surface = (steep / Self::SURFACE_PER_MM).min(1.0);
        if let Some((cut, share)) = place.cut {
            normal = normal.lerp(cut, share).normalize_or(cut);
            surface += (1.0 - surface) * share;
        }
        let diffuse = Self::AMBIENT + Self::DIFFUSE * normal.dot(self.to_light).max(0.0);
        let specular = Self::SPECULAR * normal.dot(self.halfway).max(0.0).powf(Self::SHININESS);
        let shade = Self::FLAT + (diffuse - Self::FLAT) * surface;
        let arrives = Self::DEEP.lerp(DVec3::ONE, place.openness);
        (color * shade + DVec3::splat(specular * surface)) * arrives
    }

    /// How far a surface is from facing a viewer who looks in `direction`, 0 to 1; 0 where there is none.
    pub fn bends(gradient_per_mm: DVec3, direction: DVec3) -> f64 {
        let steep = gradient_per_mm.length();
        let faces = (gradient_per_mm.dot(direction).abs() / steep.max(1e-6)).min(1.0);
        (steep / Self::SURFACE_PER_MM).min(1.0) * (1.0 - faces).powi(2)
    }

    /// How open a place is, 0 to 1, where this share of what is around it hides the light, 0 to 1. `strength` is
    /// [`VolumeView::occlusion`].
    pub fn openness(hidden: f64, strength: f64) -> f64 {
        let (open, closed) = Self::HIDDEN;
        let t = ((hidden - open) / (closed - open)).clamp(0.0, 1.0);
        1.0 - strength.clamp(0.0, 1.0) * t * t * (3.0 - 2.0 * t)
    }
}

/// What a place's light depends on beside its colour.
#[derive(Debug, Clone, Copy)]
pub struct Lit {
    /// Change of the value per mm along the patient's axes.
    pub gradient_per_mm: DVec3,
    /// On what was cut: the cut's unit normal towards the viewer, and how much it counts, 0 to 1.
    pub cut: Option<(DVec3, f64)>,
    /// How much of the light around reaches it, 0 to 1.
    pub openness: f64,
}
