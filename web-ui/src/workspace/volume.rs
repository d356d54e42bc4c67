//! The volume rendering: how it looks, what it leaves out, which planes are in it, and where it is looked at from.

use super::Workspace;
use crate::loading::pace::{next_frame, now_ms};
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::{
    Clip, ClipPlane, ControlPoint, Inset, PlaneView, StandardView, TransferFunction, ViewId,
    VolumePreset, VolumeView,
};
use wasm_bindgen_futures::spawn_local;

/// A clip box is at least this share of the volume wide.
const THINNEST: f64 = 0.02;
/// How long a turn to another side takes.
const TURN_MS: f64 = 280.0;

impl Workspace {
    /// Shows a preset, unedited.
    pub fn use_volume_preset(self, preset: VolumePreset) {
        self.change_look(|view| *view = view.with_preset(preset));
    }

    /// Takes edited colours and opacities; the caller keeps the step of undo.
    pub fn edit_function(self, points: Vec<ControlPoint>) {
        self.volume_view
            .update(|view| view.custom = Some(TransferFunction::new(points)));
    }

    /// Moves the values where tissues begin, of a preset and of an edited function alike.
    pub fn shift_tissues(self, shift: f64) {
        self.volume_view.update(|view| {
            view.custom = view
                .custom
                .map(|function| function.shifted(shift - view.shift));
            view.shift = shift;
        });
    }

    /// A perspective, or an orthographic camera, in which sizes can be compared.
    pub fn set_perspective(self, on: bool) {
        let size = self.size_now(ViewId::Volume);
        self.volume_view
            .update(|view| *view = view.with_perspective(on, size));
    }

    /// Puts one face of the clip box, of axis 0 to 2, to a share of the volume; it stays before its opposite face.
    pub fn set_clip_face(self, axis: usize, upper: bool, share: f64) {
        self.volume_view
            .update(|view| view.clip = with_face(view.clip, axis, upper, share));
    }

    /// Leaves of the volume what lies between two shares of the axes `u` and `v`; the third axis stays.
    pub fn crop(self, [u, v]: [usize; 2], from: DVec3, to: DVec3) {
        self.volume_view.update(|view| {
            for axis in [u, v] {
                let low = from[axis].min(to[axis]).clamp(0.0, 1.0 - THINNEST);
                let high = from[axis].max(to[axis]).clamp(low + THINNEST, 1.0);
                view.clip.low[axis] = low;
                view.clip.high[axis] = high;
            }
        });
    }

    /// The whole volume again, in the box and without planes.
    pub fn reset_clip(self) {
        self.change_look(|view| view.clip = Clip::NONE);
    }

    /// Cuts away what lies before the point that the camera looks at; says in which place the plane is kept, or `None` where
    /// all are taken.
    pub fn add_clip_plane(self) -> Option<usize> {
        let view = self.volume_view.get_untracked();
        let place = view.clip.planes.iter().position(Option::is_none)?;
        self.change_look(|view| {
            view.clip.planes[place] = Some(ClipPlane {
                point_mm: view.target_mm,
                normal: -view.axes().forward,
            });
        });
        Some(place)
    }

    /// Moves or turns a clip plane; the caller keeps the step of undo.
    pub fn set_clip_plane(self, place: usize, plane: ClipPlane) {
        self.volume_view.update(|view| {
            if let Some(kept) = view.clip.planes.get_mut(place) {
                *kept = Some(plane);
            }
        });
    }

    /// The other side is cut away.
    pub fn flip_clip_plane(self, place: usize) {
        self.change_look(|view| {
            if let Some(Some(plane)) = view.clip.planes.get_mut(place) {
                plane.normal = -plane.normal;
            }
        });
    }

    /// Turned about its point so that it cuts away what is before it as seen now.
    pub fn turn_clip_plane_to_viewer(self, place: usize) {
        self.change_look(|view| {
            let normal = -view.axes().forward;
            if let Some(Some(plane)) = view.clip.planes.get_mut(place) {
                plane.normal = normal;
            }
        });
    }

    pub fn remove_clip_plane(self, place: usize) {
        self.change_look(|view| {
            if let Some(kept) = view.clip.planes.get_mut(place) {
                *kept = None;
            }
        });
    }

    /// Shows a plane inside the volume, or takes it out.
    pub fn show_inset(self, id: ViewId, shown: bool) {
        if let Some(at) = ViewId::PLANES.into_iter().position(|plane| plane == id) {
            self.insets_shown.update(|insets| insets[at] = shown);
        }
    }

    /// Shows these planes inside the volume (axial, coronal, sagittal) and no others, from the next drawing on.
    pub fn set_insets(self, shown: [bool; 3]) {
        self.insets_shown.set(shown);
        self.put_insets(shown, |plane| plane.get_untracked());
    }

    /// Keeps the planes inside the volume where the planes are. Called once.
    pub(super) fn follow_planes(self) {
        Effect::new(move |_| {
            self.put_insets(self.insets_shown.get(), |plane| plane.get());
        });
    }

    /// Lets the presets fit a scan without calibrated values, unless somebody moved its tissues already. Called once.
    pub(super) fn follow_tissues(self) {
        Effect::new(move |_| {
            let shift = self.tissue_shift.get().filter(|shift| *shift != 0.0);
            let moved = self.volume_view.with_untracked(|view| view.shift != 0.0);
            if let Some(shift) = shift.filter(|_| !moved) {
                self.shift_tissues(shift);
            }
        });
    }

    fn put_insets(self, shown: [bool; 3], read: fn(RwSignal<PlaneView>) -> PlaneView) {
        let mut insets = [None; 3];
        for (at, id) in ViewId::PLANES.into_iter().enumerate() {
            let plane = self.plane(id).filter(|_| shown[at]);
            insets[at] = plane.map(|plane| inset_of(&read(plane)));
        }
        let now = self.volume_view.with_untracked(|view| view.insets);
        if !alike(&now, &insets) {
            self.volume_view.update(|view| view.insets = insets);
        }
    }

    /// Looks from a side of the patient, with a short turn unless the system asks for less motion.
    pub fn look_from(self, standard: StandardView) {
        let (azimuth_deg, elevation_deg) = standard.angles_deg();
        let from = self.volume_view.get_untracked();
        if reduces_motion() {
            self.volume_view
                .update(|view| put_angles(view, azimuth_deg, elevation_deg));
            return;
        }
        let turn = (azimuth_deg - from.azimuth_deg + 180.0).rem_euclid(360.0) - 180.0;
        let rise = elevation_deg - from.elevation_deg;
        let began = now_ms();
        spawn_local(async move {
            let mut last = (from.azimuth_deg, from.elevation_deg);
            loop {
                next_frame().await;
                let part = ((now_ms() - began) / TURN_MS).clamp(0.0, 1.0);
                let eased = part * part * (3.0 - 2.0 * part);
                let now = self
                    .volume_view
                    .with_untracked(|view| (view.azimuth_deg, view.elevation_deg));
                // Somebody else turned it meanwhile: theirs counts.
                if now != last {
                    return;
                }
                last = if part >= 1.0 {
                    (azimuth_deg, elevation_deg)
                } else {
                    (
                        from.azimuth_deg + turn * eased,
                        from.elevation_deg + rise * eased,
                    )
                };
                self.volume_view
                    .update(|view| put_angles(view, last.0, last.1));
                if part >= 1.0 {
                    return;
                }
            }
        });
    }
}

fn put_angles(view: &mut VolumeView, azimuth_deg: f64, elevation_deg: f64) {
    view.azimuth_deg = azimuth_deg;
    view.elevation_deg = elevation_deg;
}

/// Whether the system asks for less motion.
fn reduces_motion() -> bool {
    web_sys::window()
        .and_then(|window| {
            window
                .match_media("(prefers-reduced-motion: reduce)")
                .ok()
                .flatten()
        })
        .is_some_and(|query| query.matches())
}

fn with_face(mut clip: Clip, axis: usize, upper: bool, share: f64) -> Clip {
    if axis < 3 && share.is_finite() {
        if upper {
            clip.high[axis] = share.clamp(clip.low[axis] + THINNEST, 1.0);
        } else {
            clip.low[axis] = share.clamp(0.0, clip.high[axis] - THINNEST);
        }
    }
    clip
}

/// A plane without where its middle is: moved along itself it is the same.
fn inset_of(plane: &PlaneView) -> Inset {
    let normal = plane.normal();
    Inset {
        point_mm: normal * plane.center_mm.dot(normal),
        normal,
    }
}

/// Whether planes are the same but for rounding.
fn alike(a: &[Option<Inset>; 3], b: &[Option<Inset>; 3]) -> bool {
    let close = |a: DVec3, b: DVec3| a.distance(b) < 1e-6;
    a.iter().zip(b).all(|pair| match pair {
        (Some(a), Some(b)) => close(a.point_mm, b.point_mm) && close(a.normal, b.normal),
        (None, None) => true,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_face_stops_before_its_opposite() {
        let clip = with_face(Clip::NONE, 1, true, 0.4);
        assert_eq!(clip.high.y, 0.4);
        let clip = with_face(clip, 1, false, 0.9);
        assert!((clip.low.y - 0.38).abs() < 1e-12);
        assert_eq!(with_face(clip, 1, true, 7.0).high.y, 1.0);
        assert_eq!(with_face(clip, 0, false, f64::NAN), clip);
    }

    #[test]
    fn a_plane_moved_along_itself_is_the_same_inset() {
        let plane = crate::workspace::framing::blank_plane(ViewId::Coronal);
        let moved = PlaneView {
            center_mm: plane.center_mm + plane.right * 7.0 + plane.down * 3.0,
            ..plane
        };
        let inset = |plane| [Some(inset_of(plane)), None, None];
        assert!(alike(&inset(&plane), &inset(&moved)));
        let deeper = PlaneView {
            center_mm: plane.center_mm + plane.normal(),
            ..plane
        };
        assert!(!alike(&inset(&plane), &inset(&deeper)));
    }
}
