//! Zip archives and DICOM directories.

use std::collections::BTreeSet;

use viewer_wasm::inspect::{Report, inspect};
use viewer_wasm::intake::RejectCode;

use crate::read_one;
use crate::support::folder;

/// What an archive holds: the slices of its largest series, or how it is refused.
pub enum Holds {
    /// The same volume as the folder `series/phantom-axial-shuffled`.
    Phantom,
    /// So many instances, each once.
    Instances(usize),
    /// At least one image.
    Images,
    /// Refused, or each of its files: one of these codes, in words that hold this one.
    Refused(&'static [RejectCode], &'static str),
}

/// Every archive of the manifest.
pub const KNOWN: [(&str, Holds); 9] = [
    ("series/zip/bbmri.zip", Holds::Images),
    ("series/zip/deflated-nested-folders.zip", Holds::Phantom),
    ("series/zip/stored.zip", Holds::Phantom),
    ("series/zip/zip-slip-names.zip", Holds::Instances(12)),
    (
        "series/zip/encrypted-flag.zip",
        Holds::Refused(&[RejectCode::EncryptedZip], "password"),
    ),
    (
        "series/zip/high-ratio.zip",
        Holds::Refused(&[RejectCode::NotDicom, RejectCode::TooLarge], "DICOM"),
    ),
    (
        "series/zip/no-dicom.zip",
        Holds::Refused(&[RejectCode::NotDicom], "DICOM"),
    ),
    (
        "series/zip/truncated.zip",
        Holds::Refused(&[RejectCode::Malformed], "damaged"),
    ),
    (
        "series/zip/zip-in-zip.zip",
        Holds::Refused(&[RejectCode::NotDicom], "zip archive in a zip archive"),
    ),
];

#[test]
fn zips_hold_what_folders_hold() {
    let Some(root) = folder() else { return };
    let phantom = inspect(&[root.join("series/phantom-axial-shuffled")]).expect("the folder");
    let mut wrong = Vec::new();
    for (path, holds) in &KNOWN {
        let report = read_one(&root.join(path));
        let problem = match holds {
            Holds::Phantom => compare(&report, &phantom),
            Holds::Instances(count) => distinct(&report, *count),
            Holds::Images => report.series.is_empty().then(|| "no series".to_owned()),
            Holds::Refused(codes, word) => refused(&report, codes, word),
        };
        wrong.extend(problem.map(|problem| format!("{path}: {problem}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same pixels at the same places in the same order.
fn compare(zip: &Report, folder: &Report) -> Option<String> {
    let [ours] = &zip.series[..] else {
        return Some(format!("{} series", zip.series.len()));
    };
    let theirs = &folder.series[0];
    let same = (ours.dims, ours.spacing_mm, ours.origin_mm, ours.direction)
        == (
            theirs.dims,
            theirs.spacing_mm,
            theirs.origin_mm,
            theirs.direction,
        );
    let hashes = |series: &viewer_wasm::inspect::SeriesReport| -> Vec<Option<String>> {
        series
            .instances
            .iter()
            .map(|instance| instance.sha256_pixels.clone())
            .collect()
    };
    (!same || hashes(ours) != hashes(theirs) || !ours.warnings.is_empty())
        .then(|| format!("{:?} {:?}", ours.dims, ours.warnings))
}

fn distinct(report: &Report, count: usize) -> Option<String> {
    let uids: Vec<&str> = report
        .series
        .iter()
        .flat_map(|series| &series.instances)
        .map(|instance| instance.sop_instance_uid.as_str())
        .collect();
    let different: BTreeSet<&str> = uids.iter().copied().collect();
    let names: Vec<&str> = report
        .series
        .iter()
        .flat_map(|series| &series.instances)
        .map(|instance| instance.file.as_str())
        .collect();
    let outside = names.iter().any(|name| {
        name.contains("..") || name.contains('\\') || name.starts_with('/') || name.contains("C:")
    });
    (uids.len() != count || different.len() != count || outside).then(|| {
        format!(
            "{} instances, {} of them different: {names:?}",
            uids.len(),
            different.len()
        )
    })
}

fn refused(report: &Report, codes: &[RejectCode], word: &str) -> Option<String> {
    let said = report
        .rejected
        .iter()
        .any(|rejection| codes.contains(&rejection.code) && rejection.message.contains(word));
    (!report.series.is_empty() || !said).then(|| format!("{:?}", report.rejected))
}

/// A directory is no image and no broken file, in any of its writings: nothing is said of it.
#[test]
fn directories_are_passed_over() {
    let Some(root) = folder() else { return };
    let report = inspect(&[root.join("series/dicomdir-variants")]).expect("the folder");
    let named: Vec<_> = report
        .rejected
        .iter()
        .map(|rejection| &rejection.file)
        .collect();
    assert!(named.is_empty() && report.series.is_empty(), "{named:?}");
    for folder in ["series/dicomdir-phantom", "series/dicomdir-real"] {
        let report = inspect(&[root.join(folder)]).expect("the folder");
        assert!(report.rejected.is_empty(), "{:?}", report.rejected);
        assert!(!report.series.is_empty());
    }
}
