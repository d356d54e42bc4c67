//! What headers say: sizes, bits, colours, rescale, kinds.

use serde_json::Value;
use sha2::{Digest, Sha256};
use viewer_wasm::intake::{self, Instance};

use crate::support::{files, folder, manifest};
use crate::text;

#[test]
fn headers_are_read_as_they_are() {
    let Some(root) = folder() else { return };
    let manifest = manifest(&root);
    let (mut read, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for file in files(&manifest) {
        let path = text(file, "path").expect("a path");
        let bytes = std::fs::read(root.join(path)).expect("the file is there");
        assert_eq!(Some(bytes.len() as u64), file["bytes"].as_u64(), "{path}");
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            Some(hash.as_str()),
            text(file, "sha256"),
            "{path} is not the file it was"
        );
        if file.get("pixels").is_none() {
            continue;
        }
        match intake::read_instance(&bytes, path) {
            Ok(instance) => {
                read += 1;
                wrong.extend(differences(file, &instance).map(|what| format!("{path}: {what}")));
            }
            Err(rejection) => {
                refused += 1;
                let syntax = rejection.code.name() == "unsupported-transfer-syntax";
                if !syntax && text(file, "expected_class") != Some("either") {
                    wrong.push(format!("{path}: {}", rejection.message));
                }
            }
        }
    }
    println!("{read} headers, {refused} refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(read > 800);
}

/// What the manifest and we read differently.
fn differences(file: &Value, instance: &Instance) -> impl Iterator<Item = String> {
    let image = &instance.attributes;
    let first = image.per_frame.first();
    let number = |key: &str, ours: f64| {
        let theirs = file[key].as_f64()?;
        ((theirs - ours).abs() > 1e-9 * theirs.abs())
            .then(|| format!("{key} {ours} instead of {theirs}"))
    };
    let word = |key: &str, ours: &str| {
        let theirs = file[key].as_str()?;
        (theirs != ours).then(|| format!("{key} {ours} instead of {theirs}"))
    };
    let slope = first
        .and_then(|frame| frame.rescale_slope)
        .or(image.rescale_slope);
    let intercept = first
        .and_then(|frame| frame.rescale_intercept)
        .or(image.rescale_intercept);
    let shape: Vec<u64> = [
        image.frames,
        image.rows,
        image.columns,
        image.samples_per_pixel.into(),
    ]
    .map(u64::from)
    .to_vec();
    let expected: Vec<u64> = file["pixels"]["shape_frames_rows_cols_samples"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    let signed = file["signed"]
        .as_bool()
        .filter(|signed| *signed != image.signed);
    let planar = file["planar_configuration"].as_u64();
    [
        number("rows", image.rows.into()),
        number("columns", image.columns.into()),
        number("frames", image.frames.into()),
        number("samples", image.samples_per_pixel.into()),
        number("bits_allocated", image.bits_allocated.into()),
        number("bits_stored", image.bits_stored.into()),
        number("high_bit", image.high_bit.into()),
        number("slope", slope.unwrap_or(f64::NAN)).filter(|_| slope.is_some()),
        number("intercept", intercept.unwrap_or(f64::NAN)).filter(|_| intercept.is_some()),
        word("photometric", &image.photometric),
        word("modality", &image.modality),
        word("sop_class", &image.sop_class),
        word("transfer_syntax", &image.transfer_syntax),
        signed.map(|signed| format!("signed should be {signed}")),
        (file["slope"].is_number() && slope.is_none()).then(|| "no slope".to_owned()),
        (file["intercept"].is_number() && intercept.is_none()).then(|| "no intercept".to_owned()),
        (shape != expected).then(|| format!("shape {shape:?} instead of {expected:?}")),
        planar
            .filter(|planar| (*planar == 1) != image.planar)
            .map(|planar| format!("planar configuration should be {planar}")),
    ]
    .into_iter()
    .flatten()
}
