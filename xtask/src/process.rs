//! Running other programs, with the command line shown and failures turned into sentences.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::error::TaskError;
use crate::paths;

/// A program to run from the repository's root.
pub struct Program {
    command: Command,
    shown: String,
}

/// A program by name or path.
pub fn program(name: impl AsRef<OsStr>) -> Program {
    let shown = Path::new(name.as_ref())
        .file_name()
        .unwrap_or(name.as_ref())
        .to_string_lossy()
        .into_owned();
    let mut command = Command::new(name);
    command.current_dir(paths::root());
    Program { command, shown }
}

/// `cargo` with its first arguments. The variables that `cargo run` sets for this process are not passed on,
/// since they would change the fingerprints of what the inner cargo builds.
pub fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Program {
    let mut cargo = program("cargo");
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            cargo.command.env_remove(&name);
        }
    }
    cargo.args(arguments)
}

impl Program {
    /// More arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        for argument in arguments {
            self.shown.push(' ');
            self.shown.push_str(&argument.as_ref().to_string_lossy());
            self.command.arg(argument);
        }
        self
    }

    /// One environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Another working folder.
    pub fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it with its output on ours.
    pub fn run(mut self) -> Result<(), TaskError> {
        eprintln!("    $ {}", self.shown);
        let status = self
            .command
            .stdin(Stdio::null())
            .status()
            .map_err(|source| TaskError::NotStarted {
                program: self.shown.clone(),
                source,
            })?;
        if status.success() {
            Ok(())
        } else {
            Err(TaskError::Failed {
                command: self.shown,
                status,
            })
        }
    }

    /// Runs it in silence; `Some(stdout)` if it succeeded.
    pub fn quiet_output(mut self) -> Option<String> {
        let output = self
            .command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

/// Whether a program of this name answers to `--version`.
pub fn is_installed(name: &str) -> bool {
    program(name).args(["--version"]).quiet_output().is_some()
}
