//! Ambient occlusion on the GPU: how hidden each cell of the volume is, drawn layer by layer as tiles of an atlas, since
//! WebGL2 draws into flat textures best. What it means is in [`view::occlusion`](crate::view::occlusion).

use std::ops::Range;

use super::canvas::{begin_pass, continue_pass};
use super::device::Gpu;
use super::look::flat_texture;
use crate::series::Geometry;
use crate::view::occlusion::OcclusionCells;
use crate::view::{Clip, Manner, TransferFunction};

/// What is drawn when: transfer function, how tissues are shown, clipping, the volume's revision.
pub type OcclusionSource = (TransferFunction, Manner, Clip, u64);

/// Of a cell, how hidden it is, and how much around it is bone; a byte each.
pub const CELL_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rg8Unorm;

/// An atlas is no wider than every device can draw to.
const MOST_COLUMNS: usize = 2048;

/// Where each layer of cells is.
pub struct Atlas {
    pub cells: OcclusionCells,
    /// Tiles side by side.
    pub across: usize,
}

impl Atlas {
    pub fn new(geometry: &Geometry) -> Self {
        let cells = OcclusionCells::new(geometry);
        let [columns, _, layers] = cells.count;
        Self {
            cells,
            across: (MOST_COLUMNS / columns).clamp(1, layers),
        }
    }

    /// Width and height in cells.
    fn size(&self) -> (u32, u32) {
        let [columns, rows, layers] = self.cells.count;
        let down = layers.div_ceil(self.across);
        ((columns * self.across) as u32, (rows * down) as u32)
    }
}

/// Passes of an atlas, each over all of its rows.
const PASSES: u32 = 4;

/// The atlas, and another one for what is on the way to it.
pub struct OcclusionMap {
    /// What it shows, if it is whole.
    made_from: Option<OcclusionSource>,
    /// What it will show, and how many rows of all passes are drawn.
    begun: Option<(OcclusionSource, u32)>,
    size: (u32, u32),
    /// How hidden each cell is.
    pub view: wgpu::TextureView,
    between: wgpu::TextureView,
}

/// Rows of one pass.
pub struct Part {
    pub pass: usize,
    pub rows: Range<u32>,
}

impl OcclusionMap {
    pub fn new(gpu: &Gpu, geometry: &Geometry) -> Self {
        let size = Atlas::new(geometry).size();
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING;
        let atlas = || {
            flat_texture(gpu, "occlusion", size, CELL_FORMAT, usage)
                .create_view(&wgpu::TextureViewDescriptor::default())
        };
        Self {
            made_from: None,
            begun: None,
            size,
            view: atlas(),
            between: atlas(),
        }
    }

    /// Whether it shows this, whole.
    pub fn shows(&self, source: &OcclusionSource) -> bool {
        self.made_from.as_ref() == Some(source)
    }

    /// Rows of all passes that are still to be drawn until it shows this.
    pub fn rows_left(&self, source: &OcclusionSource) -> u32 {
        if self.shows(source) {
            return 0;
        }
        let drawn = self.begun.filter(|(begun, _)| begun == source);
        PASSES * self.size.1 - drawn.map_or(0, |(_, rows)| rows)
    }

    /// What is to be drawn next until it shows this: some rows, `most` at most, of one pass. Whoever takes them draws them; until the
    /// last of them it shows nothing.
    pub fn take(&mut self, source: OcclusionSource, most: u32) -> Option<Part> {
        let left = self.rows_left(&source);
        if left == 0 {
            return None;
        }
        let height = self.size.1;
        let drawn = PASSES * height - left;
        let first = drawn % height;
        let end = first.saturating_add(most.max(1)).min(height);
        let now = drawn - first + end;
        let is_whole = now == PASSES * height;
        self.made_from = is_whole.then_some(source);
        self.begun = (!is_whole).then_some((source, now));
        Some(Part {
            pass: (drawn / height) as usize,
            rows: first..end,
        })
    }

    /// For a pass: the atlas it reads, if any, and the one it draws.
    pub fn between(&self, pass: usize) -> (Option<&wgpu::TextureView>, &wgpu::TextureView) {
        let (a, b) = (&self.between, &self.view);
        match pass {
            0 => (None, a),
            2 => (Some(b), a),
            _ => (Some(a), b),
        }
    }

    /// Draws rows of a pass.
    pub fn encode(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        Part { pass, rows }: &Part,
        pipeline: &wgpu::RenderPipeline,
        groups: [&wgpu::BindGroup; 2],
    ) {
        let (_, target) = self.between(*pass);
        let mut pass = if rows.start == 0 {
            begin_pass(encoder, target)
        } else {
            continue_pass(encoder, target)
        };
        pass.set_scissor_rect(0, rows.start, self.size.0, rows.end - rows.start);
        pass.set_pipeline(pipeline);
        for (index, group) in (0u32..).zip(groups) {
            pass.set_bind_group(index, group, &[]);
        }
        pass.draw(0..3, 0..1);
    }
}
