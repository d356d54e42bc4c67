//! The volume rendering: its camera, and what it brings out.

use glam::{DMat3, DVec2, DVec3};
use serde::{Deserialize, Serialize};

use super::letters::letters;
use super::{Clip, Tones, TransferFunction, Window};
use crate::series::Geometry;

/// What the volume rendering brings out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VolumePreset {
    /// Bone and teeth, soft tissue hidden.
    #[default]
    Bone,
    /// Teeth and metal, bone as a faint shell.
    Teeth,
    /// The skin.
    Skin,
}

impl VolumePreset {
    /// All presets.
    pub const ALL: [Self; 3] = [Self::Bone, Self::Teeth, Self::Skin];

    /// The name scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bone => "bone",
            Self::Teeth => "teeth",
            Self::Skin => "skin",
        }
    }

    /// The preset of a [`name`](Self::name), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }
}

/// How the values along a ray become a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rendering {
    /// Colours and opacities of the transfer function, lit.
    #[default]
    Composite,
    /// The largest value, through the grey-value window (maximum intensity projection).
    Maximum,
}

/// A plane of an MPR view that is shown inside the volume; rays end there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Inset {
    /// A point of it, LPS, mm.
    pub point_mm: DVec3,
    /// Its unit normal, LPS.
    pub normal: DVec3,
}

/// State of the volume rendering: a camera that looks at a point, and what it brings out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct VolumeView {
    /// The point in the middle of the view and about which the camera turns, LPS, mm.
    pub target_mm: DVec3,
    /// 0 looks at the face, 90 from the patient's left, -90 from the right, 180 from behind.
    pub azimuth_deg: f64,
    /// Above 0 looks down from superior, -90 to 90.
    pub elevation_deg: f64,
    /// Size of one pixel of the view in mm.
    pub mm_per_px: f64,
    /// From the target to the eye in mm, for a perspective in which [`mm_per_px`](Self::mm_per_px) holds at the target;
    /// `None` is an orthographic camera.
    #[serde(default)]
    pub eye_mm: Option<f64>,
    /// How rays become pixels.
    #[serde(default)]
    pub rendering: Rendering,
    /// Colours and opacities.
    pub preset: VolumePreset,
    /// Takes the preset's place once somebody edited it; in the volume's values, whatever `shift` is.
    #[serde(default)]
    pub custom: Option<TransferFunction>,
    /// Grey-value window of projections and insets.
    pub window: Window,
    /// Tones of projections and insets.
    #[serde(default)]
    pub tones: Tones,
    /// How much less light reaches what is deep between opaque parts, 0 to 1.
    #[serde(default)]
    pub occlusion: f64,
    /// What is left out.
    #[serde(default)]
    pub clip: Clip,
    /// Planes shown inside the volume: axial, coronal, sagittal.
    #[serde(default)]
    pub insets: [Option<Inset>; 3],
    /// Added to the values where the preset's tissues begin, in the volume's unit: grey values of cone-beam
    /// scanners are not calibrated.
    #[serde(default)]
    pub shift: f64,
    /// Distance of samples along a ray, in units of the smallest voxel spacing: 1 for a still picture,
    /// larger while the camera moves.
    #[serde(default = "one_f32")]
    pub step_voxels: f32,
    /// Pixels drawn per pixel of the view and axis: 1 for a still picture, smaller while the camera moves.
    #[serde(default = "one_f32")]
    pub resolution: f32,
}

/// A ray ends once this much of the light behind it is hidden.
pub const OPAQUE_ENOUGH: f64 = 0.99;

/// What is behind the volume, red, green, blue.
pub const VOLUME_BACKGROUND: DVec3 = DVec3::new(0.043, 0.051, 0.063);

/// Where between two steps a pixel's samples lie, 0 to 1: a hash of the pixel, so that layers of samples don't
/// show as rings and the picture is the same every time.
pub fn jitter(x: u32, y: u32) -> f64 {
    let mut h = x.wrapping_mul(0x9E37_79B1) ^ y.wrapping_mul(0x85EB_CA77);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^= h >> 15;
    f64::from(h >> 8) / f64::from(1u32 << 24)
}

/// One light above the viewer's left shoulder (Blinn-Phong), in patient space: the volume's own axes need not be
/// perpendicular.
#[derive(Debug, Clone, Copy)]
pub struct Shading {
    /// Towards the viewer.
    pub to_viewer: DVec3,
    /// Towards the light.
    pub to_light: DVec3,
    /// Half way between both.
    pub halfway: DVec3,
}

impl Shading {
    /// Light that every point gets.
    pub const AMBIENT: f64 = 0.28;
    /// Light by the angle of the surface.
    pub const DIFFUSE: f64 = 0.72;
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
    pub const FLAT: f64 = 0.75;

    /// The light of a view.
    pub fn new(view: &VolumeView) -> Self {
        let axes = view.axes();
        let to_light = (-axes.forward - axes.right * 0.35 - axes.down * 0.45).normalize();
        let to_viewer = -axes.forward;
        Self {
            to_viewer,
            to_light,
            halfway: (to_viewer + to_light).normalize(),
        }
    }

    /// Change of the value per mm in patient space from differences along the voxel axes, each over twice
    /// [`REACH_VOXELS`](Self::REACH_VOXELS) and summed over four corners: the transposed Jacobian of `voxel_from_patient`.
    pub fn gradient_from_differences(geometry: &Geometry) -> DMat3 {
        geometry.voxel_from_patient().matrix3.transpose() * (0.25 / Self::REACH_VOXELS)
    }

    /// A colour under this light, on a surface where the value changes by `gradient_per_mm` along the patient's
    /// axes.
    pub fn light(&self, color: DVec3, gradient_per_mm: DVec3) -> DVec3 {
        let steep = gradient_per_mm.length();
        let mut normal = -gradient_per_mm / steep.max(1e-6);
        if normal.dot(self.to_viewer) < 0.0 {
            normal = -normal;
        }
        let diffuse = Self::AMBIENT + Self::DIFFUSE * normal.dot(self.to_light).max(0.0);
        let specular = Self::SPECULAR * normal.dot(self.halfway).max(0.0).powf(Self::SHININESS);
        let surface = (steep / Self::SURFACE_PER_MM).min(1.0);
        let shade = Self::FLAT + (diffuse - Self::FLAT) * surface;
        color * shade + DVec3::splat(specular * surface)
    }
}

fn one_f32() -> f32 {
    1.0
}

/// The camera's axes in LPS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CameraAxes {
    /// Towards the right edge of the screen.
    pub right: DVec3,
    /// Towards the bottom edge.
    pub down: DVec3,
    /// Into the screen.
    pub forward: DVec3,
}

impl VolumeView {
    /// Before any volume is there: looks at the origin, from the front.
    pub const BLANK: Self = Self {
        target_mm: DVec3::ZERO,
        azimuth_deg: 0.0,
        elevation_deg: 0.0,
        mm_per_px: 1.0,
        eye_mm: None,
        rendering: Rendering::Composite,
        preset: VolumePreset::Bone,
        custom: None,
        window: Window::BONE,
        tones: Tones::PLAIN,
        occlusion: 0.0,
        clip: Clip::NONE,
        insets: [None; 3],
        shift: 0.0,
        step_voxels: 1.0,
        resolution: 1.0,
    };

    /// Looks at the face of the patient, slightly from the left and above, the whole volume in view.
    pub fn fit(geometry: &Geometry, size_px: DVec2) -> Self {
        let size = size_px.max(DVec2::ONE);
        let diagonal_mm = geometry.diagonal_mm();
        Self {
            target_mm: geometry.center_mm(),
            azimuth_deg: 20.0,
            elevation_deg: 10.0,
            mm_per_px: (0.8 * diagonal_mm / size.min_element()).max(f64::MIN_POSITIVE),
            ..Self::BLANK
        }
    }

    /// Distance of samples along a ray, in mm.
    pub fn step_mm(&self, geometry: &Geometry) -> f64 {
        let finest_mm = geometry
            .spacing_mm
            .into_iter()
            .fold(f64::INFINITY, f64::min);
        finest_mm * f64::from(self.step_voxels.clamp(0.1, 64.0))
    }

    /// How many steps to either side of the plane through the target can meet the volume.
    pub fn reach_steps(&self, geometry: &Geometry) -> i64 {
        let reach_mm = geometry.diagonal_mm() + self.target_mm.distance(geometry.center_mm());
        (reach_mm / self.step_mm(geometry)).ceil() as i64 + 1
    }

    /// The directions of the screen in the patient.
    pub fn axes(&self) -> CameraAxes {
        let (sin_a, cos_a) = self.azimuth_deg.to_radians().sin_cos();
        let (sin_e, cos_e) = self.elevation_deg.to_radians().sin_cos();
        let forward = DVec3::new(-sin_a * cos_e, cos_a * cos_e, -sin_e);
        let right = DVec3::new(cos_a, sin_a, 0.0);
        CameraAxes {
            right,
            down: forward.cross(right),
            forward,
        }
    }

    /// The point of the plane through the target that lies under a pixel position, LPS, mm.
    pub fn patient_from_px(&self, px: DVec2, size_px: DVec2) -> DVec3 {
        let axes = self.axes();
        let from_middle_mm = (px - size_px * 0.5) * self.mm_per_px;
        self.target_mm + axes.right * from_middle_mm.x + axes.down * from_middle_mm.y
    }

    /// Where a patient point falls on the view.
    pub fn px_from_patient(&self, patient_mm: DVec3, size_px: DVec2) -> DVec2 {
        let axes = self.axes();
        let from_target = patient_mm - self.target_mm;
        DVec2::new(from_target.dot(axes.right), from_target.dot(axes.down)) / self.mm_per_px
            + size_px * 0.5
    }

    /// Letters at the edges of the screen: left, right, top, bottom.
    pub fn orientation_letters(&self) -> [String; 4] {
        let axes = self.axes();
        [
            letters(-axes.right),
            letters(axes.right),
            letters(-axes.down),
            letters(axes.down),
        ]
    }

    /// Turned by a drag of `delta` pixels, as if the jaw were under the pointer: 180° across 400 pixels.
    pub fn turned(&self, delta_px: DVec2) -> Self {
        let degrees = delta_px * (180.0 / 400.0);
        Self {
            azimuth_deg: (self.azimuth_deg - degrees.x + 180.0).rem_euclid(360.0) - 180.0,
            elevation_deg: (self.elevation_deg + degrees.y).clamp(-90.0, 90.0),
            ..*self
        }
    }

    /// Zoomed by `factor` (above 1 enlarges) about the middle of the view.
    pub fn zoomed(&self, factor: f64) -> Self {
        let factor = if factor.is_finite() {
            factor.clamp(1e-3, 1e3)
        } else {
            1.0
        };
        Self {
            mm_per_px: (self.mm_per_px / factor).clamp(1e-3, 20.0),
            ..*self
        }
    }

    /// The picture moved by `delta` pixels.
    pub fn panned(&self, delta_px: DVec2) -> Self {
        let axes = self.axes();
        let moved = delta_px * self.mm_per_px;
        Self {
            target_mm: self.target_mm - axes.right * moved.x - axes.down * moved.y,
            ..*self
        }
    }

    /// The same view, coarse enough to follow a moving camera.
    pub fn while_moving(&self) -> Self {
        Self {
            step_voxels: 3.0,
            resolution: 0.5,
            ..*self
        }
    }

    /// Colours and opacities: those that were edited, else the preset's, moved by [`shift`](Self::shift).
    pub fn transfer_function(&self) -> TransferFunction {
        self.custom
            .unwrap_or_else(|| TransferFunction::preset(self.preset).shifted(self.shift))
    }
}
