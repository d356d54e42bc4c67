//! What is open and shown of the viewer's furniture. What concerns the scan is in the workspace.

use super::overlay::crop;
use crate::locale::t;
use glam::{DVec2, DVec3};
use leptos::html;
use leptos::prelude::*;
use viewer_wasm::view::{ViewId, Window};

/// A group of the side panel; on a phone, one sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    Series,
    Display,
    Measurements,
}

impl Sheet {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Series => t("viewer.series"),
            Self::Display => t("viewer.display"),
            Self::Measurements => t("viewer.measurements"),
        }
    }
}

/// A measurement whose points are not all there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub view: ViewId,
    /// Points that are fixed, LPS, mm.
    pub points_mm: Vec<DVec3>,
    /// Where the pointer is, LPS, mm.
    pub pointer_mm: DVec3,
    /// Where the press began that set the first point, while it lasts; CSS pixels in the view.
    pub pressed_at: Option<DVec2>,
}

/// `Copy`: take it from the context with [`ViewerState::current`].
#[derive(Clone, Copy)]
pub struct ViewerState {
    /// Whether the screen is small: one view at a time, panels as sheets.
    pub phone: RwSignal<bool>,
    /// Whether the side panel is shown on a large screen.
    pub panel_open: RwSignal<bool>,
    /// The sheet that is up on a phone.
    pub sheet: RwSignal<Option<Sheet>>,
    pub help_open: RwSignal<bool>,
    /// The dialog that makes a picture file is open, of this view.
    pub export_open: RwSignal<bool>,
    pub export_view: RwSignal<ViewId>,
    pub draft: RwSignal<Option<Draft>>,
    /// The measurement that is marked on the views and in the list.
    pub selected: RwSignal<Option<u32>>,
    /// The window preset chosen last, and the window it gave.
    pub window_choice: RwSignal<Option<(String, Window)>>,
    /// The clip box is shown in the 3D view, with its grips.
    pub clip_box: RwSignal<bool>,
    /// A clip box that is being drawn on a plane.
    pub crop_draft: RwSignal<Option<crop::Draft>>,
    /// The editor of colours and opacities is open.
    pub curve_open: RwSignal<bool>,
    /// The hidden inputs that the file and folder buttons press.
    pub file_input: NodeRef<html::Input>,
    pub folder_input: NodeRef<html::Input>,
}

impl ViewerState {
    /// Called once by the app's root.
    pub fn new() -> Self {
        Self {
            phone: RwSignal::new(false),
            panel_open: RwSignal::new(true),
            sheet: RwSignal::new(None),
            help_open: RwSignal::new(false),
            export_open: RwSignal::new(false),
            export_view: RwSignal::new(ViewId::Axial),
            draft: RwSignal::new(None),
            selected: RwSignal::new(None),
            window_choice: RwSignal::new(None),
            clip_box: RwSignal::new(false),
            crop_draft: RwSignal::new(None),
            curve_open: RwSignal::new(false),
            file_input: NodeRef::new(),
            folder_input: NodeRef::new(),
        }
    }

    /// The state of the app, from the context.
    ///
    /// # Panics
    /// Outside the app's component tree.
    pub fn current() -> Self {
        expect_context::<Self>()
    }

    /// Opens the browser's dialog for files.
    pub fn pick_files(self) {
        if let Some(input) = self.file_input.get_untracked() {
            input.click();
        }
    }

    /// Opens the browser's dialog for a folder.
    pub fn pick_folder(self) {
        if let Some(input) = self.folder_input.get_untracked() {
            input.click();
        }
    }
}

impl Default for ViewerState {
    fn default() -> Self {
        Self::new()
    }
}
