//! Waiting for a server that is gone, a network that is off, a session that ended.

use super::pipeline::Run;
use super::state::Waiting;
use crate::api::{ApiError, Fault};
use crate::loading::pace;
use protocol::ErrorCode;

/// The first wait, doubled each time up to [`LONGEST_MS`].
const FIRST_MS: u32 = 500;
const LONGEST_MS: u32 = 15_000;
/// How often a wait looks whether it was called off or the network is back.
const LOOK_MS: u32 = 250;
/// A part that arrives damaged this often is not damaged by chance.
const MAX_DAMAGED: u32 = 3;

/// How long to wait before the next try.
struct Backoff {
    next_ms: u32,
}

impl Backoff {
    const fn new() -> Self {
        Self { next_ms: FIRST_MS }
    }

    fn next(&mut self, error: ApiError) -> u32 {
        let own = self.next_ms;
        self.next_ms = (own * 2).min(LONGEST_MS);
        match error {
            ApiError::Refused {
                retry_after: Some(seconds),
                ..
            } => own.max(seconds.min(600) * 1000),
            _ => own,
        }
    }
}

/// Makes a call until it succeeds, fails for good, or the save is called off.
///
/// # Errors
/// [`Fault::Cancelled`], [`Fault::Locked`] if the password was asked for in vain, and what is not of the moment.
pub(super) async fn patiently<T>(
    run: &Run,
    mut call: impl AsyncFnMut() -> Result<T, ApiError>,
) -> Result<T, Fault> {
    let mut backoff = Backoff::new();
    let mut damaged = 0;
    loop {
        let error = match call().await {
            Ok(answer) => {
                run.saving.progress(|work| work.waiting = None);
                return Ok(answer);
            }
            Err(error) => error,
        };
        if run.abort.is_aborted() || error == ApiError::Aborted {
            return Err(Fault::Cancelled);
        }
        match error.code() {
            Some(ErrorCode::SignedOut) => {
                run.saving
                    .progress(|work| work.waiting = Some(Waiting::Password));
                run.account.require().await?;
                run.saving.progress(|work| work.waiting = None);
            }
            Some(ErrorCode::DigestMismatch) if damaged < MAX_DAMAGED => damaged += 1,
            _ if error.is_passing() => {
                run.saving
                    .progress(|work| work.waiting = Some(Waiting::Server));
                wait(run, backoff.next(error)).await?;
            }
            _ => return Err(error.into()),
        }
    }
}

/// Waits, but not past being called off, and not past the network's return.
async fn wait(run: &Run, ms: u32) -> Result<(), Fault> {
    let mut was_offline = is_offline();
    let mut left = ms;
    while left > 0 {
        let step = left.min(LOOK_MS);
        pace::sleep(step as i32).await;
        left -= step;
        if run.abort.is_aborted() {
            return Err(Fault::Cancelled);
        }
        let offline = is_offline();
        if was_offline && !offline {
            return Ok(());
        }
        was_offline = offline;
        // Waiting for the server is not being away.
        crate::account::keep_awake();
    }
    Ok(())
}

fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit_and_heed_the_server() {
        let mut backoff = Backoff::new();
        let waits: Vec<u32> = (0..7)
            .map(|_| backoff.next(ApiError::Unreachable))
            .collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
        let busy = ApiError::Refused {
            code: ErrorCode::Unavailable,
            retry_after: Some(30),
        };
        assert_eq!(Backoff::new().next(busy), 30_000);
    }
}
