//! `cargo xtask ...`: builds, runs, tests and measures the project, with all set-up on a fresh machine.
//!
//! - [`setup`]: what a machine needs (wasm target, npm packages, Chromium, Firefox, nextest), installed when missing
//! - [`ui`]: the page and the worker, from Rust to the files that the server embeds
//! - [`build`], [`serve`], [`check`], [`test`], [`fuzz`], [`bench`], [`audit`]: the commands
//! - [`process`], [`lanes`], [`stages`], [`paths`]: running programs, side by side, timing them, and where things are

mod audit;
mod bench;
mod build;
mod check;
mod error;
mod fuzz;
mod lanes;
mod paths;
mod process;
mod serve;
mod setup;
mod stages;
mod test;
mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::TaskError;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, runs, tests and measures Cuspid."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the release server with the page inside it, and `inspect`.
    Build(build::Options),
    /// Build what is needed, then run the server.
    Serve(serve::Options),
    /// Formatting and clippy, native and wasm, with warnings as errors.
    Check,
    /// Every test: native crates with nextest, then the browser journeys.
    Test(test::Options),
    /// Our benchmarks, with the peers beside them where they are to be had.
    Bench(bench::Options),
    /// Write the synthetic phantom as a DICOM series; arguments go to the `phantom` program.
    Phantom {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// The fuzz targets, each for ten minutes.
    Fuzz(fuzz::Options),
    /// Licences, bans, sources and advisories of the dependencies.
    Audit,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Build(options) => build::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Check => check::run(),
        Command::Test(options) => test::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Phantom { arguments } => phantom(&arguments),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Audit => audit::run(),
    };
    stages::report();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

fn phantom(arguments: &[String]) -> Result<(), TaskError> {
    process::cargo([
        "run",
        "--quiet",
        "--release",
        "-p",
        "cuspid-tests",
        "--bin",
        "phantom",
        "--",
    ])
    .args(arguments)
    .run()
}
