// What is opaque, in its light (after rays.wgsl).

// Whether occlusion is drawn at all.
override occlusion: bool = false;
// Whether planes are shown in the volume.
override insets: bool = false;

struct Behind {
    // The last step before an inset.
    last: f32,
    color: vec3f,
}

// What a ray ends at: the first inset that lies in the volume, or the background.
fn behind(ray: Ray) -> Behind {
    if (!insets) {
        return Behind(ray.leaves, rays.background.rgb);
    }
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

// The next step from `first` on that lies in a brick with something visible; beyond `last` where there is none. Up to
// `known_until` the ray is in a brick that is known to be one.
fn next_visible(ray: Ray, first: f32, last: f32, known_until: ptr<function, f32>) -> f32 {
    var n = first;
    while (n > *known_until && n <= last) {
        let brick = brick_of(ray.start + (n + ray.phase) * ray.step);
        let distance = brick_distance_at(brick);
        let until = leaves_bricks(ray, brick, max(distance - 1.0, 0.0)) - ray.phase;
        if (distance > 0.5) {
            n = max(n + 1.0, ceil(until));
        } else {
            *known_until = max(n, until);
        }
    }
    return n;
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
fn hidden_at(voxel: vec3f) -> vec2f {
    let cells = rays.cells.xyz;
    let at = clamp((voxel + 0.5) * rays.cells_per_voxel.xyz, vec3f(0.5), cells - 0.5);
    let layer = at.z - 0.5;
    let below = floor(layer);
    let above = min(below + 1.0, cells.z - 1.0);
    let inv_size = 1.0 / vec2f(textureDimensions(hidden));
    return mix(
        textureSampleLevel(hidden, linear_sampler, (tile_of(below) + at.xy) * inv_size, 0.0).rg,
        textureSampleLevel(hidden, linear_sampler, (tile_of(above) + at.xy) * inv_size, 0.0).rg,
        layer - below,
    );
}

fn tile_of(layer: f32) -> vec2f {
    let row = floor((layer + 0.5) / rays.cells.w);
    return vec2f(layer - row * rays.cells.w, row) * rays.cells.xy;
}

// What a ray meets at a step.
struct Place {
    // Where the light that reaches it is that of.
    open_at: vec3f,
    // Unit vector, in patient space, towards the viewer.
    normal: vec3f,
    // How much it is a surface.
    surface: f32,
    // How far a surface there is from facing the viewer; 0 where there is none.
    bends: f32,
}

// `least` is the least that the place counts as a surface. It stands for so much of the step `before` it, in the middle of which
// it is lit: longer steps would else be darker, since they end deeper.
fn place_at(ray: Ray, at: f32, before: f32, least: f32) -> Place {
    count_one(3u);
    var place: Place;
    place.open_at = ray.start + (at - 0.5 * before) * ray.step;
    let difference = gradient_at(ray.start + at * ray.step);
    let gradient = patient_from_difference(difference);
    let steep = length(gradient);
    let along = dot(difference, ray.step);
    place.normal = -gradient / max(steep, 1e-6);
    if (along < 0.0) {
        place.normal = -place.normal;
    }
    place.surface = clamp(steep * rays.gradient_row.w, least, 1.0);
    let faces = min(abs(along) * rays.glass.w / max(steep, 1e-6), 1.0);
    place.bends = place.surface * (1.0 - faces) * (1.0 - faces);
    let cut = clamp((ray.face_until - at) * rays.middle.w, 0.0, 1.0);
    if (cut > 0.0) {
        let face = normalize(patient_from_difference(ray.face));
        place.normal = normalize(mix(place.normal, face, cut));
        place.surface = mix(place.surface, 1.0, cut);
    }
    return place;
}

// A colour at a place, in the light that reaches it.
fn lit(color: vec3f, place: Place) -> vec3f {
    let diffuse = rays.light.x + rays.light.y * max(dot(place.normal, rays.to_light.xyz), 0.0);
    let shine = pow(max(dot(place.normal, rays.halfway.xyz), 1e-4), rays.light.w);
    let shade = mix(rays.background.w, diffuse, place.surface);
    let arrives = color * shade + vec3f(rays.light.z * shine * place.surface);
    if (occlusion) {
        let closed = smoothstep(rays.clip_low.w, rays.clip_high.w, hidden_at(place.open_at).r);
        return arrives * mix(rays.deep.rgb, vec3f(1.0), 1.0 - rays.deep.w * closed);
    }
    return arrives;
}
