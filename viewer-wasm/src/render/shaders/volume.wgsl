// Direct volume rendering (after light.wgsl).

@fragment
fn draw_composite(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let ray = ray_of(position.xy);
    let end = behind(ray);
    let last = end.last - ray.phase;
    var n = ceil(ray.enters - ray.phase);
    // Up to here the ray is in a brick that is known to hold something visible.
    var known_until = n - 1.0;
    var color = vec3f(0.0);
    var through = 1.0;
    while (n <= last) {
        // All that is empty in one go: pixels that a device draws together then read and light values together.
        while (n > known_until && n <= last) {
            let brick = brick_of(ray.start + (n + ray.phase) * ray.step);
            let distance = brick_distance_at(brick);
            let until = leaves_bricks(ray, brick, max(distance - 1.0, 0.0)) - ray.phase;
            if (distance > 0.5) {
                n = max(n + 1.0, ceil(until));
            } else {
                known_until = max(n, until);
            }
        }
        if (n > last) {
            break;
        }
        let at = n + ray.phase;
        let entry = sample_at(ray.start + at * ray.step) * rays.tables.x + rays.tables.y;
        let sampled = textureSampleLevel(transfer, linear_sampler, vec2f(entry, 0.5), 0.0);
        if (sampled.a > 0.0) {
            color += lit(sampled.rgb, ray, at, 0.0) * (sampled.a * through);
            through *= 1.0 - sampled.a;
            if (through < rays.dims.w) {
                break;
            }
        }
        n += 1.0;
    }
    return picture(color + end.color * through);
}
