//! The conformance suite: every file of the shared test data against its manifest.
//!
//! The folder is `CUSPID_TEST_DATA`, or `../shared/data` beside the workspace. Without it the suite says so and passes,
//! except on a CI machine (`CI=true`), where missing data is a failure.
//!
//! - `facts`: what headers say. `pixels`: stored values, by hash. `names`: patients' names. `broken`: malformed and odd
//!   files.
//! - `geometry`: where series lie, and their warnings. `phantom`, `phantom_special`: known spheres through the whole pipeline.
//! - `archives`: zips and DICOMDIRs. `coverage`: that no file and no kind of expectation is passed over.

#[path = "../support/mod.rs"]
mod support;
#[path = "../support/volume.rs"]
mod volume;

mod archives;
mod broken;
mod coverage;
mod facts;
mod geometry;
mod names;
mod opened;
mod phantom;
mod phantom_special;
mod pixels;

use std::path::Path;

use serde_json::Value;
use viewer_wasm::inspect::{InstanceReport, Report, inspect};

/// Transfer syntaxes that are read. The manifest has others; those must be refused by name.
pub const READ: [&str; 22] = [
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

pub fn read_one(path: &Path) -> Report {
    inspect(&[path.to_owned()]).expect("the file exists")
}

pub fn instances(report: &Report) -> impl Iterator<Item = &InstanceReport> {
    report.series.iter().flat_map(|series| &series.instances)
}

pub fn text<'a>(file: &'a Value, key: &str) -> Option<&'a str> {
    file[key].as_str()
}
