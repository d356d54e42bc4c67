//! What a file may ask of us. Everything above is refused, so that a hostile file costs neither memory nor time.

/// Bytes of one header that are read at most. Enhanced multi-frame headers are the largest: some 2 KB a frame.
pub(crate) const HEADER_BYTES: u64 = 64 << 20;

/// Elements and items of one header that are looked at, at most.
pub(crate) const HEADER_ELEMENTS: u32 = 1_000_000;

/// Sequences in sequences. Sound objects stay below 10.
pub(crate) const SEQUENCE_DEPTH: u32 = 48;

/// A value longer than this is skipped, whatever it is.
pub(crate) const VALUE_BYTES: u64 = 256 << 10;

/// Characters kept of one text.
pub(crate) const TEXT_CHARS: usize = 1024;

/// Samples in one frame: 16384 squared.
pub(crate) const FRAME_SAMPLES: u64 = 1 << 28;

/// Samples in one compressed frame: decoding takes up to 8 bytes for each.
pub(crate) const COMPRESSED_SAMPLES: usize = 1 << 27;

/// Samples in one JPEG 2000 frame: decoding takes some 12 bytes for each.
pub(crate) const WAVELET_SAMPLES: usize = 1 << 26;

/// Frames of one file. Cardiac CT with all its phases has some ten thousand; each costs the page half a kilobyte before
/// any pixel is read.
pub(crate) const FRAMES: u32 = 1 << 15;

/// Bytes of all decoded frames of one file.
pub(crate) const IMAGE_BYTES: u64 = 16 << 30;

/// Decoded bytes for each byte of a compressed frame. A black frame in run-length coding reaches 64, in JPEG-LS and
/// JPEG lossless some thousands.
pub(crate) const COMPRESSION_RATIO: u64 = 20_000;

/// The same of JPEG XL, where a black frame reaches 36,000 and more.
pub(crate) const COMPRESSION_RATIO_JPEG_XL: u64 = 100_000;

/// Bytes of an inflated data set that are held, at most.
pub(crate) const INFLATED_BYTES: u64 = 2 << 30;

/// Of the native pixel bytes that the header promises, one part in so many must be there for the image to be opened.
pub(crate) const NATIVE_PRESENT: u64 = 4;
