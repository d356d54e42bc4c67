//! What the list says of a scan, sealed under its identity key.

use crate::api::Fault;
use protocol::Sealed;
use serde::{Deserialize, Serialize};
use vault::ScanKeys;
use vault::envelope;
use viewer_wasm::series::Series;

/// Longest text of a field, in characters, so that a summary always fits its envelope.
const LONGEST: usize = 200;

/// A line of the list. Unknown fields of a newer page are ignored, missing ones are empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Summary {
    pub patient_name: String,
    pub patient_id: String,
    pub patient_birth_date: String,
    /// As DICOM writes it: `YYYYMMDD`.
    pub study_date: String,
    pub description: String,
    pub modality: String,
    /// Columns, rows, slices.
    pub dims: [usize; 3],
    /// Number of files.
    pub images: usize,
    /// Pixels before packing.
    pub pixel_bytes: u64,
}

impl Summary {
    pub fn of(series: &Series, pixel_bytes: u64) -> Self {
        let identity = series
            .instances
            .first()
            .map(|instance| instance.identity.clone())
            .unwrap_or_default();
        let text = |field: Option<String>| {
            field
                .unwrap_or_default()
                .chars()
                .take(LONGEST)
                .collect::<String>()
        };
        Self {
            patient_name: text(identity.patient_name),
            patient_id: text(identity.patient_id),
            patient_birth_date: text(identity.patient_birth_date),
            study_date: text(identity.study_date),
            description: text(Some(series.description.clone())),
            modality: series.modality.clone(),
            dims: series.geometry.dims,
            images: series.instances.len(),
            pixel_bytes,
        }
    }

    pub async fn seal(&self, keys: &ScanKeys) -> Result<Sealed, Fault> {
        let key = keys
            .identity_key
            .as_ref()
            .ok_or(vault::VaultError::NoIdentityKey)?;
        let text = serde_json::to_vec(self).map_err(|_| Fault::Worker)?;
        Ok(envelope::seal_summary(key, keys.scan_id, &text).await?)
    }

    /// The patient's name as people write it: DICOM parts its components by `^`, and its scripts by `=`.
    pub fn display_name(&self) -> String {
        let first_script = self
            .patient_name
            .split('=')
            .find(|script| !script.is_empty())
            .unwrap_or("");
        let mut parts = first_script
            .split('^')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let Some(family) = parts.next() else {
            return String::new();
        };
        let given: Vec<&str> = parts.collect();
        if given.is_empty() {
            family.to_owned()
        } else {
            format!("{family}, {}", given.join(" "))
        }
    }

    /// What an integrity failure calls the scan.
    pub fn title(&self) -> String {
        let name = self.display_name();
        match (name.is_empty(), self.description.is_empty()) {
            (false, false) => format!("{name} · {}", self.description),
            (false, true) => name,
            (true, _) => self.description.clone(),
        }
    }

    /// Whether any text of the line contains `wanted`, which is in small letters.
    pub fn matches(&self, wanted: &str) -> bool {
        [
            self.display_name(),
            self.patient_id.clone(),
            self.description.clone(),
            date(&self.study_date),
        ]
        .iter()
        .any(|text| text.to_lowercase().contains(wanted))
    }
}

/// Opens a summary of the list.
pub(crate) async fn open_summary(keys: &ScanKeys, sealed: &Sealed) -> Result<Summary, Fault> {
    let key = keys
        .identity_key
        .as_ref()
        .ok_or(vault::VaultError::NoIdentityKey)?;
    let text = envelope::open_summary(key, keys.scan_id, sealed).await?;
    crate::json::from_bytes(&text).map_err(|_| vault::VaultError::EnvelopeDoesNotOpen.into())
}

/// `YYYYMMDD` as `YYYY-MM-DD`; anything else as it is.
pub(super) fn date(dicom: &str) -> String {
    if dicom.len() == 8 && dicom.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{}-{}-{}", &dicom[..4], &dicom[4..6], &dicom[6..])
    } else {
        dicom.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(name: &str, description: &str) -> Summary {
        Summary {
            patient_name: name.to_owned(),
            description: description.to_owned(),
            ..Summary::default()
        }
    }

    #[test]
    fn names_read_as_people_write_them() {
        assert_eq!(
            summary("Moreau^Léa^Marie", "").display_name(),
            "Moreau, Léa Marie"
        );
        assert_eq!(
            summary("Yamada^Tarou=山田^太郎", "").display_name(),
            "Yamada, Tarou"
        );
        assert_eq!(summary("=山田^太郎", "").display_name(), "山田, 太郎");
        assert_eq!(summary("^^", "").display_name(), "");
        assert_eq!(summary("Moreau", "Jaw").title(), "Moreau · Jaw");
    }

    #[test]
    fn search_finds_name_id_description_and_date() {
        let line = Summary {
            patient_id: "P-77".to_owned(),
            study_date: "20260131".to_owned(),
            ..summary("Moreau^Léa", "Mandible")
        };
        for wanted in ["moreau, l", "p-77", "mandi", "2026-01"] {
            assert!(line.matches(wanted), "{wanted}");
        }
        assert!(!line.matches("maxilla"));
    }

    #[test]
    fn odd_dates_stay_as_they_are() {
        assert_eq!(date("20260131"), "2026-01-31");
        assert_eq!(date("2026"), "2026");
        assert_eq!(date("２０２６"), "２０２６");
    }
}
