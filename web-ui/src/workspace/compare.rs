//! Another scan beside the one that is open: what both sides have together.
//!
//! The other scan has a [`Workspace`] of its own, which is made when it is first needed and then kept, empty while nothing
//! is compared. Each plane of the second side is that of the first, moved by an offset; `crate::compare` keeps that true
//! while either is moved.

use super::framing::Framing;
use super::{Mode, SeriesId, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::series::{Geometry, Pair};
use viewer_wasm::view::{PlaneView, ViewId};

/// Offsets that differ by less are the same, mm.
const SAME_OFFSET_MM: f64 = 1e-6;

/// What relates positions of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alignment {
    /// Both files name one frame of reference: the same position is the same place.
    SameFrame,
    /// Nothing but that the middle of one lies on the middle of the other.
    Centres,
    /// A hand has put one over the other.
    ByHand,
}

impl Alignment {
    /// The name for scripts and locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SameFrame => "same-frame",
            Self::Centres => "centres",
            Self::ByHand => "by-hand",
        }
    }
}

/// How two scans are looked at side by side. `Copy`, and the same of both sides.
#[derive(Clone, Copy)]
pub struct Comparison {
    /// The plane that both show.
    pub plane: RwSignal<ViewId>,
    /// Moving one side moves the other.
    pub linked: RwSignal<bool>,
    /// From a position on the first side to the one beside it, LPS, mm.
    pub offset_mm: RwSignal<DVec3>,
    /// The offset before a hand changed it.
    pub start_mm: RwSignal<DVec3>,
    /// What the two have in common; `None` while there are no two.
    pub pair: RwSignal<Option<Pair>>,
    /// Somebody knows that they are of different people, and wants to see them.
    pub accepted: RwSignal<bool>,
    /// The series that is to be shown beside the open one.
    pub(crate) wanted: RwSignal<Option<SeriesId>>,
    /// The workspace of the second side, once it was needed.
    pub(crate) second: StoredValue<Option<Workspace>, LocalStorage>,
    /// Lives as long as the app.
    pub(crate) home: StoredValue<Option<Owner>>,
    geometries: StoredValue<[Option<Geometry>; 2]>,
    earlier: StoredValue<Option<Earlier>>,
}

/// What was on screen before.
#[derive(Clone, Copy)]
struct Earlier {
    scan: u32,
    mode: Mode,
    maximised: Option<ViewId>,
    planes: [PlaneView; 3],
    crosshair_mm: DVec3,
    framing: Framing,
}

impl Comparison {
    pub(super) fn new() -> Self {
        Self {
            plane: RwSignal::new(ViewId::Axial),
            linked: RwSignal::new(true),
            offset_mm: RwSignal::new(DVec3::ZERO),
            start_mm: RwSignal::new(DVec3::ZERO),
            pair: RwSignal::new(None),
            accepted: RwSignal::new(false),
            wanted: RwSignal::new(None),
            second: StoredValue::new_local(None),
            home: StoredValue::new(Owner::current()),
            geometries: StoredValue::new([None; 2]),
            earlier: StoredValue::new(None),
        }
    }

    /// What relates positions of the two sides. Tracks.
    pub fn alignment(self) -> Alignment {
        let by_hand = self.offset_mm.get().distance(self.start_mm.get()) > SAME_OFFSET_MM;
        match self.pair.get() {
            _ if by_hand => Alignment::ByHand,
            Some(pair) if pair.same_frame => Alignment::SameFrame,
            _ => Alignment::Centres,
        }
    }

    /// Where the voxels are that are shown beside a side.
    pub(super) fn beside(self, is_second: bool) -> Option<Geometry> {
        self.geometries.get_value()[usize::from(!is_second)]
    }

    pub(crate) fn set_geometries(self, geometries: [Option<Geometry>; 2]) {
        self.geometries.set_value(geometries);
    }
}

impl Workspace {
    /// Makes place for another scan beside the open one.
    pub fn start_comparing(self) {
        if self.mode.get_untracked() == Mode::Compare {
            return;
        }
        self.stop_cine();
        let plane = self.maximised.get_untracked();
        let plane = plane.unwrap_or(self.active_view.get_untracked());
        if ViewId::PLANES.contains(&plane) {
            self.compare.plane.set(plane);
        }
        self.compare.earlier.set_value(Some(Earlier {
            scan: self.scan_generation.get_untracked(),
            mode: self.mode.get_untracked(),
            maximised: self.maximised.get_untracked(),
            planes: ViewId::PLANES.map(|id| self.plane_now(id)),
            crosshair_mm: self.crosshair_mm.get_untracked(),
            framing: self.framing.get_value(),
        }));
        self.mode.set(Mode::Compare);
    }

    /// Shows a series beside the open one.
    pub fn compare_with(self, id: SeriesId) {
        self.compare.wanted.set(Some(id));
        self.start_comparing();
    }

    /// Back to what was on screen before.
    pub fn stop_comparing(self) {
        let earlier = self.compare.earlier.get_value();
        self.maximised
            .set(earlier.and_then(|earlier| earlier.maximised));
        self.mode
            .set(earlier.map_or(Mode::Mpr, |earlier| earlier.mode));
    }

    /// The views as they were before something was shown beside them, if they still show the same scan.
    pub(crate) fn take_back_views(self) {
        self.compare.set_geometries([None; 2]);
        let earlier = self
            .compare
            .earlier
            .try_update_value(Option::take)
            .flatten();
        let Some(earlier) = earlier else { return };
        if earlier.scan != self.scan_generation.get_untracked() {
            return;
        }
        for (id, plane) in ViewId::PLANES.into_iter().zip(earlier.planes) {
            if let Some(signal) = self.plane(id)
                && signal.get_untracked() != plane
            {
                signal.set(plane);
            }
        }
        self.crosshair_mm.set(earlier.crosshair_mm);
        self.framing.update_value(|framing| {
            let window_set = framing.window_set;
            *framing = earlier.framing;
            framing.window_set = window_set;
        });
    }

    /// Another drop has nothing to do with what it would be beside.
    pub(crate) fn forget_comparison(self) {
        if !self.is_second && self.mode.get_untracked() == Mode::Compare {
            self.compare.earlier.set_value(None);
            self.mode.set(Mode::Mpr);
        }
    }

    /// Puts the second side where the first one is, moved by the offset.
    pub(crate) fn put_beside(self, second: Self) {
        let offset_mm = self.compare.offset_mm.get_untracked();
        self.put_places_on(second, offset_mm);
    }

    /// Relates the sides by another offset, mm; the second one goes there.
    pub fn align_with(self, offset_mm: DVec3) {
        self.compare.offset_mm.set(offset_mm);
        if let Some(second) = self.compare.second.get_value() {
            self.put_beside(second);
        }
    }

    /// Puts another side where this one is, moved by so many mm.
    pub(crate) fn put_places_on(self, other: Self, offset_mm: DVec3) {
        for id in ViewId::PLANES {
            let mut plane = self.plane_now(id);
            plane.center_mm += offset_mm;
            let Some(signal) = other.plane(id) else {
                continue;
            };
            let now = signal.get_untracked();
            // The second side is never fitted by itself; the first one no more once it was zoomed from there.
            if other.is_second || now.mm_per_px != plane.mm_per_px {
                other.set_moved(id, true);
            }
            if now != plane {
                signal.set(plane);
            }
        }
        let crosshair_mm = self.crosshair_mm.get_untracked() + offset_mm;
        if other.crosshair_mm.get_untracked() != crosshair_mm {
            other.crosshair_mm.set(crosshair_mm);
        }
    }

    fn plane_now(self, id: ViewId) -> PlaneView {
        self.plane(id).unwrap_or(self.axial).get_untracked()
    }
}
