//! Views of the volume rendering as numbers for the shaders.

use bytemuck::{Pod, Zeroable};
use glam::{DAffine3, DVec2, DVec3};

use super::bricks::BRICK_EDGE;
use super::occlusion::Atlas;
use super::uniforms::{brightness, dims, vec4};
use super::volume_texture::VolumeTexture;
use crate::view::clip::CLIP_PLANES;
use crate::view::shading::{OPAQUE_ENOUGH, SURFACE_COLOR, Shading, VOLUME_BACKGROUND};
use crate::view::{Manner, TransferFunction, VolumeView};

/// Entries of the transfer table.
pub const TABLE_LEN: usize = 1024;

/// `struct Rays` of `rays.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Pod, Zeroable)]
pub struct RayUniforms {
    origin: [f32; 4],
    per_x: [f32; 4],
    per_y: [f32; 4],
    per_step: [f32; 4],
    eye: [f32; 4],
    middle: [f32; 4],
    dims: [f32; 4],
    inv_dims: [f32; 4],
    bricks: [f32; 4],
    tables: [f32; 4],
    gradient: [[f32; 4]; 3],
    to_light: [f32; 4],
    halfway: [f32; 4],
    light: [f32; 4],
    deep: [f32; 4],
    background: [f32; 4],
    surface: [f32; 4],
    clip_low: [f32; 4],
    clip_high: [f32; 4],
    clip_planes: [[f32; 4]; CLIP_PLANES],
    insets: [[f32; 4]; 3],
    cells: [f32; 4],
    cells_per_voxel: [f32; 4],
    decay: [f32; 4],
    glass: [f32; 4],
    in_bone: [f32; 4],
    bone: [f32; 4],
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
        let patient_from_voxel = geometry.patient_from_voxel();
        let axes = view.axes();
        let corner = view.patient_from_px(DVec2::ZERO, size_px);
        let per = |direction: DVec3| voxel_from_patient.matrix3 * direction;
        let px_mm = size_px / target_px * view.mm_per_px;
        let step_mm = view.step_mm(geometry);
        let eye = view.eye_position_mm();
        let coding = volume.coding;
        let (low, high) = transfer.range();
        let last = (TABLE_LEN - 1) as f64;
        let per_value = last / (high - low).max(1e-6) / TABLE_LEN as f64;
        let (x, y) = brightness(&view.window, coding);
        let gradient = Shading::gradient_from_differences(geometry) * coding.scale;
        let shading = Shading::new(view);
        let size = dims(geometry);
        let at_share = |share: DVec3| share.clamp(DVec3::ZERO, DVec3::ONE) * size - 0.5;
        let atlas = Atlas::new(geometry);
        let cell_voxels = DVec3::from_array(atlas.cells.voxels.map(|n| n as f64));
        let (open, closed) = Shading::HIDDEN;
        let manner = view.manner();
        let on_way = |(low, high): (f64, f64)| {
            let per_value = 1.0 / (high - low);
            [
                (coding.scale * per_value) as f32,
                ((coding.center - low) * per_value) as f32,
            ]
        };
        let or_always = |span: Option<(f64, f64)>| span.map_or([0.0, 1.0], on_way);
        let [whole_x, whole_y] = or_always(manner.glass);
        let [anywhere_x, anywhere_y] = or_always(manner.in_bone);
        let [bone_x, bone_y] = on_way(manner.bone);
        let (enters_bone, closed_in) = Manner::CLOSED_IN;
        Self {
            origin: vec4(
                voxel_from_patient.transform_point3(corner),
                BRICK_EDGE as f64,
            ),
            per_x: vec4(per(axes.right * px_mm.x), px_mm.x),
            per_y: vec4(per(axes.down * px_mm.y), px_mm.y),
            per_step: vec4(per(axes.forward * step_mm), step_mm),
            eye: eye.map_or([0.0; 4], |eye_mm| {
                vec4(
                    voxel_from_patient.transform_point3(eye_mm),
                    eye_mm.distance(view.target_mm),
                )
            }),
            middle: [
                (0.5 * target_px.x) as f32,
                (0.5 * target_px.y) as f32,
                VolumeView::NEAR_MM as f32,
                (step_mm / Shading::CUT_MM) as f32,
            ],
            dims: vec4(size, 1.0 - OPAQUE_ENOUGH),
            inv_dims: vec4(1.0 / size, Shading::REACH_VOXELS),
            bricks: vec4(
                DVec3::from_array(volume.bricks.bricks().map(|n| n as f64)),
                1.0 / BRICK_EDGE as f64,
            ),
            tables: [
                (coding.scale * per_value) as f32,
                ((coding.center - low) * per_value + 0.5 / TABLE_LEN as f64) as f32,
                x as f32,
                y as f32,
            ],
            gradient: [gradient.x_axis, gradient.y_axis, gradient.z_axis]
                .map(|along| vec4(along, 1.0 / Shading::SURFACE_PER_MM)),
            to_light: vec4(shading.to_light, 0.0),
            halfway: vec4(shading.halfway, 0.0),
            light: [
                Shading::AMBIENT as f32,
                Shading::DIFFUSE as f32,
                Shading::SPECULAR as f32,
                Shading::SHININESS as f32,
            ],
            deep: vec4(Shading::DEEP, view.occlusion.clamp(0.0, 1.0)),
            background: vec4(VOLUME_BACKGROUND, Shading::FLAT),
            surface: vec4(SURFACE_COLOR, coding.texture_from_value(view.surface_value)),
            clip_low: vec4(at_share(view.clip.low), open),
            clip_high: vec4(at_share(view.clip.high), closed),
            clip_planes: clip_planes(view, &patient_from_voxel),
            insets: view.insets.map(|inset| {
                inset
                    .and_then(|inset| {
                        plane_in_voxels(inset.point_mm, inset.normal, &patient_from_voxel)
                    })
                    // Met infinitely far away.
                    .unwrap_or([0.0, 0.0, 0.0, 1.0])
            }),
            cells: vec4(
                DVec3::from_array(atlas.cells.count.map(|n| n as f64)),
                atlas.across as f64,
            ),
            cells_per_voxel: vec4(1.0 / cell_voxels, atlas.cells.length_mm() / step_mm),
            decay: vec4(
                DVec3::from_array([0, 1, 2].map(|axis| atlas.cells.decay(axis))),
                0.0,
            ),
            glass: [
                whole_x,
                whole_y,
                Manner::CLEAR as f32,
                (coding.scale * 0.25 / Shading::REACH_VOXELS / step_mm) as f32,
            ],
            in_bone: [anywhere_x, anywhere_y, enters_bone as f32, closed_in as f32],
            bone: [bone_x, bone_y, nothing_up_to(transfer), 0.0],
        }
    }
}

/// The planes that cut; what is left has a negative distance.
fn clip_planes(view: &VolumeView, patient_from_voxel: &DAffine3) -> [[f32; 4]; CLIP_PLANES] {
    let mut planes = view.clip.planes.map(|plane| {
        plane
            .and_then(|plane| plane_in_voxels(plane.point_mm, plane.normal, patient_from_voxel))
            // Everything is behind this one.
            .unwrap_or([0.0, 0.0, 0.0, -1.0])
    });
    if view.clip.low.cmpgt(view.clip.high).any() {
        // The box leaves nothing, and nothing is behind this one.
        planes[0] = [0.0, 0.0, 0.0, 1.0];
    }
    planes
}

/// `xyz`, `w` such that `dot(xyz, voxel) + w` is the distance in mm from a plane; `None` if it has no direction.
fn plane_in_voxels(
    point_mm: DVec3,
    normal: DVec3,
    patient_from_voxel: &DAffine3,
) -> Option<[f32; 4]> {
    let normal = normal.try_normalize()?;
    let offset_mm = normal.dot(patient_from_voxel.translation - point_mm);
    offset_mm
        .is_finite()
        .then(|| vec4(patient_from_voxel.matrix3.transpose() * normal, offset_mm))
}

/// Up to which position in the transfer table nothing is visible; below all of them where its first entry is.
fn nothing_up_to(transfer: &TransferFunction) -> f32 {
    let hidden = transfer.points().iter().take_while(|p| p.opacity <= 0.0);
    let Some(last_hidden) = hidden.last() else {
        return f32::MIN;
    };
    let (low, high) = transfer.range();
    let share = (last_hidden.value - low) / (high - low).max(1e-6);
    // Between two entries what is visible in either is.
    let entry = (share * (TABLE_LEN - 1) as f64).floor();
    ((entry + 0.5) / TABLE_LEN as f64) as f32
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
