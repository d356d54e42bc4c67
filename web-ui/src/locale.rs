//! Every sentence that a person reads, from `assets/locales/<language>/<area>.json`, by key.
//!
//! A key is `<area>.<name>`, the area being the file. `{name}` in a sentence is filled in by [`t_with`]. A test
//! (`web-ui/tests/locale.rs`) compares the keys in the source with those in the tables.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The tables of one language: area and the JSON of its file.
const ENGLISH: [(&str, &str); 12] = [
    (
        "account",
        include_str!("../../assets/locales/en/account.json"),
    ),
    ("audit", include_str!("../../assets/locales/en/audit.json")),
    (
        "compare",
        include_str!("../../assets/locales/en/compare.json"),
    ),
    (
        "errors",
        include_str!("../../assets/locales/en/errors.json"),
    ),
    ("open", include_str!("../../assets/locales/en/open.json")),
    (
        "rejected",
        include_str!("../../assets/locales/en/rejected.json"),
    ),
    (
        "saving",
        include_str!("../../assets/locales/en/saving.json"),
    ),
    (
        "sharing",
        include_str!("../../assets/locales/en/sharing.json"),
    ),
    ("shell", include_str!("../../assets/locales/en/shell.json")),
    (
        "viewer",
        include_str!("../../assets/locales/en/viewer.json"),
    ),
    (
        "volume",
        include_str!("../../assets/locales/en/volume.json"),
    ),
    (
        "warnings",
        include_str!("../../assets/locales/en/warnings.json"),
    ),
];

static TABLE: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut table = HashMap::new();
    for (area, json) in ENGLISH {
        let sentences: HashMap<String, String> = serde_json::from_str(json).unwrap_or_default();
        table.extend(
            sentences
                .into_iter()
                .map(|(name, sentence)| (format!("{area}.{name}"), sentence)),
        );
    }
    table
});

/// Whether there is a sentence for the key.
pub fn has(key: &str) -> bool {
    TABLE.contains_key(key)
}

/// The sentence of a key. An unknown key of `errors` says that something went wrong, any other is empty.
pub fn t(key: &str) -> &'static str {
    match TABLE.get(key) {
        Some(sentence) => sentence,
        None if key.starts_with("errors.") => {
            TABLE.get("errors.unknown").map_or("", String::as_str)
        }
        None => "",
    }
}

/// The sentence of a key with `{name}` replaced by its value. Values are put in as they are, once, so braces in a
/// file name do no harm.
pub fn t_with(key: &str, values: &[(&str, &str)]) -> String {
    let mut rest = t(key);
    let mut filled = String::with_capacity(rest.len() + 16);
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(given, _)| *given == name) {
            Some((_, value)) => filled.push_str(value),
            None => {
                filled.push('{');
                filled.push_str(name);
                filled.push('}');
            }
        }
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

/// A sentence about a number, from `<key>-one` or `<key>-other`; `{n}` is the number.
pub fn t_count(key: &str, n: usize) -> String {
    let form = if n == 1 { "one" } else { "other" };
    t_with(&format!("{key}-{form}"), &[("n", &n.to_string())])
}
