//! What is open and how it is looked at: the one shared state of the viewer.
//!
//! [`Workspace`] is a handful of signals behind a `Copy` handle, put into the context once at the start. Panels
//! and overlays read the signals; gestures, buttons and scripts change them through its methods; the stage draws
//! when they change. Lengths are millimetres in DICOM patient space (LPS), screen lengths are CSS pixels.
//!
//! - [`types`]: the small values: mode, tool, progress, source, problem
//! - [`measurements`]: lengths, angles and probes; [`history`]: undo and redo
//! - [`linked`]: where the planes are, for the lines on the others; [`turning`]: oblique planes
//! - [`compare`]: another scan beside this one
//! - [`grid`]: parallel slices side by side; [`cine`]: slices one after the other
//! - [`navigate`]: crosshair, scroll, zoom, pan, rotate, window; [`framing`]: fit and reset
//! - `histogram`: how often each value is in the volume
//! - [`volume`]: how the volume rendering looks, what it leaves out and where it is looked at from
//! - [`flat`]: what is particular to a flat image: frames, turning, windows and tables
//! - [`scan`]: the opened files and the volume in memory; `looks`: what is kept of one that may come back

pub mod cine;
pub mod compare;
pub mod flat;
pub mod framing;
pub mod grid;
mod histogram;
pub mod history;
pub mod linked;
mod looks;
pub mod measurements;
pub mod navigate;
pub mod scan;
pub mod turning;
pub mod types;
pub mod volume;

pub use cine::Cine;
pub use compare::{Alignment, Comparison};
pub use grid::SliceGrid;
pub use history::History;
pub use linked::Linked;
pub(crate) use looks::Looks;
pub use measurements::{Measurement, MeasurementShape, MeasurementValue};
pub use scan::{ActiveScan, OpenedScan};
pub use turning::Turning;
pub use types::{
    Mode, Phase, PickedFile, Progress, ScanSource, SeriesEntry, SeriesId, ShareMade, ShareOptions,
    SharedBadge, Timings, Tool, UiProblem,
};

use crate::loading::{Loader, PackageSource, PatientFound};
use crate::pool::Pool;
use crate::stage::Surface;
use framing::Framing;
use futures::future::LocalBoxFuture;
use glam::{DVec2, DVec3};
use leptos::prelude::*;
use std::rc::Rc;
use std::sync::Arc;
use viewer_wasm::intake::Rejection;
use viewer_wasm::view::{PlaneView, Tones, ViewId, VolumeView, Window};
use viewer_wasm::volume::Histogram;

/// Saves the active scan; the text is the scan's id.
pub type SaveHook = Rc<dyn Fn() -> LocalBoxFuture<'static, Result<String, UiProblem>>>;
/// Makes a link to the active scan.
pub type ShareHook =
    Rc<dyn Fn(ShareOptions) -> LocalBoxFuture<'static, Result<ShareMade, UiProblem>>>;

/// The viewer's state. `Copy`: take it from the context with [`Workspace::current`].
#[derive(Clone, Copy)]
pub struct Workspace {
    /// What is being read, `None` when nothing is.
    pub progress: RwSignal<Option<Progress>>,
    /// Every series of what was opened, in the order found.
    pub series: RwSignal<Vec<SeriesEntry>>,
    /// Whose scans were found, if the drop is of several people: one of them is shown at a time.
    pub patients: RwSignal<Vec<PatientFound>>,
    /// The person is asked which patient to open.
    pub choosing_patient: RwSignal<bool>,
    /// What was left out, and why.
    pub rejected: RwSignal<Vec<Rejection>>,
    /// The series on screen. Set through [`Workspace::show`].
    pub active: RwSignal<Option<SeriesId>>,
    /// What is on screen is what headers read so far let expect; see `loading::preview`.
    pub previewing: RwSignal<bool>,
    /// The graphics device was lost, and the views come back; see `stage::recovery`.
    pub recovering: RwSignal<bool>,
    /// Slices of the active series that are in memory.
    pub slices_loaded: RwSignal<usize>,
    pub mode: RwSignal<Mode>,
    pub maximised: RwSignal<Option<ViewId>>,
    /// Shared by the three planes.
    pub window: RwSignal<Window>,
    /// Gamma, inversion and colours of every view that shows grey values. That low values of the scan are bright by
    /// themselves is not in it: see [`Workspace::tones_of`].
    pub tones: RwSignal<Tones>,
    /// How often each value is in the volume on screen, counted when all that comes has come. Empty without one.
    pub histogram: Memo<Arc<Histogram>>,
    /// How far the presets' tissues are moved to fit a scan without calibrated values; `None` where it does not show.
    pub tissue_shift: Memo<Option<f64>>,
    /// The planes. `mm_per_px` is per CSS pixel here; `window` and `tones` inside are not used, the shared
    /// signals are.
    pub axial: RwSignal<PlaneView>,
    pub coronal: RwSignal<PlaneView>,
    pub sagittal: RwSignal<PlaneView>,
    pub volume_view: RwSignal<VolumeView>,
    /// Which of axial, coronal and sagittal are shown inside the volume.
    pub insets_shown: RwSignal<[bool; 3]>,
    /// The flat image, as the planes.
    pub image: RwSignal<PlaneView>,
    /// The table of the image's VOI LUTs that takes the window's place.
    pub voi_table: RwSignal<Option<usize>>,
    /// The frame of a flat image that came last.
    pub(crate) flat_content: RwSignal<usize>,
    /// The grid of slices.
    pub grid: RwSignal<SliceGrid>,
    /// The plane or image that was used last.
    pub active_view: RwSignal<ViewId>,
    /// Slices that play by themselves.
    pub cine: RwSignal<Cine>,
    /// The turn of planes that a hand is at.
    pub turning: RwSignal<Option<Turning>>,
    /// Zooming or moving one plane does the same to the others.
    pub link_zoom: RwSignal<bool>,
    /// Lies on all three planes.
    pub crosshair_mm: RwSignal<DVec3>,
    /// Planes and crosshair as the lines on the planes show them: a frame behind, or more where frames take long.
    pub linked: RwSignal<Linked>,
    /// The volume rendering as the last frame shows it: a frame behind, or more where frames take long. What is drawn over
    /// it follows this one.
    pub volume_seen: RwSignal<VolumeView>,
    pub crosshair_visible: RwSignal<bool>,
    pub tool: RwSignal<Tool>,
    /// Change through [`Workspace::add_measurement`] and its siblings, so that undo knows.
    pub measurements: RwSignal<Vec<Measurement>>,
    /// What can be undone and redone.
    pub history: RwSignal<History>,
    pub overlay_visible: RwSignal<bool>,
    pub patient_visible: RwSignal<bool>,
    pub source: RwSignal<Option<ScanSource>>,
    /// This scan beside another one.
    pub compare: Comparison,
    /// This is the other one, which [`Comparison`] belongs to as well.
    pub(crate) is_second: bool,
    /// Shown as a banner with `data-testid="error"`.
    pub problem: RwSignal<Option<UiProblem>>,
    pub timings: RwSignal<Timings>,
    cells: [RwSignal<DVec2>; VIEW_COUNT],
    pub(crate) framing: StoredValue<Framing>,
    pub(crate) opened: StoredValue<Option<Rc<OpenedScan>>, LocalStorage>,
    pub(crate) scan: StoredValue<Option<Rc<ActiveScan>>, LocalStorage>,
    /// Counts up with each scan put into memory, so that effects notice; see [`Workspace::active_scan`].
    pub(crate) scan_generation: RwSignal<u32>,
    pub(crate) loader: StoredValue<Loader, LocalStorage>,
    pub(crate) pool: Pool,
    /// The canvas and its renderer.
    pub surface: Surface,
    save_hook: StoredValue<Option<SaveHook>, LocalStorage>,
    share_hook: StoredValue<Option<ShareHook>, LocalStorage>,
}

impl Workspace {
    /// An empty workspace. Called once, at the start of the app, below its root owner.
    pub fn new(pool: Pool) -> Self {
        let ws = Self::blank(pool, Surface::new(), Comparison::new());
        ws.surface.start(ws);
        ws.follow_planes();
        ws.follow_tissues();
        ws
    }

    /// An empty workspace for a scan beside that of this one. Called once, below an owner that lives as long as the app.
    pub(crate) fn beside(self) -> Self {
        let ws = Self {
            is_second: true,
            mode: RwSignal::new(Mode::Compare),
            tones: self.tones,
            cine: self.cine,
            crosshair_visible: self.crosshair_visible,
            tool: self.tool,
            overlay_visible: self.overlay_visible,
            patient_visible: self.patient_visible,
            problem: self.problem,
            ..Self::blank(self.pool, self.surface.beside(), self.compare)
        };
        ws.surface.start(ws);
        ws
    }

    fn blank(pool: Pool, surface: Surface, compare: Comparison) -> Self {
        let progress = RwSignal::new(None);
        let scan_generation = RwSignal::new(0);
        let scan = StoredValue::new_local(None);
        let previewing = RwSignal::new(false);
        let counted = histogram::counted(progress, previewing, scan_generation, scan);
        Self {
            progress,
            series: RwSignal::new(Vec::new()),
            patients: RwSignal::new(Vec::new()),
            choosing_patient: RwSignal::new(false),
            rejected: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
            previewing,
            recovering: RwSignal::new(false),
            slices_loaded: RwSignal::new(0),
            mode: RwSignal::new(Mode::Mpr),
            maximised: RwSignal::new(None),
            window: RwSignal::new(framing::blank_window()),
            tones: RwSignal::new(Tones::PLAIN),
            histogram: counted,
            tissue_shift: histogram::tissue_shift(counted, scan_generation, scan),
            axial: RwSignal::new(framing::blank_plane(ViewId::Axial)),
            coronal: RwSignal::new(framing::blank_plane(ViewId::Coronal)),
            sagittal: RwSignal::new(framing::blank_plane(ViewId::Sagittal)),
            volume_view: RwSignal::new(framing::blank_volume_view()),
            insets_shown: RwSignal::new([false; 3]),
            image: RwSignal::new(framing::blank_plane(ViewId::Image)),
            voi_table: RwSignal::new(None),
            flat_content: RwSignal::new(0),
            grid: RwSignal::new(SliceGrid::START),
            active_view: RwSignal::new(ViewId::Axial),
            cine: RwSignal::new(Cine::START),
            turning: RwSignal::new(None),
            link_zoom: RwSignal::new(false),
            crosshair_mm: RwSignal::new(DVec3::ZERO),
            linked: RwSignal::new(Linked::blank()),
            volume_seen: RwSignal::new(framing::blank_volume_view()),
            crosshair_visible: RwSignal::new(true),
            tool: RwSignal::new(Tool::Crosshair),
            measurements: RwSignal::new(Vec::new()),
            history: RwSignal::new(History::default()),
            overlay_visible: RwSignal::new(true),
            patient_visible: RwSignal::new(true),
            source: RwSignal::new(None),
            compare,
            is_second: false,
            problem: RwSignal::new(None),
            timings: RwSignal::new(Timings::default()),
            cells: std::array::from_fn(|_| RwSignal::new(DVec2::ZERO)),
            framing: StoredValue::new(Framing::default()),
            opened: StoredValue::new_local(None),
            scan,
            scan_generation,
            loader: StoredValue::new_local(Loader::default()),
            pool,
            surface,
            save_hook: StoredValue::new_local(None),
            share_hook: StoredValue::new_local(None),
        }
    }

    /// The workspace of the app, from the context.
    ///
    /// # Panics
    /// Outside the app's component tree.
    pub fn current() -> Self {
        expect_context::<Self>()
    }

    /// The workers that read and decode.
    pub fn pool(&self) -> Pool {
        self.pool
    }

    /// Opens dropped or picked files, replacing what is open. Resolves when the headers are read and the list of
    /// series is there; the volume of the largest fills in behind. Failures are in `problem` and `rejected`. With scans of
    /// several patients the first one's are shown, and `ask` opens the question whose.
    pub async fn open_files(self, files: Vec<PickedFile>, ask: bool) {
        crate::loading::open_files(self, files, ask).await;
    }

    /// Shows the scans of one of [`Workspace::patients`].
    pub async fn choose_patient(self, number: usize) {
        crate::loading::patients::choose(self, number).await;
    }

    /// Opens the built-in phantom with `size` voxels on a side.
    pub async fn open_demo(self, size: usize) {
        crate::loading::open_demo(self, size).await;
    }

    /// Opens a saved or shared scan through the same workers, volume and views as files.
    pub async fn open_package(self, package: Rc<dyn PackageSource>, source: ScanSource) {
        crate::loading::open_package(self, package, source).await;
    }

    /// Puts a series of the list on screen. Resolves when its volume is complete (or the load was replaced).
    pub async fn show(self, id: SeriesId) {
        crate::loading::show(self, id).await;
    }

    /// Stops reading. What is already there stays on screen.
    pub fn cancel(self) {
        crate::loading::cancel(self);
        self.surface.content_changed();
    }

    /// Closes what is open and frees its memory, here and on the GPU.
    pub fn close(self) {
        crate::loading::close(self);
    }

    /// The scan whose volume is on screen (complete or filling). Tracks: an effect that calls this runs again
    /// when another scan is put there.
    pub fn active_scan(self) -> Option<Rc<ActiveScan>> {
        self.scan_generation.track();
        self.scan.get_value()
    }

    /// Everything of the last drop or package: all its series and the handles of its files.
    pub fn opened_scan(self) -> Option<Rc<OpenedScan>> {
        self.scan_generation.track();
        self.opened.get_value()
    }

    /// The size of a view's cell in CSS pixels; zero while it is not shown.
    pub fn cell_size(self, id: ViewId) -> RwSignal<DVec2> {
        self.cells[view_index(id)]
    }

    /// Whether the scan may only be looked at, because it came by a link.
    pub fn read_only(self) -> bool {
        matches!(self.source.get(), Some(ScanSource::Link(_)))
    }

    /// Says what went wrong, in the banner.
    pub fn report(self, problem: UiProblem) {
        self.problem.set(Some(problem));
    }

    /// What `saveScan()` of the scripting interface calls.
    pub fn set_save_hook(self, hook: SaveHook) {
        self.save_hook.set_value(Some(hook));
    }

    /// What `shareScan()` of the scripting interface calls.
    pub fn set_share_hook(self, hook: ShareHook) {
        self.share_hook.set_value(Some(hook));
    }

    pub(crate) fn save_hook(self) -> Option<SaveHook> {
        self.save_hook.get_value()
    }

    pub(crate) fn share_hook(self) -> Option<ShareHook> {
        self.share_hook.get_value()
    }
}

/// How many views there are.
pub(crate) const VIEW_COUNT: usize = 6;

/// The place of a view in arrays of all.
pub(crate) fn view_index(id: ViewId) -> usize {
    match id {
        ViewId::Axial => 0,
        ViewId::Coronal => 1,
        ViewId::Sagittal => 2,
        ViewId::Volume => 3,
        ViewId::Image => 4,
        ViewId::Grid => 5,
    }
}

/// Every view that is drawn by the renderer.
pub(crate) const DRAWN: [ViewId; 5] = [
    ViewId::Axial,
    ViewId::Coronal,
    ViewId::Sagittal,
    ViewId::Volume,
    ViewId::Grid,
];

/// The views of the 2 × 2 layout, in the order of their cells.
pub const VIEWS: [ViewId; 4] = [
    ViewId::Axial,
    ViewId::Coronal,
    ViewId::Sagittal,
    ViewId::Volume,
];
