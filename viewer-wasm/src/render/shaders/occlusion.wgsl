// How hidden each occlusion cell is (after rays.wgsl), layer by layer as tiles of an atlas: first the opacity of each
// cell, then three times the weighted mean along an axis.

// The axis of a mean.
override axis: i32 = 0;

// The cell of a pixel of the atlas; beyond the last layer in the rows' last tiles.
fn cell_of(px: vec2f) -> vec3f {
    let tile = floor(px / rays.cells.xy);
    return vec3f(floor(px - tile * rays.cells.xy), tile.y * rays.cells.w + tile.x);
}

fn is_kept(voxel: vec3f) -> bool {
    var kept = all(voxel >= rays.clip_low.xyz) && all(voxel <= rays.clip_high.xyz);
    for (var i = 0; i < 3; i++) {
        let plane = rays.clip_planes[i];
        kept = kept && dot(plane.xyz, voxel) + plane.w <= 0.0;
    }
    return kept;
}

@fragment
fn draw_opacity(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let cell = cell_of(position.xy);
    var sum = 0.0;
    if (cell.z < rays.cells.z) {
        for (var i = 0u; i < 8u; i++) {
            let part = vec3f(f32(i & 1u), f32((i >> 1u) & 1u), f32(i >> 2u)) * 0.5 + 0.25;
            let voxel = (cell + part) / rays.cells_per_voxel.xyz - 0.5;
            if (is_kept(voxel) && brick_distance_at(brick_of(voxel)) < 0.5) {
                let entry = value_at(voxel, rays.inv_dims.xyz) * rays.tables.x + rays.tables.y;
                let alpha = textureSampleLevel(transfer, linear_sampler, vec2f(entry, 0.5), 0.0).a;
                sum += 1.0 - pow(1.0 - min(alpha, 0.9999), rays.cells_per_voxel.w);
            }
        }
    }
    return vec4f(sum / 8.0);
}

fn share_at(cell: vec3f) -> f32 {
    if (any(cell < vec3f(0.0)) || any(cell >= rays.cells.xyz)) {
        return 0.0;
    }
    let row = floor((cell.z + 0.5) / rays.cells.w);
    let tile = vec2f(cell.z - row * rays.cells.w, row);
    return textureLoad(hidden, vec2i(tile * rays.cells.xy + cell.xy), 0).r;
}

@fragment
fn draw_mean(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let cell = cell_of(position.xy);
    if (cell.z >= rays.cells.z) {
        return vec4f(0.0);
    }
    let along = vec3f(vec3i(0, 1, 2) == vec3i(axis));
    let decay = dot(along, rays.decay.xyz);
    var sum = share_at(cell);
    var weights = 1.0;
    for (var i = 1.0; i < 6.5; i += 1.0) {
        let weight = exp(decay * i * i);
        sum += weight * (share_at(cell - i * along) + share_at(cell + i * along));
        weights += 2.0 * weight;
    }
    return vec4f(sum / weights);
}
