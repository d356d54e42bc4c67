//! Stored values of every file, by hash.

use serde_json::Value;
use viewer_wasm::inspect::InstanceReport;
use viewer_wasm::intake::RejectCode;

use crate::support::{files, folder, manifest};
use crate::{READ, instances, read_one, text};

/// Files whose pixels are not as the manifest says, and why.
pub const NOT_YET: [(&str, &str); 0] = [];

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
