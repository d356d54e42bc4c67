//! The fuzz targets without a fuzzer: what was ever found, the seeds, and some thousand mutations of both, on the
//! stable compiler. `CUSPID_MUTATIONS=1000000` makes it a search.

use std::path::{Path, PathBuf};
use std::time::Duration;

use viewer_fuzz::{TARGETS, Target};

#[path = "../../tests/support/clock.rs"]
mod clock;

/// Mutations of each target.
const MUTATIONS: u32 = 3000;

/// No input of a few kilobytes takes longer.
const SLOW: Duration = Duration::from_secs(2);

/// No target asks the system for more bytes than this, for all of its inputs together.
const MEMORY: u64 = 512 << 20;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// What was found once, smallest form, and is kept: a file for each finding.
fn regressions(target: &Target) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder("regressions").join(target.name)) else {
        return Vec::new();
    };
    let mut found: Vec<(String, Vec<u8>)> = entries
        .map(|entry| entry.expect("a folder that can be read").path())
        .map(|path| {
            let bytes = std::fs::read(&path).expect("a file that can be read");
            (path.display().to_string(), bytes)
        })
        .collect();
    found.sort();
    found
}

/// The words of a dictionary in libFuzzer's form: `name="bytes"`, with `\xNN`.
fn words(dictionary: Option<&str>) -> Vec<Vec<u8>> {
    let Some(name) = dictionary else {
        return Vec::new();
    };
    let path = folder("dictionaries").join(name);
    let text = std::fs::read_to_string(&path).expect("the dictionary");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let words: Vec<Vec<u8>> = lines
        .filter_map(|line| {
            let quoted = line.split_once('"')?.1.strip_suffix('"')?;
            let mut bytes = Vec::new();
            let mut rest = quoted;
            while let Some(first) = rest.chars().next() {
                if let Some(hex) = rest.strip_prefix("\\x") {
                    bytes.push(u8::from_str_radix(hex.get(..2)?, 16).ok()?);
                    rest = &hex[2..];
                } else {
                    bytes.push(u8::try_from(first).ok()?);
                    rest = &rest[1..];
                }
            }
            Some(bytes)
        })
        .collect();
    assert!(words.len() > 4, "{}", path.display());
    words
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// Changes an input in one to four places.
fn mutate(bytes: &mut Vec<u8>, words: &[Vec<u8>], random: &mut Random) {
    const EXTREMES: [u32; 6] = [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0xFFFF];
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            return;
        }
        // Headers matter most.
        let reach = if random.below(2) == 0 {
            bytes.len().min(200)
        } else {
            bytes.len()
        };
        let at = random.below(reach);
        match random.below(9) {
            0 => bytes.truncate(at),
            1 => {
                let end = (at + random.below(20)).min(bytes.len());
                bytes.drain(at..end);
            }
            2 => {
                let part = bytes[at..(at + random.below(20)).min(bytes.len())].to_vec();
                bytes.splice(at..at, part);
            }
            3 if !words.is_empty() => {
                let word = &words[random.below(words.len())];
                let end = (at + word.len()).min(bytes.len());
                bytes.splice(at..end, word.iter().copied());
            }
            4 => {
                let value = EXTREMES[random.below(EXTREMES.len())].to_le_bytes();
                let width = 1 + random.below(4);
                for (byte, new) in bytes[at..].iter_mut().zip(&value[..width]) {
                    *byte = *new;
                }
            }
            5 => bytes[at] = bytes[at].wrapping_add(1),
            6 => bytes[at] ^= 1 << random.below(8),
            _ => bytes[at] = random.below(256) as u8,
        }
    }
}

/// Runs one input; fails if it panics, with the input kept, or takes too long.
fn run(target: &Target, name: &str, bytes: &[u8]) {
    let (outcome, took) = clock::timed(|| std::panic::catch_unwind(|| (target.run)(bytes)));
    if outcome.is_err() {
        let kept = std::env::temp_dir().join(format!("cuspid-fuzz-{}", target.name));
        std::fs::write(&kept, bytes).expect("a temporary file");
        panic!("{}: {name}, kept as {}", target.name, kept.display());
    }
    assert!(took < SLOW, "{}: {name} took {took:?}", target.name);
}

/// Most bytes that this process ever had mapped; `None` where the system does not say.
fn mapped_at_most() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmPeak:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes << 10)
}

fn corpus(name: &str) {
    let target = TARGETS
        .iter()
        .find(|target| target.name == name)
        .expect("a target of this name");
    let mapped = mapped_at_most();
    let mut bases = Vec::new();
    for (index, seed) in (target.seeds)().into_iter().enumerate() {
        run(target, &format!("seed {index}"), &seed);
        bases.push(seed);
    }
    assert!(!bases.is_empty(), "{name}: no seeds");
    for (name, bytes) in regressions(target) {
        run(target, &name, &bytes);
        bases.push(bytes);
    }
    let words = words(target.dictionary);
    let mutations = std::env::var("CUSPID_MUTATIONS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(MUTATIONS);
    let mut random = Random(1);
    for index in 0..mutations {
        let mut bytes = bases[random.below(bases.len())].clone();
        mutate(&mut bytes, &words, &mut random);
        run(target, &format!("mutation {index}"), &bytes);
    }
    if let (Some(before), Some(after)) = (mapped, mapped_at_most()) {
        assert!(
            after - before < MEMORY,
            "{name}: {} MB",
            (after - before) >> 20
        );
    }
}

macro_rules! corpora {
    ($($name:ident),*) => {$(
        #[test]
        fn $name() {
            corpus(stringify!($name));
        }
    )*

        #[test]
        fn every_target_is_here_and_has_a_program() {
            let here = [$(stringify!($name)),*];
            for target in &TARGETS {
                assert!(here.contains(&target.name), "{}", target.name);
                let program = folder("fuzz_targets").join(format!("{}.rs", target.name));
                let text = std::fs::read_to_string(program).expect("a program");
                assert!(text.contains(&format!("\"{}\"", target.name)));
            }
        }
    };
}
corpora!(
    header,
    series,
    native,
    rle,
    deflated,
    jpeg,
    jpeg_lossless,
    jpegls,
    j2k,
    htj2k,
    fragments,
    pack,
    zip
);
