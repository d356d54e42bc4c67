//! The canvas, its renderer and what is known of both: what every part of the stage works on.

use super::drawn::Drawn;
use super::filling::Filling;
use super::layout::{Cells, Placed};
use super::recovery::Begun;
use super::shown::VolumeShown;
use super::straight::Straight;
use super::surface::RendererFacts;
use crate::workspace::{VIEW_COUNT, Workspace};
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use futures::lock::Mutex;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use viewer_wasm::render::Renderer;
use viewer_wasm::view::effort::Efforts;
use viewer_wasm::view::{ViewId, VolumeView};
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlElement};

/// The canvas, its renderer, and what is known about the last frame.
pub(super) struct Core {
    pub(super) this: Weak<Self>,
    /// Whose device this draws with, if it may.
    pub(super) lender: Option<Rc<Self>>,
    pub(super) ws: Cell<Option<Workspace>>,
    /// One for each view, or one for all.
    pub(super) canvases: RefCell<Vec<(ViewId, HtmlCanvasElement)>>,
    /// Planes that the processor draws.
    pub(super) straight: Straight,
    pub(super) host: RefCell<Option<HtmlElement>>,
    pub(super) renderer: Mutex<Option<Renderer>>,
    pub(super) facts: RefCell<Option<RendererFacts>>,
    pub(super) cells: Cells,
    /// Dropped when a cell comes or goes.
    pub(super) waiting_for_cells: RefCell<Vec<oneshot::Sender<()>>>,
    pub(super) placed: Cell<[Option<Placed>; VIEW_COUNT]>,
    pub(super) drawn: Cell<[Option<Drawn>; VIEW_COUNT]>,
    pub(super) layout_changed: Cell<bool>,
    /// How often each view was drawn, parts of a picture too.
    pub(super) draws: Cell<[u32; VIEW_COUNT]>,
    /// Counts up when the volume on the GPU changes.
    pub(super) content: Cell<u32>,
    /// What may be drawn until the volume is complete.
    pub(super) filling: Filling,
    /// Bytes of slices sent since the device was last asked to confirm.
    pub(super) unconfirmed_bytes: Cell<usize>,
    /// Resolve when the device has what was sent before; oldest first.
    pub(super) uploads: RefCell<VecDeque<LocalBoxFuture<'static, ()>>>,
    /// The volume rendering waits for this frame of the planes.
    pub(super) planes_only: Cell<bool>,
    /// The device still draws a frame's volume rendering; parts of a finer one don't hold a frame up.
    pub(super) volume_busy: Cell<bool>,
    /// The volume rendering that was drawn last.
    pub(super) volume_shown: Cell<VolumeShown>,
    /// What it took the last time to find out what is around each place of the volume.
    pub(super) surroundings_ms: Cell<Option<f64>>,
    /// What went into it so far where something else came in between.
    pub(super) surroundings_spent_ms: Cell<f64>,
    /// What is left out while the camera moves.
    pub(super) efforts: RefCell<Efforts>,
    /// A full picture of the volume is being drawn, part by part.
    pub(super) refining: Cell<bool>,
    /// The volume on the GPU, to begin it again on another device.
    pub(super) begun: RefCell<Option<Begun>>,
    /// Devices that were lost and whose volume is not there again yet.
    pub(super) recoveries: Cell<i32>,
    /// When a device was lost, each time.
    pub(super) lost_at: RefCell<Vec<f64>>,
    pub(super) camera: Cell<Option<VolumeView>>,
    pub(super) camera_moved_at: Cell<f64>,
    /// When something was drawn last, and how far apart such frames are.
    pub(super) frame_at: Cell<f64>,
    pub(super) frame_gap_ms: Cell<f64>,
    /// When the lines were moved last.
    pub(super) linked_at: Cell<f64>,
    pub(super) frame_asked: Cell<bool>,
    pub(super) on_frame: RefCell<Option<Closure<dyn FnMut()>>>,
}

impl Core {
    pub(super) fn new(lender: Option<Rc<Self>>) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            lender,
            ws: Cell::new(None),
            canvases: RefCell::default(),
            straight: Straight::default(),
            host: RefCell::new(None),
            renderer: Mutex::new(None),
            facts: RefCell::new(None),
            cells: Cells::default(),
            waiting_for_cells: RefCell::default(),
            placed: Cell::new([None; VIEW_COUNT]),
            drawn: Cell::new([None; VIEW_COUNT]),
            layout_changed: Cell::new(true),
            draws: Cell::new([0; VIEW_COUNT]),
            content: Cell::new(0),
            filling: Filling::default(),
            unconfirmed_bytes: Cell::new(0),
            uploads: RefCell::default(),
            planes_only: Cell::new(false),
            volume_busy: Cell::new(false),
            volume_shown: Cell::new(VolumeShown::NOTHING),
            surroundings_ms: Cell::new(None),
            surroundings_spent_ms: Cell::new(0.0),
            efforts: RefCell::default(),
            refining: Cell::new(false),
            begun: RefCell::new(None),
            recoveries: Cell::new(0),
            lost_at: RefCell::default(),
            camera: Cell::new(None),
            camera_moved_at: Cell::new(f64::NEG_INFINITY),
            frame_at: Cell::new(f64::NEG_INFINITY),
            frame_gap_ms: Cell::new(0.0),
            linked_at: Cell::new(f64::NEG_INFINITY),
            frame_asked: Cell::new(false),
            on_frame: RefCell::new(None),
        })
    }
}
