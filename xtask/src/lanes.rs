//! Work side by side: while one piece of it waits for something that only one processor can do (a linker, wasm-opt, a
//! download), the other keeps the machine busy. Two cargo calls wait for each other only where they build the same
//! profile.

use std::thread::{self, ScopedJoinHandle};

/// Runs two pieces of work at once, and waits for both.
pub fn beside<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (joined(one), other)
    })
}

/// What a thread came to; its panic is this one's.
pub fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
