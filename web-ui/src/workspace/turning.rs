//! Oblique planes: turned about the crosshair, together or alone.

use super::Workspace;
use super::framing::blank_plane;
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::{Orientation, PlaneView, ViewId, oblique};

/// Planes are not turned so far that they have hardly a point in common.
const LEAST_OPENNESS: f64 = 0.25;

/// A turn that a hand is at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turning {
    /// Where it is seen.
    pub on: ViewId,
    /// Whose line is held.
    pub held: ViewId,
    /// Where the pointer is, as an angle about the crosshair on the screen.
    pub at_rad: f64,
    /// Since it began, clockwise on the screen.
    pub turned_rad: f64,
    /// The planes when it began.
    before: [PlaneView; 3],
}

/// Of each plane, what is to the right on its screen and what is down: unit vectors, LPS.
pub(super) type Turns = [[DVec3; 2]; 3];

fn turns_of(planes: &[PlaneView; 3]) -> Turns {
    planes.map(|plane| [plane.right, plane.down])
}

impl Workspace {
    pub(super) fn planes_now(self) -> [PlaneView; 3] {
        [self.axial, self.coronal, self.sagittal].map(|plane| plane.get_untracked())
    }

    pub(super) fn put_planes(self, planes: [PlaneView; 3]) {
        for (signal, plane) in [self.axial, self.coronal, self.sagittal]
            .into_iter()
            .zip(planes)
        {
            if signal.get_untracked() != plane {
                signal.set(plane);
            }
        }
    }

    /// Keeps how the planes are turned as the state to come back to, unless they still are as `before`.
    fn keep_turns(self, before: Turns) {
        if before != self.turns_now() {
            self.history.update(|history| history.keep_turns(before));
        }
    }

    /// How the planes are turned: of axial, coronal and sagittal, what is to the right on the screen and what is down.
    pub(super) fn turns_now(self) -> Turns {
        turns_of(&self.planes_now())
    }

    /// Turns the planes so. The crosshair and what is under it on each screen stay.
    pub(super) fn put_turns(self, turns: Turns) {
        let pivot = self.crosshair_mm.get_untracked();
        let now = self.planes_now();
        self.put_planes(std::array::from_fn(|at| {
            let (plane, [right, down]) = (now[at], turns[at]);
            let away = pivot - plane.center_mm;
            PlaneView {
                center_mm: pivot - right * away.dot(plane.right) - down * away.dot(plane.down),
                right,
                down,
                ..plane
            }
        }));
    }

    /// How the planes are turned. Tracks.
    pub fn orientation(self) -> Orientation {
        Orientation::of(&self.axial.get(), &self.coronal.get(), &self.sagittal.get())
    }

    /// Turns the planes that are lines on `on` about the crosshair, clockwise on its screen; `alone` only that one. False
    /// if the planes would come too near to each other.
    pub fn turn_planes(self, on: ViewId, angle_rad: f64, alone: Option<ViewId>) -> bool {
        let Some(axis) = self.plane(on).map(|plane| plane.get_untracked().normal()) else {
            return false;
        };
        let pivot = self.crosshair_mm.get_untracked();
        let mut planes = self.planes_now();
        for (id, plane) in ViewId::PLANES.into_iter().zip(&mut planes) {
            if id != on && alone.is_none_or(|only| only == id) {
                *plane = plane.turned(pivot, axis, angle_rad);
            }
        }
        let [a, b, c] = &planes;
        let open = oblique::openness([a, b, c]) >= LEAST_OPENNESS;
        if open {
            self.put_planes(planes);
        }
        open
    }

    /// Turns the three planes from the patient's axes, as [`Orientation`] counts it. The crosshair and what is under it
    /// on each screen stay.
    pub fn set_turns(self, turns_deg: DVec3) {
        let before = self.turns_now();
        let pivot = self.crosshair_mm.get_untracked();
        self.put_turns(ViewId::PLANES.map(|id| {
            let turned = Orientation::turn(&blank_plane(id), pivot, turns_deg);
            [turned.right, turned.down]
        }));
        self.keep_turns(before);
    }

    /// Turns planes as [`turn_planes`](Self::turn_planes) does, as one step of undo.
    pub fn turn_planes_once(self, on: ViewId, angle_rad: f64) {
        let before = self.turns_now();
        self.turn_planes(on, angle_rad, None);
        self.keep_turns(before);
    }

    /// A hand takes hold of a line.
    pub fn begin_turning(self, on: ViewId, held: ViewId, at_rad: f64) {
        self.turning.set(Some(Turning {
            on,
            held,
            at_rad,
            turned_rad: 0.0,
            before: self.planes_now(),
        }));
    }

    /// The hand has moved; `alone` turns the held line's plane and no other.
    pub fn turn_on(self, at_rad: f64, alone: bool) {
        let Some(mut turning) = self.turning.get_untracked() else {
            return;
        };
        // The short way round.
        let by_rad = (at_rad - turning.at_rad)
            .sin()
            .atan2((at_rad - turning.at_rad).cos());
        if by_rad != 0.0 && self.turn_planes(turning.on, by_rad, alone.then_some(turning.held)) {
            turning.at_rad = at_rad;
            turning.turned_rad += by_rad;
            self.turning.set(Some(turning));
        }
    }

    /// The hand has let go, or takes it back.
    pub fn end_turning(self, keep: bool) {
        if let Some(turning) = self.turning.get_untracked() {
            if keep {
                self.keep_turns(turns_of(&turning.before));
            } else {
                self.put_planes(turning.before);
            }
            self.turning.set(None);
        }
    }

    /// The crosshair's new place after a plane has moved: on that plane, and where the other two have their line in
    /// common, if they have one.
    pub(super) fn crosshair_on(self, id: ViewId, plane: &PlaneView) -> DVec3 {
        let crosshair = self.crosshair_mm.get_untracked();
        let (depth_mm, normal) = (plane.depth_mm(crosshair), plane.normal());
        let mut others = ViewId::PLANES
            .into_iter()
            .zip(self.planes_now())
            .filter(|(other, _)| *other != id)
            .map(|(_, other)| other.normal());
        let line = match (others.next(), others.next()) {
            (Some(a), Some(b)) => a.cross(b),
            _ => normal,
        };
        let along = line.dot(normal);
        if along.abs() < 1e-3 {
            crosshair - normal * depth_mm
        } else {
            crosshair - line * (depth_mm / along)
        }
    }
}
