//! Broken, hostile and odd files.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::support::{files, folder, manifest};
use crate::{READ, instances, read_one, text};

/// What lies between images in folders and is none.
pub const JUNK: [&str; 3] = [
    "series/mixed-folder/.DS_Store",
    "series/mixed-folder/Thumbs.db",
    "series/mixed-folder/readme.txt",
];

#[test]
fn what_is_no_image_is_left_out_and_says_why() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let mut wrong = Vec::new();
    let without_image = files(&manifest)
        // Of broken ones the class says what to do.
        .filter(|file| file["has_image"] == false && file.get("expected_class").is_none())
        .filter_map(|file| text(file, "path"));
    for path in without_image.chain(JUNK) {
        let report = read_one(&root.join(path));
        let said = report
            .rejected
            .iter()
            .all(|rejection| !rejection.message.is_empty());
        let silent = report.rejected.is_empty() && !path.contains("DICOMDIR");
        if !report.series.is_empty() || !said || silent {
            wrong.push(format!("{path}: {:?}", report.rejected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
