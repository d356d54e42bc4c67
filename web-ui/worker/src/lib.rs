//! The worker: reads headers, decodes frames, packs pixels, stretches passwords.
//!
//! A small wasm module without the renderer and without the app. The page starts one for each core and sends it
//! [`messages`]; a panic ends the module, and the page replaces it. Nothing here makes a network request, with one exception: the decoder of JPEG XL
//! is fetched from our own origin when the first such frame comes.
//!
//! - [`messages`]: what goes back and forth; the page uses it too
//! - `blob_source`: a file handle as a [`viewer_wasm::intake::ByteSource`]; `blob_stream`: a part of it, read at once
//! - `headers`, `pixels`, `passwords`: the tasks; `jpeg_xl`: frames that need that decoder
//! - `entry`: the message loop

pub mod messages;

#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod blob_source;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod blob_stream;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod entry;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod headers;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod jpeg_xl;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod passwords;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod pixels;
