//! The shared test data and its manifest.

mod data;

pub use data::folder;

use std::collections::BTreeSet;
use std::path::Path;

use glam::DVec3;
use serde_json::Value;
use sha2::{Digest, Sha256};
use viewer_wasm::inspect::{Report, SeriesReport};

pub fn manifest(root: &Path) -> Value {
    let bytes = std::fs::read(root.join("MANIFEST.json")).expect("the manifest is there");
    serde_json::from_slice(&bytes).expect("the manifest is JSON")
}

pub fn files(manifest: &Value) -> impl Iterator<Item = &Value> {
    manifest["files"].as_array().expect("files").iter()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
}

pub fn vector(value: &Value) -> DVec3 {
    DVec3::from_slice(&numbers(value))
}

fn position(series: &SeriesReport, k: usize) -> DVec3 {
    DVec3::from(series.origin_mm)
        + DVec3::from_slice(&series.direction[6..]) * series.spacing_mm[2] * k as f64
}

fn near(a: DVec3, b: DVec3) -> bool {
    (a - b).length() < 2e-3
}

/// Compares one stack of the manifest (facts of the files, in sorted order) with the series that holds its files.
pub fn compare_stack(
    report: &Report,
    uid: &str,
    folder: &str,
    stack: &Value,
) -> Result<(), String> {
    let sorted: Vec<&str> = stack["sorted_files"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|file| file.as_str()?.strip_prefix(folder)?.strip_prefix('/'))
        .collect();
    let wanted: BTreeSet<&str> = sorted.iter().copied().collect();
    let holding: Vec<&SeriesReport> = report
        .series
        .iter()
        .filter(|series| series.uid == uid)
        .filter(|series| {
            series
                .instances
                .iter()
                .any(|i| wanted.contains(i.file.as_str()))
        })
        .collect();
    let [series] = holding[..] else {
        // Repetitions in time are parted, which the manifest's stacks are not.
        let all: usize = holding.iter().map(|series| series.order.len()).sum();
        if holding.len() == 2 && all == sorted.len() {
            return Ok(());
        }
        return Err(format!(
            "{} series hold the stack of {} files",
            holding.len(),
            sorted.len()
        ));
    };
    // Copies and repeated positions are left out of the order.
    let order: Vec<&str> = series.order.iter().map(String::as_str).collect();
    let left_out = series
        .warnings
        .iter()
        .any(|w| w.code.name() == "duplicate-position");
    let expected: Vec<&str> = if left_out {
        sorted
            .iter()
            .copied()
            .filter(|file| order.contains(file))
            .collect()
    } else {
        sorted.clone()
    };
    if order != expected {
        return Err(format!("order {order:?}"));
    }
    if let (false, Some(hash)) = (left_out, stack["sha256_of_slice_sha256s_in_order"].as_str())
        && hash_of_hashes(series, &sorted).as_deref() != Some(hash)
    {
        return Err("the slices' pixels in their order".to_owned());
    }
    if sorted.len() < 2 {
        return Ok(());
    }
    let directions = numbers(&stack["image_orientation"]);
    let (row, column) = (
        DVec3::from_slice(&directions),
        DVec3::from_slice(&directions[3..]),
    );
    let ours = (
        DVec3::from_slice(&series.direction),
        DVec3::from_slice(&series.direction[3..]),
    );
    if (ours.0 - row).length() > 1e-3 || (ours.1 - column).length() > 1e-3 {
        return Err(format!("direction {:?}", series.direction));
    }
    let last = series.dims[2] - 1;
    let (first_mm, last_mm) = (
        vector(&stack["first_position"]),
        vector(&stack["last_position"]),
    );
    if !near(position(series, 0), first_mm) || !near(position(series, last), last_mm) {
        return Err(format!(
            "from {} to {} instead of {first_mm} to {last_mm}",
            position(series, 0),
            position(series, last)
        ));
    }
    if let [between_rows, between_columns] = numbers(&stack["pixel_spacing_row_col_mm"])[..]
        && ((series.spacing_mm[1] - between_rows).abs() > 1e-6
            || (series.spacing_mm[0] - between_columns).abs() > 1e-6)
    {
        return Err(format!("spacing {:?}", series.spacing_mm));
    }
    Ok(())
}

/// Compares a folder's or file's `expected_geometry` with its largest series.
pub fn compare_geometry(report: &Report, expected: &Value) -> Result<(), String> {
    let series = report
        .series
        .first()
        .ok_or_else(|| format!("no series: {:?}", report.rejected))?;
    let of = |key: &str| expected[key].as_f64().unwrap_or(f64::NAN);
    let missing: f64 = expected["gaps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|gap| gap["missing"].as_f64())
        .sum();
    let dims = [of("columns"), of("rows"), of("number_of_slices") + missing];
    if series.dims.map(|dim| dim as f64) != dims {
        return Err(format!("dims {:?} instead of {dims:?}", series.dims));
    }
    if (series.spacing_mm[2] - of("step_between_slices_mm")).abs() > 2e-4 {
        return Err(format!("step {:?}", series.spacing_mm));
    }
    let placed = !series
        .warnings
        .iter()
        .any(|w| w.code.name() == "orientation-unknown");
    if !placed {
        return Ok(());
    }
    let (first, last) = (
        vector(&expected["first_position_along_normal"]),
        vector(&expected["last_position_along_normal"]),
    );
    let ours = (position(series, 0), position(series, series.dims[2] - 1));
    if !near(ours.0, first) || !near(ours.1, last) {
        return Err(format!(
            "from {} to {} instead of {first} to {last}",
            ours.0, ours.1
        ));
    }
    let normal =
        DVec3::from_slice(&series.direction).cross(DVec3::from_slice(&series.direction[3..]));
    let shear = normal
        .angle_between(DVec3::from_slice(&series.direction[6..]))
        .to_degrees();
    if (shear - of("shear_deg")).abs() > 0.05 {
        return Err(format!("shear {shear}"));
    }
    Ok(())
}

/// SHA-256 over the slices' own, in the order of some file names.
fn hash_of_hashes(series: &SeriesReport, order: &[&str]) -> Option<String> {
    let mut all = Sha256::new();
    for file in order {
        let instance = series.instances.iter().find(|i| i.file == *file)?;
        let hash = instance.sha256_pixels.as_deref()?;
        let bytes = (0..hash.len() / 2).map(|n| u8::from_str_radix(&hash[2 * n..2 * n + 2], 16));
        all.update(bytes.collect::<Result<Vec<u8>, _>>().ok()?);
    }
    let digest = all.finalize();
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}
