//! Patients' names, in many character sets.

use crate::support::{files, folder, manifest};
use crate::{instances, read_one, text};

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
