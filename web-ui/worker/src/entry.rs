//! The message loop.

use crate::messages::{Reply, Request, TaskFailure, field};
use crate::pixels::Keep;
use crate::{headers, passwords, pixels};
use js_sys::{Array, ArrayBuffer, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

/// The handles and buffers of a message.
pub struct Parcel {
    pub blobs: Vec<Blob>,
    pub buffers: Vec<ArrayBuffer>,
}

/// A reply with the buffers to transfer.
pub type Answer = Result<(Reply, Vec<ArrayBuffer>), TaskFailure>;

/// Runs when the module is loaded: listens, and tells the page so.
#[wasm_bindgen(start)]
pub fn start() {
    console_error_panic_hook::set_once();
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let replies_to = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let replies_to = replies_to.clone();
        spawn_local(async move {
            let data = message.data();
            let id = get(&data, field::ID);
            let (body, buffers) = match work(&data).await {
                Ok((reply, buffers)) => (Ok(reply), buffers),
                Err(failure) => (Err(failure), Vec::new()),
            };
            post(&replies_to, &id, &body, &buffers);
        });
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
    // A worker whose page is gone has nobody to tell.
    let _ = scope.post_message(&Object::new());
}

/// Only reading headers and the first JPEG XL frame wait for anything, so nothing else comes out of turn.
async fn work(data: &JsValue) -> Answer {
    let body = get(data, field::BODY)
        .as_string()
        .ok_or(TaskFailure::BadMessage)?;
    let request = serde_json::from_str(&body).map_err(|_| TaskFailure::BadMessage)?;
    let parcel = Parcel {
        blobs: list(data, field::BLOBS),
        buffers: list(data, field::BUFFERS),
    };
    match request {
        Request::ReadHeaders { files, whole_below } => {
            Ok(headers::read(&files, whole_below, &parcel).await)
        }
        Request::DecodeFrame {
            file,
            instance,
            frame,
            value_type,
            flat,
        } => {
            let keep = Keep { value_type, flat };
            pixels::decode_frame(&file, &instance, frame, keep, &parcel).await
        }
        Request::DecodeChunk {
            attributes,
            packing,
            encapsulated,
            frame,
            value_type,
            flat,
        } => {
            pixels::decode_chunk(
                &attributes,
                packing,
                encapsulated,
                frame,
                Keep { value_type, flat },
                &parcel,
            )
            .await
        }
        Request::PhantomSlice { size, slice } => pixels::phantom_slice(size, slice),
        Request::ReadBytes { file, range } => pixels::read_bytes(&file, range, &parcel),
        Request::PackPixels {
            file,
            range,
            columns,
            bytes_per_sample,
        } => pixels::pack(&file, range, columns, bytes_per_sample, &parcel),
        Request::HashFile { file } => headers::hash(&file, &parcel),
        Request::StretchPassword { password, kdf } => passwords::stretch(password, &kdf),
        Request::PasswordStrength { password, also } => Ok(passwords::strength(password, &also)),
        Request::Misbehave { hang } => misbehave(hang),
    }
}

/// What a broken codec does, on purpose.
#[cfg(debug_assertions)]
fn misbehave(hang: bool) -> Answer {
    while hang {
        std::hint::spin_loop();
    }
    panic!("asked to")
}

#[cfg(not(debug_assertions))]
fn misbehave(_hang: bool) -> Answer {
    Err(TaskFailure::BadMessage)
}

fn post(
    scope: &DedicatedWorkerGlobalScope,
    id: &JsValue,
    body: &Result<Reply, TaskFailure>,
    buffers: &[ArrayBuffer],
) {
    let body = serde_json::to_string(body).unwrap_or_default();
    let transfer: Array = buffers.iter().collect();
    let message = Object::new();
    for (name, value) in [
        (field::ID, id),
        (field::BODY, &JsValue::from_str(&body)),
        (field::BUFFERS, transfer.as_ref()),
    ] {
        // A plain object takes every field.
        let _ = Reflect::set(&message, &JsValue::from_str(name), value);
    }
    // Fails only when the page is gone.
    let _ = scope.post_message_with_transfer(&message, &transfer);
}

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn list<T: JsCast>(data: &JsValue, name: &str) -> Vec<T> {
    get(data, name)
        .dyn_into::<Array>()
        .map(|array| {
            array
                .iter()
                .filter_map(|item| item.dyn_into().ok())
                .collect()
        })
        .unwrap_or_default()
}
