// One plane or slab, or several planes side by side (after common.wgsl).

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
    // Size of a tile in pixels; z: tiles side by side.
    tiles: vec4f,
    // Voxels from one tile's plane to the next.
    per_tile: vec4f,
}

@group(1) @binding(0) var<uniform> plane: Plane;

// False for a plane of one sample, which is drawn by a program without the loop: software devices take half the time.
override slab: bool = true;
// Several planes side by side.
override tiled: bool = false;
// A smooth curve through the voxels' values. While slices are missing, straight lines do.
override cubic: bool = false;

// Catmull-Rom: the weights of the voxels before, at, after and two after a place.
fn cubic_weights(t: f32) -> vec4f {
    let t2 = t * t;
    let t3 = t2 * t;
    return vec4f(t2 - 0.5 * (t3 + t), 1.5 * t3 - 2.5 * t2 + 1.0, 2.0 * t2 - 1.5 * t3 + 0.5 * t, 0.5 * (t3 - t2));
}

// The four voxels along one axis, the outer ones going on beyond the volume.
fn cubic_voxels(low: f32, last: f32) -> vec4i {
    return vec4i(clamp(vec4f(low - 1.0, low, low + 1.0, low + 2.0), vec4f(0.0), vec4f(last)));
}

fn cubic_value(at: vec3f) -> f32 {
    // On a voxel's own place, but for rounding, the other three have no weight and are not read.
    let voxel = select(at, round(at), abs(at - round(at)) < vec3f(3e-4));
    let low = floor(voxel);
    let part = voxel - low;
    let last = plane.dims.xyz - 1.0;
    let x = cubic_voxels(low.x, last.x);
    let y = cubic_voxels(low.y, last.y);
    let z = cubic_voxels(low.z, last.z);
    let along_x = cubic_weights(part.x);
    let along_y = cubic_weights(part.y);
    let along_z = cubic_weights(part.z);
    var value = 0.0;
    for (var k = 0; k < 4; k++) {
        for (var j = 0; j < 4; j++) {
            let weight = along_y[j] * along_z[k];
            if (weight != 0.0) {
                value += weight * dot(along_x, vec4f(
                    textureLoad(volume, vec3i(x[0], y[j], z[k]), 0).r,
                    textureLoad(volume, vec3i(x[1], y[j], z[k]), 0).r,
                    textureLoad(volume, vec3i(x[2], y[j], z[k]), 0).r,
                    textureLoad(volume, vec3i(x[3], y[j], z[k]), 0).r,
                ));
            }
        }
    }
    return value;
}

fn plane_value(voxel: vec3f) -> f32 {
    if (cubic && !loading) {
        return cubic_value(voxel);
    }
    return value_at(select(voxel, floor(voxel + 0.5), plane.per_x.w > 0.5), plane.inv_dims.xyz);
}

@fragment
fn draw_plane(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let dims = plane.dims.xyz;
    let samples = plane.origin.w;
    var at = position.xy;
    var middle = plane.origin.xyz;
    if (tiled) {
        let tile = floor(at / plane.tiles.xy);
        at -= tile * plane.tiles.xy;
        middle += (tile.y * plane.tiles.z + tile.x) * plane.per_tile.xyz;
    }
    middle += at.x * plane.per_x.xyz + at.y * plane.per_y.xyz;
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
