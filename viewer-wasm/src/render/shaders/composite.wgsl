// Puts one view's picture into its rectangle of the canvas.

@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var linear_sampler: sampler;

struct Corner {
    @builtin(position) position: vec4f,
    @location(0) uv: vec2f,
}

@vertex
fn whole_rectangle(@builtin(vertex_index) index: u32) -> Corner {
    let corner = vec2f(f32(index & 1u) * 2.0, f32(index >> 1u) * 2.0);
    var out: Corner;
    out.position = vec4f(corner * 2.0 - 1.0, 0.0, 1.0);
    out.uv = vec2f(corner.x, 1.0 - corner.y);
    return out;
}

// A picture as large as its rectangle: pixel by pixel.
@fragment
fn copy_picture(corner: Corner) -> @location(0) vec4f {
    let size = vec2f(textureDimensions(picture));
    let at = min(floor(corner.uv * size), size - 1.0);
    return vec4f(textureLoad(picture, vec2i(at), 0).rgb, 1.0);
}

// A coarser picture, or one from before a change of size.
@fragment
fn stretch_picture(corner: Corner) -> @location(0) vec4f {
    return vec4f(textureSampleLevel(picture, linear_sampler, corner.uv, 0.0).rgb, 1.0);
}
