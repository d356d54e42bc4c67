//! From instances to series: what belongs together, in which order, and where it is in the patient.

mod geometry;
mod warning;

pub use geometry::Geometry;
pub use warning::{Warning, WarningCode};

use serde::{Deserialize, Serialize};

use crate::intake::{Instance, Rejection};

/// What became of a list of instances.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    /// Volumes and images, the largest first.
    pub series: Vec<Series>,
    /// Instances that fit nowhere.
    pub rejected: Vec<Rejection>,
}

/// One volume, or one image.
#[derive(Clone, Debug)]
pub struct Series {
    /// _Series Instance UID_ (0020,000E); empty where the identity is left out.
    pub uid: String,
    /// _Study Instance UID_ (0020,000D); empty where the identity is left out.
    pub study_uid: String,
    /// _Series Description_ (0008,103E); empty where unknown.
    pub description: String,
    /// _Modality_ (0008,0060).
    pub modality: String,
    /// Where the voxels are.
    pub geometry: Geometry,
    /// The files, in the order of their first slice.
    pub instances: Vec<Instance>,
    /// The slices that exist, in rising order of `index`.
    pub slices: Vec<SliceSource>,
    /// For each slice position (`geometry.dims[2]` of them) how stored values become grey values.
    pub rescale: Vec<Rescale>,
    /// The type in which the volume keeps stored values.
    pub value_type: ValueType,
    /// What rescaled values are.
    pub unit: Unit,
    /// Window of the header: centre and width, in rescaled values.
    pub window: Option<(f64, f64)>,
    /// Stored value of pixels outside the field of view.
    pub padding: Option<i32>,
    /// Low values are bright (MONOCHROME1).
    pub photometric_inverted: bool,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
}

/// Where one slice comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceSource {
    /// Position in the volume, `0..dims[2]`. Positions without a slice are gaps, and stay gaps.
    pub index: usize,
    /// Which of the series' instances.
    pub instance: usize,
    /// Which of its frames, from 0.
    pub frame: u32,
}

/// _Rescale Slope_ (0028,1053) and _Rescale Intercept_ (0028,1052): `value = stored * slope + intercept`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rescale {
    /// Never 0.
    pub slope: f64,
    /// In rescaled units.
    pub intercept: f64,
}

impl Rescale {
    /// Stored values are the grey values.
    pub const IDENTITY: Self = Self {
        slope: 1.0,
        intercept: 0.0,
    };

    /// Rescaled value of a stored one.
    pub fn apply(&self, stored: f64) -> f64 {
        stored * self.slope + self.intercept
    }
}

/// How a volume keeps stored values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// Signed 16-bit.
    I16,
    /// Unsigned 16-bit.
    U16,
}

/// What rescaled values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Hounsfield units.
    #[serde(rename = "HU")]
    Hu,
    /// Grey values without a physical scale.
    #[serde(rename = "GV")]
    Gv,
}

impl Unit {
    /// `HU` or `GV`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hu => "HU",
            Self::Gv => "GV",
        }
    }
}

/// Groups, sorts and checks. The order of the input does not matter.
pub fn assemble(instances: Vec<Instance>) -> Assembly {
    let _ = instances;
    Assembly::default()
}
