// A volume that is folded, in one texture or several (beside common.wgsl). See fold.rs.

struct Fold {
    // The last voxel along each axis.
    last: vec4f,
    // Voxels from the start of one piece to that of the next.
    stride: vec4f,
    // Texels of a piece.
    piece: vec4f,
    // One over the size of a texture.
    inv_size: vec4f,
    // Pieces along each axis of the volume.
    pieces: vec4u,
    // Pieces beside each other along each axis of a texture; w: in a whole texture.
    places: vec4u,
}

@group(0) @binding(4) var<uniform> fold: Fold;
@group(0) @binding(5) var volume_1: texture_3d<f32>;
@group(0) @binding(6) var volume_2: texture_3d<f32>;
@group(0) @binding(7) var volume_3: texture_3d<f32>;
@group(0) @binding(8) var volume_4: texture_3d<f32>;
@group(0) @binding(9) var volume_5: texture_3d<f32>;
@group(0) @binding(10) var volume_6: texture_3d<f32>;
@group(0) @binding(11) var volume_7: texture_3d<f32>;

fn fine_at(voxel: vec3f, inv_dims: vec3f) -> f32 {
    // Beyond the outer voxels' centres the outer voxels go on; within, a piece has both neighbours of every place.
    let within = clamp(voxel, vec3f(0.0), fold.last.xyz);
    let piece = min(floor(within / fold.stride.xyz), vec3f(fold.pieces.xyz) - 1.0);
    let local = clamp(within - piece * fold.stride.xyz, vec3f(0.0), fold.piece.xyz - 1.0);
    let p = vec3u(piece);
    let number = p.x + fold.pieces.x * (p.y + fold.pieces.y * p.z);
    let at = number % fold.places.w;
    let row = at / fold.places.x;
    let place = vec3u(at % fold.places.x, row % fold.places.y, row / fold.places.y);
    let uvw = (vec3f(place) * fold.piece.xyz + local + 0.5) * fold.inv_size.xyz;
    switch (number / fold.places.w) {
        case 1u: { return textureSampleLevel(volume_1, linear_sampler, uvw, 0.0).r; }
        case 2u: { return textureSampleLevel(volume_2, linear_sampler, uvw, 0.0).r; }
        case 3u: { return textureSampleLevel(volume_3, linear_sampler, uvw, 0.0).r; }
        case 4u: { return textureSampleLevel(volume_4, linear_sampler, uvw, 0.0).r; }
        case 5u: { return textureSampleLevel(volume_5, linear_sampler, uvw, 0.0).r; }
        case 6u: { return textureSampleLevel(volume_6, linear_sampler, uvw, 0.0).r; }
        case 7u: { return textureSampleLevel(volume_7, linear_sampler, uvw, 0.0).r; }
        default: { return textureSampleLevel(volume, linear_sampler, uvw, 0.0).r; }
    }
}
