//! Which frames belong to one volume.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::intake::{Identity, Instance};

use super::frame::Frame;
use super::patients::patients;
use super::{Warning, WarningCode};

/// Two frames lie in parallel planes if their directions differ by less than this: 0.1 degrees.
pub(super) const PARALLEL_COSINE: f64 = 0.999_998_477;

/// Relative difference of pixel spacing that is rounding.
pub(super) const SAME_SPACING: f64 = 1e-3;

/// Instances of one patient, series and frame of reference, with what was noticed about them.
pub(super) struct Cluster {
    pub instances: Vec<usize>,
    /// Whose they are.
    pub patient: usize,
    pub warnings: Vec<Warning>,
}

/// Parts the instances by series, patient and frame of reference, and gives each part its index as `group`. Exact copies
/// (same _SOP Instance UID_, same image description) are left out and named.
pub(super) fn clusters(instances: &mut [Instance]) -> Vec<Cluster> {
    let mut order: Vec<usize> = (0..instances.len()).collect();
    crate::order::sort(&mut order, |a, b| {
        instances[*a].file.cmp(&instances[*b].file)
    });
    let patients = patients(instances);

    let by_series = parted(order, |index| series_key(&instances[index]));
    let mut clusters = Vec::new();
    for series in by_series {
        let by_patient = parted(series.clone(), |index| patients[index]);
        let mixed = by_patient.len() > 1
            || (series.iter()).any(|index| instances[*index].attributes.mixed_patients);
        let strangers: Arc<Vec<String>> = outside(instances, &series, largest(&by_patient)).into();
        for of_one in by_patient {
            let (of_one, copies) = without_copies(instances, of_one);
            let (parts, several) = by_frame_of_reference(instances, of_one.clone());
            let elsewhere = match parts.len() {
                1 => Vec::new(),
                _ => outside(instances, &of_one, largest(&parts)),
            };
            let mut warnings = Vec::new();
            if several {
                warnings.push(Warning::new(
                    WarningCode::MixedFrameOfReference,
                    if elsewhere.is_empty() {
                        "Each file of this series names a frame of reference of its own; they were taken to share one."
                    } else {
                        "The files of this series have different frames of reference; each is shown as a volume of its own."
                    },
                    elsewhere,
                ));
            }
            if mixed {
                warnings.push(Warning::new(
                    WarningCode::MixedPatient,
                    "The files of this series name different patients; each patient's files are shown by themselves.",
                    strangers.clone(),
                ));
            }
            if !copies.is_empty() {
                warnings.push(Warning::new(
                    WarningCode::DuplicatePosition,
                    format!(
                        "{} exact copies of other files were left out.",
                        copies.len()
                    ),
                    copies,
                ));
            }
            for part in parts {
                for index in &part {
                    let attributes = &mut instances[*index].attributes;
                    attributes.group = Some(clusters.len() as u32);
                    attributes.mixed_patients = mixed;
                }
                clusters.push(Cluster {
                    patient: patients[part[0]],
                    instances: part,
                    warnings: warnings.clone(),
                });
            }
        }
    }
    clusters
}

/// Parts a list by a key; the parts in the order of their first members.
fn parted<Key: Eq + std::hash::Hash>(
    list: Vec<usize>,
    key: impl Fn(usize) -> Key,
) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    for index in list {
        let place = *places.entry(key(index)).or_insert_with(|| {
            parts.push(Vec::new());
            parts.len() - 1
        });
        parts[place].push(index);
    }
    parts
}

/// The largest part; of equal ones the first.
fn largest(parts: &[Vec<usize>]) -> &[usize] {
    let size = parts.iter().map(Vec::len).max().unwrap_or(0);
    let largest = parts.iter().find(|part| part.len() == size);
    largest.map_or(&[], Vec::as_slice)
}

/// Names of the files of a list that are not in one of its parts.
fn outside(instances: &[Instance], all: &[usize], part: &[usize]) -> Vec<String> {
    let inside: HashSet<usize> = part.iter().copied().collect();
    all.iter()
        .filter(|index| !inside.contains(index))
        .map(|index| instances[*index].file.clone())
        .collect()
}

/// Names of the files that are not in the stack of most frames.
pub(super) fn outside_the_largest(instances: &[Instance], stacks: &[Vec<Frame>]) -> Vec<String> {
    let parts: Vec<Vec<usize>> = stacks
        .iter()
        .map(|stack| stack.iter().map(|frame| frame.instance).collect())
        .collect();
    let mut files = outside(instances, &parts.concat(), largest(&parts));
    let mut seen = HashSet::new();
    files.retain(|file| seen.insert(file.clone()));
    files
}

/// What the instances of one series have in common.
fn series_key(instance: &Instance) -> String {
    let Identity {
        study_uid,
        series_uid,
        patient_id,
        ..
    } = &instance.identity;
    match (series_uid, instance.attributes.group) {
        (Some(series), _) => format!("s {} {series}", study_uid.as_deref().unwrap_or_default()),
        (None, Some(group)) => format!("g {group}"),
        (None, None) => format!(
            "n {} {} {}",
            study_uid.as_deref().unwrap_or_default(),
            patient_id.as_deref().unwrap_or_default(),
            instance.attributes.modality
        ),
    }
}

/// Leaves out files that are the same object once more. Returns the rest, and the names of the copies.
fn without_copies(instances: &[Instance], series: Vec<usize>) -> (Vec<usize>, Vec<String>) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let mut copies = Vec::new();
    let mut kept = Vec::new();
    for index in series {
        let instance = &instances[index];
        let first = instance.identity.sop_uid.as_deref().and_then(|uid| {
            seen.get(uid).copied().or_else(|| {
                seen.insert(uid, index);
                None
            })
        });
        // Writers that give one identifier to several images exist: only the same image is a copy.
        let is_copy = first.is_some_and(|first| {
            let (a, b) = (&instances[first].attributes, &instance.attributes);
            a.position_mm == b.position_mm
                && a.instance_number == b.instance_number
                && (a.rows, a.columns, a.frames) == (b.rows, b.columns, b.frames)
        });
        if is_copy {
            copies.push(instance.file.clone());
        } else {
            kept.push(index);
        }
    }
    (kept, copies)
}

/// Parts a series by frame of reference; the flag says whether there are several. Files that name none join the only
/// one that is named. Where every file has one of its own, the identifiers say nothing (some anonymisers make them so),
/// and the series stays whole.
fn by_frame_of_reference(instances: &[Instance], series: Vec<usize>) -> (Vec<Vec<usize>>, bool) {
    let named = |index: usize| instances[index].identity.frame_of_reference_uid.as_deref();
    let parts = parted(series.clone(), named);
    let joins = parts.len() == 2 && parts.iter().any(|part| named(part[0]).is_none());
    let several = parts.len() > 1 && !joins;
    if joins || several && parts.iter().all(|part| part.len() == 1) {
        return (vec![series], several);
    }
    (parts, several)
}

/// Kinds of scanners that make slices.
pub(super) fn is_tomographic(modality: &str) -> bool {
    matches!(modality, "CT" | "MR" | "PT" | "NM")
}

/// Parts a stack in which positions repeat by what tells the repetitions apart: stack, time, acquisition, echo. A mark
/// is believed if it leaves no repetition and parts of comparable size; otherwise the stack stays whole.
pub(super) fn repetitions(stack: Vec<Frame>) -> Vec<Vec<Frame>> {
    if !repeats(&stack) {
        return vec![stack];
    }
    for mark in 0..stack[0].marks.len() {
        let mut parts = parted((0..stack.len()).collect(), |at| stack[at].marks[mark]);
        let frames = |part: &[usize]| part.iter().map(|at| stack[*at].clone()).collect();
        let comparable = parts
            .iter()
            .all(|part| part.len() * 2 >= largest(&parts).len());
        if parts.len() > 1 && comparable {
            let value = |part: &[usize]| stack[part[0]].marks[mark];
            crate::order::sort(&mut parts, |a, b| value(a).cmp(&value(b)));
            let parts: Vec<Vec<Frame>> = parts.iter().map(|part| frames(part)).collect();
            if !parts.iter().any(|part| repeats(part)) {
                return parts;
            }
        }
    }
    vec![stack]
}

fn repeats(stack: &[Frame]) -> bool {
    let Some(normal) = stack.first().and_then(|frame| Some(frame.plane?.normal())) else {
        return false;
    };
    let mut along: Vec<f64> = stack
        .iter()
        .filter_map(|frame| Some(frame.plane?.position.dot(normal)))
        .collect();
    crate::order::sort(&mut along, f64::total_cmp);
    along
        .windows(2)
        .any(|pair| pair[1] - pair[0] < super::stack::SAME_POSITION_MM)
}
