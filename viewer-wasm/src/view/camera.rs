//! The volume rendering: its camera, and what it shows.

use glam::{DVec2, DVec3};
use serde::{Deserialize, Serialize};

use super::letters::letters;
use super::{Clip, Tones, TransferFunction, VolumePreset, Window};
use crate::series::Geometry;

/// How the values along a ray become a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rendering {
    /// Colours and opacities of the transfer function, lit.
    #[default]
    Composite,
    /// The largest value, through the grey-value window (maximum intensity projection).
    Maximum,
    /// The mean of the values between the ends of the ray in the volume, through the grey-value window ("X-ray").
    Average,
    /// The surface where the value reaches [`VolumeView::surface_value`], lit.
    Surface,
}

impl Rendering {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Composite, Self::Maximum, Self::Average, Self::Surface];

    /// The name scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Composite => "composite",
            Self::Maximum => "maximum",
            Self::Average => "average",
            Self::Surface => "surface",
        }
    }

    /// The rendering of a [`name`](Self::name), if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|rendering| rendering.name() == name)
    }
}

/// A plane of an MPR view that is shown inside the volume, through the window and tones; rays end there. It is shown
/// where it lies in the volume, cut away or not, by [`Rendering::Composite`] and [`Rendering::Surface`].
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
    /// Where [`Rendering::Surface`] has its surface, in the volume's unit.
    #[serde(default = "bone_surface")]
    pub surface_value: f64,
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

fn one_f32() -> f32 {
    1.0
}

fn bone_surface() -> f64 {
    VolumeView::BONE_SURFACE
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
    /// A value between soft tissue and bone, for a first surface.
    pub const BONE_SURFACE: f64 = 700.0;

    /// Height of the view as the eye sees it, in degrees, with [`with_perspective`](Self::with_perspective).
    pub const FIELD_OF_VIEW_DEG: f64 = 30.0;

    /// Nothing is seen, nor projected, that is not at least this far in front of the eye, mm.
    pub const NEAR_MM: f64 = 1.0;

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
        surface_value: Self::BONE_SURFACE,
        window: Window::BONE,
        tones: Tones::PLAIN,
        occlusion: VolumePreset::Bone.occlusion(),
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

    /// The same view in perspective, from where its height spans [`FIELD_OF_VIEW_DEG`](Self::FIELD_OF_VIEW_DEG), or
    /// orthographic. What lies at the target keeps its size.
    pub fn with_perspective(&self, perspective: bool, size_px: DVec2) -> Self {
        let half_height_mm = 0.5 * size_px.y.max(1.0) * self.mm_per_px;
        let eye_mm = half_height_mm / (0.5 * Self::FIELD_OF_VIEW_DEG).to_radians().tan();
        Self {
            eye_mm: perspective.then_some(eye_mm.max(Self::NEAR_MM)),
            ..*self
        }
    }

    /// From the target to the eye, where there is a usable one.
    fn eye_distance_mm(&self) -> Option<f64> {
        self.eye_mm
            .filter(|eye_mm| eye_mm.is_finite())
            .map(|eye_mm| eye_mm.max(Self::NEAR_MM))
    }

    /// Where the eye is, LPS, mm; `None` for an orthographic camera, whose eye is at no place.
    pub fn eye_position_mm(&self) -> Option<DVec3> {
        let eye_mm = self.eye_distance_mm()?;
        Some(self.target_mm - self.axes().forward * eye_mm)
    }

    /// The point of the plane through the target that lies under a pixel position, LPS, mm.
    pub fn patient_from_px(&self, px: DVec2, size_px: DVec2) -> DVec3 {
        let axes = self.axes();
        let from_middle_mm = (px - size_px * 0.5) * self.mm_per_px;
        self.target_mm + axes.right * from_middle_mm.x + axes.down * from_middle_mm.y
    }

    /// The ray of a pixel position: the point where it passes the plane through the target, and its unit direction
    /// away from the viewer. LPS, mm.
    pub fn ray_from_px(&self, px: DVec2, size_px: DVec2) -> (DVec3, DVec3) {
        let point_mm = self.patient_from_px(px, size_px);
        let direction = match self.eye_position_mm() {
            Some(eye_mm) => (point_mm - eye_mm).normalize(),
            None => self.axes().forward,
        };
        (point_mm, direction)
    }

    /// Where a patient point falls on the view, for both kinds of camera; `None` if it is behind the eye or closer to
    /// it than [`NEAR_MM`](Self::NEAR_MM).
    pub fn px_from_patient(&self, patient_mm: DVec3, size_px: DVec2) -> Option<DVec2> {
        let axes = self.axes();
        let from_target = patient_mm - self.target_mm;
        let across_mm = DVec2::new(from_target.dot(axes.right), from_target.dot(axes.down));
        let enlarged = match self.eye_distance_mm() {
            Some(eye_mm) => {
                let in_front_mm = eye_mm + from_target.dot(axes.forward);
                if in_front_mm < Self::NEAR_MM {
                    return None;
                }
                eye_mm / in_front_mm
            }
            None => 1.0,
        };
        Some(across_mm * enlarged / self.mm_per_px + size_px * 0.5)
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
        let mm_per_px = (self.mm_per_px / factor).clamp(1e-3, 20.0);
        Self {
            mm_per_px,
            // The eye comes closer, so that it sees under the same angle.
            eye_mm: self
                .eye_mm
                .map(|eye_mm| (eye_mm * mm_per_px / self.mm_per_px).max(Self::NEAR_MM)),
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

    /// Whether anything is shown through the window and the tones.
    pub fn is_windowed(&self) -> bool {
        matches!(self.rendering, Rendering::Maximum | Rendering::Average)
            || self.insets.iter().any(Option::is_some)
    }

    /// Whether less light reaches what lies deep: only where there is light.
    pub fn is_occluded(&self) -> bool {
        self.occlusion > 0.0 && matches!(self.rendering, Rendering::Composite | Rendering::Surface)
    }

    /// What decides which values a ray has to see: [`transfer_function`](Self::transfer_function), or for a surface a
    /// function that is opaque from [`surface_value`](Self::surface_value) on.
    pub fn visible_function(&self) -> TransferFunction {
        match self.rendering {
            Rendering::Surface => TransferFunction::opaque_from(self.surface_value),
            _ => self.transfer_function(),
        }
    }

    /// Colours and opacities: those that were edited, else the preset's, moved by [`shift`](Self::shift).
    pub fn transfer_function(&self) -> TransferFunction {
        self.custom
            .unwrap_or_else(|| TransferFunction::preset(self.preset).shifted(self.shift))
    }
}
