//! Where the bytes of each file are.

use super::PackageSource;
use crate::pool::{Done, Pool, Priority, Reply, Request, TaskError};
use js_sys::ArrayBuffer;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use viewer_wasm::intake::zip::ZipEntry;
use viewer_wasm::volume::SliceValues;
use worker::messages::{ByteRange, FileRef, PackedFacts, SliceFacts};

/// Where one file's bytes are. Nothing is read before it is needed.
#[derive(Clone)]
pub enum FileHandle {
    File(web_sys::File),
    ZipEntry {
        archive: web_sys::File,
        entry: ZipEntry,
    },
    /// In a saved or shared scan.
    Package,
    /// Made by the engine; there is no file.
    Phantom {
        size: usize,
    },
}

/// The files of one drop or package, by `Instance::file`.
#[derive(Default)]
pub struct FileHandles {
    by_name: HashMap<String, FileHandle>,
    package: Option<Rc<dyn PackageSource>>,
    /// Slices that came with their headers and are still to be shown.
    ready: RefCell<HashMap<String, (SliceFacts, SliceValues)>>,
}

impl FileHandles {
    pub(super) fn of_package(package: Rc<dyn PackageSource>) -> Self {
        Self {
            package: Some(package),
            ..Self::default()
        }
    }

    pub(super) fn keep_slice(&mut self, name: String, facts: SliceFacts, values: SliceValues) {
        self.ready.get_mut().insert(name, (facts, values));
    }

    /// A file's slice, if it came with the header. Given away: the volume holds it from then on.
    pub(super) fn take_slice(&self, name: &str) -> Option<(SliceFacts, SliceValues)> {
        self.ready.borrow_mut().remove(name)
    }

    /// Lets go of slices that are not about to be shown; they can be read again.
    pub(super) fn keep_slices_of<'a>(&self, names: impl Iterator<Item = &'a str>) {
        let kept: HashSet<&str> = names.collect();
        self.ready
            .borrow_mut()
            .retain(|name, _| kept.contains(name.as_str()));
    }

    pub(super) fn insert(&mut self, name: String, handle: FileHandle) {
        self.by_name.insert(name, handle);
    }

    pub fn get(&self, name: &str) -> Option<&FileHandle> {
        self.by_name.get(name)
    }

    /// The saved or shared scan that the files are of, if they are.
    pub fn package(&self) -> Option<Rc<dyn PackageSource>> {
        self.package.clone()
    }

    /// A reference for a message, with the handle that goes beside it; `None` if the file is not on this computer.
    pub fn file_ref(&self, name: &str) -> Option<(FileRef, Vec<web_sys::Blob>)> {
        let (blob, entry) = match self.by_name.get(name)? {
            FileHandle::File(file) => (file, None),
            FileHandle::ZipEntry { archive, entry } => (archive, Some(entry.clone())),
            FileHandle::Package | FileHandle::Phantom { .. } => return None,
        };
        let file = FileRef {
            name: name.to_owned(),
            blob: 0,
            entry,
        };
        Some((file, vec![blob.clone().into()]))
    }

    /// Bytes of a file on this computer.
    ///
    /// # Errors
    /// [`TaskError`]; [`TaskError::BadMessage`] for a file that is not on this computer.
    pub async fn read(
        &self,
        pool: Pool,
        name: &str,
        range: ByteRange,
    ) -> Result<ArrayBuffer, TaskError> {
        let (file, blobs) = self.file_ref(name).ok_or(TaskError::BadMessage)?;
        let done = pool
            .run(
                &Request::ReadBytes { file, range },
                blobs,
                Vec::new(),
                Priority::Normal,
            )
            .await?;
        done.buffers.into_iter().next().ok_or(TaskError::BadMessage)
    }

    /// Bytes of a file on this computer, packed without loss where that makes them smaller.
    ///
    /// # Errors
    /// As [`FileHandles::read`].
    pub async fn pack(
        &self,
        pool: Pool,
        name: &str,
        range: ByteRange,
        columns: usize,
        bytes_per_sample: usize,
    ) -> Result<(PackedFacts, ArrayBuffer), TaskError> {
        let (file, blobs) = self.file_ref(name).ok_or(TaskError::BadMessage)?;
        let request = Request::PackPixels {
            file,
            range,
            columns,
            bytes_per_sample,
        };
        match pool
            .run(&request, blobs, Vec::new(), Priority::Normal)
            .await?
        {
            Done {
                reply: Reply::Packed(facts),
                buffers,
            } => buffers
                .into_iter()
                .next()
                .map(|bytes| (facts, bytes))
                .ok_or(TaskError::BadMessage),
            Done { .. } => Err(TaskError::BadMessage),
        }
    }
}
