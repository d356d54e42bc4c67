//! Targets without a fuzzer: what was ever found, the seeds, and some thousand mutations of both, on the stable compiler.
//! `CUSPID_MUTATIONS=1000000` makes it a search.

use std::path::Path;
use std::time::Duration;

use crate::mutate::{Random, mutate};
use crate::{Target, clock, dictionary};

/// Mutations of each target.
const MUTATIONS: u32 = 3000;

/// No input of a few kilobytes takes longer.
const SLOW: Duration = Duration::from_secs(2);

/// No target asks the system for more bytes than this, for all of its inputs together.
const MEMORY: u64 = 512 << 20;

/// A test for each target, and one that none is forgotten: `corpora!(TARGETS; header, series);`
#[macro_export]
macro_rules! corpora {
    ($targets:expr; $($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                $crate::corpus::search(&$targets, env!("CARGO_MANIFEST_DIR"), stringify!($name));
            }
        )*

        #[test]
        fn every_target_is_here_and_has_a_program() {
            $crate::corpus::complete(&$targets, env!("CARGO_MANIFEST_DIR"), &[$(stringify!($name)),*]);
        }
    };
}

/// Fails if a target has no test or no program in `fuzz_targets/`. `room` is the folder of its crate.
///
/// # Panics
/// Then.
pub fn complete(targets: &[Target], room: &str, tested: &[&str]) {
    for target in targets {
        assert!(tested.contains(&target.name), "{}", target.name);
        let program = Path::new(room)
            .join("fuzz_targets")
            .join(format!("{}.rs", target.name));
        let text = std::fs::read_to_string(program).expect("a program");
        assert!(text.contains(&format!("\"{}\"", target.name)));
    }
}

/// Runs seeds, regressions and mutations of one target. `room` is the folder of its crate.
///
/// # Panics
/// If something is found.
pub fn search(targets: &[Target], room: &str, name: &str) {
    let target = targets
        .iter()
        .find(|target| target.name == name)
        .expect("a target of this name");
    let room = Path::new(room);
    let mapped = mapped_at_most();
    let mut bases = Vec::new();
    for (index, seed) in (target.seeds)().into_iter().enumerate() {
        run(target, &format!("seed {index}"), &seed);
        bases.push(seed);
    }
    assert!(!bases.is_empty(), "{name}: no seeds");
    for (name, bytes) in regressions(target, room) {
        run(target, &name, &bytes);
        bases.push(bytes);
    }
    let words = target.dictionary.map_or_else(Vec::new, |name| {
        dictionary::words(&room.join("dictionaries").join(name))
    });
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

/// What was found once, smallest form, and is kept: a file for each finding.
fn regressions(target: &Target, room: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(room.join("regressions").join(target.name)) else {
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
