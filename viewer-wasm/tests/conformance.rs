//! The conformance suite: every file of the shared test data against its manifest.
//!
//! The folder is `CUSPID_TEST_DATA`, or `../shared/data` beside the workspace. Without it the suite says so and passes,
//! except on a CI machine (`CI=true`), where missing data is a failure. What is not held yet is listed in `NOT_YET`,
//! with the reason, and the list is checked: an entry that has come to hold fails the suite until it is removed.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{files, folder, manifest};
use viewer_wasm::inspect::{InstanceReport, Report, inspect};
use viewer_wasm::intake::RejectCode;

/// Files whose pixels are not as the manifest says, and why.
const NOT_YET: [(&str, &str); 0] = [];

/// Transfer syntaxes that are read. The manifest has others; those must be refused by name.
const READ: [&str; 22] = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.5",
    "1.2.840.10008.1.2.8.1",
    "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",
    "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.55",
    "1.2.840.10008.1.2.4.57",
    "1.2.840.10008.1.2.4.70",
    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",
    "1.2.840.10008.1.2.4.90",
    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",
    "1.2.840.10008.1.2.4.203",
    "1.2.840.10008.1.2.4.110",
    "1.2.840.10008.1.2.4.111",
    "1.2.840.10008.1.2.4.112",
];

fn read_one(path: &Path) -> Report {
    inspect(&[path.to_owned()]).expect("the file exists")
}

fn instances(report: &Report) -> impl Iterator<Item = &InstanceReport> {
    report.series.iter().flat_map(|series| &series.instances)
}

fn text<'a>(file: &'a Value, key: &str) -> Option<&'a str> {
    file[key].as_str()
}

/// What a file's hash should be, and how far decoded values may differ where decoders do.
fn expected_pixels(file: &Value) -> Option<(&str, f64)> {
    let pixels = &file["pixels"];
    Some((
        text(pixels, "sha256")?,
        pixels["tolerance_max_abs"].as_f64().unwrap_or(0.0),
    ))
}

#[test]
fn stored_values_are_exact() {
    let Some(root) = folder() else { return };
    let (mut exact, mut near, mut refused) = (0, 0, 0);
    let mut wrong = Vec::new();
    let mut held_after_all = Vec::new();
    let manifest = manifest(&root);
    for file in files(&manifest) {
        let path = text(file, "path").expect("a path");
        let Some((hash, tolerance)) = expected_pixels(file) else {
            continue;
        };
        if path.starts_with("malformed/") {
            continue;
        }
        let syntax = text(file, "transfer_syntax").unwrap_or_default();
        let report = read_one(&root.join(path));
        let not_yet = NOT_YET.iter().find(|(name, _)| *name == path);
        if !READ.contains(&syntax) {
            let by_name = report.rejected.iter().any(|rejection| {
                rejection.code == RejectCode::UnsupportedTransferSyntax
                    && !rejection.message.contains(syntax)
            });
            if by_name {
                refused += 1
            } else {
                wrong.push(format!("{path}: not refused by name"))
            }
            continue;
        }
        let found = instances(&report).next();
        let same = found.and_then(|found| found.sha256_pixels.as_deref()) == Some(hash);
        let close = found.is_some_and(|found| tolerance > 0.0 && is_close(found, file, tolerance));
        match (same, close, not_yet) {
            (true, _, Some(_)) => held_after_all.push(path),
            (true, _, None) => exact += 1,
            (false, true, None) => near += 1,
            (false, _, Some(_)) => {}
            (false, false, None) => wrong.push(format!(
                "{path}: {:?} instead of {hash}, {:?}",
                found.and_then(|found| found.sha256_pixels.as_deref()),
                report.rejected
            )),
        }
    }
    println!("{exact} files exact, {near} lossy ones within tolerance, {refused} refused by name");
    for (path, reason) in NOT_YET {
        println!("not held: {path}: {reason}");
    }
    assert!(
        held_after_all.is_empty(),
        "no longer missing, remove from NOT_YET: {held_after_all:?}"
    );
    assert!(
        wrong.is_empty(),
        "{} files differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(exact > 700, "the manifest has more files than that");
}

/// Lossy JPEG, where correct decoders differ. The manifest has no reference pixels to compare one by one, so its
/// statistics have to do: least and greatest value within the tolerance, the mean within a tenth of a grey level.
fn is_close(found: &InstanceReport, file: &Value, tolerance: f64) -> bool {
    let of = |key: &str| file["pixels"][key].as_f64().unwrap_or(f64::NAN);
    let within = |value: Option<f64>, expected: f64, tolerance: f64| {
        value.is_some_and(|value| (value - expected).abs() <= tolerance)
    };
    within(found.min, of("min"), tolerance)
        && within(found.max, of("max"), tolerance)
        && within(found.mean, of("mean"), 0.1)
}

#[test]
fn names_are_decoded() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let mut count = 0;
    let mut wrong = Vec::new();
    for file in files(&manifest).filter(|file| file.get("expected_patient_name").is_some()) {
        let path = text(file, "path").expect("a path");
        let report = read_one(&root.join(path));
        let found = instances(&report)
            .map(|instance| instance.patient_name.clone())
            .chain(
                report
                    .rejected
                    .iter()
                    .map(|rejection| rejection.patient_name.clone()),
            )
            .next()
            .flatten();
        count += 1;
        if found.as_deref() != text(file, "expected_patient_name") {
            wrong.push(format!("{path}: {found:?}"));
        }
    }
    println!("{count} names");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 22);
}

#[test]
fn broken_files_are_opened_or_refused_in_time() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in files(&manifest) {
        let path = text(file, "path").expect("a path");
        let Some(class) = text(file, "expected_class") else {
            continue;
        };
        let syntax = text(file, "transfer_syntax").unwrap_or_default();
        let started = Instant::now();
        let report = read_one(&root.join(path));
        if started.elapsed() > Duration::from_secs(2) {
            wrong.push(format!("{path}: took {:?}", started.elapsed()));
        }
        *counts.entry(class).or_default() += 1;
        let hash = instances(&report).find_map(|instance| instance.sha256_pixels.as_deref());
        let opened = hash.is_some();
        let known = READ.contains(&syntax) || syntax.is_empty();
        match class {
            "open" if known => {
                let expected = text(&file["pixels"], "sha256");
                if !opened || expected.is_some() && hash != expected {
                    wrong.push(format!("{path}: should open, {:?}", report.rejected));
                }
            }
            "refuse" if opened => wrong.push(format!("{path}: should be refused")),
            _ => {}
        }
        // Left out means said so; only a directory is left out in silence.
        let silent = report.series.is_empty() && report.rejected.is_empty();
        if silent && !path.contains("DICOMDIR") {
            wrong.push(format!("{path}: left out in silence"));
        }
        for rejection in &report.rejected {
            if !rejection.message.ends_with('.') || rejection.message.len() > 200 {
                wrong.push(format!(
                    "{path}: not a plain sentence: {}",
                    rejection.message
                ));
            }
        }
        // An image that opens with pixels that no reference decoder gave must carry a warning.
        let reference =
            text(&file["pixels_if_opened"], "sha256").or(text(&file["pixels"], "sha256"));
        let warned = report
            .series
            .iter()
            .any(|series| !series.warnings.is_empty());
        if opened && hash != reference && !warned {
            wrong.push(format!("{path}: opened without a warning"));
        }
    }
    println!("{counts:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(counts.values().sum::<usize>() > 100);
}

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
    }
    println!("{stacks} stacks");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(stacks > 30);
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

#[test]
fn zips_hold_what_folders_hold() {
    let Some(root) = folder() else { return };
    let zips: Vec<PathBuf> = std::fs::read_dir(root.join("series"))
        .expect("the folder exists")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "zip"))
        .collect();
    for zip in &zips {
        let report = read_one(zip);
        println!(
            "{}: {:?} {:?}",
            zip.display(),
            report
                .series
                .iter()
                .map(|s| (s.dims, s.warnings.len()))
                .collect::<Vec<_>>(),
            report.rejected
        );
        assert!(!report.series.is_empty() || !report.rejected.is_empty());
    }
}
