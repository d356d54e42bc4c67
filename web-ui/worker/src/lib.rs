//! The worker: reads headers, decodes frames, packs pixels, stretches passwords.
//!
//! A small wasm module without the renderer and without the app. The page starts one for each core and sends it
//! [`messages`]; a panic ends the module, and the page replaces it. Nothing here makes a network request.
//!
//! - [`messages`]: what goes back and forth; the page uses it too
//! - `blob_source`: a file handle as a [`viewer_wasm::intake::ByteSource`]
//! - `headers`, `pixels`, `passwords`: the tasks
//! - `entry`: the message loop

pub mod messages;

#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod blob_source;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod entry;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod headers;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod passwords;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod pixels;
