//! View states as numbers for the shaders.

use bytemuck::{Pod, Zeroable};
use glam::{DVec2, DVec3};

use super::bricks::BRICK_EDGE;
use super::coding::Coding;
use super::volume_texture::VolumeTexture;
use crate::series::Geometry;
use crate::view::camera::{OPAQUE_ENOUGH, Shading, VOLUME_BACKGROUND};
use crate::view::plane::slab_samples;
use crate::view::{
    GridView, Interpolation, PlaneView, SlabMode, TransferFunction, VolumeView, Window,
};

/// Entries of the transfer table.
pub const TABLE_LEN: usize = 1024;

fn vec4(v: DVec3, w: f64) -> [f32; 4] {
    [v.x as f32, v.y as f32, v.z as f32, w as f32]
}

/// `x`, `y` such that the brightness of a texture value is `texture * x + y` (not clamped).
fn brightness(window: &Window, coding: Coding) -> (f64, f64) {
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

/// `struct Rays` of `volume.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct RayUniforms {
    origin: [f32; 4],
    per_x: [f32; 4],
    per_y: [f32; 4],
    per_step: [f32; 4],
    dims: [f32; 4],
    inv_dims: [f32; 4],
    bricks: [f32; 4],
    tables: [f32; 4],
    gradient: [[f32; 4]; 3],
    to_viewer: [f32; 4],
    to_light: [f32; 4],
    halfway: [f32; 4],
    light: [f32; 4],
    background: [f32; 4],
}

impl RayUniforms {
    /// `size_px` is the view's size, `target_px` that of the picture, which may be coarser.
    pub fn new(
        view: &VolumeView,
        size_px: DVec2,
        target_px: DVec2,
        transfer: &TransferFunction,
        volume: &VolumeTexture,
    ) -> Self {
        let geometry = &volume.geometry;
        let voxel_from_patient = geometry.voxel_from_patient();
        let axes = view.axes();
        let corner = view.patient_from_px(DVec2::ZERO, size_px);
        let per = |direction: DVec3| voxel_from_patient.matrix3 * direction;
        let px = size_px / target_px * view.mm_per_px;
        let per_step = per(axes.forward * view.step_mm(geometry))
            .to_array()
            .map(|part| {
                // Divided by in the shader.
                if part.abs() < 1e-6 {
                    1e-6f64.copysign(part)
                } else {
                    part
                }
            });
        let coding = volume.coding;
        let (low, high) = transfer.range();
        let last = (TABLE_LEN - 1) as f64;
        let per_value = last / (high - low).max(1e-6) / TABLE_LEN as f64;
        let (x, y) = brightness(&view.window, coding);
        let gradient = Shading::gradient_from_differences(geometry) * coding.scale;
        let shading = Shading::new(view);
        Self {
            origin: vec4(
                voxel_from_patient.transform_point3(corner),
                BRICK_EDGE as f64,
            ),
            per_x: vec4(per(axes.right * px.x), 0.0),
            per_y: vec4(per(axes.down * px.y), 0.0),
            per_step: vec4(DVec3::from_array(per_step), 0.0),
            dims: vec4(dims(geometry), 1.0 - OPAQUE_ENOUGH),
            inv_dims: vec4(1.0 / dims(geometry), Shading::REACH_VOXELS),
            bricks: vec4(
                DVec3::from_array(volume.bricks.bricks().map(|n| n as f64)),
                0.0,
            ),
            tables: [
                (coding.scale * per_value) as f32,
                ((coding.center - low) * per_value + 0.5 / TABLE_LEN as f64) as f32,
                x as f32,
                y as f32,
            ],
            gradient: [gradient.x_axis, gradient.y_axis, gradient.z_axis]
                .map(|along| vec4(along, 1.0 / Shading::SURFACE_PER_MM)),
            to_viewer: vec4(shading.to_viewer, 0.0),
            to_light: vec4(shading.to_light, 0.0),
            halfway: vec4(shading.halfway, 0.0),
            light: [
                Shading::AMBIENT as f32,
                Shading::DIFFUSE as f32,
                Shading::SPECULAR as f32,
                Shading::SHININESS as f32,
            ],
            background: vec4(VOLUME_BACKGROUND, Shading::FLAT),
        }
    }
}

fn dims(geometry: &Geometry) -> DVec3 {
    DVec3::from_array(geometry.dims.map(|n| n as f64))
}

/// The transfer function as a table over its range: red, green, blue, and the opacity of one step.
pub fn transfer_table(transfer: &TransferFunction, step_mm: f64) -> Vec<half::f16> {
    let (low, high) = transfer.range();
    (0..TABLE_LEN)
        .flat_map(|i| {
            let value = low + (high - low) * i as f64 / (TABLE_LEN - 1) as f64;
            let (color, opacity) = transfer.at(value);
            let alpha = TransferFunction::opacity_over(opacity, step_mm);
            [color[0], color[1], color[2], alpha].map(half::f16::from_f64)
        })
        .collect()
}
