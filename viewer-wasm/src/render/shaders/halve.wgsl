// One slice of the volume at half its resolution (after common.wgsl, beside whole.wgsl or folded.wgsl and fine.wgsl).

struct Halved {
    // Last voxel along each axis; w: which slice of the coarser level.
    last: vec4f,
    // One over the size of the volume in voxels.
    inv_dims: vec4f,
}

@group(1) @binding(0) var<uniform> halved: Halved;

@fragment
fn draw_half(@builtin(position) position: vec4f) -> @location(0) vec4f {
    // Between eight voxels linear interpolation is their mean; at the end of an odd axis, of those that are there.
    let voxel = vec3f(floor(position.xy), halved.last.w) * 2.0 + 0.5;
    return vec4f(value_at(min(voxel, halved.last.xyz), halved.inv_dims.xyz), 0.0, 0.0, 1.0);
}
