//! `cargo xtask test`: every test, native and in the browser.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::check::{FEATURES, packages};
use crate::error::TaskError;
use crate::lanes::beside;
use crate::process::{Program, cargo, program};
use crate::stages::stage;
use crate::ui::Pages;
use crate::{build, paths, setup};

#[derive(Args)]
pub struct Options {
    /// Only the native tests.
    #[arg(long, conflicts_with = "browser")]
    native: bool,
    /// Only the browser journeys.
    #[arg(long)]
    browser: bool,
    /// Arguments for Playwright, such as a file name or `-g words`.
    #[arg(last = true)]
    playwright: Vec<String>,
}

/// Crates whose tests run natively. Besides these there is `xtask`: with them it would ask its libraries for other features
/// than when it was built to run this, and all of them would be compiled again.
const TESTED: [&str; 8] = [
    "protocol",
    "vault",
    "viewer-wasm",
    "viewer-fuzz",
    "vault-fuzz",
    "sync-server",
    "web-ui",
    "cuspid-tests",
];

/// What the journeys compare with, by `cuspid-tests`: it writes the phantom, draws by the plain reference, reads natively.
const TEST_PROGRAMS: [&str; 3] = ["phantom", "reference", "readings"];

pub fn run(options: &Options) -> Result<(), TaskError> {
    let (native, browser) = (!options.browser, !options.native);
    // Everything is compiled before anything is tested: compilers beside a test would make it late.
    let ((tests, programs), prepared) = beside(
        || {
            let tests = native.then(compile_native_tests).transpose();
            (tests, browser.then(test_programs).transpose())
        },
        || browser.then(prepare_journeys).transpose(),
    );
    let native = tests.and_then(|compiled| compiled.map_or(Ok(()), |()| native_tests()));
    let browser = programs.and(prepared).and_then(|chromium| {
        chromium.map_or(Ok(()), |chromium| journeys(&chromium, &options.playwright))
    });
    native.and(browser)
}

fn compile_native_tests() -> Result<(), TaskError> {
    stage("set-up: nextest", setup::nextest)?;
    stage("set-up: C++ compiler", setup::cpp)?;
    stage("native tests, compiled", || nextest("--no-run"))
}

fn native_tests() -> Result<(), TaskError> {
    stage("set-up: Vulkan driver", setup::vulkan)?;
    stage("native tests", || nextest("--no-fail-fast"))
}

/// Nextest over everything that is tested natively.
fn nextest(option: &str) -> Result<(), TaskError> {
    let own = cargo(["nextest", "run", option, "-p", "xtask"]).run();
    let all = tested(["nextest", "run", option]).run();
    own.and(all)
}

/// A command of cargo for the crates that are tested natively: with the same crates and features in each, nothing is
/// compiled twice.
fn tested<const N: usize>(command: [&str; N]) -> Program {
    cargo(command)
        .args(packages(&TESTED))
        .args(["--features", FEATURES])
}

/// Built as the native tests are, whose libraries they share.
fn test_programs() -> Result<(), TaskError> {
    stage("test programs", || {
        tested(["build"])
            .args(TEST_PROGRAMS.iter().flat_map(|name| ["--bin", name]))
            .run()
    })
}

/// What the journeys run; the browser.
fn prepare_journeys() -> Result<PathBuf, TaskError> {
    // The page is built with wasm-opt, which is one of these.
    stage("set-up: npm packages", setup::npm_packages)?;
    let (browsers, built) = beside(set_up_browsers, || build::all(Pages::Both));
    built.and(browsers)
}

/// Chromium; and Firefox, if this machine can have it.
fn set_up_browsers() -> Result<PathBuf, TaskError> {
    let chromium = stage("set-up: Chromium", setup::chromium)?;
    // Not every machine has Firefox: without it the journeys say so, and fail where it could have been installed.
    if let Err(error) = stage("set-up: Firefox", setup::firefox) {
        eprintln!("{error}");
    }
    Ok(chromium)
}

fn journeys(chromium: &Path, arguments: &[String]) -> Result<(), TaskError> {
    stage("browser journeys", || {
        program(paths::browser_tests().join("node_modules/.bin/playwright"))
            .args(["test"])
            .args(arguments)
            .env("CUSPID_CHROMIUM", chromium)
            .env("CUSPID_PROGRAMS", paths::target().join("release"))
            .env("CUSPID_TEST_PROGRAMS", paths::target().join("debug"))
            .current_dir(&paths::browser_tests())
            .run()
    })
}
