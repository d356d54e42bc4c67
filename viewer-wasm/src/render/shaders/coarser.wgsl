// Views in which a pixel covers more than a voxel (beside whole.wgsl or folded.wgsl): the volume at half its resolution,
// or something between it and the volume itself.

struct Detail {
    // Half of one over the size of the coarser level in texels; w: its part, 0 to 1.
    half_inv_size: vec4f,
}

@group(2) @binding(0) var coarser: texture_3d<f32>;
@group(2) @binding(1) var<uniform> detail: Detail;

fn texel_at(voxel: vec3f, inv_dims: vec3f) -> f32 {
    let part = detail.half_inv_size.w;
    let smoothed = textureSampleLevel(coarser, linear_sampler, (voxel + 0.5) * detail.half_inv_size.xyz, 0.0).r;
    if (part >= 1.0) {
        return smoothed;
    }
    return mix(fine_at(voxel, inv_dims), smoothed, part);
}
