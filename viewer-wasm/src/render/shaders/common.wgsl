// What both kinds of view share, beside fine.wgsl or coarser.wgsl, which have texel_at.
// "voxel" is a position in voxel indices, voxel centres at integers.

// The values, minus the centre of their range and divided by their scale.
@group(0) @binding(0) var volume: texture_3d<f32>;
@group(0) @binding(1) var linear_sampler: sampler;
// For each slice position the loaded slice that is nearest to it.
@group(0) @binding(2) var shown_slices: texture_2d<u32>;
// Colours over the fourth root of the brightness: gamma, inversion and colour map in one.
@group(0) @binding(3) var tone_table: texture_2d<f32>;

// True while slices are missing: positions without a slice show the nearest one that is there.
override loading: bool = false;
// False while a brightness is shown as the grey that it is: nothing is looked up then.
override tinted: bool = false;

// One triangle that covers the target.
@vertex
fn whole_target(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}

fn inside(voxel: vec3f, dims: vec3f) -> bool {
    return all(voxel >= vec3f(-0.5)) && all(voxel <= dims - 0.5);
}

fn shown_slice(k: f32) -> f32 {
    return f32(textureLoad(shown_slices, vec2i(i32(k), 0), 0).r);
}

// Whether the slice nearest to a position has come: rays see nothing where it has not.
fn is_there(voxel: vec3f) -> bool {
    if (loading) {
        let last = f32(textureDimensions(shown_slices).x) - 1.0;
        let k = clamp(floor(voxel.z + 0.5), 0.0, last);
        return shown_slice(k) == k;
    }
    return true;
}

fn value_at(voxel: vec3f, inv_dims: vec3f) -> f32 {
    if (loading) {
        let last = f32(textureDimensions(shown_slices).x) - 1.0;
        let z = clamp(voxel.z, 0.0, last);
        let below = floor(z);
        let a = vec3f(voxel.xy, shown_slice(below));
        let b = vec3f(voxel.xy, shown_slice(min(below + 1.0, last)));
        return mix(
            texel_at(a, inv_dims),
            texel_at(b, inv_dims),
            z - below,
        );
    }
    return texel_at(voxel, inv_dims);
}

// What is shown of a brightness from 0 to 1.
fn toned(brightness: f32) -> vec3f {
    if (!tinted) {
        return vec3f(brightness);
    }
    let entries = f32(textureDimensions(tone_table).x);
    let at = (sqrt(sqrt(brightness)) * (entries - 1.0) + 0.5) / entries;
    return textureSampleLevel(tone_table, linear_sampler, vec2f(at, 0.5), 0.0).rgb;
}
