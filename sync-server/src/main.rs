//! The command line.

use clap::{Args, Parser, Subcommand};
use std::{io::IsTerminal, path::PathBuf, process::ExitCode};
use sync_server::{Config, Fault};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Cuspid's server: encrypted dental scans, links, and the page to read them
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the page and its API
    Serve(Config),
    /// The log of who did what
    #[command(subcommand)]
    Audit(Audit),
}

#[derive(Subcommand)]
enum Audit {
    /// Check that no event was changed, removed or put in between; names the first that was
    Verify(DataFolder),
}

#[derive(Args)]
struct DataFolder {
    /// Folder of the database
    #[arg(long, env = "CUSPID_DATA", default_value = "data")]
    data: PathBuf,
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Serve(config) => serve(config),
        Command::Audit(Audit::Verify(folder)) => verify(folder),
    }
}

fn serve(config: Config) -> ExitCode {
    log_to_stderr();
    match actix_web::rt::System::new().block_on(sync_server::serve(config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sync-server: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `CUSPID_LOG` sets the level of our own lines alone: what libraries say at lower levels may contain paths.
fn log_to_stderr() {
    let level = std::env::var("CUSPID_LOG").unwrap_or_else(|_| "info".to_owned());
    let level = match level.as_str() {
        "error" | "warn" | "info" | "debug" | "trace" | "off" => level,
        _ => "info".to_owned(),
    };
    tracing_subscriber::registry()
        .with(EnvFilter::new(format!("warn,sync_server={level}")))
        .with(
            tracing_subscriber::fmt::layer()
                .with_ansi(std::io::stderr().is_terminal())
                .with_writer(std::io::stderr),
        )
        .init();
}

fn verify(folder: DataFolder) -> ExitCode {
    match sync_server::verify(&folder.data) {
        Ok(Ok(events)) => {
            println!("{events} events, each as it was written");
            ExitCode::SUCCESS
        }
        Ok(Err(Fault { clinic, seq, what })) => {
            println!("clinic {clinic}, event {seq}: {what}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("sync-server: {error}");
            ExitCode::from(2)
        }
    }
}
