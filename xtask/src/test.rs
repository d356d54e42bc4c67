//! `cargo xtask test`: every test, native and in the browser.

use clap::Args;

use crate::check::{FEATURES, packages};
use crate::error::TaskError;
use crate::process::{cargo, program};
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

/// Crates whose tests run natively.
const TESTED: [&str; 9] = [
    "protocol",
    "vault",
    "viewer-wasm",
    "viewer-fuzz",
    "vault-fuzz",
    "sync-server",
    "web-ui",
    "cuspid-tests",
    "xtask",
];

pub fn run(options: &Options) -> Result<(), TaskError> {
    let native = if options.browser {
        Ok(())
    } else {
        native_tests()
    };
    let browser = if options.native {
        Ok(())
    } else {
        browser_tests(&options.playwright)
    };
    native.and(browser)
}

fn native_tests() -> Result<(), TaskError> {
    stage("set-up: nextest", setup::nextest)?;
    stage("set-up: Vulkan driver", setup::vulkan)?;
    stage("set-up: C++ compiler", setup::cpp)?;
    stage("native tests", || {
        cargo(["nextest", "run", "--no-fail-fast"])
            .args(packages(&TESTED))
            .args(["--features", FEATURES])
            .run()
    })
}

fn browser_tests(arguments: &[String]) -> Result<(), TaskError> {
    stage("set-up: npm packages", setup::npm_packages)?;
    let chromium = stage("set-up: Chromium", setup::chromium)?;
    // Not every machine has Firefox: without it the journeys say so, and fail where it could have been installed.
    if let Err(error) = stage("set-up: Firefox", setup::firefox) {
        eprintln!("{error}");
    }
    build::build_ui(Pages::Both)?;
    build::server()?;
    build::inspect()?;
    test_programs()?;
    stage("browser journeys", || {
        program(paths::browser_tests().join("node_modules/.bin/playwright"))
            .args(["test"])
            .args(arguments)
            .env("CUSPID_CHROMIUM", &chromium)
            .env("CUSPID_PROGRAMS", paths::target().join("release"))
            .current_dir(&paths::browser_tests())
            .run()
    })
}

/// The phantom writer, the CPU reference renderer and the native reader that the journeys compare with.
fn test_programs() -> Result<(), TaskError> {
    stage("test programs, release", || {
        cargo([
            "build",
            "--release",
            "-p",
            "cuspid-tests",
            "--bin",
            "phantom",
            "--bin",
            "reference",
            "--bin",
            "readings",
        ])
        .run()
    })
}
