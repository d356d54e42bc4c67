//! How a scan is looked at and what was measured in it: kept while something else takes its place that may not last.

use super::framing::Framing;
use super::{History, Measurement, Mode, SliceGrid, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::{PlaneView, Tones, ViewId, VolumeView, Window};

/// See [`Workspace::looks`].
pub(crate) struct Looks {
    mode: Mode,
    maximised: Option<ViewId>,
    planes: [PlaneView; 3],
    image: PlaneView,
    grid: SliceGrid,
    volume: VolumeView,
    insets_shown: [bool; 3],
    crosshair_mm: DVec3,
    window: Window,
    tones: Tones,
    voi_table: Option<usize>,
    framing: Framing,
    measurements: Vec<Measurement>,
    history: History,
}

impl Workspace {
    /// How the scan on screen is looked at. A comparison is not part of it.
    pub(crate) fn looks(self) -> Looks {
        let mode = self.mode.get_untracked();
        Looks {
            mode: if mode == Mode::Compare {
                Mode::Mpr
            } else {
                mode
            },
            maximised: self.maximised.get_untracked(),
            planes: self.planes_now(),
            image: self.image.get_untracked(),
            grid: self.grid.get_untracked(),
            volume: self.volume_view.get_untracked(),
            insets_shown: self.insets_shown.get_untracked(),
            crosshair_mm: self.crosshair_mm.get_untracked(),
            window: self.window.get_untracked(),
            tones: self.tones.get_untracked(),
            voi_table: self.voi_table.get_untracked(),
            framing: self.framing.get_value(),
            measurements: self.measurements.get_untracked(),
            history: self.history.get_untracked(),
        }
    }

    /// Looks at the scan on screen, which is the same again, as before.
    pub(crate) fn put_looks(self, looks: Looks) {
        self.mode.set(looks.mode);
        self.maximised.set(looks.maximised);
        self.put_planes(looks.planes);
        self.image.set(looks.image);
        self.grid.set(looks.grid);
        self.volume_view.set(looks.volume);
        self.insets_shown.set(looks.insets_shown);
        self.crosshair_mm.set(looks.crosshair_mm);
        self.window.set(looks.window);
        self.tones.set(looks.tones);
        self.voi_table.set(looks.voi_table);
        self.framing.set_value(looks.framing);
        self.measurements.set(looks.measurements);
        self.history
            .update(|now| *now = looks.history.counting_on_from(now));
    }
}
