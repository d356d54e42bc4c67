//! A renderer with a volume on it and one view, and what the process takes for it.

use std::time::Instant;

use viewer_wasm::render::{Rect, Renderer};
use viewer_wasm::series::Series;
use viewer_wasm::view::{PlaneView, RgbaImage, ViewId, ViewState};
use viewer_wasm::volume::Volume;

use crate::Failure;

/// A renderer without a canvas, and its one view.
pub struct Stage {
    pub renderer: Renderer,
}

impl Stage {
    pub fn new((width, height): (u32, u32)) -> Result<Self, Failure> {
        let mut renderer = pollster::block_on(Renderer::headless())?;
        let rect = Rect {
            width,
            height,
            ..Rect::default()
        };
        renderer.set_layout(&[(ViewId::Volume, rect)]);
        Ok(Self { renderer })
    }

    /// Puts a volume in the place of the one before, and draws a plane; milliseconds.
    pub fn load(&mut self, series: &Series, volume: &Volume) -> Result<f64, Failure> {
        let range = (-1024.0, 3071.0);
        let renderer = &mut self.renderer;
        renderer.begin_volume(&series.geometry, &series.rescale, series.value_type, range)?;
        let start = Instant::now();
        for k in 0..series.geometry.dims[2] {
            if let Some(slice) = volume.slice(k) {
                renderer.upload_slice(k, slice)?;
            }
        }
        renderer.finish_volume(range, volume)?;
        let middle = PlaneView::axial(&series.geometry, glam::DVec2::ONE);
        self.frame(&ViewState::Plane(middle));
        Ok(start.elapsed().as_secs_f64() * 1e3)
    }

    /// Draws and waits; milliseconds.
    pub fn frame(&mut self, view: &ViewState) -> f64 {
        let start = Instant::now();
        self.renderer.render_view(ViewId::Volume, view);
        pollster::block_on(self.renderer.finish());
        start.elapsed().as_secs_f64() * 1e3
    }

    pub fn image(&mut self) -> Result<RgbaImage, Failure> {
        Ok(pollster::block_on(self.renderer.read_view(ViewId::Volume))?)
    }
}

/// Processor time that this process has used so far, all threads, in ms (Linux; 0 elsewhere): what a busy machine
/// does not distort.
pub fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    // utime and stime, in ticks of 10 ms.
    let ticks = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|n| n.parse::<f64>().ok());
    ticks.sum::<f64>() * 10.0
}

/// Memory that this process holds, in bytes (Linux; 0 elsewhere). A software graphics device keeps its textures there.
pub fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next());
    kilobytes.and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) * 1024
}
