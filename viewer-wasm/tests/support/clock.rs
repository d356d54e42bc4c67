//! How long something keeps the processor busy.

use std::time::{Duration, Instant};

/// Runs something and says how long this thread was at it. Where the system tells (Linux), the time in which it had
/// to wait for a processor does not count, so that a busy machine fails no limit.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let (started, busy) = (Instant::now(), busy());
    let outcome = work();
    let took = match (busy, self::busy()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => started.elapsed(),
    };
    (outcome, took)
}

/// Time that this thread has run, from the first figure of `schedstat`.
fn busy() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}
