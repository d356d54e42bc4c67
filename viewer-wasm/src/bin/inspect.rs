//! `inspect PATH...`: reads files, folders and zips, and prints what the engine makes of them as JSON.
//!
//! Exit status 0 if at least one series was read, 1 if none, 2 for wrong usage.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use viewer_wasm::inspect;

/// Reads DICOM files, folders and zip archives, and prints their series as JSON.
#[derive(Parser)]
#[command(name = "inspect", version)]
struct Arguments {
    /// Files, folders (with all that is in them) or zip archives.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let report = match inspect::inspect(&arguments.paths) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("inspect: {error}");
            return ExitCode::from(2);
        }
    };
    match serde_json::to_string_pretty(&report) {
        Ok(json) => println!("{json}"),
        Err(error) => {
            eprintln!("inspect: {error}");
            return ExitCode::from(2);
        }
    }
    ExitCode::from(u8::from(report.series.is_empty()))
}
