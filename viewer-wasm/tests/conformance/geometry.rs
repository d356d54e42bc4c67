//! Where series lie, and what they say of themselves.

use std::collections::BTreeSet;

use serde_json::Value;
use viewer_wasm::inspect::{Report, inspect};

use crate::support::{self, files, folder, manifest};
use crate::{READ, read_one, text};

#[test]
fn series_lie_where_the_manifest_says() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let mut wrong = Vec::new();
    let mut stacks = 0;
    let folders = manifest["series_folders"]
        .as_object()
        .expect("series folders");
    for (path, folder) in folders {
        let report = inspect(&[root.join(path)]).expect("the folder exists");
        for series in folder["series"].as_array().expect("series") {
            let uid = text(series, "series_instance_uid").unwrap_or_default();
            if let Err(reason) = compare_series(&report, uid, series) {
                wrong.push(format!("{path}: {reason}"));
            }
            for stack in series["stacks"].as_array().into_iter().flatten() {
                stacks += 1;
                if let Err(reason) = support::compare_stack(&report, uid, path, stack) {
                    wrong.push(format!("{path}: {reason}"));
                }
            }
        }
        let expected = &folder["expected_geometry"];
        if expected["step_between_slices_mm"].is_number()
            && let Err(reason) = support::compare_geometry(&report, expected)
        {
            wrong.push(format!("{path}: {reason}"));
        }
    }
    for file in files(&manifest).filter(|file| file.get("expected_geometry").is_some()) {
        let path = text(file, "path").expect("a path");
        if !READ.contains(&text(file, "transfer_syntax").unwrap_or_default()) {
            continue;
        }
        let report = read_one(&root.join(path));
        if let Err(reason) = support::compare_geometry(&report, &file["expected_geometry"]) {
            wrong.push(format!("{path}: {reason}"));
        }
        let stored = file["frame_order_by_position"].as_array();
        let frames: Vec<String> = (stored.into_iter().flatten().filter_map(Value::as_u64))
            .map(|frame| (frame + 1).to_string())
            .collect();
        let order = report.series.iter().flat_map(|series| &series.order);
        let order: Vec<&str> = order
            .filter_map(|name| Some(name.split_once('#')?.1))
            .collect();
        if !frames.is_empty() && order != frames {
            wrong.push(format!("{path}: frames {order:?}"));
        }
    }
    println!("{stacks} stacks");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(stacks > 30);
}

/// How many files a series has, its modality and its description; copies are left out and named.
fn compare_series(report: &Report, uid: &str, expected: &Value) -> Result<(), String> {
    let ours: Vec<_> = (report.series.iter())
        .filter(|series| series.uid == uid)
        .collect();
    let mut files = BTreeSet::new();
    for series in &ours {
        files.extend(
            series
                .instances
                .iter()
                .map(|instance| instance.file.as_str()),
        );
        let copies = series
            .warnings
            .iter()
            .filter(|warning| warning.code.name() == "duplicate-position");
        files.extend(
            copies
                .flat_map(|warning| warning.files.iter())
                .map(String::as_str),
        );
        let told = (
            Some(series.modality.as_str()),
            Some(series.description.as_str()),
        );
        let theirs = (text(expected, "modality"), text(expected, "description"));
        if told.0 != theirs.0 || told.1 != theirs.1.map(str::trim) {
            return Err(format!("{told:?} instead of {theirs:?}"));
        }
    }
    if expected["instances"].as_u64() == Some(files.len() as u64) {
        Ok(())
    } else {
        Err(format!("{} files of {uid}", files.len()))
    }
}

/// What the manifest's `robust` says of single folders, as warnings.
#[test]
fn doubtful_series_say_so() {
    let Some(root) = folder() else { return };
    let expected: [(&str, &[&str]); 14] = [
        ("series/ct-chest-regular", &["mixed-frame-of-reference"]),
        ("series/phantom-axial-shuffled", &[]),
        ("series/phantom-oblique", &[]),
        ("series/phantom-gantry-tilt", &["gantry-tilt"]),
        ("series/ct-gantry-tilt-real", &["gantry-tilt"]),
        ("series/phantom-missing-slice", &["missing-slices"]),
        ("series/ct-missing-slice-real", &["missing-slices"]),
        ("series/phantom-inconsistent-size", &["missing-slices"]),
        ("series/phantom-duplicates", &["duplicate-position"]),
        ("series/phantom-variable-spacing", &["irregular-spacing"]),
        ("series/phantom-no-pixel-spacing", &["spacing-unknown"]),
        ("series/phantom-no-position", &["orientation-unknown"]),
        ("series/mr-two-orientations-real", &["mixed-orientation"]),
        ("dental/vhm-jaw-series", &[]),
    ];
    let mut wrong = Vec::new();
    for (path, codes) in expected {
        let report = inspect(&[root.join(path)]).expect("the folder exists");
        let found: BTreeSet<&str> = report.series[0]
            .warnings
            .iter()
            .map(|warning| warning.code.name())
            .collect();
        if !codes.iter().all(|code| found.contains(code)) || codes.is_empty() && !found.is_empty() {
            wrong.push(format!("{path}: {:?}", report.series[0].warnings));
        }
    }
    let singles: [(&str, &str); 6] = [
        (
            "dental/vhm-multiframe-slicethickness-only.dcm",
            "spacing-inferred",
        ),
        ("dental/vhm-projection-px-mono1.dcm", "spacing-from-imager"),
        ("dental/vhm-projection-px-mono1.dcm", "single-slice"),
        (
            "malformed/derived/polyglot-mz-preamble.dcm",
            "non-dicom-preamble",
        ),
        ("malformed/derived/pixels-half.dcm", "truncated-pixel-data"),
        (
            "malformed/derived/photometric-unknown.dcm",
            "unsupported-photometric",
        ),
    ];
    for (path, code) in singles {
        let report = read_one(&root.join(path));
        let has = report
            .series
            .iter()
            .flat_map(|s| &s.warnings)
            .any(|w| w.code.name() == code);
        if !has {
            wrong.push(format!("{path}: no {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_folder_with_junk_opens_its_series() {
    let Some(root) = folder() else { return };
    let report = inspect(&[root.join("series/mixed-folder")]).expect("the folder exists");
    let series: Vec<(&str, usize)> = report
        .series
        .iter()
        .map(|s| (s.description.as_str(), s.dims[2]))
        .collect();
    assert_eq!(
        series,
        [("axial volume", 16), ("coronal reformat", 10), ("scout", 1)]
    );
    let codes: BTreeSet<&str> = report.rejected.iter().map(|r| r.code.name()).collect();
    assert!(
        codes.contains("not-dicom") && codes.contains("no-pixel-data"),
        "{codes:?}"
    );

    let two = inspect(&[root.join("series/phantom-two-timepoints")]).expect("the folder exists");
    assert_eq!(
        two.series.iter().map(|s| s.dims[2]).collect::<Vec<_>>(),
        [12, 12]
    );
}
