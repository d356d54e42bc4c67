//! Ambient occlusion on the GPU: how hidden each cell of the volume is, drawn layer by layer as tiles of an atlas, since
//! WebGL2 draws into flat textures best. What it means is in [`view::occlusion`](crate::view::occlusion).

use super::canvas::begin_pass;
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

/// The atlas, and another one for what is on the way to it.
pub struct OcclusionMap {
    /// What it shows, once it was drawn.
    pub made_from: Option<OcclusionSource>,
    /// How hidden each cell is.
    pub view: wgpu::TextureView,
    between: wgpu::TextureView,
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
            view: atlas(),
            between: atlas(),
        }
    }

    /// For each of the four passes, in order: the atlas it reads, if any, and the one it draws.
    pub fn passes(&self) -> [(Option<&wgpu::TextureView>, &wgpu::TextureView); 4] {
        let (a, b) = (&self.between, &self.view);
        [(None, a), (Some(a), b), (Some(b), a), (Some(a), b)]
    }
}

/// Draws one of the passes.
pub fn encode(
    encoder: &mut wgpu::CommandEncoder,
    target: &wgpu::TextureView,
    pipeline: &wgpu::RenderPipeline,
    groups: [&wgpu::BindGroup; 2],
) {
    let mut pass = begin_pass(encoder, target);
    pass.set_pipeline(pipeline);
    for (index, group) in (0u32..).zip(groups) {
        pass.set_bind_group(index, group, &[]);
    }
    pass.draw(0..3, 0..1);
}
