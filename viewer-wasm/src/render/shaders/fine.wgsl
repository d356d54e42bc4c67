// Views that see every voxel (beside whole.wgsl or folded.wgsl).

fn texel_at(voxel: vec3f, inv_dims: vec3f) -> f32 {
    return fine_at(voxel, inv_dims);
}
