//! The locale tables and the source agree: no key is missing, and none is left over.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

/// `area.name` of every sentence.
fn keys_of_tables() -> BTreeSet<String> {
    let mut tables = Vec::new();
    files(&root().join("assets/locales/en"), "json", &mut tables);
    let mut keys = BTreeSet::new();
    for table in tables {
        let area = table
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a name")
            .to_owned();
        let text = fs::read_to_string(&table).expect("a table");
        let sentences: Map<String, Value> =
            serde_json::from_str(&text).expect("an object of sentences");
        for (name, sentence) in sentences {
            let sentence = sentence.as_str().unwrap_or_default();
            assert!(!sentence.trim().is_empty(), "{area}.{name} is empty");
            keys.insert(format!("{area}.{name}"));
        }
    }
    keys
}

/// What stands between quotes in some Rust sources. Escapes do not matter here: keys have none.
fn literals(folders: &[&str]) -> BTreeSet<String> {
    let mut sources = Vec::new();
    for folder in folders {
        files(&root().join(folder), "rs", &mut sources);
    }
    let mut found = BTreeSet::new();
    for source in sources.iter().filter(|path| !path.ends_with("locale.rs")) {
        let text = fs::read_to_string(source).expect("a source file");
        for line in text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
        {
            found.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
        }
    }
    found
}

fn is_key(text: &str, areas: &BTreeSet<String>) -> bool {
    text.split_once('.').is_some_and(|(area, name)| {
        areas.contains(area)
            && !name.is_empty()
            && name != "json"
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-{}_".contains(c))
    })
}

fn areas(keys: &BTreeSet<String>) -> BTreeSet<String> {
    keys.iter()
        .filter_map(|key| key.split_once('.'))
        .map(|(area, _)| area.to_owned())
        .collect()
}

/// Keys that the source writes out, and beginnings of keys that it completes at run time (`warnings.{}`).
fn keys_of_source(areas: &BTreeSet<String>) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut whole = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for text in literals(&["web-ui/src"])
        .into_iter()
        .filter(|text| is_key(text, areas))
    {
        match text.split_once('{') {
            Some((beginning, _)) => beginnings.insert(beginning.to_owned()),
            None => whole.insert(text),
        };
    }
    (whole, beginnings)
}

#[test]
fn every_key_of_the_source_has_a_sentence() {
    let keys = keys_of_tables();
    let (used, _) = keys_of_source(&areas(&keys));
    assert!(used.len() > 100, "the source was not found");
    let missing: Vec<_> = used
        .iter()
        .filter(|key| !keys.contains(*key) && !keys.contains(&format!("{key}-other")))
        .collect();
    assert!(missing.is_empty(), "no sentence for {missing:#?}");
}

#[test]
fn every_sentence_is_used() {
    let keys = keys_of_tables();
    let (used, beginnings) = keys_of_source(&areas(&keys));
    // What completes a key at run time stands somewhere as a text of its own, or as a variant of a wire enum.
    let mut parts = literals(&[
        "web-ui/src",
        "web-ui/worker/src",
        "viewer-wasm/src",
        "protocol/src",
    ]);
    parts.extend(variants("protocol/src"));
    parts.extend(variants("web-ui/worker/src"));
    parts.extend((0..=4).map(|digit| digit.to_string()));
    let left_over: Vec<_> = keys
        .iter()
        .filter(|key| {
            let counted = key
                .strip_suffix("-one")
                .or_else(|| key.strip_suffix("-other"))
                .unwrap_or(key);
            let completed = beginnings.iter().any(|start| {
                key.strip_prefix(start.as_str())
                    .is_some_and(|rest| parts.contains(rest))
            });
            !used.contains(*key) && !used.contains(counted) && !completed
        })
        .collect();
    assert!(left_over.is_empty(), "nothing uses {left_over:#?}");
}

/// Capitalised words of the sources, as kebab-case: what serde makes of variants.
fn variants(folder: &str) -> BTreeSet<String> {
    let mut sources = Vec::new();
    files(&root().join(folder), "rs", &mut sources);
    let mut found = BTreeSet::new();
    for source in sources {
        let text = fs::read_to_string(source).expect("a source file");
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            if word.starts_with(|c: char| c.is_ascii_uppercase()) {
                found.insert(kebab(word));
            }
        }
    }
    found
}

fn kebab(word: &str) -> String {
    let mut out = String::new();
    for (at, letter) in word.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// The names that a source file gives its codes: `=> "some-code",`.
fn named_codes(path: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(path)).expect("a source file");
    text.lines()
        .filter_map(|line| line.trim().split_once("=> \""))
        .filter_map(|(_, rest)| rest.split_once('"'))
        .map(|(code, _)| code.to_owned())
        .collect()
}

#[test]
fn every_code_of_the_engine_has_a_sentence() {
    let keys = keys_of_tables();
    for (area, path) in [
        ("warnings", "viewer-wasm/src/series/warning.rs"),
        ("rejected", "viewer-wasm/src/intake/rejection.rs"),
    ] {
        let codes = named_codes(path);
        assert!(codes.len() >= 7, "codes of {path} were not found");
        for code in codes {
            assert!(
                keys.contains(&format!("{area}.{code}")),
                "no sentence for {area}.{code}"
            );
        }
    }
}

#[test]
fn every_problem_has_a_sentence() {
    let keys = keys_of_tables();
    let text =
        fs::read_to_string(root().join("web-ui/src/workspace/types.rs")).expect("a source file");
    let codes: Vec<_> = text
        .lines()
        .skip_while(|line| !line.contains("CODES"))
        .take_while(|line| !line.trim().starts_with("];"))
        .filter_map(|line| line.split('"').nth(1))
        .collect();
    assert!(codes.len() >= 9, "the codes were not found");
    for code in codes {
        assert!(
            keys.contains(&format!("errors.{code}")),
            "no sentence for errors.{code}"
        );
    }
}
