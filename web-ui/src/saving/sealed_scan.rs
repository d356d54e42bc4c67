//! A saved or shared scan as a source of slices. Everything that comes out of here was authenticated first.

use super::fetch::{PartCache, PartFetch};
use crate::api::{Abort, ApiError, Fault};
use crate::json;
use crate::loading::{CoarseVolume, PackageSource, Packing, PixelChunk};
use crate::workspace::UiProblem;
use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::Uint8Array;
use protocol::scan::{Blob, BlobRole};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use vault::package::{BlobReader, Chunk, Codec, IdentityDocument, Manifest};
use vault::{ScanKeys, TamperKind, Tampering, VaultError};
use viewer_wasm::intake::{Identity, ImageAttributes, Instance, PixelLocation, received};

/// A scan whose keys and manifest are open.
pub(crate) struct SealedScan {
    manifest: Manifest,
    instances: Vec<Instance>,
    by_file: HashMap<String, usize>,
    frames: BlobReader,
    parts: Rc<PartCache>,
    coarse: RefCell<Option<CoarseVolume>>,
    ended: RefCell<Option<Fault>>,
    on_end: Box<dyn Fn(Fault)>,
}

impl SealedScan {
    /// Fetches and checks manifest, identity (with its key) and coarse volume. `on_end` hears of the failure that
    /// ends the scan while its frames arrive.
    ///
    /// # Errors
    /// [`Fault`]; nothing of the scan is usable then.
    pub async fn open(
        fetch: PartFetch,
        keys: &ScanKeys,
        blobs: &[Blob],
        served_version: u32,
        on_end: impl Fn(Fault) + 'static,
    ) -> Result<Rc<Self>, Fault> {
        let abort = Abort::new().ok_or(Fault::Worker)?;
        let geometry = BlobReader::open(keys, blob(keys, blobs, BlobRole::Geometry)?).await?;
        let text = fetch.whole(BlobRole::Geometry, &geometry, &abort).await?;
        let manifest = Manifest::from_bytes(keys.scan_id, served_version, &text)?;
        let document = match keys.identity_key {
            Some(_) => {
                let reader = BlobReader::open(keys, blob(keys, blobs, BlobRole::Identity)?).await?;
                manifest.check_length(&reader)?;
                let bytes = fetch.whole(BlobRole::Identity, &reader, &abort).await?;
                Some(IdentityDocument::from_bytes(&manifest, &bytes)?)
            }
            None => None,
        };
        let instances = instances(keys, &manifest, document.as_ref())?;
        let frames = BlobReader::open(keys, blob(keys, blobs, BlobRole::Frames)?).await?;
        manifest.check_length(&frames)?;
        let coarse = coarse(fetch, keys, blobs, &manifest, &abort).await?;
        Ok(Rc::new(Self {
            by_file: instances
                .iter()
                .enumerate()
                .map(|(at, instance)| (instance.file.clone(), at))
                .collect(),
            manifest,
            instances,
            frames,
            parts: Rc::new(PartCache::new(fetch, BlobRole::Frames, abort)),
            coarse: RefCell::new(coarse),
            ended: RefCell::new(None),
            on_end: Box::new(on_end),
        }))
    }

    async fn chunk(&self, file: &str, frame: u32) -> Result<PixelChunk, Fault> {
        if let Some(fault) = &*self.ended.borrow() {
            return Err(fault.clone());
        }
        let index = *self.by_file.get(file).ok_or(Fault::Worker)?;
        let (chunk, first_frame) =
            chunk_of(&self.manifest.instances[index].chunks, frame).ok_or(Fault::Worker)?;
        let outcome = self.read(chunk).await;
        if let Err(fault) = &outcome
            && *fault != Fault::Api(ApiError::Aborted)
            && self.ended.borrow().is_none()
        {
            *self.ended.borrow_mut() = Some(fault.clone());
            self.parts.abort();
            (self.on_end)(fault.clone());
        }
        let bytes = outcome?;
        let packing = match chunk.codec {
            Codec::Raw => Packing::Raw,
            Codec::PackedV1 => Packing::Packed {
                plain_len: chunk.plain_len,
            },
        };
        Ok(PixelChunk {
            bytes: Uint8Array::from(bytes.as_slice()).buffer(),
            packing,
            first_frame,
        })
    }

    /// Opens only the segments that the chunk is in.
    async fn read(&self, chunk: &Chunk) -> Result<Vec<u8>, Fault> {
        let end = chunk
            .offset
            .checked_add(chunk.stored_len)
            .ok_or(VaultError::OutOfRange { what: "chunk" })?;
        let mut bytes = Vec::with_capacity(chunk.stored_len as usize);
        for piece in self.frames.pieces(chunk.offset..end)? {
            let part = self.parts.part(piece.part).await?;
            let part = Uint8Array::new(&part);
            let sealed = part
                .subarray(piece.bytes.start as u32, piece.bytes.end as u32)
                .to_vec();
            bytes.extend(self.frames.open_piece(&piece, &sealed).await?);
        }
        Ok(bytes)
    }
}

impl PackageSource for SealedScan {
    fn instances(&self) -> Vec<Instance> {
        self.instances.clone()
    }

    fn coarse(&self) -> LocalBoxFuture<'_, Option<CoarseVolume>> {
        std::future::ready(self.coarse.borrow_mut().take()).boxed_local()
    }

    fn frame(&self, file: &str, frame: u32) -> LocalBoxFuture<'_, Result<PixelChunk, UiProblem>> {
        let file = file.to_owned();
        async move { self.chunk(&file, frame).await.map_err(Fault::into_problem) }.boxed_local()
    }

    fn ended(&self) -> Option<UiProblem> {
        self.ended.borrow().clone().map(Fault::into_problem)
    }
}

/// The last one may have been closed with parts still under way.
impl Drop for SealedScan {
    fn drop(&mut self) {
        self.parts.abort();
    }
}

/// The chunk that holds a frame, and the frame it begins with.
fn chunk_of(chunks: &[Chunk], frame: u32) -> Option<(&Chunk, u32)> {
    match chunks {
        [whole] => Some((whole, 0)),
        by_frame => by_frame.get(frame as usize).map(|chunk| (chunk, frame)),
    }
}

fn instances(
    keys: &ScanKeys,
    manifest: &Manifest,
    document: Option<&IdentityDocument>,
) -> Result<Vec<Instance>, Fault> {
    let invalid = |role| tampered(keys, TamperKind::Document(role));
    manifest
        .instances
        .iter()
        .enumerate()
        .map(|(at, packaged)| {
            let attributes: ImageAttributes =
                json::from_value(&packaged.attributes).map_err(|_| invalid(BlobRole::Geometry))?;
            if !received::is_acceptable(&attributes) {
                return Err(invalid(BlobRole::Geometry));
            }
            let (file, identity) = match document {
                Some(document) => {
                    let known = document
                        .instances
                        .get(at)
                        .ok_or_else(|| invalid(BlobRole::Identity))?;
                    let identity = json::from_value::<Identity>(&known.fields)
                        .map_err(|_| invalid(BlobRole::Identity))?;
                    (known.file.clone(), received::inert(identity))
                }
                None => (format!("image-{:05}", at + 1), Identity::default()),
            };
            let pixels = PixelLocation {
                offset: 0,
                len: packaged.pixel_len(),
                encapsulated: is_encapsulated(&attributes.transfer_syntax),
                deflated: false,
            };
            Ok(Instance {
                file,
                attributes,
                identity,
                pixels,
            })
        })
        .collect()
}

/// PS3.5 A.4: every transfer syntax but these keeps its pixels in fragments.
fn is_encapsulated(transfer_syntax: &str) -> bool {
    !matches!(
        transfer_syntax,
        "1.2.840.10008.1.2"
            | "1.2.840.10008.1.2.1"
            | "1.2.840.10008.1.2.2"
            | "1.2.840.10008.1.2.1.99"
    )
}

async fn coarse(
    fetch: PartFetch,
    keys: &ScanKeys,
    blobs: &[Blob],
    manifest: &Manifest,
    abort: &Abort,
) -> Result<Option<CoarseVolume>, Fault> {
    let Some(described) = &manifest.coarse else {
        return Ok(None);
    };
    let reader = BlobReader::open(keys, blob(keys, blobs, BlobRole::Coarse)?).await?;
    manifest.check_length(&reader)?;
    let bytes = fetch.whole(BlobRole::Coarse, &reader, abort).await?;
    let description = json::from_value(&described.description)
        .map_err(|_| tampered(keys, TamperKind::Document(BlobRole::Geometry)))?;
    Ok(Some(CoarseVolume { description, bytes }))
}

fn blob<'a>(keys: &ScanKeys, blobs: &'a [Blob], role: BlobRole) -> Result<&'a Blob, Fault> {
    blobs
        .iter()
        .find(|blob| blob.role == role)
        .ok_or_else(|| tampered(keys, TamperKind::Length(role)))
}

fn tampered(keys: &ScanKeys, kind: TamperKind) -> Fault {
    VaultError::Tampered(Tampering {
        scan_id: keys.scan_id,
        kind,
    })
    .into()
}
