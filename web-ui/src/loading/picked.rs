//! Drops and file buttons to a flat list of files.

use crate::workspace::PickedFile;
use futures::stream::{self, StreamExt};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

/// Handles of dropped files asked for at the same time.
const HANDLES_AT_ONCE: usize = 64;

/// What was dropped, taken out of the event before it ends.
pub struct Dropped {
    entries: Vec<FileSystemEntry>,
    /// Files for which the browser gives no entry.
    files: Vec<PickedFile>,
}

impl Dropped {
    /// Must be called in the drop event's handler itself: afterwards the browser has emptied the list.
    pub fn take(transfer: &DataTransfer) -> Self {
        let items = transfer.items();
        let mut dropped = Self {
            entries: Vec::new(),
            files: Vec::new(),
        };
        for at in 0..items.length() {
            let Some(item) = items.get(at) else { continue };
            if item.kind() != "file" {
                continue;
            }
            match item.webkit_get_as_entry() {
                Ok(Some(entry)) => dropped.entries.push(entry),
                _ => dropped
                    .files
                    .extend(item.get_as_file().ok().flatten().map(from_file)),
            }
        }
        dropped
    }

    /// All files of the dropped folders, whatever their depth. What cannot be listed is counted.
    pub async fn files(self) -> (Vec<PickedFile>, usize) {
        let mut files = self.files;
        let mut unreadable = 0;
        // A stack and not a recursion: folders may be deep.
        let mut todo = self.entries;
        let mut found = Vec::new();
        while let Some(entry) = todo.pop() {
            if entry.is_file() {
                found.push(entry.unchecked_into());
            } else if entry.is_directory() {
                let reader = entry
                    .unchecked_into::<FileSystemDirectoryEntry>()
                    .create_reader();
                // The browser gives about a hundred at a time, and none at the end.
                loop {
                    match read_some(&reader).await {
                        Ok(some) if some.is_empty() => break,
                        Ok(some) => todo.extend(some),
                        Err(_) => {
                            unreadable += 1;
                            break;
                        }
                    }
                }
            }
        }
        // Each handle is a trip to the browser process, so many go at once.
        let mut handles = stream::iter(found)
            .map(file_of)
            .buffer_unordered(HANDLES_AT_ONCE);
        while let Some(handle) = handles.next().await {
            match handle {
                Ok(file) => files.push(file),
                Err(_) => unreadable += 1,
            }
        }
        viewer_wasm::order::sort(&mut files, |a, b| a.path.cmp(&b.path));
        (files, unreadable)
    }
}

/// The files of a file or folder button.
pub fn from_list(list: &FileList) -> Vec<PickedFile> {
    (0..list.length())
        .filter_map(|at| list.get(at))
        .map(from_file)
        .collect()
}

/// A file with the path that a folder button gave it, or its name.
pub fn from_file(file: web_sys::File) -> PickedFile {
    let path = js_sys::Reflect::get(&file, &JsValue::from_str("webkitRelativePath"))
        .ok()
        .and_then(|path| path.as_string())
        .filter(|path| !path.is_empty())
        .unwrap_or_else(|| file.name());
    PickedFile { path, file }
}

async fn file_of(entry: FileSystemFileEntry) -> Result<PickedFile, JsValue> {
    let path = entry.full_path().trim_start_matches('/').to_owned();
    let promise = Promise::new(&mut |resolve, reject| {
        entry.file_with_callback_and_callback(&resolve, &reject);
    });
    let file = JsFuture::from(promise).await?.dyn_into::<web_sys::File>()?;
    Ok(PickedFile { path, file })
}

async fn read_some(reader: &FileSystemDirectoryReader) -> Result<Vec<FileSystemEntry>, JsValue> {
    let mut failure = None;
    let promise = Promise::new(&mut |resolve, reject| {
        failure = reader
            .read_entries_with_callback_and_callback(&resolve, &reject)
            .err();
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    let entries = JsFuture::from(promise).await?.dyn_into::<Array>()?;
    Ok(entries.iter().map(JsCast::unchecked_into).collect())
}
