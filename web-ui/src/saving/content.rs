//! What of a series is saved: its files in an order that does not depend on how they were dropped, and the pieces
//! each one is cut into.

use super::cut::{Cut, below_common_folder, cuts};
use crate::api::Fault;
use crate::loading::{FileHandle, FileHandles};
use crate::pool::{Pool, Priority, Reply, Request, TaskError};
use crate::workspace::ActiveScan;
use futures::{StreamExt, TryStreamExt, stream};
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::Fixed;
use std::rc::Rc;
use vault::package::{Codec, FORMAT_VERSION};
use viewer_wasm::intake::Instance;
use viewer_wasm::series::Series;
use worker::messages::{ByteRange, FileRef, Packing};

/// Where the DICOM file meta information's length is, and what stands before it (PS3.10 section 7.1).
const META_LENGTH_END: u64 = 144;

/// A series with its files, in the order of the package.
pub(super) struct Content {
    pub series: Rc<Series>,
    files: Rc<FileHandles>,
    /// For each instance, its path below the folder that all of them are in.
    pub names: Vec<String>,
}

/// A piece of a pixel data value, ready for the frames blob.
pub(super) struct PackedChunk {
    pub bytes: Vec<u8>,
    pub plain_len: u64,
    pub codec: Codec,
    pub sha256: Fixed<32>,
}

impl Content {
    pub fn of(scan: &ActiveScan) -> Self {
        let names: Vec<&str> = scan
            .series
            .instances
            .iter()
            .map(|instance| instance.file.as_str())
            .collect();
        Self {
            series: Rc::clone(&scan.series),
            files: Rc::clone(&scan.files),
            names: below_common_folder(&names),
        }
    }

    pub fn instances(&self) -> &[Instance] {
        &self.series.instances
    }

    /// Bytes of pixels, before packing.
    pub fn pixel_len(&self) -> u64 {
        self.instances()
            .iter()
            .map(|instance| cuts(instance).iter().map(|cut| cut.len).sum::<u64>())
            .sum()
    }

    /// More than all blobs together can be, sealed.
    pub fn upper_bound(&self) -> u64 {
        let headers: u64 = self
            .instances()
            .iter()
            .map(|instance| {
                let file = match self.files.get(&instance.file) {
                    Some(FileHandle::File(file)) => file.size() as u64,
                    Some(FileHandle::ZipEntry { entry, .. }) => entry.len,
                    _ => instance.pixels.len,
                };
                // Twice for the base64 of a document, and room for what inflating adds.
                file.saturating_sub(instance.pixels.len) * 2
                    + instance.pixels.offset * 2
                    + 16 * 1024
                    + u64::from(instance.attributes.frames) * 1024
            })
            .sum();
        let plain = self.pixel_len() + headers + 4 * 1024 * 1024;
        plain + plain / 1024
    }

    /// A digest of everything that is saved, by which the same scan is known again.
    pub async fn digest(&self, pool: Pool, mut on_file: impl FnMut()) -> Result<[u8; 32], Fault> {
        let mut hashes = stream::iter(0..self.instances().len())
            .map(|index| self.file_digest(pool, index))
            .buffered(pool.in_flight());
        let mut text = b"cuspid scan content".to_vec();
        text.push(FORMAT_VERSION);
        let mut names = self.names.iter();
        while let (Some(hash), Some(name)) = (hashes.try_next().await?, names.next()) {
            text.extend((name.len() as u32).to_be_bytes());
            text.extend(name.as_bytes());
            text.extend(hash);
            on_file();
        }
        Ok(vault::primitives::sha256(&text).await?)
    }

    async fn file_digest(&self, pool: Pool, index: usize) -> Result<[u8; 32], Fault> {
        let instance = &self.instances()[index];
        if let Some((size, slice)) = self.phantom(index) {
            return Ok(
                vault::primitives::sha256(format!("phantom {size} {slice}").as_bytes()).await?,
            );
        }
        let (file, blobs) = self
            .files
            .file_ref(&instance.file)
            .ok_or_else(|| self.gone(index))?;
        let done = pool
            .run(
                &Request::HashFile { file },
                blobs,
                Vec::new(),
                Priority::Background,
            )
            .await;
        match done.map_err(|error| self.unreadable(index, error))?.reply {
            Reply::Digest(digest) => Ok(digest),
            _ => Err(Fault::Worker),
        }
    }

    /// Packs one chunk in a worker.
    pub async fn chunk(&self, pool: Pool, index: usize, cut: Cut) -> Result<PackedChunk, Fault> {
        let instance = &self.instances()[index];
        let range = ByteRange {
            offset: instance.pixels.offset + cut.offset,
            len: Some(cut.len),
            deflated: instance.pixels.deflated,
        };
        let Some((columns, bytes_per_sample)) = cut.packing else {
            let bytes = self.read(pool, index, range).await?;
            let sha256 = vault::primitives::sha256(&bytes).await?;
            return Ok(PackedChunk {
                plain_len: cut.len,
                codec: Codec::Raw,
                sha256: Fixed(sha256),
                bytes,
            });
        };
        let (facts, buffer) = match self.phantom(index) {
            Some((size, slice)) => pack_phantom(pool, size, slice, columns).await,
            None => {
                self.files
                    .pack(pool, &instance.file, range, columns, bytes_per_sample)
                    .await
            }
        }
        .map_err(|error| self.unreadable(index, error))?;
        Ok(PackedChunk {
            bytes: Uint8Array::new(&buffer).to_vec(),
            plain_len: facts.plain_len,
            codec: match facts.packing {
                Packing::Raw => Codec::Raw,
                Packing::Packed { .. } => Codec::PackedV1,
            },
            sha256: Fixed(facts.sha256),
        })
    }

    /// The bytes of the file before and after the pixel data value. Of a deflated file: its file meta information
    /// as it is, then the inflated data set.
    pub async fn head_and_tail(
        &self,
        pool: Pool,
        index: usize,
    ) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        if self.phantom(index).is_some() {
            return Ok((Vec::new(), Vec::new()));
        }
        let pixels = self.instances()[index].pixels;
        let deflated = pixels.deflated;
        let mut head = Vec::new();
        if deflated {
            let start = self
                .read(
                    pool,
                    index,
                    ByteRange {
                        offset: 0,
                        len: Some(META_LENGTH_END),
                        deflated: false,
                    },
                )
                .await?;
            let meta_end = super::rebuild::meta_end(&start).ok_or_else(|| self.gone(index))?;
            head = self
                .read(
                    pool,
                    index,
                    ByteRange {
                        offset: 0,
                        len: Some(meta_end),
                        deflated: false,
                    },
                )
                .await?;
        }
        head.extend(
            self.read(
                pool,
                index,
                ByteRange {
                    offset: 0,
                    len: Some(pixels.offset),
                    deflated,
                },
            )
            .await?,
        );
        let after = ByteRange {
            offset: pixels.offset + pixels.len,
            len: None,
            deflated,
        };
        let tail = self.read(pool, index, after).await?;
        Ok((head, tail))
    }

    async fn read(&self, pool: Pool, index: usize, range: ByteRange) -> Result<Vec<u8>, Fault> {
        let buffer = self
            .files
            .read(pool, &self.instances()[index].file, range)
            .await
            .map_err(|error| self.unreadable(index, error))?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    /// Size and slice, if the instance is the built-in phantom's.
    fn phantom(&self, index: usize) -> Option<(usize, usize)> {
        let FileHandle::Phantom { size } = self.files.get(&self.instances()[index].file)? else {
            return None;
        };
        let slice = self
            .series
            .slices
            .iter()
            .find(|slice| slice.instance == index)?;
        Some((*size, slice.index))
    }

    fn gone(&self, index: usize) -> Fault {
        Fault::FileGone {
            file: self.names[index].clone(),
        }
    }

    /// The browser stops reading files that were moved or changed since they were picked.
    fn unreadable(&self, index: usize, error: TaskError) -> Fault {
        match error {
            TaskError::Failed(_) => self.gone(index),
            other => other.into(),
        }
    }
}

/// The phantom has no file: a slice is made, and packed as a file would be.
async fn pack_phantom(
    pool: Pool,
    size: usize,
    slice: usize,
    columns: usize,
) -> Result<(worker::messages::PackedFacts, ArrayBuffer), TaskError> {
    let made = pool
        .run(
            &Request::PhantomSlice { size, slice },
            Vec::new(),
            Vec::new(),
            Priority::Normal,
        )
        .await?;
    let buffer = made
        .buffers
        .into_iter()
        .next()
        .ok_or(TaskError::BadMessage)?;
    let blob = web_sys::Blob::new_with_buffer_source_sequence(&js_sys::Array::of1(&buffer))
        .map_err(|_| TaskError::BadMessage)?;
    let request = Request::PackPixels {
        file: FileRef {
            name: String::new(),
            blob: 0,
            entry: None,
        },
        range: ByteRange {
            offset: 0,
            len: None,
            deflated: false,
        },
        columns,
        bytes_per_sample: 2,
    };
    let done = pool
        .run(&request, vec![blob], Vec::new(), Priority::Normal)
        .await?;
    match (done.reply, done.buffers.into_iter().next()) {
        (Reply::Packed(facts), Some(bytes)) => Ok((facts, bytes)),
        _ => Err(TaskError::BadMessage),
    }
}
