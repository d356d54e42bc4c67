//! `cargo xtask fuzz`: the fuzz targets, built for libFuzzer with the stable compiler, and run.
//!
//! The folder has cargo-fuzz's layout, so `cargo fuzz run --sanitizer none` finds it as well; but its flags are few, and
//! with them here a machine needs nothing but a C++ compiler.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::TaskError;
use crate::process::{cargo, program};
use crate::stages::stage;
use crate::{paths, setup};

/// The crates with fuzz targets, and where they are.
const CRATES: [(&str, &str); 2] = [
    ("viewer-fuzz", "viewer-wasm/fuzz"),
    ("vault-fuzz", "vault/fuzz"),
];

/// What cargo-fuzz passes without a sanitizer: coverage for libFuzzer to go by.
const COVERAGE: &str = "--cfg fuzzing -Cpasses=sancov-module \
     -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares";

#[derive(Args)]
pub struct Options {
    /// Only this target; all of them, one after the other, without.
    target: Option<String>,
    /// How long each target runs.
    #[arg(long, default_value_t = 600)]
    seconds: u32,
    /// Seconds that one input may take.
    #[arg(long, default_value_t = 2)]
    timeout: u32,
    /// Megabytes that a target may hold, and ask for at once.
    #[arg(long, default_value_t = 1024)]
    memory: u32,
}

pub fn run(options: &Options) -> Result<(), TaskError> {
    stage("set-up: C++ compiler", setup::cpp)?;
    let mut failed = Vec::new();
    let mut found = false;
    for (name, folder) in CRATES {
        let targets = targets(folder)?;
        let wanted: Vec<&String> = targets
            .iter()
            .filter(|target| options.target.as_ref().is_none_or(|only| only == *target))
            .collect();
        if wanted.is_empty() {
            continue;
        }
        found = true;
        let programs = instrumented(name, &wanted)?;
        for target in wanted {
            let outcome = stage(&format!("fuzz {target}"), || {
                run_one(name, folder, target, &programs, options)
            });
            if let Err(error) = outcome {
                failed.push(error.to_string());
            }
        }
    }
    if !found {
        return Err(TaskError::message(
            "There is no such target. They are the files in `fuzz/fuzz_targets` of a crate",
        ));
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(TaskError::message(failed.join("\n")))
}

/// Names of the programs in a crate's `fuzz_targets`.
fn targets(folder: &str) -> Result<Vec<String>, TaskError> {
    let folder = paths::root().join(folder).join("fuzz_targets");
    let entries = std::fs::read_dir(&folder).map_err(TaskError::file(&folder))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            Some(path.file_stem()?.to_string_lossy().into_owned())
        })
        .collect();
    names.sort();
    Ok(names)
}

/// The program that writes a crate's seeds. It has no libFuzzer in it, so it is built as everything else is.
fn seeds(name: &str) -> String {
    format!("{}_seeds", name.replace('-', "_"))
}

/// Builds a crate's programs with coverage and all checks, optimised; returns their folder.
fn instrumented(name: &str, targets: &[&String]) -> Result<PathBuf, TaskError> {
    let triple = program("rustc")
        .args(["--print", "host-tuple"])
        .quiet_output()
        .ok_or_else(|| TaskError::message("`rustc` does not answer"))?;
    let triple = triple.trim().to_owned();
    let target = paths::target().join("fuzz");
    stage("fuzz targets, with coverage", || {
        cargo([
            "build",
            "--release",
            "--target",
            &triple,
            "-p",
            name,
            "--features",
            "targets",
        ])
        .args(targets.iter().flat_map(|target| ["--bin", target.as_str()]))
        .env("RUSTFLAGS", COVERAGE)
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_STRIP", "none")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "line-tables-only")
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true")
        .run()
    })?;
    Ok(target.join(triple).join("release"))
}

/// Runs one target over its corpus, which grows in `target/fuzz/corpus`, for as long as asked. What it finds does not
/// end it.
fn run_one(
    name: &str,
    folder: &str,
    target: &str,
    programs: &Path,
    options: &Options,
) -> Result<(), TaskError> {
    let corpus = paths::target().join("fuzz/corpus").join(target);
    let findings = paths::target().join("fuzz/findings").join(target);
    for folder in [&corpus, &findings] {
        std::fs::create_dir_all(folder).map_err(TaskError::file(folder))?;
    }
    cargo(["run", "--quiet", "-p", name, "--bin", &seeds(name), "--"])
        .args([target])
        .args([&corpus])
        .run()?;
    let mut fuzzer = program(programs.join(target))
        .args([&corpus])
        .args([
            format!("-max_total_time={}", options.seconds),
            format!("-timeout={}", options.timeout),
            format!("-rss_limit_mb={}", options.memory),
            format!("-malloc_limit_mb={}", options.memory / 2),
            format!("-artifact_prefix={}/", findings.display()),
            "-print_final_stats=1".to_owned(),
            "-fork=1".to_owned(),
            "-ignore_crashes=1".to_owned(),
            "-ignore_ooms=1".to_owned(),
            "-ignore_timeouts=1".to_owned(),
        ])
        .current_dir(&findings);
    let regressions = paths::root().join(folder).join("regressions").join(target);
    if regressions.is_dir() {
        fuzzer = fuzzer.args([&regressions]);
    }
    let dictionary = corpus.with_extension("dict");
    if dictionary.is_file() {
        fuzzer = fuzzer.args([format!("-dict={}", dictionary.display())]);
    }
    fuzzer.run()?;
    // Inputs that are only slower than others are kept as well, and are no findings.
    let any = std::fs::read_dir(&findings)
        .map_err(TaskError::file(&findings))?
        .filter_map(Result::ok)
        .any(|entry| !entry.file_name().to_string_lossy().starts_with("slow-"));
    if any {
        return Err(TaskError::message(format!(
            "{target} found something. The inputs are in {}; the target's program, run with one of them as its argument, \
             shows what. Once put right, move the input to the crate's `fuzz/regressions`",
            findings.display()
        )));
    }
    Ok(())
}
