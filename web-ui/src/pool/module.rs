//! The workers' module, compiled once for all of them.
//!
//! A worker that fetches and compiles it for itself keeps more than ten megabytes of what that took, for as long as it
//! has no reason to look for garbage.

use js_sys::{Object, Promise, Reflect, WebAssembly};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Worker;
use worker::messages::field;

thread_local! {
    static COMPILED: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// Sends a worker the module that it waits for, once it is compiled. If it can't be had or sent, the worker is told so,
/// and gets it itself.
pub(super) fn send_to(worker: &Worker) {
    let worker = worker.clone();
    spawn_local(async move {
        let message = Object::new();
        let sent = Reflect::set(&message, &field::MODULE.into(), &compiled().await)
            .and_then(|_| worker.post_message(&message));
        if sent.is_err() {
            // An empty object can be sent; a worker that is gone has nobody to tell.
            let _ = worker.post_message(&Object::new());
        }
    });
}

/// A `WebAssembly.Module`, or `undefined`.
async fn compiled() -> JsValue {
    let known = COMPILED.with_borrow_mut(|known| {
        *known = known.take().or_else(begin);
        known.clone()
    });
    let Some(promise) = known else {
        return JsValue::UNDEFINED;
    };
    JsFuture::from(promise).await.unwrap_or_else(|_| {
        // The next worker tries again.
        COMPILED.set(None);
        JsValue::UNDEFINED
    })
}

/// Begins to fetch and compile it.
fn begin() -> Option<Promise> {
    let url = super::worker_slot::named_by_page("meta[name=cuspid-decoder]")?;
    let response = web_sys::window()?.fetch_with_str(&url);
    Some(WebAssembly::compile_streaming(&response))
}
