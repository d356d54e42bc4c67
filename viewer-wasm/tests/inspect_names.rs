//! The JSON of `inspect` is a contract: its names do not change.

#[path = "support/dicom.rs"]
mod dicom;

use dicom::{EXPLICIT_LE, Slice};
use serde_json::{Value, json};
use viewer_wasm::inspect::inspect;

fn names(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn the_names_are_frozen() {
    let folder = tempfile::tempdir().expect("a folder");
    let slice = Slice::at(1.0, 1);
    std::fs::write(folder.path().join("a.dcm"), slice.file(EXPLICIT_LE)).expect("written");
    std::fs::write(folder.path().join("b.txt"), "notes").expect("written");
    let report = inspect(&[folder.path().to_owned()]).expect("it exists");
    let report = serde_json::to_value(report).expect("JSON");
    assert_eq!(names(&report), ["rejected", "series"]);
    let series = &report["series"][0];
    assert_eq!(
        names(series),
        [
            "description",
            "dims",
            "direction",
            "instances",
            "modality",
            "order",
            "origin_mm",
            "spacing_known",
            "spacing_mm",
            "study_uid",
            "uid",
            "warnings"
        ]
    );
    assert_eq!(
        names(&series["instances"][0]),
        [
            "bits_stored",
            "columns",
            "file",
            "frames",
            "intercept",
            "max",
            "mean",
            "min",
            "patient_name",
            "rows",
            "sha256_pixels",
            "signed",
            "slope",
            "sop_instance_uid",
            "transfer_syntax"
        ]
    );
    assert_eq!(names(&series["warnings"][0]), ["code", "files", "message"]);
    assert_eq!(
        report["rejected"],
        json!([{ "file": "b.txt", "code": "not-dicom", "message": "Not a DICOM file.", "patient_name": null }])
    );
    assert_eq!(series["order"], json!(["a.dcm"]));
    assert_eq!(series["dims"], json!([6, 4, 1]));
    assert_eq!(series["warnings"][0]["code"], "single-slice");
    let instance = &series["instances"][0];
    // 24 values from 50 to 73, little-endian, hashed by another program (sha256sum).
    assert_eq!(
        (&instance["min"], &instance["max"], &instance["mean"]),
        (&json!(50.0), &json!(73.0), &json!(61.5))
    );
    assert_eq!(instance["sha256_pixels"], HASH);
    assert_eq!(
        (&instance["slope"], &instance["intercept"]),
        (&json!(2.0), &json!(-1000.0))
    );
}

const HASH: &str = "44dc1eaa91c136012e0678a3aa52ee3e913c8011e14584c4959271d691ecfd9b";

#[test]
fn a_path_that_is_not_there_is_wrong_usage() {
    assert!(inspect(&["/no/such/path".into()]).is_err());
}
