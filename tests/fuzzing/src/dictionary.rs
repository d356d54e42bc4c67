//! Dictionaries in libFuzzer's form.

use std::path::Path;

/// The words of a dictionary: `name="bytes"` or `"bytes"`, with `\xNN` for what is no letter.
///
/// # Panics
/// If the file cannot be read or has no more than four words.
pub fn words(path: &Path) -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(path).expect("the dictionary");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let words: Vec<Vec<u8>> = lines.filter_map(word).collect();
    assert!(words.len() > 4, "{}", path.display());
    words
}

fn word(line: &str) -> Option<Vec<u8>> {
    let quoted = line.split_once('"')?.1.strip_suffix('"')?;
    let mut bytes = Vec::new();
    let mut rest = quoted;
    while let Some(first) = rest.chars().next() {
        let taken = if let Some(hex) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(hex.get(..2)?, 16).ok()?);
            4
        } else if let Some(plain) = rest.strip_prefix('\\') {
            bytes.push(*plain.as_bytes().first()?);
            2
        } else {
            bytes.push(u8::try_from(first).ok()?);
            1
        };
        rest = &rest[taken..];
    }
    Some(bytes)
}
