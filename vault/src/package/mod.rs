//! A scan package: up to four sealed blobs, of which two hold documents.
//!
//! | blob     | key | plaintext |
//! |----------|-----|-----------|
//! | geometry | SK  | [`Manifest`], JSON: de-identified attributes, where each image's pixels are, digests |
//! | coarse   | SK  | a coarse volume, shown while the frames arrive |
//! | frames   | SK  | the chunks that the manifest lists, one after the other |
//! | identity | IK  | [`IdentityDocument`]: names, ids, and the bytes around each pixel data value |
//!
//! Each blob is a FLOE stream with the scan's id, the blob's role and [`FORMAT_VERSION`] as associated data, cut
//! into parts of `protocol::limits::PART_LEN`. [`BlobWriter`] and [`BlobReader`] keep to one part of memory.

mod blob;
mod identity;
mod manifest;
mod reader;
mod writer;

pub use blob::{
    PART_PLAIN_LEN, SEGMENT_PLAIN_LEN, part_count, part_len, part_plain_offset, plain_len,
    sealed_len,
};
pub use identity::{IdentityDocument, InstanceIdentity};
pub use manifest::{
    Chunk, CoarseVolume, Codec, Manifest, PackagedInstance, check_not_older, check_pixels,
};
pub use reader::{BlobReader, Piece};
pub use writer::{BlobWriter, Finished, SealedPart, seal_whole};

pub(crate) use blob::blob_stream_context;

#[cfg(test)]
mod tests;

/// A document's JSON; `None` if it is none of its type. Read as text, as everything else is: a reader of bytes would be in
/// the browser's module a second time for every type.
fn parse<T: serde::de::DeserializeOwned>(json: &[u8]) -> Option<T> {
    serde_json::from_str(std::str::from_utf8(json).ok()?).ok()
}

/// Version of the package format; in the associated data of every blob and in both documents.
pub const FORMAT_VERSION: u8 = 1;
