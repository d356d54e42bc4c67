//! Which frames belong to one volume.

use std::collections::HashMap;

use crate::intake::{Identity, Instance};

use super::frame::Frame;
use super::{Warning, WarningCode};

/// Two frames lie in parallel planes if their directions differ by less than this: 0.1 degrees.
const PARALLEL_COSINE: f64 = 0.999_998_477;

/// Relative difference of pixel spacing that is rounding.
const SAME_SPACING: f64 = 1e-3;

/// Instances of one series and frame of reference, with what was noticed about them.
pub(super) struct Cluster {
    pub instances: Vec<usize>,
    pub warnings: Vec<Warning>,
}

/// Parts the instances by series and frame of reference, and gives each part its index as `group`. Exact copies (same
/// _SOP Instance UID_, same image description) are left out and named.
pub(super) fn clusters(instances: &mut [Instance]) -> Vec<Cluster> {
    let mut order: Vec<usize> = (0..instances.len()).collect();
    order.sort_by(|a, b| instances[*a].file.cmp(&instances[*b].file));

    let mut by_series: Vec<Vec<usize>> = Vec::new();
    let mut keys: HashMap<String, usize> = HashMap::new();
    for index in order {
        let place = *keys
            .entry(series_key(&instances[index]))
            .or_insert_with(|| {
                by_series.push(Vec::new());
                by_series.len() - 1
            });
        by_series[place].push(index);
    }

    let mut clusters = Vec::new();
    for series in by_series {
        let mixed_patients = is_mixed(instances, &series);
        let (series, copies) = without_copies(instances, series);
        let (parts, several) = by_frame_of_reference(instances, series);
        let parted = parts.len() > 1;
        for part in parts {
            let mut warnings = Vec::new();
            if several {
                warnings.push(Warning::new(
                    WarningCode::MixedFrameOfReference,
                    if parted {
                        "The files of this series have different frames of reference; each is shown as a volume of its own."
                    } else {
                        "Each file of this series names a frame of reference of its own; they were taken to share one."
                    },
                    Vec::new(),
                ));
            }
            if mixed_patients {
                warnings.push(Warning::new(
                    WarningCode::MixedPatient,
                    "The files of this series name different patients.",
                    Vec::new(),
                ));
            }
            if !copies.is_empty() {
                warnings.push(Warning::new(
                    WarningCode::DuplicatePosition,
                    format!(
                        "{} exact copies of other files were left out.",
                        copies.len()
                    ),
                    copies.clone(),
                ));
            }
            for index in &part {
                let attributes = &mut instances[*index].attributes;
                attributes.group = Some(clusters.len() as u32);
                attributes.mixed_patients = mixed_patients;
            }
            clusters.push(Cluster {
                instances: part,
                warnings,
            });
        }
    }
    clusters
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

fn is_mixed(instances: &[Instance], series: &[usize]) -> bool {
    let differ = |of: fn(&Identity) -> &Option<String>| {
        let mut named = series
            .iter()
            .filter_map(|index| of(&instances[*index].identity).as_ref());
        let first = named.next();
        named.any(|other| Some(other) != first)
    };
    differ(|identity| &identity.patient_id)
        || differ(|identity| &identity.patient_name)
        || series
            .iter()
            .any(|index| instances[*index].attributes.mixed_patients)
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
    let mut parts: Vec<(Option<&str>, Vec<usize>)> = Vec::new();
    for index in &series {
        let frame = instances[*index].identity.frame_of_reference_uid.as_deref();
        match parts.iter_mut().find(|(other, _)| *other == frame) {
            Some((_, part)) => part.push(*index),
            None => parts.push((frame, vec![*index])),
        }
    }
    let joins = parts.len() == 2 && parts.iter().any(|(frame, _)| frame.is_none());
    let several = parts.len() > 1 && !joins;
    if joins || several && parts.iter().all(|(_, part)| part.len() == 1) {
        return (vec![series], several);
    }
    (parts.into_iter().map(|(_, part)| part).collect(), several)
}

/// Parts the frames of a cluster into stacks: same size, colours, spacing and direction. Frames whose place is not
/// known stack only if they are of a kind that makes volumes, or of one multi-frame file. The flag says whether
/// directions differ.
pub(super) fn stacks(instances: &[Instance], frames: Vec<Frame>) -> (Vec<Vec<Frame>>, bool) {
    let mut stacks: Vec<Vec<Frame>> = Vec::new();
    let mut mixed = false;
    for frame in frames {
        let image = &instances[frame.instance].attributes;
        let fits = |other: &Frame| {
            let that = &instances[other.instance].attributes;
            let alike = (image.rows, image.columns, image.samples_per_pixel)
                == (that.rows, that.columns, that.samples_per_pixel)
                && same_spacing(&frame, other);
            let directed = match (&frame.plane, &other.plane) {
                (Some(a), Some(b)) => {
                    a.row.dot(b.row) > PARALLEL_COSINE && a.column.dot(b.column) > PARALLEL_COSINE
                }
                (None, None) => {
                    frame.instance == other.instance
                        || image.frames == 1 && that.frames == 1 && is_tomographic(&image.modality)
                }
                _ => false,
            };
            (alike, directed)
        };
        let mut place = None;
        for (index, stack) in stacks.iter().enumerate() {
            match fits(&stack[0]) {
                (true, true) => {
                    place = Some(index);
                    break;
                }
                (_, false) if frame.plane.is_some() && stack[0].plane.is_some() => mixed = true,
                _ => {}
            }
        }
        match place {
            Some(index) => stacks[index].push(frame),
            None => stacks.push(vec![frame]),
        }
    }
    (stacks, mixed)
}

fn same_spacing(a: &Frame, b: &Frame) -> bool {
    match (a.spacing.values(), b.spacing.values()) {
        (Some(a), Some(b)) => a
            .iter()
            .zip(b)
            .all(|(a, b)| (a - b).abs() <= SAME_SPACING * a.abs()),
        (None, None) => true,
        _ => false,
    }
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
        let mut parts: Vec<(Option<i64>, Vec<Frame>)> = Vec::new();
        for frame in &stack {
            let value = frame.marks[mark];
            match parts.iter_mut().find(|(other, _)| *other == value) {
                Some((_, part)) => part.push(frame.clone()),
                None => parts.push((value, vec![frame.clone()])),
            }
        }
        let largest = parts.iter().map(|(_, part)| part.len()).max().unwrap_or(0);
        let comparable = parts.iter().all(|(_, part)| part.len() * 2 >= largest);
        if parts.len() > 1 && comparable && parts.iter().all(|(_, part)| !repeats(part)) {
            parts.sort_by_key(|(value, _)| *value);
            return parts.into_iter().map(|(_, part)| part).collect();
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
    along.sort_by(f64::total_cmp);
    along
        .windows(2)
        .any(|pair| pair[1] - pair[0] < super::stack::SAME_POSITION_MM)
}
