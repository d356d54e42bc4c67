//! `cargo xtask bench`: our figures and, where they are to be had, the peers' on the same files in the same run.

use clap::Args;

use crate::error::TaskError;
use crate::process::{cargo, program};
use crate::stages::stage;
use crate::ui::{self, Pages};
use crate::{build, paths, setup};

#[derive(Args)]
pub struct Options {
    /// Voxels along each side of the phantom.
    #[arg(long, default_value_t = 400)]
    size: u32,
    /// Runs of each figure; the median is reported.
    #[arg(long, default_value_t = 3)]
    repeat: u32,
    /// Only the decoders, one worker, on series of 200³ in each compressed syntax.
    #[arg(long)]
    codecs: bool,
    /// Leave the peers out even if they are there.
    #[arg(long)]
    no_peers: bool,
    /// Our frames 60 times a second instead of as fast as they come.
    #[arg(long)]
    paced: bool,
    /// Leave the server's throughput out.
    #[arg(long)]
    no_server: bool,
}

pub fn run(options: &Options) -> Result<(), TaskError> {
    if options.codecs {
        return codecs(options);
    }
    stage("set-up: npm packages", setup::npm_packages)?;
    let chromium = stage("set-up: Chromium", setup::chromium)?;
    build::build_ui(Pages::Both)?;
    build::server()?;
    stage("phantom and server bench, release", || {
        programs(["phantom", "reference", "server_bench"])
    })?;
    let mut node = program("node").args([
        "bench/bench.mjs",
        "--size",
        &options.size.to_string(),
        "--repeat",
        &options.repeat.to_string(),
    ]);
    if options.no_peers {
        node = node.args(["--no-peers"]);
    }
    if options.paced {
        node = node.args(["--paced"]);
    }
    if options.no_server {
        node = node.args(["--no-server"]);
    }
    stage("measurements", || {
        node.env("CUSPID_CHROMIUM", &chromium)
            .env("CUSPID_PROGRAMS", paths::target().join("release"))
            .env("CUSPID_BENCH_OUT", paths::target().join("bench"))
            .current_dir(&paths::browser_tests())
            .run()
    })
}

/// Builds some of the test programs for speed.
fn programs<const N: usize>(names: [&str; N]) -> Result<(), TaskError> {
    cargo(["build", "--release", "-p", "cuspid-tests"])
        .args(names.into_iter().flat_map(|name| ["--bin", name]))
        .run()
}

/// How fast the worker that is sent to browsers decodes, in Node.
fn codecs(options: &Options) -> Result<(), TaskError> {
    stage("set-up: npm packages", setup::npm_packages)?;
    stage("set-up: wasm target", setup::wasm_target)?;
    let out = paths::target().join("bench");
    let worker = out.join("worker");
    ui::build_worker(&worker)?;
    stage("phantom, release", || programs(["phantom"]))?;
    let mut node = program("node")
        .args(["bench/codecs.mjs"])
        .args([&worker])
        .args(["--repeat", &options.repeat.to_string()]);
    if options.no_peers {
        node = node.args(["--no-peers"]);
    }
    stage("measurements", || {
        node.env("CUSPID_PROGRAMS", paths::target().join("release"))
            .env("CUSPID_BENCH_OUT", &out)
            .current_dir(&paths::browser_tests())
            .run()
    })
}
