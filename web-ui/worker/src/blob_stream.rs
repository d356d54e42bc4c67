//! A part of a `Blob` in the module's own memory, read through the browser's byte streams.
//!
//! `Blob.arrayBuffer()` and `FileReaderSync` make a buffer for each read. The collector comes for those when a hundred MiB
//! of them are there, which is as much as the scan itself. A byte stream fills the buffer that it is given, so that a few
//! serve all reads; it is also the fastest of the three.

use crate::messages::TaskFailure;
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStreamByobReader, ReadableStreamReadResult};

/// Bytes read at once.
const STEP: u32 = 256 * 1024;

thread_local! {
    /// Buffers of [`STEP`] bytes that no read has.
    static SPARE: RefCell<Vec<ArrayBuffer>> = const { RefCell::new(Vec::new()) };
}

/// Bytes `start..end`.
///
/// # Errors
/// If the browser can't read the file any more, or the file does not reach so far.
pub async fn read(blob: &Blob, start: u64, end: u64) -> Result<Vec<u8>, TaskFailure> {
    let len = end
        .checked_sub(start)
        .and_then(|len| usize::try_from(len).ok());
    let len = len.ok_or(TaskFailure::Unreadable)?;
    let part = blob
        .slice_with_f64_and_f64(start as f64, end as f64)
        .map_err(unreadable)?;
    if part.size() != len as f64 {
        return Err(TaskFailure::Unreadable);
    }
    let bytes = match ReadableStreamByobReader::new(&part.stream()) {
        Ok(reader) => streamed(&reader, len).await,
        // A browser whose blobs are no byte streams.
        Err(_) => JsFuture::from(part.array_buffer())
            .await
            .map(|buffer| Uint8Array::new(&buffer).to_vec()),
    };
    let bytes = bytes.map_err(unreadable)?;
    (bytes.len() == len)
        .then_some(bytes)
        .ok_or(TaskFailure::Unreadable)
}

/// As many bytes of a stream, or fewer if it ends before.
async fn streamed(reader: &ReadableStreamByobReader, len: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = vec![0; len];
    let mut filled = 0;
    let spare = SPARE.with_borrow_mut(Vec::pop);
    let mut buffer = spare.unwrap_or_else(|| ArrayBuffer::new(STEP));
    while filled < len {
        let wanted = (len - filled).min(STEP as usize) as u32;
        // The stream takes the buffer, and gives it back with what it read.
        let room = Uint8Array::new_with_byte_offset_and_length(&buffer, 0, wanted);
        let read = JsFuture::from(reader.read_with_array_buffer_view(&room)).await?;
        let read: ReadableStreamReadResult = read.unchecked_into();
        let value: Uint8Array = read.get_value().dyn_into()?;
        buffer = value.buffer();
        let count = (value.length() as usize).min(len - filled);
        if count == 0 {
            break;
        }
        value.copy_to(&mut bytes[filled..filled + count]);
        filled += count;
    }
    SPARE.with_borrow_mut(|spare| spare.push(buffer));
    bytes.truncate(filled);
    Ok(bytes)
}

fn unreadable(_: JsValue) -> TaskFailure {
    TaskFailure::Unreadable
}
