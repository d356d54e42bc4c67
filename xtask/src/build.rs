//! `cargo xtask build`: the release server with the page inside it, and `inspect`; or, with `--dev`, a page to
//! iterate on.

use clap::Args;

use crate::error::TaskError;
use crate::lanes::beside;
use crate::paths;
use crate::process::cargo;
use crate::stages::stage;
use crate::ui::Pages;
use crate::{setup, ui};

#[derive(Args)]
pub struct Options {
    /// A quick, unoptimised page in `target/dist-dev` for `sync-server serve --ui`; no release programs.
    #[arg(long)]
    dev: bool,
    /// Only the page, not the programs.
    #[arg(long)]
    ui_only: bool,
    /// Leave out the page for browsers without WebGPU, which takes longest.
    #[arg(long, conflicts_with = "dev")]
    webgpu_only: bool,
}

pub fn run(options: &Options) -> Result<(), TaskError> {
    let pages = match options {
        Options { dev: true, .. } => Pages::Dev,
        Options {
            webgpu_only: true, ..
        } => Pages::WebGpu,
        _ => Pages::Both,
    };
    if !options.dev && !options.ui_only {
        return all(pages);
    }
    build_ui(pages)?;
    if options.dev {
        eprintln!(
            "\nServe it with:\n    cargo run -p sync-server -- serve --ui {}",
            paths::dist(true).display()
        );
    }
    Ok(())
}

/// The page, the server with it inside, and `inspect`.
pub fn all(pages: Pages) -> Result<(), TaskError> {
    let (inspect, ui) = beside(inspect, || build_ui(pages));
    ui.and(inspect).and_then(|()| server())
}

/// The page and the worker in `target/dist` (or `dist-dev`).
pub fn build_ui(pages: Pages) -> Result<(), TaskError> {
    stage("set-up: wasm target", setup::wasm_target)?;
    ui::build(pages)
}

/// `target/release/sync-server`, which embeds `target/dist`.
pub fn server() -> Result<(), TaskError> {
    stage("server, release", || {
        cargo(["build", "--release", "-p", "sync-server"])
            .env("CUSPID_DIST", paths::dist(false))
            .run()
    })
}

/// `target/release/inspect`, without the renderer.
fn inspect() -> Result<(), TaskError> {
    stage("inspect, release", || {
        cargo([
            "build",
            "--release",
            "-p",
            "viewer-wasm",
            "--no-default-features",
            "--features",
            "inspect",
            "--bin",
            "inspect",
        ])
        .run()
    })
}
