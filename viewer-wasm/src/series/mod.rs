//! From instances to series: what belongs together, in which order, and where it is in the patient.
//!
//! - `group`: by patient, series and frame of reference; by time or acquisition where positions repeat.
//! - `stacking`: by size, spacing and direction.
//! - `frame`: one frame with all that places it, from the image or its functional groups.
//! - `stack`, `unplaced`, `grid`, `checks`: sorted along the normal, on a regular grid; gaps stay gaps, a tilt stays a tilt.
//! - `resample`: what lies between the slices of an irregular stack.
//! - `patients`: whose each file is; a volume is of one patient.
//! - `pair`: what two series have in common.
//! - `kind`: volumes and flat images, and what a millimetre of an image is.
//! - `values`: units and types. `warning`: what is doubtful. `geometry`: where the voxels are.
//!
//! Tolerances are the constants at the head of each file; `docs/GEOMETRY.md` lists them, and `tolerances` checks the list.

mod checks;
mod frame;
mod geometry;
mod grid;
mod group;
mod kind;
mod pair;
mod patients;
mod resample;
mod stack;
mod stacking;
#[cfg(test)]
mod tolerances;
mod unplaced;
mod values;
mod warning;

pub use geometry::Geometry;
pub use kind::{Calibration, SeriesKind};
pub use pair::{Pair, SamePatient};
pub use resample::Interpolated;
pub use warning::{Warning, WarningCode};

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::intake::{Instance, LookupTable, Rejection};

/// What became of a list of instances.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    /// Volumes and images, those of one patient together, the largest first.
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
    /// Which of the patients of what was assembled, from 0: series of one patient share the number. Series that name
    /// nobody are of one patient too.
    pub patient: usize,
    /// How it is shown.
    pub kind: SeriesKind,
    /// What the geometry's millimetres are.
    pub calibration: Calibration,
    /// Where the voxels are.
    pub geometry: Geometry,
    /// The files, in the order of their first slice.
    pub instances: Vec<Instance>,
    /// The slices that exist, in the order in which they lie.
    pub slices: Vec<SliceSource>,
    /// The slices that are made from two others, because the steps between slices differ; in rising order of `index`.
    pub interpolated: Vec<Interpolated>,
    /// For each slice index how stored values become grey values: `geometry.dims[2]` of them, and more where slices lie
    /// between the points of the grid.
    pub rescale: Vec<Rescale>,
    /// The type in which the volume keeps stored values.
    pub value_type: ValueType,
    /// What rescaled values are.
    pub unit: Unit,
    /// Window of the header: centre and width, in rescaled values.
    pub window: Option<(f64, f64)>,
    /// Least and greatest stored value of pixels outside the field of view.
    pub padding: Option<(i32, i32)>,
    /// Low values are bright (MONOCHROME1).
    pub photometric_inverted: bool,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
}

impl Series {
    /// The modality's table of an image, from stored to output values; a volume's slices go through theirs when they are
    /// decoded.
    pub fn modality_lut(&self) -> Option<&LookupTable> {
        match self.kind {
            SeriesKind::Image => self
                .instances
                .first()?
                .attributes
                .display
                .modality_lut
                .as_ref(),
            SeriesKind::Volume => None,
        }
    }
}

/// Where one slice comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SliceSource {
    /// Position in the volume, `0..dims[2]`. Positions without a slice are gaps, and stay gaps, but for those of
    /// [`Series::interpolated`]. From `dims[2]` on: a slice of an irregular stack that lies between two positions. It is
    /// not shown itself; what is shown is interpolated from it.
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

impl ValueType {
    /// Least and greatest value.
    pub fn range(self) -> (i32, i32) {
        match self {
            Self::I16 => (i16::MIN.into(), i16::MAX.into()),
            Self::U16 => (0, u16::MAX.into()),
        }
    }
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
///
/// The instances of the result carry a `group`, so that instances whose identity is left out later assemble in the
/// same way. A multi-frame file whose frames belong to several volumes is in each of their series.
pub fn assemble(instances: Vec<Instance>) -> Assembly {
    let mut instances = instances;
    let mut series = Vec::new();
    for cluster in group::clusters(&mut instances) {
        let frames = cluster
            .instances
            .iter()
            .flat_map(|index| frame::frames_of(*index, &instances[*index]))
            .collect();
        let (stacks, mixed) = stacking::stacks(&instances, frames);
        let astray: Option<Arc<Vec<String>>> =
            mixed.then(|| group::outside_the_largest(&instances, &stacks).into());
        for stack in stacks.into_iter().flat_map(group::repetitions) {
            let mut warnings = cluster.warnings.clone();
            if let Some(astray) = &astray {
                warnings.push(Warning::new(
                    WarningCode::MixedOrientation,
                    "The files of this series lie in different planes; each plane is shown as a volume of its own.",
                    astray.clone(),
                ));
            }
            let stack = stack::order(&instances, stack);
            series.push(finish(&instances, stack, cluster.patient, warnings));
        }
    }
    crate::order::sort(&mut series, |a, b| {
        let number = |series: &Series| {
            let text = series.instances[0].identity.series_number.as_deref();
            text.and_then(|text| text.parse::<i64>().ok())
                .unwrap_or(i64::MAX)
        };
        b.slices
            .len()
            .cmp(&a.slices.len())
            .then(number(a).cmp(&number(b)))
            .then(a.uid.cmp(&b.uid))
            .then(a.instances[0].file.cmp(&b.instances[0].file))
    });
    by_patient(&mut series);
    Assembly {
        series,
        rejected: Vec::new(),
    }
}

/// Where the voxels of an instance of one frame lie, and how its values are rescaled, before anything is known of the
/// others of its series. `None` for several frames, and where the file does not say where its frame lies.
pub fn place_of(instance: &Instance) -> Option<(Geometry, Rescale)> {
    if instance.attributes.frames != 1 {
        return None;
    }
    let frames = frame::frames_of(0, instance);
    let [frame] = frames.as_slice() else {
        return None;
    };
    let rescale = frame.rescale;
    frame.plane?;
    let stack = stack::order(std::slice::from_ref(instance), frames);
    Some((stack.geometry, rescale))
}

/// Series of one patient together, and first those of the patient with the largest.
fn by_patient(series: &mut Vec<Series>) {
    let mut numbers = std::collections::HashMap::new();
    for series in series.iter_mut() {
        let next = numbers.len();
        series.patient = *numbers.entry(series.patient).or_insert(next);
    }
    crate::order::sort(series, |a, b| a.patient.cmp(&b.patient));
}

/// A series of one ordered stack.
fn finish(
    all: &[Instance],
    stack: stack::Stack,
    patient: usize,
    mut warnings: Vec<Warning>,
) -> Series {
    let mut used: Vec<usize> = Vec::new();
    let frames = stack
        .slices
        .iter()
        .map(|(_, frame)| frame)
        .chain(&stack.unplaced);
    let mut places = std::collections::HashMap::new();
    for frame in frames {
        places.entry(frame.instance).or_insert_with(|| {
            used.push(frame.instance);
            used.len() - 1
        });
    }
    let instances: Vec<Instance> = used.iter().map(|index| all[*index].clone()).collect();
    let slices: Vec<SliceSource> = stack
        .slices
        .iter()
        .map(|(index, frame)| SliceSource {
            index: *index,
            instance: places[&frame.instance],
            frame: frame.frame,
        })
        .collect();

    let images: Vec<_> = instances
        .iter()
        .map(|instance| &instance.attributes)
        .collect();
    let value_type = values::value_type(&images);
    let unit = values::unit(&images);
    let rescale = resample::rescales(&stack, &images, value_type);
    let middle = &stack.slices[stack.slices.len() / 2].1;
    let padding = images[0].padding_range().and_then(|(low, high)| {
        let (least, most) = value_type.range();
        (low <= most && high >= least).then(|| (low.max(least), high.min(most)))
    });
    let placed = middle.plane.is_some();
    warnings.extend(stack.warnings);
    warnings.extend(values::warnings(
        &instances.iter().collect::<Vec<_>>(),
        value_type,
    ));
    if slices.len() == 1 {
        warnings.push(Warning::new(
            WarningCode::SingleSlice,
            "A single image: there is no volume.",
            Vec::new(),
        ));
    }
    let identity = &instances[0].identity;
    let attributes = &instances[0].attributes;
    let mut series = Series {
        uid: identity.series_uid.clone().unwrap_or_default(),
        study_uid: identity.study_uid.clone().unwrap_or_default(),
        description: identity.series_description.clone().unwrap_or_default(),
        modality: attributes.modality.clone(),
        patient,
        kind: SeriesKind::Volume,
        calibration: Calibration::of_volume(&stack.geometry),
        geometry: stack.geometry,
        interpolated: stack.interpolated,
        window: middle.window,
        padding,
        photometric_inverted: attributes.photometric == "MONOCHROME1"
            || attributes.presentation_inverse,
        slices,
        rescale,
        value_type,
        unit,
        warnings,
        instances,
    };
    kind::settle(&mut series, placed);
    series
}
