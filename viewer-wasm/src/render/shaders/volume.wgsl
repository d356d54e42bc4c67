// Ray casting (after common.wgsl). A ray's samples lie at whole numbers of steps plus the pixel's jitter, counted
// from the plane through the camera's target; skipping bricks leaves samples out but never moves them.

struct Rays {
    // Voxel position, on the plane through the target, of the corner of the first pixel; w: edge of a brick.
    origin: vec4f,
    // Voxels per pixel to the right.
    per_x: vec4f,
    // Voxels per pixel downwards.
    per_y: vec4f,
    // Voxels per step into the screen; no component is 0.
    per_step: vec4f,
    // Size of the volume in voxels; w: a ray ends below this transparency.
    dims: vec4f,
    // One over the size in voxels; w: reach of the gradient, in voxels.
    inv_dims: vec4f,
    // Size of the volume in bricks.
    bricks: vec4f,
    // Position in the transfer table is value * x + y. Brightness of a maximum is value * z + w.
    tables: vec4f,
    // Change per mm in patient space for a difference along each voxel axis, which need not be perpendicular;
    // w: 1 / change per mm of a full surface.
    gradient_row: vec4f,
    gradient_column: vec4f,
    gradient_slice: vec4f,
    // In patient space, as the gradient.
    to_viewer: vec4f,
    to_light: vec4f,
    halfway: vec4f,
    // Ambient, diffuse, specular, shininess.
    light: vec4f,
    // Red, green, blue; w: shading without a surface.
    background: vec4f,
}

@group(1) @binding(0) var<uniform> rays: Rays;
// Distance (Chebyshev, in bricks, times 1/255) to the nearest brick with anything visible.
@group(1) @binding(1) var brick_distance: texture_3d<f32>;
// Largest value of each brick.
@group(1) @binding(2) var brick_max: texture_3d<f32>;
// Red, green, blue, and opacity of one step.
@group(1) @binding(3) var transfer: texture_2d<f32>;

// The same hash as view::camera::jitter.
fn jitter(px: vec2u) -> f32 {
    var h = (px.x * 0x9E3779B1u) ^ (px.y * 0x85EBCA77u);
    h ^= h >> 15u;
    h *= 0x2C1B3C6Du;
    h ^= h >> 12u;
    h *= 0x297A2D39u;
    h ^= h >> 15u;
    return f32(h >> 8u) / 16777216.0;
}

// First and last step at which a ray is between two corners.
fn steps_between(start: vec3f, low: vec3f, high: vec3f) -> vec2f {
    let a = (low - start) / rays.per_step.xyz;
    let b = (high - start) / rays.per_step.xyz;
    let enter = min(a, b);
    let leave = max(a, b);
    return vec2f(max(max(enter.x, enter.y), enter.z), min(min(leave.x, leave.y), leave.z));
}

fn brick_of(voxel: vec3f) -> vec3f {
    return clamp(floor((voxel + 0.5) / rays.origin.w), vec3f(0.0), rays.bricks.xyz - 1.0);
}

// The step at which a ray leaves the cube of bricks that reaches `rings` bricks around one.
fn leaves_bricks(start: vec3f, brick: vec3f, rings: f32) -> f32 {
    let edge = rays.origin.w;
    let low = (brick - rings) * edge - 0.5;
    let high = (brick + 1.0 + rings) * edge - 0.5;
    return steps_between(start, low, high).y;
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

fn shaded(color: vec3f, voxel: vec3f) -> vec3f {
    let difference = gradient_at(voxel);
    let gradient = difference.x * rays.gradient_row.xyz
        + difference.y * rays.gradient_column.xyz
        + difference.z * rays.gradient_slice.xyz;
    let steep = length(gradient);
    var normal = -gradient / max(steep, 1e-6);
    if (dot(normal, rays.to_viewer.xyz) < 0.0) {
        normal = -normal;
    }
    let diffuse = rays.light.x + rays.light.y * max(dot(normal, rays.to_light.xyz), 0.0);
    let shine = pow(max(dot(normal, rays.halfway.xyz), 1e-4), rays.light.w);
    let surface = min(steep * rays.gradient_row.w, 1.0);
    let shade = mix(rays.background.w, diffuse, surface);
    return color * shade + vec3f(rays.light.z * shine * surface);
}

@fragment
fn draw_composite(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let dims = rays.dims.xyz;
    let start = rays.origin.xyz + position.x * rays.per_x.xyz + position.y * rays.per_y.xyz;
    let phase = jitter(vec2u(position.xy));
    let span = steps_between(start, vec3f(-0.5), dims - 0.5);
    let last = span.y - phase;
    var n = ceil(span.x - phase);
    // Up to here the ray is in a brick that is known to hold something visible.
    var known_until = n - 1.0;
    var color = vec3f(0.0);
    var through = 1.0;
    while (n <= last) {
        let voxel = start + (n + phase) * rays.per_step.xyz;
        if (n > known_until) {
            let brick = brick_of(voxel);
            let distance = round(textureLoad(brick_distance, vec3i(brick), 0).r * 255.0);
            let until = leaves_bricks(start, brick, max(distance - 1.0, 0.0)) - phase;
            if (distance > 0.5) {
                n = max(n + 1.0, ceil(until));
                continue;
            }
            known_until = until;
        }
        let at = value_at(voxel, rays.inv_dims.xyz) * rays.tables.x + rays.tables.y;
        let sampled = textureSampleLevel(transfer, linear_sampler, vec2f(at, 0.5), 0.0);
        if (sampled.a > 0.0) {
            color += shaded(sampled.rgb, voxel) * (sampled.a * through);
            through *= 1.0 - sampled.a;
            if (through < rays.dims.w) {
                break;
            }
        }
        n += 1.0;
    }
    return vec4f(color + rays.background.rgb * through, 1.0);
}

@fragment
fn draw_maximum(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let dims = rays.dims.xyz;
    let start = rays.origin.xyz + position.x * rays.per_x.xyz + position.y * rays.per_y.xyz;
    let phase = jitter(vec2u(position.xy));
    let span = steps_between(start, vec3f(-0.5), dims - 0.5);
    let last = span.y - phase;
    var n = ceil(span.x - phase);
    if (n > last) {
        return vec4f(rays.background.rgb, 1.0);
    }
    // What is at the window's end stays there, so that nothing above it needs to be found.
    let white = (1.0 - rays.tables.w) / rays.tables.z;
    // What would not make the pixel brighter by half a grey level is not looked for; a gamma may make more of it.
    let unseen = select(0.5 / 255.0 / rays.tables.z, 0.0, tinted);
    var known_until = n - 1.0;
    var largest = -70000.0;
    while (n <= last) {
        let voxel = start + (n + phase) * rays.per_step.xyz;
        if (n > known_until) {
            let brick = brick_of(voxel);
            let until = leaves_bricks(start, brick, 0.0) - phase;
            if (textureLoad(brick_max, vec3i(brick), 0).r <= largest + unseen) {
                n = max(n + 1.0, ceil(until));
                continue;
            }
            known_until = until;
        }
        largest = max(largest, value_at(voxel, rays.inv_dims.xyz));
        if (largest >= white) {
            break;
        }
        n += 1.0;
    }
    return vec4f(toned(clamp(largest * rays.tables.z + rays.tables.w, 0.0, 1.0)), 1.0);
}
