// How hidden each occlusion cell is (after rays.wgsl), layer by layer as tiles of an atlas: first the opacity of each
// cell and how far it is bone, then three times the weighted mean along an axis.

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
    var sum = vec2f(0.0);
    if (cell.z < rays.cells.z) {
        for (var i = 0u; i < 8u; i++) {
            let part = vec3f(f32(i & 1u), f32((i >> 1u) & 1u), f32(i >> 2u)) * 0.5 + 0.25;
            let voxel = (cell + part) / rays.cells_per_voxel.xyz - 0.5;
            if (brick_distance_at(brick_of(voxel)) < 0.5 && inside(voxel, rays.dims.xyz)) {
                if (!is_there(voxel)) {
                    continue;
                }
                let value = value_at(voxel, rays.inv_dims.xyz);
                let entry = value * rays.tables.x + rays.tables.y;
                let alpha = textureSampleLevel(transfer, linear_sampler, vec2f(entry, 0.5), 0.0).a;
                if (is_kept(voxel)) {
                    let steps = rays.cells_per_voxel.w * least_share(value);
                    sum.x += 1.0 - pow(1.0 - min(alpha, 0.9999), steps);
                }
                // What is cut away goes on closing in what was in it.
                let bone = clamp(value * rays.bone.x + rays.bone.y, 0.0, 1.0);
                sum.y += select(0.0, bone, alpha > 0.0);
            }
        }
    }
    return vec4f(sum / 8.0, 0.0, 1.0);
}

// Of a value's opacity, what is seen wherever it is and however one looks at it.
fn least_share(value: f32) -> f32 {
    let whole = clamp(value * rays.glass.x + rays.glass.y, 0.0, 1.0);
    let anywhere = clamp(value * rays.in_bone.x + rays.in_bone.y, 0.0, 1.0);
    return anywhere * mix(rays.glass.z, 1.0, whole);
}

// Of the cell at a pixel, if that is one of the volume's.
fn share_at(cell: vec3f, px: vec2f) -> vec2f {
    if (any(cell < vec3f(0.0)) || any(cell >= rays.cells.xyz)) {
        return vec2f(0.0);
    }
    return textureLoad(hidden, vec2i(px), 0).rg;
}

// The pixel of a cell that is so many cells farther along the axis than the one at `px`.
fn px_along(px: vec2f, cell: vec3f, away: f32) -> vec2f {
    if (axis < 2) {
        return px + select(vec2f(0.0, away), vec2f(away, 0.0), axis == 0);
    }
    let layer = cell.z + away;
    let row = floor((layer + 0.5) / rays.cells.w);
    return vec2f(layer - row * rays.cells.w, row) * rays.cells.xy + cell.xy;
}

@fragment
fn draw_mean(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let cell = cell_of(position.xy);
    if (cell.z >= rays.cells.z) {
        return vec4f(0.0);
    }
    let along = vec3f(vec3i(0, 1, 2) == vec3i(axis));
    let decay = dot(along, rays.decay.xyz);
    var sum = share_at(cell, position.xy);
    var weights = 1.0;
    // The weight of the next cell is this one's times what changes by the same factor from cell to cell.
    var weight = 1.0;
    var factor = exp(decay);
    let less = factor * factor;
    for (var i = 1.0; i < 6.5; i += 1.0) {
        weight *= factor;
        factor *= less;
        let before = share_at(cell - i * along, px_along(position.xy, cell, -i));
        let after = share_at(cell + i * along, px_along(position.xy, cell, i));
        sum += weight * (before + after);
        weights += 2.0 * weight;
    }
    return vec4f(sum / weights, 0.0, 1.0);
}
