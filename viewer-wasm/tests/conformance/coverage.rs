//! That nothing in the manifest is passed over: every key is known here, and every file has an expectation that is checked.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{files, folder, manifest};

/// Keys of a file that are held against our reading, and where.
const CHECKED: [&str; 29] = [
    // pixels
    "pixels",
    "pixels_if_opened",
    // names
    "expected_patient_name",
    // broken
    "expected_class",
    "has_image",
    // geometry
    "expected_geometry",
    "frame_order_by_position",
    // facts
    "bytes",
    "sha256",
    "rows",
    "columns",
    "frames",
    "samples",
    "planar_configuration",
    "photometric",
    "bits_allocated",
    "bits_stored",
    "high_bit",
    "signed",
    "slope",
    "intercept",
    "modality",
    "sop_class",
    "transfer_syntax",
    // by the tests that know the file: `broken`, `archives`, `geometry`
    "robust",
    "path",
    // of the name, which is checked whole
    "charset",
    "names_agree",
    "names_read_by",
];

/// Keys that say where a file comes from or what others made of it.
const TOLD: [&str; 6] = [
    "source",
    "licence",
    "note",
    "sop_class_name",
    "pydicom_parse",
    "reference_behaviour",
];

/// The same of a folder, its series and their stacks: all of it is checked in `geometry` and `phantom`.
const OF_FOLDERS: [&str; 5] = ["series", "expected_geometry", "phantom", "robust", "note"];
const OF_SERIES: [&str; 6] = [
    "series_instance_uid",
    "modality",
    "description",
    "instances",
    "stacks",
    "note",
];
const OF_STACKS: [&str; 13] = [
    "rows",
    "columns",
    "image_orientation",
    "slice_normal",
    "slices",
    "pixel_spacing_row_col_mm",
    "first_position",
    "last_position",
    "spacing_along_normal_mm",
    "uniform",
    "shear_deg",
    "sorted_files",
    "sha256_of_slice_sha256s_in_order",
];
const OF_GEOMETRY: [&str; 15] = [
    "number_of_slices",
    "rows",
    "columns",
    "pixel_spacing_row_col_mm",
    "step_between_slices_mm",
    "spacing_along_normal_mm",
    "image_orientation",
    "slice_normal",
    "first_position_along_normal",
    "last_position_along_normal",
    "shear_deg",
    "orthogonal",
    "gaps",
    "z_positions",
    "uniform",
];

fn unknown(value: &Value, known: &[&[&str]], place: &str) -> Vec<String> {
    let keys = value.as_object().into_iter().flat_map(|map| map.keys());
    keys.filter(|key| !known.iter().any(|list| list.contains(&key.as_str())))
        .map(|key| format!("{place}: {key}"))
        .collect()
}

#[test]
fn every_kind_of_expectation_is_known() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let top = [
        "about",
        "phantom_truth",
        "series_folders",
        "files",
        "counts",
        "decoder_families",
    ];
    let mut unheard = unknown(&manifest, &[&top], "manifest");
    for file in files(&manifest) {
        unheard.extend(unknown(file, &[&CHECKED, &TOLD], "file"));
        unheard.extend(unknown(
            &file["expected_geometry"],
            &[&OF_GEOMETRY],
            "geometry",
        ));
    }
    let folders = manifest["series_folders"].as_object().expect("folders");
    for folder in folders.values() {
        unheard.extend(unknown(folder, &[&OF_FOLDERS], "folder"));
        // `series` inside: the list of a folder of several, checked by name in `geometry`.
        let known: [&[&str]; 2] = [&OF_GEOMETRY, &["series"]];
        unheard.extend(unknown(&folder["expected_geometry"], &known, "geometry"));
        for series in folder["series"].as_array().into_iter().flatten() {
            unheard.extend(unknown(series, &[&OF_SERIES], "series"));
            for stack in series["stacks"].as_array().into_iter().flatten() {
                unheard.extend(unknown(stack, &[&OF_STACKS], "stack"));
            }
        }
    }
    let unheard: BTreeSet<String> = unheard.into_iter().collect();
    assert!(unheard.is_empty(), "nothing checks these: {unheard:?}");
}

#[test]
fn every_file_is_checked_and_every_file_is_in_the_manifest() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let listed: BTreeSet<&str> = files(&manifest)
        .filter_map(|file| file["path"].as_str())
        .collect();
    assert_eq!(
        Some(listed.len() as u64),
        manifest["counts"]["files"].as_u64()
    );
    let mut there = BTreeSet::new();
    let mut todo = vec![root.clone()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the data") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                todo.push(path);
            } else {
                let inner = path.strip_prefix(&root).expect("below the root");
                there.insert(inner.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let outside = ["MANIFEST.json", "README.md", "vectors/"];
    let unlisted: Vec<&String> = there
        .iter()
        .filter(|path| !listed.contains(path.as_str()))
        .filter(|path| !outside.iter().any(|start| path.starts_with(start)))
        .collect();
    assert!(unlisted.is_empty(), "not in the manifest: {unlisted:?}");
    let missing: Vec<&&str> = listed
        .iter()
        .filter(|path| !there.contains(**path))
        .collect();
    assert!(missing.is_empty(), "not there: {missing:?}");

    let kinds = ["pixels", "pixels_if_opened", "expected_class", "has_image"];
    let bare: Vec<&str> = files(&manifest)
        .filter(|file| kinds.iter().all(|kind| file.get(kind).is_none()))
        .filter_map(|file| file["path"].as_str())
        .filter(|path| {
            !super::archives::KNOWN
                .iter()
                .any(|(known, _)| known == path)
        })
        .filter(|path| !super::broken::JUNK.contains(path))
        .collect();
    assert!(
        bare.is_empty(),
        "without an expectation that is checked: {bare:?}"
    );
}

/// What the suite does not hold the product to is written down in `docs/TESTING.md`, and nothing else is there.
#[test]
fn what_is_left_out_is_in_the_docs() {
    let testing = include_str!("../../../docs/TESTING.md");
    for (path, _) in super::pixels::NOT_YET {
        assert!(
            testing.contains(path),
            "docs/TESTING.md does not name {path}"
        );
    }
    let Some(root) = folder() else { return };
    let syntaxes = include_str!("../../../docs/SYNTAXES.md");
    for file in files(&manifest(&root)) {
        let syntax = crate::text(file, "transfer_syntax").unwrap_or_default();
        let row = format!("| {syntax} |");
        let said = syntaxes
            .lines()
            .any(|line| line.starts_with(&row) && line.contains("| no |"));
        let skipped = file.get("pixels").is_some() && !crate::READ.contains(&syntax);
        assert!(
            !skipped || said,
            "docs/SYNTAXES.md does not say that {syntax} is not read"
        );
    }
    for key in TOLD {
        assert!(testing.contains(key), "docs/TESTING.md does not name {key}");
    }
}
