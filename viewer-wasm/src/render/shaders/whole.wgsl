// A volume that is one texture (beside common.wgsl).

fn fine_at(voxel: vec3f, inv_dims: vec3f) -> f32 {
    return textureSampleLevel(volume, linear_sampler, (voxel + 0.5) * inv_dims, 0.0).r;
}
