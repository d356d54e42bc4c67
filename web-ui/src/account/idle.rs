//! Signs out a browser that nobody touches, so that an unattended computer keeps no keys.
//!
//! The server ends a session that is silent for `idle_seconds`. The page counts touches, not requests, since
//! reading a scan makes none.

use super::{Account, Standing};
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, prelude::Closure};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(5);
/// How long before the sign-out the page says so, in seconds.
const WARNING_SECONDS: f64 = 60.0;
/// Touching any of these is being there.
const TOUCHES: [&str; 4] = ["pointerdown", "pointermove", "keydown", "wheel"];

thread_local! {
    /// When somebody last touched the page, or a save went on; `performance.now()`.
    static TOUCHED_AT: Rc<Cell<f64>> = Rc::new(Cell::new(now_ms()));
}

/// Something that was asked for is still under way, so that nobody need touch the page.
pub(crate) fn keep_awake() {
    TOUCHED_AT.with(|at| at.set(now_ms()));
}

pub(super) fn watch(account: Account) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        let touched = Closure::<dyn Fn()>::new(keep_awake);
        let options = web_sys::AddEventListenerOptions::new();
        options.set_passive(true);
        options.set_capture(true);
        for name in TOUCHES {
            // A page that cannot be listened to signs out early, which is safe.
            let _ = document.add_event_listener_with_callback_and_add_event_listener_options(
                name,
                touched.as_ref().unchecked_ref(),
                &options,
            );
        }
        // Lives as long as the page.
        touched.forget();
    }
    let tick = move || {
        let idle_seconds = match account.standing_untracked() {
            Standing::Unlocked(signed_in) => f64::from(signed_in.session.idle_seconds),
            Standing::Locked(session) => f64::from(session.idle_seconds),
            Standing::Asking | Standing::SignedOut => return,
        };
        let idle_for = TOUCHED_AT.with(|at| now_ms() - at.get()) / 1000.0;
        match remaining(idle_seconds, idle_for) {
            Remaining::Plenty => set_if_changed(account.idle_warning, None),
            Remaining::Seconds(seconds) => set_if_changed(account.idle_warning, Some(seconds)),
            Remaining::Over => account.idle_out((idle_seconds / 60.0).ceil() as u32),
        }
    };
    // A browser without timers has no clock to sign out by; the server's own still runs.
    let _ = set_interval_with_handle(tick, TICK);
}

#[derive(Debug, PartialEq, Eq)]
enum Remaining {
    Plenty,
    Seconds(u32),
    Over,
}

fn remaining(idle_seconds: f64, idle_for: f64) -> Remaining {
    let left = idle_seconds - idle_for;
    if left <= 0.0 {
        Remaining::Over
    } else if left <= WARNING_SECONDS.min(idle_seconds / 2.0) {
        Remaining::Seconds(left.ceil() as u32)
    } else {
        Remaining::Plenty
    }
}

fn set_if_changed(signal: RwSignal<Option<u32>>, value: Option<u32>) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

fn now_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |clock| clock.now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_in_the_last_minute_and_then_ends() {
        assert_eq!(remaining(900.0, 0.0), Remaining::Plenty);
        assert_eq!(remaining(900.0, 839.0), Remaining::Plenty);
        assert_eq!(remaining(900.0, 850.5), Remaining::Seconds(50));
        assert_eq!(remaining(900.0, 900.0), Remaining::Over);
        assert_eq!(remaining(10.0, 4.0), Remaining::Plenty);
    }
}
