//! What a person sees of a scan: the empty page, the views with their overlays, the tools and the panels.
//!
//! Everything here reads the signals of [`Workspace`](crate::workspace::Workspace) and calls its methods; pixels
//! are the stage's.
//!
//! - [`room`]: which of the following is shown; drops; the file inputs
//! - [`open_page`]: nothing is open yet; [`no_gpu`]: nothing can be drawn; [`progress`]: something is being read
//! - [`workbench`]: the views in their grid; [`rail`]: tools; [`actions`]: what the top bar offers
//! - [`overlay`]: letters, scale, lines, text and measurements on a view
//! - [`export`]: a view as a picture file
//! - [`space`]: between the patient and the pixels of the 3D view; [`behind`]: what its surface hides
//! - [`measuring`]: from pointer events to measurements
//! - [`panel`]: series, display, measurements, warnings, what was left out; [`patients`]: whose scans to open
//! - [`phone`]: the bars of a small screen; [`shortcuts`] and [`help`]: the keyboard
//! - [`state`]: what is open and shown of all this

mod actions;
mod behind;
mod export;
mod help;
pub(crate) mod measuring;
mod no_gpu;
mod open_page;
mod overlay;
mod panel;
mod patients;
mod phone;
mod progress;
mod rail;
mod room;
mod shortcuts;
mod space;
mod state;
mod words;
mod workbench;

pub use actions::ViewerActions;
pub use room::ViewerRoom;
pub use state::ViewerState;

// What a second scan is shown with.
pub(crate) use export::{ExportButton, ExportDialog};
pub(crate) use overlay::PlaneOverlay;
pub(crate) use patients::PatientQuestion;
pub(crate) use progress::ProgressBar;
pub(crate) use rail::tool_name;
pub(crate) use room::{FileInputs, take_dropped};
pub(crate) use words::{
    alignment, birth_date, patient_name, series_facts, series_title, view_name,
};
