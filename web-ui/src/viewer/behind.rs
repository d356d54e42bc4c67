//! What lies behind the visible surface of the volume rendering, found in the exact values.
//!
//! A ray from the point to the viewer is followed through the volume with the opacities of the picture. That takes a
//! millisecond or so for a measurement, so it is done when the view has come to rest.

use super::space::{Space, share_from_patient};
use crate::loading::pace::sleep;
use crate::workspace::{ActiveScan, Workspace};
use glam::DVec3;
use leptos::prelude::*;
use viewer_wasm::view::{Rendering, TransferFunction, VolumeView};
use wasm_bindgen_futures::spawn_local;

/// The view is at rest when nothing changed for so long.
const REST_MS: i32 = 180;
/// Nearest to the point itself the ray is not followed: points are put on surfaces.
const SKIN_MM: f64 = 1.2;
/// A point is hidden when less of its light comes through.
const HIDDEN_BELOW: f64 = 0.2;
/// The most steps of a ray.
const STEPS: f64 = 400.0;

/// The measurements that are hidden for the most part; found anew whenever the view rests.
pub fn hidden_measurements(workspace: Workspace) -> RwSignal<Vec<u32>> {
    let hidden = RwSignal::new(Vec::new());
    let asked = StoredValue::new(0u32);
    Effect::new(move |_| {
        workspace.volume_view.track();
        workspace.progress.track();
        if workspace.measurements.with(Vec::is_empty) {
            if !hidden.with_untracked(Vec::is_empty) {
                hidden.set(Vec::new());
            }
            return;
        }
        let number = asked.with_value(|asked| asked.wrapping_add(1));
        asked.set_value(number);
        spawn_local(async move {
            sleep(REST_MS).await;
            // Gone with the view, or something changed meanwhile.
            if asked.try_get_value() != Some(number) {
                return;
            }
            let found = find(workspace);
            if hidden.try_with_untracked(|now| *now != found) == Some(true) {
                hidden.set(found);
            }
        });
    });
    hidden
}

fn find(workspace: Workspace) -> Vec<u32> {
    let (Some(space), Some(scan)) = (Space::now(workspace), untrack(|| workspace.active_scan()))
    else {
        return Vec::new();
    };
    let view = workspace.volume_view.get_untracked();
    if !matches!(view.rendering, Rendering::Composite | Rendering::Surface) {
        return Vec::new();
    }
    workspace.measurements.with_untracked(|list| {
        list.iter()
            .filter(|measurement| {
                let points = measurement.shape.points_mm();
                let behind = points
                    .iter()
                    .filter(|point| is_hidden(&scan, &view, **point, space.to_viewer(**point)))
                    .count();
                2 * behind > points.len()
            })
            .map(|measurement| measurement.id)
            .collect()
    })
}

/// Whether hardly any light of a point reaches the viewer.
fn is_hidden(scan: &ActiveScan, view: &VolumeView, point_mm: DVec3, to_viewer: DVec3) -> bool {
    let geometry = &scan.series.geometry;
    let function = view.visible_function();
    let manner = view.manner();
    let finest_mm = geometry
        .spacing_mm
        .into_iter()
        .fold(f64::INFINITY, f64::min);
    let reach_mm = geometry.diagonal_mm();
    let step_mm = finest_mm.max(reach_mm / STEPS);
    let mut light = 1.0;
    let mut at_mm = SKIN_MM.max(step_mm);
    while at_mm < reach_mm && light >= HIDDEN_BELOW {
        let here = point_mm + to_viewer * at_mm;
        at_mm += step_mm;
        if !view.clip.keeps(share_from_patient(geometry, here), here) {
            continue;
        }
        if let Some(probe) = scan.probe(here) {
            let opacity = function.at(probe.value).1;
            let length_mm = step_mm * manner.least_share(probe.value);
            light *= 1.0 - TransferFunction::opacity_over(opacity, length_mm);
        }
    }
    light < HIDDEN_BELOW
}
