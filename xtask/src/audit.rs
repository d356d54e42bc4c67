//! `cargo xtask audit`: cargo-deny over licences, bans, sources and, where their database answers, advisories.

use crate::error::TaskError;
use crate::process::cargo;
use crate::setup;
use crate::stages::stage;

pub fn run() -> Result<(), TaskError> {
    stage("set-up: cargo-deny", || setup::cargo_tool("cargo-deny"))?;
    stage("licences, bans, sources", || {
        cargo([
            "deny",
            "--all-features",
            "check",
            "licenses",
            "bans",
            "sources",
        ])
        .run()
    })?;
    // The advisory database is a git repository of its own, which a closed network does not reach. That is
    // not the same as "no advisories", and must not read like it.
    let database = stage("advisories: database", || {
        cargo(["deny", "fetch", "db"]).run()
    });
    if let Err(error) = database {
        println!(
            "NOT CHECKED: advisories. Their database could not be fetched here ({error}). \
             With a network that reaches it, run: cargo deny check advisories"
        );
        return Ok(());
    }
    stage("advisories", || {
        cargo(["deny", "--all-features", "check", "advisories"]).run()
    })
}
