// Rays through the volume (after common.wgsl). A ray's samples lie at whole numbers of steps plus the pixel's jitter,
// counted from the plane through the camera's target; skipping bricks leaves samples out but never moves them.

struct Rays {
    // Voxel position, on the plane through the target, of the corner of the first pixel; w: edge of a brick.
    origin: vec4f,
    // Voxels per pixel to the right; w: mm per pixel.
    per_x: vec4f,
    // Voxels per pixel downwards; w: mm per pixel.
    per_y: vec4f,
    // Voxels per step into the screen; w: mm per step.
    per_step: vec4f,
    // Voxel position of the eye; w: mm from it to the target, 0 for an orthographic camera.
    eye: vec4f,
    // Middle of the picture in pixels; z: mm from the eye to the nearest that is seen; w: 1 / steps that a cut's
    // direction lasts.
    middle: vec4f,
    // Size of the volume in voxels; w: a ray ends below this transparency.
    dims: vec4f,
    // One over the size in voxels; w: reach of the gradient, in voxels.
    inv_dims: vec4f,
    // Size of the volume in bricks; w: one over the edge of a brick.
    bricks: vec4f,
    // Position in the transfer table is value * x + y. Brightness is value * z + w.
    tables: vec4f,
    // Change per mm in patient space for a difference along each voxel axis, which need not be perpendicular;
    // w: 1 / change per mm of a full surface.
    gradient_row: vec4f,
    gradient_column: vec4f,
    gradient_slice: vec4f,
    // In patient space, as the gradient.
    to_light: vec4f,
    halfway: vec4f,
    // Ambient, diffuse, specular, shininess.
    light: vec4f,
    // Light that reaches what is closed in; w: strength of the occlusion.
    deep: vec4f,
    // Red, green, blue; w: shading without a surface.
    background: vec4f,
    // Red, green, blue of a surface; w: its value.
    surface: vec4f,
    // Corners of the box that is left, in voxel positions; w: how much must be hidden to be open, and to be closed.
    clip_low: vec4f,
    clip_high: vec4f,
    // What is left has dot(xyz, voxel) + w <= 0.
    clip_planes: array<vec4f, 3>,
    // On an inset dot(xyz, voxel) + w is 0.
    insets: array<vec4f, 3>,
    // Occlusion cells along each axis; w: tiles side by side in their atlas.
    cells: vec4f,
    // Cells per voxel; w: steps along a cell.
    cells_per_voxel: vec4f,
    // Decay of a cell's weight along each axis.
    decay: vec4f,
    // How far a value is from being glass is value * x + y; z: what of glass is always seen; w: change of the value per mm
    // for a difference along a step.
    glass: vec4f,
    // How far a value is shown outside bone is value * x + y; z, w: how much around must be bone to begin to be in it, and to be
    // in it for certain.
    in_bone: vec4f,
    // How far a value is bone is value * x + y; z: up to this position in the transfer table nothing is visible.
    bone: vec4f,
}

@group(1) @binding(0) var<uniform> rays: Rays;
// Distance (Chebyshev, in bricks, times 1/255) to the nearest brick with anything visible.
@group(1) @binding(1) var brick_distance: texture_3d<f32>;
// Largest value of each brick.
@group(1) @binding(2) var brick_max: texture_3d<f32>;
// Red, green, blue, and opacity of one step.
@group(1) @binding(3) var transfer: texture_2d<f32>;
// Blue noise, repeating.
@group(1) @binding(4) var noise: texture_2d<f32>;
// How hidden each occlusion cell is, and how much around it is bone: layers of cells as tiles.
@group(1) @binding(5) var hidden: texture_2d<f32>;

// For measurements the picture is a number, red + 256 green + 65536 blue, of 1: steps from end to end, 2: values read on
// rays, 3: places lit, 4: bricks looked up. 0 draws.
override counted: u32 = 0u;
var<private> count: f32 = 0.0;

fn count_one(kind: u32) {
    if (counted == kind) {
        count += 1.0;
    }
}

fn picture(color: vec3f) -> vec4f {
    if (counted > 0u) {
        let high = floor(count / 256.0);
        return vec4f(count - high * 256.0, high % 256.0, floor(high / 256.0), 255.0) / 255.0;
    }
    return vec4f(color, 1.0);
}

const FAR: f32 = 1e6;

struct Ray {
    // Voxel position on the plane through the target, and voxels per step.
    start: vec3f,
    step: vec3f,
    // One over the step, which is cheaper to have than to divide by.
    inv_step: vec3f,
    // What of a step the samples are moved by.
    phase: f32,
    // Steps to the nearest that is seen, and between which the ray is in what is left of the volume.
    near: f32,
    enters: f32,
    leaves: f32,
    // Outward normal, in voxel axes (a difference), of the face through which it enters; up to here it counts.
    face: vec3f,
    face_until: f32,
}

fn nonzero(v: vec3f) -> vec3f {
    return select(v, vec3f(1e-6), abs(v) < vec3f(1e-6));
}

// The step at which a ray meets a plane.
fn meets(ray: Ray, plane: vec4f) -> f32 {
    let along = dot(plane.xyz, ray.step);
    return -(dot(plane.xyz, ray.start) + plane.w) / select(along, 1e-6, abs(along) < 1e-6);
}

fn ray_of(px: vec2f) -> Ray {
    var ray: Ray;
    ray.start = rays.origin.xyz + px.x * rays.per_x.xyz + px.y * rays.per_y.xyz;
    ray.step = rays.per_step.xyz;
    ray.near = -FAR;
    if (rays.eye.w > 0.0) {
        let across = (px - rays.middle.xy) * vec2f(rays.per_x.w, rays.per_y.w);
        let away = length(vec3f(across, rays.eye.w));
        ray.step = (ray.start - rays.eye.xyz) * (rays.per_step.w / away);
        ray.near = (rays.middle.z - away) / rays.per_step.w;
    }
    ray.step = nonzero(ray.step);
    ray.inv_step = 1.0 / ray.step;
    let at = vec2i(px) % vec2i(textureDimensions(noise));
    ray.phase = round(textureLoad(noise, at, 0).r * 255.0) / 256.0;
    let a = (rays.clip_low.xyz - ray.start) * ray.inv_step;
    let b = (rays.clip_high.xyz - ray.start) * ray.inv_step;
    let enter = min(a, b);
    let leave = max(a, b);
    ray.enters = max(max(enter.x, enter.y), enter.z);
    ray.leaves = min(min(leave.x, leave.y), leave.z);
    ray.face = select(vec3f(0.0), -sign(ray.step), enter >= vec3f(ray.enters));
    for (var i = 0; i < 3; i++) {
        let plane = rays.clip_planes[i];
        let cut = meets(ray, plane);
        if (dot(plane.xyz, ray.step) >= 0.0) {
            ray.leaves = min(ray.leaves, cut);
        } else if (cut > ray.enters) {
            ray.enters = cut;
            ray.face = plane.xyz;
        }
    }
    ray.face_until = ray.enters + 1.0 / rays.middle.w;
    if (ray.near > ray.enters) {
        ray.enters = ray.near;
        ray.face_until = -FAR;
    }
    count_steps(ray);
    return ray;
}

fn count_steps(ray: Ray) {
    if (counted == 1u) {
        count = max(floor(ray.leaves - ray.phase) - ceil(ray.enters - ray.phase) + 1.0, 0.0);
    }
}

fn brick_of(voxel: vec3f) -> vec3f {
    return clamp(floor((voxel + 0.5) * rays.bricks.w), vec3f(0.0), rays.bricks.xyz - 1.0);
}

// The step at which a ray leaves the cube of bricks that reaches `rings` bricks around one.
fn leaves_bricks(ray: Ray, brick: vec3f, rings: f32) -> f32 {
    let ahead = select(vec3f(-rings), vec3f(1.0 + rings), ray.step > vec3f(0.0));
    let leave = ((brick + ahead) * rays.origin.w - 0.5 - ray.start) * ray.inv_step;
    return min(min(leave.x, leave.y), leave.z);
}

fn brick_distance_at(brick: vec3f) -> f32 {
    count_one(4u);
    return round(textureLoad(brick_distance, vec3i(brick), 0).r * 255.0);
}

fn sample_at(voxel: vec3f) -> f32 {
    count_one(2u);
    return value_at(voxel, rays.inv_dims.xyz);
}

// A value as a projection or an inset shows it.
fn shown(value: f32) -> vec3f {
    return toned(clamp(value * rays.tables.z + rays.tables.w, 0.0, 1.0));
}
