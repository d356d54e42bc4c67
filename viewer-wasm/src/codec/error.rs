//! Why a frame could not be decoded.

/// Why a frame could not be decoded. The texts hold nothing of the file's content but numbers of its image description.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The transfer syntax, by its plain name, is not one that this version reads.
    #[error("{0} is not supported yet")]
    UnsupportedTransferSyntax(String),
    /// The image description asks for something that no codec here does.
    #[error("unsupported image: {0}")]
    UnsupportedImage(String),
    /// There is no such frame.
    #[error("there is no frame {0}")]
    NoSuchFrame(u32),
    /// The frame's bytes are not (all) there.
    #[error("the pixel data ends before the end of the frame")]
    Truncated,
    /// The compressed stream is damaged or lies about itself.
    #[error("damaged pixel data: {0}")]
    Corrupt(String),
    /// The image is larger than can be held.
    #[error("the image is too large: {0}")]
    TooLarge(String),
    /// The file could not be read.
    #[error("the file could not be read: {0}")]
    Read(#[from] std::io::Error),
}
