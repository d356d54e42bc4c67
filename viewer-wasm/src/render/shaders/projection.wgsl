// Projections (after rays.wgsl).

@fragment
fn draw_maximum(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let ray = ray_of(position.xy);
    let last = ray.leaves - ray.phase;
    var n = ceil(ray.enters - ray.phase);
    if (n > last) {
        return picture(rays.background.rgb);
    }
    // What is white stays white, so that nothing above it needs to be found.
    let white = (1.0 - rays.tables.w) / rays.tables.z;
    // What would not make the pixel brighter by half a grey level is not looked for, unless gamma enlarges it.
    let unseen = select(0.5 / 255.0 / rays.tables.z, 0.0, tinted);
    var known_until = n - 1.0;
    var largest = -70000.0;
    while (n <= last) {
        let voxel = ray.start + (n + ray.phase) * ray.step;
        if (n > known_until) {
            let brick = brick_of(voxel);
            let until = leaves_bricks(ray, brick, 0.0) - ray.phase;
            count_one(4u);
            if (textureLoad(brick_max, vec3i(brick), 0).r <= largest + unseen) {
                n = max(n + 1.0, ceil(until));
                continue;
            }
            known_until = until;
        }
        if (is_there(voxel)) {
            largest = max(largest, sample_at(voxel));
        }
        if (largest >= white) {
            break;
        }
        n += 1.0;
    }
    if (largest < -69000.0) {
        return picture(rays.background.rgb);
    }
    return picture(shown(largest));
}

@fragment
fn draw_average(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let ray = ray_of(position.xy);
    let last = ray.leaves - ray.phase;
    let first = ceil(ray.enters - ray.phase);
    if (first > last) {
        return picture(rays.background.rgb);
    }
    var sum = 0.0;
    var summed = 0.0;
    for (var n = first; n <= last; n += 1.0) {
        let voxel = ray.start + (n + ray.phase) * ray.step;
        if (is_there(voxel)) {
            sum += sample_at(voxel);
            summed += 1.0;
        }
    }
    if (summed < 0.5) {
        return picture(rays.background.rgb);
    }
    return picture(shown(sum / summed));
}
