//! Time, and waiting without blocking the page.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

/// `performance.now()`, in milliseconds.
pub fn now_ms() -> f64 {
    web_sys::window()
        .and_then(|window| window.performance())
        .map_or(0.0, |performance| performance.now())
}

/// Sets a performance mark, for scripts and benchmarks. Names are fixed, so none carries data.
pub fn mark(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|window| window.performance()) {
        // A mark that cannot be set is not worth a failure.
        let _ = performance.mark(name);
    }
}

/// Resolves after `ms` milliseconds.
pub async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        }
    });
    // Only rejects if something calls reject, and nothing does.
    let _ = JsFuture::from(promise).await;
}

/// Resolves in the next turn of the event loop. A message, since timers wait for at least 4 ms.
pub async fn next_turn() {
    let promise = Promise::new(&mut |resolve, _| {
        let sent = MessageChannel::new().and_then(|channel| {
            channel.port1().set_onmessage(Some(&resolve));
            channel.port2().post_message(&JsValue::NULL)
        });
        if sent.is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// How long work has gone on in this turn of the event loop.
pub struct Turn {
    began_ms: f64,
}

impl Turn {
    /// The page gets a turn after this long.
    const MOST_MS: f64 = 8.0;

    /// Begins now.
    pub fn begin() -> Self {
        Self { began_ms: now_ms() }
    }

    /// Goes on in the next turn if this one has lasted long enough.
    pub async fn give_way(&mut self) {
        if now_ms() - self.began_ms > Self::MOST_MS {
            next_turn().await;
            self.began_ms = now_ms();
        }
    }
}

/// Resolves at the next animation frame, or after a tenth of a second where none comes (a hidden tab).
pub async fn next_frame() {
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.request_animation_frame(&resolve);
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, 100);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// The text of a JavaScript error, for the detail of a problem.
pub fn error_text(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_default()
}
