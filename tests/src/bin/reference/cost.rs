//! What pictures cost, in numbers that no other device would change: what rays read, and memory.

use glam::DVec2;
use serde::Serialize;
use viewer_wasm::phantom::Phantom;
use viewer_wasm::series::Geometry;
use viewer_wasm::view::{Rendering, ViewId, ViewState, VolumePreset, VolumeView};

use crate::Failure;
use crate::stage::{Stage, resident_bytes};

/// Edge of the view, in pixels.
const PX: u32 = 512;
/// Voxels along an edge of the volume by which everything but the measured volume is made before.
const SMALL: usize = 32;

#[derive(Serialize)]
struct Cost {
    /// Voxels along an edge.
    size: usize,
    adapter: String,
    /// Of the volume as half floats.
    volume_bytes: u64,
    /// What this process holds for it on the software device, beyond what it holds for a small one: with all that the views
    /// below need.
    held_bytes: u64,
    /// What the renderer says that its volume takes.
    computed_bytes: usize,
    views: Vec<Counted>,
}

/// A picture of 512 × 512 pixels.
#[derive(Serialize)]
struct Counted {
    view: &'static str,
    /// What a ray caster would read that skips nothing.
    steps: u64,
    /// Values that were read on rays, ...
    values: u64,
    /// ... as a part of the steps, ...
    part: f64,
    /// ... places that were lit, each of which reads four more, ...
    lit: u64,
    /// ... and bricks that were looked up.
    bricks: u64,
    /// Of the volume that went into the picture.
    fetched_bytes: u64,
}

/// Counts the phantom's views, and prints JSON.
pub fn print(size: usize) -> Result<(), Failure> {
    let mut stage = Stage::new((PX, PX))?;
    let small = Phantom::dental(SMALL);
    stage.load(&small.series(), &small.volume())?;
    draw_all(&mut stage, &small.geometry());
    let phantom = Phantom::dental(size);
    let (series, volume) = (phantom.series(), phantom.volume());
    let before = resident_bytes();
    stage.load(&series, &volume)?;
    draw_all(&mut stage, &series.geometry);
    let held_bytes = resident_bytes().saturating_sub(before);
    let computed_bytes = stage.renderer.volume_bytes();
    let mut views = Vec::new();
    for (name, view) in measured(&series.geometry) {
        let counts = pollster::block_on(stage.renderer.count(ViewId::Volume, &view))?;
        views.push(Counted {
            view: name,
            steps: counts.steps,
            values: counts.values,
            part: counts.values as f64 / counts.steps.max(1) as f64,
            lit: counts.lit,
            bricks: counts.bricks,
            fetched_bytes: counts.volume_bytes(),
        });
    }
    let cost = Cost {
        size,
        adapter: stage.renderer.adapter(),
        volume_bytes: 2 * (size as u64).pow(3),
        held_bytes,
        computed_bytes,
        views,
    };
    println!("{}", serde_json::to_string_pretty(&cost)?);
    Ok(())
}

fn draw_all(stage: &mut Stage, geometry: &Geometry) {
    for (_, view) in measured(geometry) {
        stage.frame(&ViewState::Volume(view));
    }
}

/// From the same side: all that is bone; less and less of it.
fn measured(geometry: &Geometry) -> [(&'static str, VolumeView); 7] {
    let bone = VolumeView {
        azimuth_deg: 30.0,
        elevation_deg: 10.0,
        ..VolumeView::fit(geometry, DVec2::splat(PX.into()))
    };
    let mut quarter = bone;
    quarter.clip.high.x = 0.5;
    quarter.clip.high.y = 0.5;
    let far = VolumeView {
        mm_per_px: 4.0 * bone.mm_per_px,
        ..bone
    };
    let teeth = VolumeView {
        preset: VolumePreset::Teeth,
        ..bone
    };
    // Above all that is in the phantom.
    let nothing = VolumeView {
        shift: 8000.0,
        ..bone
    };
    let occluded = VolumeView {
        occlusion: 0.7,
        ..bone
    };
    let maximum = VolumeView {
        rendering: Rendering::Maximum,
        ..bone
    };
    [
        ("bone", bone),
        ("bone, occlusion", occluded),
        ("teeth", teeth),
        ("bone, a quarter of the volume", quarter),
        ("bone, a sixteenth of the view", far),
        ("nothing visible", nothing),
        ("maximum", maximum),
    ]
}
