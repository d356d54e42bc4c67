// One plane or slab (after common.wgsl).

struct Plane {
    // Voxel position of the corner of the first pixel; w: samples across the slab.
    origin: vec4f,
    // Voxels per pixel to the right; w: 1 for the nearest voxel instead of linear interpolation.
    per_x: vec4f,
    // Voxels per pixel downwards; w: 0 mean, 1 maximum, 2 minimum.
    per_y: vec4f,
    // Voxels from one sample of the slab to the next.
    per_sample: vec4f,
    // Size of the volume in voxels.
    dims: vec4f,
    // One over it.
    inv_dims: vec4f,
    // Brightness is value * x + y.
    window: vec4f,
}

@group(1) @binding(0) var<uniform> plane: Plane;

// False for a plane of one sample, which is drawn by a program without the loop: software devices take half the time.
override slab: bool = true;

fn plane_value(voxel: vec3f) -> f32 {
    return value_at(select(voxel, floor(voxel + 0.5), plane.per_x.w > 0.5), plane.inv_dims.xyz);
}

@fragment
fn draw_plane(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let dims = plane.dims.xyz;
    let samples = plane.origin.w;
    let middle = plane.origin.xyz + position.x * plane.per_x.xyz + position.y * plane.per_y.xyz;
    var value = 0.0;
    var count = 0.0;
    if (!slab) {
        if (inside(middle, dims)) {
            value = plane_value(middle);
            count = 1.0;
        }
    } else {
        var voxel = middle - plane.per_sample.xyz * (0.5 * (samples - 1.0));
        for (var i = 0.0; i < samples; i += 1.0) {
            if (inside(voxel, dims)) {
                let sampled = plane_value(voxel);
                if (plane.per_y.w < 0.5 || count < 0.5) {
                    value += sampled;
                } else if (plane.per_y.w < 1.5) {
                    value = max(value, sampled);
                } else {
                    value = min(value, sampled);
                }
                count += 1.0;
            }
            voxel += plane.per_sample.xyz;
        }
        if (plane.per_y.w < 0.5) {
            value /= max(count, 1.0);
        }
    }
    if (count < 0.5) {
        return vec4f(0.0, 0.0, 0.0, 1.0);
    }
    return vec4f(toned(clamp(value * plane.window.x + plane.window.y, 0.0, 1.0)), 1.0);
}
