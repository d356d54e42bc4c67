//! The one error of the build tool: a sentence that a person can act on.

use std::path::{Path, PathBuf};

/// Why a task could not finish.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// A program could not be started at all.
    #[error("could not start `{program}`: {source}")]
    NotStarted {
        program: String,
        source: std::io::Error,
    },
    /// A program ran and failed.
    #[error("`{command}` failed ({status})")]
    Failed {
        command: String,
        status: std::process::ExitStatus,
    },
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    /// Something that only a person can put right; the text says how.
    #[error("{0}")]
    Message(String),
}

impl TaskError {
    /// A sentence as an error.
    pub fn message(text: impl Into<String>) -> Self {
        Self::Message(text.into())
    }

    /// For `map_err` on file operations, so that the message names the file.
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |source| Self::File {
            path: path.to_owned(),
            source,
        }
    }
}
