//! Numbers and names as the viewer writes them.

use crate::locale::{t, t_count, t_with};
use crate::workspace::{Alignment, MeasurementShape, MeasurementValue, SeriesEntry, Workspace};
use leptos::prelude::*;
use viewer_wasm::intake::Identity;
use viewer_wasm::series::SeriesKind;
use viewer_wasm::view::{Rendering, StandardView, ViewId, VolumePreset, Window};

/// `Axial`, `Coronal`, ...
pub fn view_name(id: ViewId) -> &'static str {
    match id {
        ViewId::Axial => t("viewer.axial"),
        ViewId::Coronal => t("viewer.coronal"),
        ViewId::Sagittal => t("viewer.sagittal"),
        ViewId::Volume => t("viewer.volume"),
        ViewId::Image => t("viewer.image"),
        ViewId::Grid => t("viewer.grid"),
    }
}

/// `Bone`, `Teeth and nerve`, ...
pub fn preset_name(preset: VolumePreset) -> &'static str {
    t(&format!("viewer.preset-{}", preset.name()))
}

/// `Shaded`, `MIP`, ...
pub fn rendering_name(rendering: Rendering) -> &'static str {
    t(&format!("volume.rendering-{}", rendering.name()))
}

/// `Front`, `Left`, ...
pub fn standard_name(standard: StandardView) -> &'static str {
    t(&format!("volume.look-{}", standard.name()))
}

/// `From the right`, by the letter of a side of the patient.
pub fn from_side(letter: &str) -> &'static str {
    match letter {
        "R" => t("volume.from-right"),
        "L" => t("volume.from-left"),
        "A" => t("volume.from-front"),
        "P" => t("volume.from-back"),
        "S" => t("volume.from-above"),
        _ => t("volume.from-below"),
    }
}

/// `Length`, `Angle` or `Grey value`.
pub fn shape_name(shape: &MeasurementShape) -> &'static str {
    match shape {
        MeasurementShape::Length { .. } => t("viewer.length"),
        MeasurementShape::Angle { .. } => t("viewer.angle"),
        MeasurementShape::Probe { .. } => t("viewer.probe"),
    }
}

/// What a measurement says, with its unit.
pub fn measured(value: MeasurementValue) -> String {
    match value {
        MeasurementValue::Millimetres(mm) => distance(mm, true, 1),
        MeasurementValue::DetectorMillimetres(mm) => {
            t_with("viewer.value-detector", &[("n", &fixed(mm, 1))])
        }
        MeasurementValue::Voxels(px) => {
            t_with("viewer.value-not-calibrated", &[("n", &fixed(px, 1))])
        }
        MeasurementValue::Degrees(degrees) => {
            t_with("viewer.value-degrees", &[("n", &fixed(degrees, 1))])
        }
        MeasurementValue::Grey {
            value,
            unit,
            stored,
            interpolated,
        } => {
            let (value, unit) = (grey(value), unit.name());
            match stored {
                Some(stored) => t_with(
                    "viewer.value-grey-stored",
                    &[
                        ("n", &value),
                        ("unit", unit),
                        ("stored", &stored.to_string()),
                    ],
                ),
                None => t_with(
                    if interpolated {
                        "viewer.value-grey-between"
                    } else {
                        "viewer.value-grey"
                    },
                    &[("n", &value), ("unit", unit)],
                ),
            }
        }
        MeasurementValue::Colour([red, green, blue]) => t_with(
            "viewer.value-colour",
            &[
                ("red", &red.to_string()),
                ("green", &green.to_string()),
                ("blue", &blue.to_string()),
            ],
        ),
        MeasurementValue::Nothing => t("viewer.value-none").to_owned(),
    }
}

/// A distance in millimetres, or in voxels where millimetres are not known.
pub fn distance(mm: f64, spacing_known: bool, digits: usize) -> String {
    let key = if spacing_known {
        "viewer.value-mm"
    } else {
        "viewer.value-px"
    };
    t_with(key, &[("n", &fixed(mm, digits))])
}

/// A thickness or distance between slices, with a digit where it is small.
pub fn thickness(mm: f64, spacing_known: bool) -> String {
    distance(mm, spacing_known, usize::from(mm < 10.0))
}

/// A distance that says which way it goes: `+2.0 mm`, `−4.5 mm`, `0.0 mm`.
pub fn signed_distance(mm: f64, spacing_known: bool) -> String {
    let text = distance(mm, spacing_known, 1);
    if mm >= 0.05 { format!("+{text}") } else { text }
}

/// A grey value: whole where it is whole, one digit otherwise.
pub fn grey(value: f64) -> String {
    fixed(
        value,
        if value.fract().abs() < 0.05 || value.abs() >= 1000.0 {
            0
        } else {
            1
        },
    )
}

/// A number with a true minus sign, and no minus before zero.
pub fn fixed(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.chars().all(|c| matches!(c, '0' | '.')) => rest.to_owned(),
        Some(rest) => format!("\u{2212}{rest}"),
        None => text,
    }
}

/// A whole number as number fields and assistive technology read it.
pub fn plain(value: f64) -> String {
    (value.round() as i64).to_string()
}

/// `45 %`.
pub fn percent(part: f64) -> String {
    t_with("viewer.value-percent", &[("n", &plain(part * 100.0))])
}

/// A whole number that says which way it goes: `+120`, `−40`, `0`.
pub fn signed(value: f64) -> String {
    let text = fixed(value, 0);
    if value >= 0.5 {
        format!("+{text}")
    } else {
        text
    }
}

/// `W 2800  C 600 GV`.
pub fn window(window: Window, unit: &str) -> String {
    t_with(
        "viewer.window-values",
        &[
            ("width", &fixed(window.width, 0)),
            ("center", &fixed(window.center, 0)),
            ("unit", unit),
        ],
    )
}

/// Whether anything in it would be written on a picture.
pub fn names_somebody(identity: &Identity) -> bool {
    let has_id = identity
        .patient_id
        .as_ref()
        .is_some_and(|id| !id.is_empty());
    has_id || patient_name(identity).is_some() || birth_date(identity).is_some()
}

/// A patient's name as people write it: `Doe^Jane^^Dr` becomes `Doe, Jane`. Ideographic and phonetic groups, after
/// `=`, follow in brackets. Chinese, Japanese and Korean names have no comma; names written from right to left are
/// isolated, so that what stands beside them keeps its place.
pub fn patient_name(identity: &Identity) -> Option<String> {
    let groups: Vec<String> = identity
        .patient_name
        .as_deref()
        .unwrap_or_default()
        .split('=')
        .map(name_group)
        .filter(|group| !group.is_empty())
        .collect();
    match groups.as_slice() {
        [] => None,
        [only] => Some(only.clone()),
        [first, others @ ..] => Some(format!("{first} ({})", others.join(", "))),
    }
}

fn name_group(group: &str) -> String {
    let mut parts = group.split('^').map(str::trim);
    let family = parts.next().unwrap_or_default();
    let given: Vec<&str> = parts.take(2).filter(|part| !part.is_empty()).collect();
    let name = match (family.is_empty(), given.is_empty()) {
        (false, false) if group.chars().any(is_east_asian) => {
            format!("{family} {}", given.join(" "))
        }
        (false, false) => format!("{family}, {}", given.join(" ")),
        (false, true) => family.to_owned(),
        _ => given.join(" "),
    };
    if name.chars().any(is_right_to_left) {
        // First strong isolate, and its end (Unicode Standard Annex 9).
        format!("\u{2068}{name}\u{2069}")
    } else {
        name
    }
}

/// Kana, CJK ideographs, Hangul, and their half and full width forms.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FFDC}' | '\u{20000}'..='\u{3FFFF}')
}

/// Hebrew, Arabic and their neighbours.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}')
}

/// `19700131` (DICOM's DA) as `1970-01-31`; anything else as it is.
pub fn date(text: &str) -> String {
    let text = text.trim();
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
    } else {
        text.to_owned()
    }
}

/// A person's birth date, if it is known.
pub fn birth_date(identity: &Identity) -> Option<String> {
    let born = identity.patient_birth_date.as_deref();
    born.filter(|born| !born.trim().is_empty()).map(date)
}

/// What relates two scans that are shown side by side.
pub fn alignment(alignment: Alignment) -> &'static str {
    t(&format!("compare.align-{}", alignment.name()))
}

/// The series' own description, or what it is.
pub fn series_title(entry: &SeriesEntry) -> String {
    if entry.description.is_empty() {
        let modality = if entry.modality.is_empty() {
            t("viewer.image")
        } else {
            entry.modality.as_str()
        };
        t_with(
            "viewer.series-untitled",
            &[("modality", modality), ("n", &(entry.id.0 + 1).to_string())],
        )
    } else {
        entry.description.clone()
    }
}

/// `400 × 400 × 280` and `0.20 mm`.
pub fn series_facts(entry: &SeriesEntry) -> [String; 2] {
    let [columns, rows, slices] = entry.dims;
    let size = if slices == 1 {
        format!("{columns} × {rows}")
    } else {
        format!("{columns} × {rows} × {slices}")
    };
    let [x, y, z] = entry.spacing_mm;
    // A flat image has no third direction.
    let z = if entry.kind == SeriesKind::Image {
        x
    } else {
        z
    };
    let step = if !entry.spacing_known {
        t("viewer.spacing-unknown").to_owned()
    } else if (x - y).abs() < 0.0005 && (x - z).abs() < 0.0005 {
        t_with("viewer.value-mm", &[("n", &fixed(x, 2))])
    } else {
        t_with(
            "viewer.value-mm",
            &[(
                "n",
                &if entry.kind == SeriesKind::Image {
                    format!("{} × {}", fixed(x, 2), fixed(y, 2))
                } else {
                    format!("{} × {} × {}", fixed(x, 2), fixed(y, 2), fixed(z, 2))
                },
            )],
        )
    };
    [size, step]
}

/// That reading was stopped before the end, if it was: what is missing looks like air. Tracks.
pub fn stopped(workspace: Workspace) -> Option<String> {
    if workspace.previewing.get() {
        return None;
    }
    let loaded = workspace.slices_loaded.get();
    let scan = workspace.active_scan()?;
    let reads_on = workspace.progress.with(Option::is_some);
    (!reads_on && !scan.is_settled()).then(|| {
        t_with(
            "viewer.stopped",
            &[
                ("n", &loaded.to_string()),
                ("count", &scan.series.slices.len().to_string()),
            ],
        )
    })
}

/// `3 files`.
pub fn files(n: usize) -> String {
    t_count("viewer.files", n)
}

#[cfg(test)]
mod tests {
    use super::{date, fixed, patient_name, signed};
    use viewer_wasm::intake::Identity;

    fn named(name: &str) -> Option<String> {
        patient_name(&Identity {
            patient_name: Some(name.to_owned()),
            ..Identity::default()
        })
    }

    #[test]
    fn names_are_written_as_people_do() {
        assert_eq!(named("Doe^Jane^M^Dr^III").as_deref(), Some("Doe, Jane M"));
        assert_eq!(named("Phantom").as_deref(), Some("Phantom"));
        assert_eq!(named("^Jane").as_deref(), Some("Jane"));
        assert_eq!(
            named("Yamada^Tarou=山田^太郎").as_deref(),
            Some("Yamada, Tarou (山田 太郎)")
        );
        assert_eq!(
            named("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう").as_deref(),
            Some("ﾔﾏﾀﾞ ﾀﾛｳ (山田 太郎, やまだ たろう)")
        );
        assert_eq!(
            named("Hong^Gildong=洪^吉洞=홍^길동").as_deref(),
            Some("Hong, Gildong (洪 吉洞, 홍 길동)")
        );
        assert_eq!(
            named("قباني^لنزار").as_deref(),
            Some("\u{2068}قباني, لنزار\u{2069}")
        );
        assert_eq!(named("^^^^"), None);
    }

    #[test]
    fn numbers_and_dates() {
        assert_eq!(fixed(-12.34, 1), "\u{2212}12.3");
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(signed(120.0), "+120");
        assert_eq!(signed(-40.0), "\u{2212}40");
        assert_eq!(signed(0.0), "0");
        assert_eq!(date("19700131"), "1970-01-31");
        assert_eq!(date("about 1970"), "about 1970");
    }
}
