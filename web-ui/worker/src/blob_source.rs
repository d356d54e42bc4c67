//! A `Blob` as random-access bytes, through `FileReaderSync`.

use crate::messages::{FileRef, TaskFailure};
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result};
use viewer_wasm::intake::{ByteSource, zip};
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

/// Bytes fetched at once. Each read of a `Blob` costs a trip to the browser process, one to two milliseconds; reads
/// of 64 KiB cost twice as much. A header is seldom longer than this.
pub const READ_AHEAD: u64 = 16 * 1024;
/// Most bytes an entry of a zip may inflate to. A classic slice has half a megabyte; a multi-frame volume 1 GB.
const MAX_ENTRY_LEN: u64 = 2 * 1024 * 1024 * 1024;

/// A file handle, with the bytes read last.
pub struct BlobSource {
    blob: Blob,
    len: u64,
    reader: FileReaderSync,
    cache: RefCell<Window>,
}

#[derive(Default)]
struct Window {
    offset: u64,
    bytes: Vec<u8>,
}

impl BlobSource {
    pub fn new(blob: Blob) -> std::result::Result<Self, TaskFailure> {
        let len = blob.size() as u64;
        let reader = FileReaderSync::new().map_err(|_| TaskFailure::Unreadable)?;
        Ok(Self {
            blob,
            len,
            reader,
            cache: RefCell::new(Window::default()),
        })
    }

    /// With the file's first bytes, read before.
    pub fn with_start(blob: Blob, start: Vec<u8>) -> std::result::Result<Self, TaskFailure> {
        let source = Self::new(blob)?;
        source.cache.borrow_mut().bytes = start;
        Ok(source)
    }

    /// Bytes that were read before, for a look without a copy.
    pub fn with_cached<T>(
        &self,
        offset: u64,
        len: u64,
        look: impl FnOnce(&[u8]) -> T,
    ) -> Option<T> {
        let cache = self.cache.borrow();
        let from = usize::try_from(offset.checked_sub(cache.offset)?).ok()?;
        let to = from.checked_add(usize::try_from(len).ok()?)?;
        cache.bytes.get(from..to).map(look)
    }

    /// Bytes `offset..end` as a buffer outside the module's memory.
    pub fn read_buffer(&self, offset: u64, end: u64) -> Result<ArrayBuffer> {
        if offset > end || end > self.len {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        let buffer = self
            .blob
            .slice_with_f64_and_f64(offset as f64, end as f64)
            .and_then(|part| self.reader.read_as_array_buffer(&part))
            .map_err(|_: JsValue| Error::other("the browser refused to read the file"))?;
        if u64::from(buffer.byte_length()) != end - offset {
            return Err(Error::from(ErrorKind::UnexpectedEof));
        }
        Ok(buffer)
    }
}

impl ByteSource for BlobSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<()> {
        let end = offset
            .checked_add(buf.len() as u64)
            .filter(|end| *end <= self.len)
            .ok_or(ErrorKind::UnexpectedEof)?;
        let mut cache = self.cache.borrow_mut();
        let cached_end = cache.offset + cache.bytes.len() as u64;
        if offset < cache.offset || end > cached_end {
            if buf.len() as u64 >= READ_AHEAD {
                Uint8Array::new(&self.read_buffer(offset, end)?.into()).copy_to(buf);
                return Ok(());
            }
            let fetch_end = (offset + READ_AHEAD).min(self.len);
            let bytes = Uint8Array::new(&self.read_buffer(offset, fetch_end)?.into());
            cache.bytes.resize(bytes.length() as usize, 0);
            bytes.copy_to(&mut cache.bytes);
            cache.offset = offset;
        }
        let from = (offset - cache.offset) as usize;
        buf.copy_from_slice(&cache.bytes[from..from + buf.len()]);
        Ok(())
    }
}

/// A file of a message, ready to be read.
pub enum Source {
    Blob(BlobSource),
    /// An entry of a zip, inflated.
    Bytes(Vec<u8>),
}

impl Source {
    /// # Errors
    /// If the handle is missing or unreadable, or the zip's entry is damaged or larger than it may be.
    pub fn open(file: &FileRef, blobs: &[Blob]) -> std::result::Result<Self, TaskFailure> {
        let blob = blobs.get(file.blob).ok_or(TaskFailure::BadMessage)?;
        let source = BlobSource::new(blob.clone())?;
        match &file.entry {
            None => Ok(Self::Blob(source)),
            Some(entry) => zip::read(&source, entry, MAX_ENTRY_LEN)
                .map(Self::Bytes)
                .map_err(TaskFailure::Rejected),
        }
    }

    pub fn bytes(&self) -> &dyn ByteSource {
        match self {
            Self::Blob(blob) => blob,
            Self::Bytes(bytes) => bytes,
        }
    }
}
