//! The decoder of JPEG XL as a module of its own, which a decode worker fetches when the first such frame comes.
//!
//! It would add a third to what every worker weighs, and few scans need it.

use js_sys::Uint16Array;
use viewer_wasm::codec;
use wasm_bindgen::prelude::*;

/// Decodes the bytes of a frame, whose `viewer_wasm::intake::ImageAttributes` come as JSON: the values that
/// `codec::jpeg_xl_samples` takes.
///
/// # Errors
/// What is wrong with the frame, as the text of a `codec::DecodeError`.
#[wasm_bindgen]
pub fn decode(attributes: &str, frame: &[u8]) -> Result<Uint16Array, String> {
    let attributes = serde_json::from_str(attributes)
        .map_err(|_| "the image description was not understood".to_owned())?;
    codec::jpeg_xl_values(&attributes, frame)
        .map(|values| Uint16Array::from(values.as_slice()))
        .map_err(|error| error.to_string())
}
