//! Why a file was left out.

use serde::{Deserialize, Serialize};

/// Why a file was left out. The names are part of the contract of `inspect` and `window.cuspid`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectCode {
    /// Not a DICOM file at all.
    NotDicom,
    /// A sound DICOM object without an image in it: a report, a plan, a directory.
    NoPixelData,
    /// A DICOM file whose structure or image description cannot be trusted.
    Malformed,
    /// An encoding of the pixels that this version does not read.
    UnsupportedTransferSyntax,
    /// Claims more than can be held.
    TooLarge,
    /// A zip, or an entry of one, that needs a password.
    EncryptedZip,
    /// No bytes.
    Empty,
}

impl RejectCode {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotDicom => "not-dicom",
            Self::NoPixelData => "no-pixel-data",
            Self::Malformed => "malformed",
            Self::UnsupportedTransferSyntax => "unsupported-transfer-syntax",
            Self::TooLarge => "too-large",
            Self::EncryptedZip => "encrypted-zip",
            Self::Empty => "empty",
        }
    }
}

/// A file that was left out, and why. The message is a plain sentence and holds nothing of the file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Path within the drop.
    pub file: String,
    /// The reason's fixed name.
    pub code: RejectCode,
    /// The reason in words.
    pub message: String,
    /// _Patient's Name_ (0010,0010) where the header could be read that far.
    pub patient_name: Option<String>,
}

impl Rejection {
    /// A rejection of a file whose patient is not known.
    pub fn new(file: &str, code: RejectCode, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            code,
            message: message.into(),
            patient_name: None,
        }
    }

    /// The same with the patient's name, where the header had one.
    pub fn with_patient(mut self, patient_name: Option<String>) -> Self {
        self.patient_name = patient_name;
        self
    }
}
