// What is opaque, in its light (after rays.wgsl).

// Whether occlusion is drawn at all.
override occlusion: bool = false;

struct Behind {
    // The last step before an inset.
    last: f32,
    color: vec3f,
}

// What a ray ends at: the first inset that lies in the volume, or the background.
fn behind(ray: Ray) -> Behind {
    var at = FAR;
    for (var i = 0; i < 3; i++) {
        let meets_at = meets(ray, rays.insets[i]);
        let seen = meets_at >= ray.near && meets_at < at;
        if (seen && inside(ray.start + meets_at * ray.step, rays.dims.xyz)) {
            at = meets_at;
        }
    }
    if (at < FAR) {
        return Behind(min(at, ray.leaves), shown(sample_at(ray.start + at * ray.step)));
    }
    return Behind(ray.leaves, rays.background.rgb);
}

// Change of the value along the voxel axes from the corners of a tetrahedron: four samples instead of six.
fn gradient_at(voxel: vec3f) -> vec3f {
    let k = vec2f(1.0, -1.0);
    let inv_dims = rays.inv_dims.xyz;
    let reach = rays.inv_dims.w;
    return k.xyy * value_at(voxel + k.xyy * reach, inv_dims)
        + k.yyx * value_at(voxel + k.yyx * reach, inv_dims)
        + k.yxy * value_at(voxel + k.yxy * reach, inv_dims)
        + k.xxx * value_at(voxel + k.xxx * reach, inv_dims);
}

fn patient_from_difference(difference: vec3f) -> vec3f {
    return difference.x * rays.gradient_row.xyz
        + difference.y * rays.gradient_column.xyz
        + difference.z * rays.gradient_slice.xyz;
}

// Two layers of the atlas; what lies between the middles of cells is linear.
fn hidden_at(voxel: vec3f) -> f32 {
    let cells = rays.cells.xyz;
    let at = clamp((voxel + 0.5) * rays.cells_per_voxel.xyz, vec3f(0.5), cells - 0.5);
    let layer = at.z - 0.5;
    let below = floor(layer);
    let above = min(below + 1.0, cells.z - 1.0);
    let inv_size = 1.0 / vec2f(textureDimensions(hidden));
    return mix(
        textureSampleLevel(hidden, linear_sampler, (tile_of(below) + at.xy) * inv_size, 0.0).r,
        textureSampleLevel(hidden, linear_sampler, (tile_of(above) + at.xy) * inv_size, 0.0).r,
        layer - below,
    );
}

fn tile_of(layer: f32) -> vec2f {
    let row = floor((layer + 0.5) / rays.cells.w);
    return vec2f(layer - row * rays.cells.w, row) * rays.cells.xy;
}

// A colour at a step of a ray. `least` is the least that the place counts as a surface.
fn lit(color: vec3f, ray: Ray, at: f32, least: f32) -> vec3f {
    count_one(3u);
    let voxel = ray.start + at * ray.step;
    let difference = gradient_at(voxel);
    let gradient = patient_from_difference(difference);
    let steep = length(gradient);
    var normal = -gradient / max(steep, 1e-6);
    if (dot(difference, ray.step) < 0.0) {
        normal = -normal;
    }
    var surface = clamp(steep * rays.gradient_row.w, least, 1.0);
    let cut = clamp((ray.face_until - at) * rays.middle.w, 0.0, 1.0);
    if (cut > 0.0) {
        normal = normalize(mix(normal, normalize(patient_from_difference(ray.face)), cut));
        surface = mix(surface, 1.0, cut);
    }
    let diffuse = rays.light.x + rays.light.y * max(dot(normal, rays.to_light.xyz), 0.0);
    let shine = pow(max(dot(normal, rays.halfway.xyz), 1e-4), rays.light.w);
    let shade = mix(rays.background.w, diffuse, surface);
    let arrives = color * shade + vec3f(rays.light.z * shine * surface);
    if (occlusion) {
        let closed = smoothstep(rays.clip_low.w, rays.clip_high.w, hidden_at(voxel));
        return arrives * mix(rays.deep.rgb, vec3f(1.0), 1.0 - rays.deep.w * closed);
    }
    return arrives;
}
