//! A scan package: four sealed blobs and two documents.

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
pub use manifest::{Chunk, CoarseVolume, Codec, Manifest, PackagedInstance, check_not_older};
pub use reader::{BlobReader, Piece};
pub use writer::{BlobWriter, SealedPart, seal_whole};

/// Version of the package format; in the associated data of every blob and in both documents.
pub const FORMAT_VERSION: u8 = 1;
