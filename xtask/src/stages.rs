//! How long each stage took: shown as it ends, and kept in `target/stages.jsonl` for whoever tunes the build.

use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::json;

use crate::error::TaskError;
use crate::paths;

static DONE: Mutex<Vec<(String, f64, bool)>> = Mutex::new(Vec::new());

/// Runs one named stage and notes its time.
pub fn stage<T>(name: &str, work: impl FnOnce() -> Result<T, TaskError>) -> Result<T, TaskError> {
    eprintln!("==> {name}");
    let started = Instant::now();
    let outcome = work();
    let seconds = started.elapsed().as_secs_f64();
    if let Ok(mut done) = DONE.lock() {
        done.push((name.to_owned(), seconds, outcome.is_ok()));
    }
    outcome
}

/// Prints the stages that took more than a second, and appends all of them to the log. A log that can't be
/// written is no reason to fail.
pub fn report() {
    let Ok(done) = DONE.lock() else { return };
    let slow = done
        .iter()
        .filter(|(_, seconds, ok)| *seconds >= 1.0 || !ok)
        .count();
    if slow > 0 {
        eprintln!("\n    seconds  stage");
        for (name, seconds, ok) in done
            .iter()
            .filter(|(_, seconds, ok)| *seconds >= 1.0 || !ok)
        {
            eprintln!(
                "    {seconds:7.1}  {name}{}",
                if *ok { "" } else { "  FAILED" }
            );
        }
    }
    if done.is_empty() {
        return;
    }
    let at = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map(|since| since.as_secs())
        .unwrap_or(0);
    let entry = json!({
        "at": at,
        "command": std::env::args().skip(1).collect::<Vec<_>>(),
        "stages": done.iter().map(|(name, seconds, ok)| json!({ "name": name, "seconds": seconds, "ok": ok })).collect::<Vec<_>>(),
    });
    let log = paths::target().join("stages.jsonl");
    let _ = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .and_then(|mut file| std::io::Write::write_all(&mut file, format!("{entry}\n").as_bytes()));
}
