//! JPEG XL, by a module that the worker's start script fetches from our own origin when the first such frame comes.

use crate::messages::TaskFailure;
use js_sys::Uint16Array;
use viewer_wasm::codec::{self, PixelValue, Samples};
use viewer_wasm::intake::ImageAttributes;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The module `jpeg-xl`, bound to JavaScript.
    type Decoder;

    /// Fetches the module, the first time; `xtask/src/ui/worker_loader.js` has it.
    #[wasm_bindgen(js_name = loadJpegXl, catch)]
    async fn load() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn decode(this: &Decoder, attributes: &str, frame: &[u8]) -> Result<Uint16Array, JsValue>;
}

/// Decodes frame `frame`; `None` if it is not JPEG XL.
pub async fn decode_frame(
    attributes: &ImageAttributes,
    value: &PixelValue<'_>,
    frame: u32,
) -> Result<Option<Samples>, TaskFailure> {
    let Some(stream) = codec::jpeg_xl_stream(attributes, value, frame)? else {
        return Ok(None);
    };
    let json = serde_json::to_string(attributes).map_err(|_| TaskFailure::BadMessage)?;
    let module = load().await.map_err(|_| TaskFailure::DecoderMissing)?;
    let decoder: Decoder = module.unchecked_into();
    let values = decoder.decode(&json, &stream).map_err(|error| {
        // Anything but a message is a panic, after which that module is of no use, nor this worker.
        error
            .as_string()
            .map(TaskFailure::Decode)
            .unwrap_or_else(|| wasm_bindgen::throw_val(error))
    })?;
    Ok(Some(codec::jpeg_xl_samples(attributes, values.to_vec())?))
}
