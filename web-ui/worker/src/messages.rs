//! What the page asks of a worker, and what it answers.
//!
//! The small part is JSON; file handles and big buffers stand beside it in the same message, named by [`field`].
//! A [`FileRef`] says which of the handles it means.

use serde::{Deserialize, Serialize};
use viewer_wasm::codec::DecodeError;
use viewer_wasm::intake::zip::ZipEntry;
use viewer_wasm::intake::{ImageAttributes, Instance, Rejection};
use viewer_wasm::series::{Rescale, ValueType};

/// Name of a worker whose first message brings its compiled module ([`field::MODULE`]). One of another name gets it itself.
/// Its script knows it too: `xtask/src/ui/worker_loader.js`.
pub const WAITS_FOR_MODULE: &str = "waits-for-module";

/// Names of a message's fields.
pub mod field {
    /// `WebAssembly.Module`, in the first message, which has nothing else.
    pub const MODULE: &str = "module";
    /// The task's number; absent in the message that says the worker is ready.
    pub const ID: &str = "id";
    /// JSON of the request, or of `Result<Reply, TaskFailure>`.
    pub const BODY: &str = "body";
    /// Array of `Blob`.
    pub const BLOBS: &str = "blobs";
    /// Array of `ArrayBuffer`, transferred.
    pub const BUFFERS: &str = "buffers";
}

/// A file: one of the message's blobs, or an entry of a zip that is one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FileRef {
    /// Path within the drop, for messages; never leaves the browser.
    pub name: String,
    /// Index into the message's blobs.
    pub blob: usize,
    pub entry: Option<ZipEntry>,
}

/// Bytes of a file.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ByteRange {
    pub offset: u64,
    /// `None`: to the end.
    pub len: Option<u64>,
    /// The offset counts in the inflated data set (deflated transfer syntaxes).
    pub deflated: bool,
}

/// How the pixel bytes of a package chunk are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packing {
    /// As in the file: native samples, or fragments with their item headers.
    Raw,
    /// By `codec::pack`; this many bytes when unpacked.
    Packed { plain_len: u64 },
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// Recognises files by content and reads the headers of those that are DICOM. Files of at most
    /// `whole_below` bytes are read whole, and what pixels need no decoding come with the header.
    /// -> [`Reply::Headers`] and the buffers that it names
    ReadHeaders {
        files: Vec<FileRef>,
        whole_below: u64,
    },
    /// Decodes one frame to 16-bit values. -> [`Reply::Slice`] and one buffer; of a flat image in colour a second one with
    /// red, green and blue of each pixel; of a slice that went through its modality's table a second one with the
    /// values of the file
    DecodeFrame {
        file: FileRef,
        instance: Box<Instance>,
        frame: u32,
        value_type: ValueType,
        /// For a flat image: colours are kept, and a modality's table is left to the display.
        flat: bool,
    },
    /// Decodes a frame of a package from buffer 0. -> as for `DecodeFrame`
    DecodeChunk {
        attributes: Box<ImageAttributes>,
        packing: Packing,
        /// The bytes are fragments with item headers.
        encapsulated: bool,
        /// Frame within the chunk.
        frame: u32,
        value_type: ValueType,
        flat: bool,
    },
    /// One slice of the built-in phantom. -> [`Reply::Slice`] and one buffer
    PhantomSlice { size: usize, slice: usize },
    /// Bytes of a file as they are. -> [`Reply::Bytes`] and one buffer
    ReadBytes { file: FileRef, range: ByteRange },
    /// Bytes of a file packed without loss, if that makes them smaller. -> [`Reply::Packed`] and one buffer
    PackPixels {
        file: FileRef,
        range: ByteRange,
        columns: usize,
        bytes_per_sample: usize,
    },
    /// SHA-256 of a file, read in pieces. -> [`Reply::Digest`]
    HashFile { file: FileRef },
    /// Argon2id. -> [`Reply::Stretched`]
    StretchPassword {
        password: String,
        kdf: protocol::account::PasswordKdf,
    },
    /// How good a password is. -> [`Reply::Strength`]
    PasswordStrength { password: String, also: Vec<String> },
    /// Panics, or never ends. Only in builds with debug assertions, for the tests of the pool.
    Misbehave { hang: bool },
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Reply {
    /// One outcome for each file, in order.
    Headers(Vec<HeaderOutcome>),
    Slice(SliceFacts),
    Bytes,
    Packed(PackedFacts),
    Digest([u8; 32]),
    Stretched(StretchedBytes),
    Strength(Strength),
}

/// What a file turned out to be.
#[derive(Debug, Serialize, Deserialize)]
pub enum HeaderOutcome {
    Instance(Box<Instance>, Option<ReadySlice>),
    Rejected(Rejection),
    /// Its entries are files of their own.
    Zip(Vec<ZipEntry>),
    /// A DICOMDIR: the files it lists come with the drop.
    Directory,
}

/// The one frame of a file whose pixels are stored as the volume keeps them: read together with the header, since
/// each trip to a file costs more than its bytes.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ReadySlice {
    /// Index into the answer's buffers.
    pub buffer: usize,
    pub facts: SliceFacts,
}

/// Facts of a decoded slice, so that the page need not scan it again.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SliceFacts {
    pub value_type: ValueType,
    /// Smallest and largest stored value, padding left out; `None` of a slice that is all padding.
    pub range: Option<(i32, i32)>,
    /// Values outside the 16-bit range were clipped.
    pub clipped: bool,
    /// Of a flat image whose stored values did not fit: how to get them from the kept ones.
    pub spread: Option<Rescale>,
    /// Of a volume's slice that went through its modality's table: the type of the file's values.
    pub in_file: Option<ValueType>,
    /// How the values are packed, if they are.
    pub packing: Option<viewer_wasm::volume::Packing>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PackedFacts {
    pub packing: Packing,
    /// Bytes before packing.
    pub plain_len: u64,
    /// SHA-256 of the bytes before packing.
    pub sha256: [u8; 32],
}

/// A stretched password's two keys, on their way to the page.
#[derive(Serialize, Deserialize)]
pub struct StretchedBytes(pub Vec<u8>);

impl std::fmt::Debug for StretchedBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StretchedBytes(***)")
    }
}

impl Drop for StretchedBytes {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

/// zxcvbn's judgement. Codes are keys of the locale table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// 0 to 4; below 3 is too weak.
    pub score: u8,
    pub warning: Option<String>,
    pub suggestions: Vec<String>,
}

/// Why a task failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum TaskFailure {
    /// The browser could not read the file: it was moved, changed or forbidden since it was picked.
    #[error("the file could not be read")]
    Unreadable,
    /// The file's frame could not be decoded.
    #[error("{0}")]
    Decode(String),
    /// The module that decodes JPEG XL could not be fetched.
    #[error("the decoder of JPEG XL could not be fetched")]
    DecoderMissing,
    #[error("{}", .0.message)]
    Rejected(Rejection),
    #[error("the packed pixels are damaged")]
    Damaged,
    #[error("the password could not be stretched")]
    Stretch,
    #[error("the message was not understood")]
    BadMessage,
}

impl From<DecodeError> for TaskFailure {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error.to_string())
    }
}
