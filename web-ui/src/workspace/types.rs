//! Small values of the workspace.

use protocol::ScanId;
use viewer_wasm::intake::Identity;
use viewer_wasm::series::{SeriesKind, Warning};

/// A series of what is open; the same number is its `id` for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesId(pub u32);

/// A series in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesEntry {
    pub id: SeriesId,
    /// _Series Instance UID_ (0020,000E); empty for a de-identified scan.
    pub uid: String,
    pub description: String,
    pub modality: String,
    /// Columns, rows, slices.
    pub dims: [usize; 3],
    pub spacing_mm: [f64; 3],
    /// False when millimetres are not known; lengths are then in voxels.
    pub spacing_known: bool,
    pub kind: SeriesKind,
    /// Who; blank fields for a de-identified scan and the phantom.
    pub patient: Identity,
    /// Which of the patients of the drop, from 0.
    pub patient_number: usize,
    pub warnings: Vec<Warning>,
    /// Address of a small picture (`blob:`), once it is made.
    pub thumbnail: Option<String>,
}

/// Which layout is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Three planes and the volume rendering, 2 × 2.
    #[default]
    Mpr,
    /// The volume rendering alone.
    Volume,
    /// A flat image: what is shown of a series that is no volume, and of no other.
    Image,
    /// Parallel slices of a volume, side by side.
    Grid,
    /// One plane, beside the same of another scan.
    Compare,
}

impl Mode {
    pub const ALL: [Self; 5] = [
        Self::Mpr,
        Self::Volume,
        Self::Image,
        Self::Grid,
        Self::Compare,
    ];
    /// Those of a volume that need nothing else, in the order in which they are offered.
    pub const OF_VOLUMES: [Self; 3] = [Self::Mpr, Self::Volume, Self::Grid];

    /// The name for scripts and test ids.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mpr => "mpr",
            Self::Volume => "volume",
            Self::Image => "image",
            Self::Grid => "grid",
            Self::Compare => "compare",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// What the primary button or one finger does on a plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Moves the crosshair, and with it the other planes.
    #[default]
    Crosshair,
    Window,
    Scroll,
    Pan,
    Zoom,
    Length,
    Angle,
    Probe,
    /// Draws the clip box of the volume rendering.
    Crop,
}

impl Tool {
    /// Whether the tool draws, so that its pointer events go to the measuring overlay.
    pub const fn draws(self) -> bool {
        matches!(self, Self::Length | Self::Angle | Self::Probe | Self::Crop)
    }
}

/// What the progress counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Files whose headers are read.
    Reading,
    /// Slices that are decoded.
    Decoding,
    /// Slices of a saved scan that have arrived.
    Downloading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub phase: Phase,
    pub done: usize,
    pub total: usize,
}

/// Where the open scan came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanSource {
    LocalFiles,
    Demo,
    Saved(ScanId),
    Link(SharedBadge),
}

/// What a recipient of a link is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SharedBadge {
    /// Seconds since 1970-01-01 UTC.
    pub expires_at: i64,
    pub includes_identity: bool,
}

/// Something the person must know. The code is the key of the sentence in the locale table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UiProblem {
    /// Kebab-case, one of [`UiProblem::CODES`] or a code of another room.
    pub code: &'static str,
    /// What it concerns (a file name, a browser's message); shown after the sentence, never sent or logged.
    pub detail: Option<String>,
}

impl UiProblem {
    /// The codes that reading and drawing use.
    pub const CODES: [&'static str; 12] = [
        // Neither WebGPU nor WebGL2.
        "no-gpu",
        // The graphics device was lost and could not be had again.
        "gpu-lost",
        // The graphics device has no room for the volume.
        "gpu-memory",
        // Drawing failed.
        "draw-failed",
        // A picture has more pixels than the device can draw.
        "picture-too-large",
        // The view was moved while its picture was made.
        "picture-changed",
        // Nothing in the drop could be read.
        "nothing-readable",
        // The workers could not be started.
        "workers-failed",
        // A folder or file could not be listed.
        "folder-unreadable",
        // Slices of the series failed; the rest is shown.
        "decode-failed",
        // A flat image was to be compared.
        "compare-flat",
        // A part of a saved scan could not be fetched or opened.
        "package-failed",
    ];

    pub const fn new(code: &'static str) -> Self {
        Self { code, detail: None }
    }

    pub fn with_detail(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: Some(detail.into()),
        }
    }
}

/// A file of a drop or a file button, with its path below what was dropped.
#[derive(Clone, Debug)]
pub struct PickedFile {
    /// `folder/sub/name`, or just the name.
    pub path: String,
    pub file: web_sys::File,
}

/// Milliseconds since the files were handed over; `None` until it happened.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timings {
    /// `performance.now()` when the files were handed over.
    pub received_at: f64,
    pub first_picture: Option<f64>,
    pub first_image: Option<f64>,
    pub volume_ready: Option<f64>,
    pub first_volume_rendering: Option<f64>,
}

/// Options of a link made by script; the page's own dialog fills the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareOptions {
    pub expires_hours: Option<u32>,
    pub password: Option<String>,
    pub include_identity: bool,
    pub max_opens: Option<u32>,
}

/// A link that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareMade {
    pub url: String,
    pub id: String,
}
