//! Writes the seeds of one target: what `cargo xtask fuzz` begins with.

use std::process::ExitCode;

fn main() -> ExitCode {
    fuzzing::write_seeds(&vault_fuzz::TARGETS, env!("CARGO_MANIFEST_DIR"))
}
