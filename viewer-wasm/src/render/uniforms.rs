//! Views of planes as numbers for the shader, and what rays share with them.

use bytemuck::{Pod, Zeroable};
use glam::{DVec2, DVec3};

use super::coding::Coding;
use super::fold::Fold;
use super::volume_texture::VolumeTexture;
use crate::series::Geometry;
use crate::view::plane::slab_samples;
use crate::view::{GridView, Interpolation, PlaneView, SlabMode, Window};

pub fn vec4(v: DVec3, w: f64) -> [f32; 4] {
    [v.x as f32, v.y as f32, v.z as f32, w as f32]
}

/// `x`, `y` such that the brightness of a texture value is `texture * x + y` (not clamped).
pub fn brightness(window: &Window, coding: Coding) -> (f64, f64) {
    let width = window.width.max(Window::MIN_WIDTH);
    (
        coding.scale / width,
        (coding.center - window.center) / width + 0.5,
    )
}

/// `struct Plane` of `plane.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct PlaneUniforms {
    origin: [f32; 4],
    per_x: [f32; 4],
    per_y: [f32; 4],
    per_sample: [f32; 4],
    dims: [f32; 4],
    inv_dims: [f32; 4],
    window: [f32; 4],
    tiles: [f32; 4],
    per_tile: [f32; 4],
}

impl PlaneUniforms {
    /// Of parallel planes side by side, in a view of `size_px`.
    pub fn of_grid(grid: &GridView, size_px: DVec2, volume: &VolumeTexture) -> Self {
        let tile_px = grid.tile_size(size_px);
        let per_tile =
            volume.geometry.voxel_from_patient().matrix3 * (grid.first.normal() * grid.spacing_mm);
        Self {
            tiles: [tile_px.x as f32, tile_px.y as f32, grid.columns as f32, 0.0],
            per_tile: vec4(per_tile, 0.0),
            ..Self::new(&grid.first, tile_px, volume)
        }
    }

    /// Of one plane, in a view of `size_px`.
    pub fn new(view: &PlaneView, size_px: DVec2, volume: &VolumeTexture) -> Self {
        let geometry = &volume.geometry;
        let voxel_from_patient = geometry.voxel_from_patient();
        let corner = view.patient_from_px(DVec2::ZERO, size_px);
        let per = |direction: DVec3| voxel_from_patient.matrix3 * direction;
        let samples = f64::from(slab_samples(view, geometry));
        let nearest = view.interpolation == Interpolation::Nearest;
        let mode = match view.slab_mode {
            SlabMode::Mean => 0.0,
            SlabMode::Mip => 1.0,
            SlabMode::MinIp => 2.0,
        };
        let (x, y) = brightness(&view.window, volume.coding);
        let origin = voxel_from_patient.transform_point3(corner);
        Self {
            origin: vec4(origin, samples),
            per_x: vec4(per(view.right * view.mm_per_px), f64::from(nearest)),
            per_y: vec4(per(view.down * view.mm_per_px), mode),
            per_sample: vec4(per(view.normal() * (view.slab_mm.max(0.0) / samples)), 0.0),
            dims: vec4(dims(geometry), 0.0),
            inv_dims: vec4(1.0 / dims(geometry), 0.0),
            window: [x as f32, y as f32, 0.0, 0.0],
            tiles: [0.0; 4],
            per_tile: [0.0; 4],
        }
    }
}

/// `struct Fold` of `folded.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct FoldUniforms {
    last: [f32; 4],
    stride: [f32; 4],
    piece: [f32; 4],
    inv_size: [f32; 4],
    pieces: [u32; 4],
    places: [u32; 4],
}

impl FoldUniforms {
    pub fn new(fold: &Fold) -> Self {
        let floats = |of: [usize; 3]| vec4(DVec3::from_array(of.map(|n| n as f64)), 0.0);
        let size = DVec3::from_array(fold.texture_size().map(|n| n as f64));
        let whole = |[x, y, z]: [usize; 3], w: usize| [x, y, z, w].map(|n| n as u32);
        Self {
            last: floats(fold.dims.map(|n| n - 1)),
            stride: floats(fold.strides()),
            piece: floats(fold.piece),
            inv_size: vec4(1.0 / size, 0.0),
            pieces: whole(fold.pieces, 0),
            places: whole(fold.places, fold.places.iter().product()),
        }
    }
}

pub fn dims(geometry: &Geometry) -> DVec3 {
    DVec3::from_array(geometry.dims.map(|n| n as f64))
}
