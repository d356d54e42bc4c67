//! `cargo xtask serve`: an optimised build, then the server in this terminal until it is ended.

use std::path::PathBuf;

use clap::Args;

use crate::error::TaskError;
use crate::process::program;
use crate::ui::Pages;
use crate::{build, paths};

#[derive(Args)]
pub struct Options {
    /// Address and port to answer on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Folder for the database and the sealed scans; made if it is missing.
    #[arg(long, default_value = "target/serve-data")]
    data: PathBuf,
}

pub fn run(options: &Options) -> Result<(), TaskError> {
    build::build_ui(Pages::Both)?;
    build::server()?;
    // The server prints its address itself, once it answers.
    program(paths::release_program("sync-server"))
        .args(["serve", "--listen", &options.listen, "--data"])
        .args([std::path::absolute(&options.data).map_err(TaskError::file(&options.data))?])
        .run()
}
