//! One slice, from wherever it is: a file, an entry of a zip, a saved scan, or the phantom.

use super::{FileHandle, FileHandles, PixelChunk};
use crate::pool::{Done, Pool, Priority, Reply, Request, TaskError};
use crate::workspace::UiProblem;
use js_sys::ArrayBuffer;
use std::rc::Rc;
use viewer_wasm::intake::{ImageAttributes, Instance};
use viewer_wasm::series::{Series, SeriesKind, SliceSource};
use viewer_wasm::volume::SliceValues;
use worker::messages::SliceFacts;

/// Why a slice is not there.
pub(super) enum SliceError {
    /// This slice failed; others may not.
    Decode(TaskError),
    /// The saved scan could not give it.
    Package(UiProblem),
}

/// A decoded slice.
pub(super) struct Decoded {
    pub facts: SliceFacts,
    pub values: SliceValues,
    /// Red, green and blue of each pixel, of a flat image in colour.
    pub rgb: Option<ArrayBuffer>,
    /// The values of the file, of a slice that went through its modality's table.
    pub in_file: Option<SliceValues>,
}

/// Gets one slice, from wherever it is.
pub(super) async fn decode(
    pool: Pool,
    series: Rc<Series>,
    files: Rc<FileHandles>,
    slice: SliceSource,
    priority: Priority,
) -> (SliceSource, Result<Decoded, SliceError>) {
    let result = match series.instances.get(slice.instance) {
        Some(instance) => match files.take_slice(&instance.file) {
            Some((facts, values)) if facts.value_type == series.value_type => Ok(Decoded {
                facts,
                values,
                rgb: None,
                in_file: None,
            }),
            _ => decode_patiently(pool, &series, &files, instance, slice, priority).await,
        },
        None => Err(SliceError::Decode(TaskError::BadMessage)),
    };
    // A slice of another size has no place in the volume, which would leave it out without a word.
    let [columns, rows, _] = series.geometry.dims;
    let result = match result {
        Ok(decoded) if decoded.values.len() != columns * rows => {
            Err(SliceError::Decode(TaskError::BadMessage))
        }
        result => result,
    };
    (slice, result)
}

/// Times that a slice is tried again whose worker died under another one.
const MORE_TRIES: u32 = 3;

/// A slice that only shared its worker with one that killed it is decoded again, not lost.
async fn decode_patiently(
    pool: Pool,
    series: &Series,
    files: &FileHandles,
    instance: &Instance,
    slice: SliceSource,
    priority: Priority,
) -> Result<Decoded, SliceError> {
    for _ in 0..MORE_TRIES {
        match decode_instance(pool, series, files, instance, slice, priority).await {
            Err(SliceError::Decode(TaskError::Bystander)) => {}
            outcome => return outcome,
        }
    }
    decode_instance(pool, series, files, instance, slice, priority).await
}

async fn decode_instance(
    pool: Pool,
    series: &Series,
    files: &FileHandles,
    instance: &Instance,
    slice: SliceSource,
    priority: Priority,
) -> Result<Decoded, SliceError> {
    let value_type = series.value_type;
    let flat = series.kind == SeriesKind::Image;
    let (request, blobs, buffers) = match files.get(&instance.file) {
        Some(FileHandle::Phantom { size }) => (
            Request::PhantomSlice {
                size: *size,
                slice: slice.index,
            },
            Vec::new(),
            Vec::new(),
        ),
        Some(FileHandle::Package) => {
            let Some(package) = files.package() else {
                return Err(SliceError::Decode(TaskError::BadMessage));
            };
            let PixelChunk {
                bytes,
                packing,
                first_frame,
            } = package
                .frame(&instance.file, slice.frame)
                .await
                .map_err(SliceError::Package)?;
            let request = Request::DecodeChunk {
                attributes: Box::new(without_frames(&instance.attributes)),
                packing,
                encapsulated: instance.pixels.encapsulated,
                frame: slice.frame.saturating_sub(first_frame),
                value_type,
                flat,
            };
            (request, Vec::new(), vec![bytes])
        }
        _ => {
            let Some((file, blobs)) = files.file_ref(&instance.file) else {
                return Err(SliceError::Decode(TaskError::BadMessage));
            };
            let instance = Instance {
                file: instance.file.clone(),
                attributes: without_frames(&instance.attributes),
                identity: Default::default(),
                pixels: instance.pixels,
            };
            let request = Request::DecodeFrame {
                file,
                instance: Box::new(instance),
                frame: slice.frame,
                value_type,
                flat,
            };
            (request, blobs, Vec::new())
        }
    };
    match pool
        .run(&request, blobs, buffers, priority)
        .await
        .map_err(SliceError::Decode)?
    {
        Done {
            reply: Reply::Slice(facts),
            buffers,
        } => {
            let mut buffers = buffers.into_iter();
            let buffer = buffers
                .next()
                .ok_or(SliceError::Decode(TaskError::BadMessage))?;
            let values = values_of(&buffer, &facts);
            let values = values.ok_or(SliceError::Decode(TaskError::BadMessage))?;
            let more = buffers.next();
            let (rgb, in_file) = match facts.in_file {
                Some(value_type) => {
                    let facts = SliceFacts {
                        value_type,
                        packing: None,
                        ..facts
                    };
                    (None, more.and_then(|buffer| values_of(&buffer, &facts)))
                }
                None => (more, None),
            };
            Ok(Decoded {
                facts,
                values,
                rgb,
                in_file,
            })
        }
        Done { .. } => Err(SliceError::Decode(TaskError::BadMessage)),
    }
}

/// The attributes without what differs from frame to frame: decoding does not need it, and for a volume of one file
/// it would be sent with each of its slices.
fn without_frames(attributes: &ImageAttributes) -> ImageAttributes {
    ImageAttributes {
        per_frame: Default::default(),
        ..attributes.clone()
    }
}

/// One slice on its own, for a thumbnail.
pub(super) async fn one_slice(
    pool: Pool,
    series: &Rc<Series>,
    files: &Rc<FileHandles>,
    slice: SliceSource,
) -> Option<Decoded> {
    let (_, result) = decode(
        pool,
        Rc::clone(series),
        Rc::clone(files),
        slice,
        Priority::Background,
    )
    .await;
    result.ok()
}

/// The values of a transferred buffer, taken as it is; `None` if it is not what the facts say.
#[cfg(target_arch = "wasm32")]
pub(super) fn values_of(buffer: &ArrayBuffer, facts: &SliceFacts) -> Option<SliceValues> {
    match facts.packing {
        Some(packing) => SliceValues::from_js_packed(buffer, packing, facts.value_type),
        None => Some(SliceValues::from_js(buffer, facts.value_type)),
    }
}

/// Only for tests of the pure parts, which are built natively: there, values are no JavaScript buffers.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn values_of(buffer: &ArrayBuffer, facts: &SliceFacts) -> Option<SliceValues> {
    use js_sys::{Uint8Array, Uint16Array};
    match facts.packing {
        Some(packing) => {
            let bytes = Uint8Array::new(buffer).to_vec();
            SliceValues::from_packed(bytes, packing, facts.value_type)
        }
        None => {
            let bits = Uint16Array::new(buffer).to_vec();
            Some(SliceValues::from_bits(bits, facts.value_type))
        }
    }
}
