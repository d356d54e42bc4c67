// The surface at a value (after light.wgsl).

@fragment
fn draw_surface(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let ray = ray_of(position.xy);
    let end = behind(ray);
    let last = end.last - ray.phase;
    let wanted = rays.surface.w;
    var n = ceil(ray.enters - ray.phase);
    var known_until = n - 1.0;
    loop {
        n = next_visible(ray, n, last, &known_until);
        if (n > last) {
            break;
        }
        let at = n + ray.phase;
        let voxel = ray.start + at * ray.step;
        let value = sample_at(voxel);
        if (value >= wanted && is_there(voxel)) {
            return picture(lit(rays.surface.rgb, place_at(ray, crossing(ray, at, value), 0.0, 1.0)));
        }
        n += 1.0;
    }
    return picture(end.color);
}

// Where, in the step before `at`, the value passes the surface's.
fn crossing(ray: Ray, at: f32, value: f32) -> f32 {
    let wanted = rays.surface.w;
    var inner = at;
    var above = value - wanted;
    var outer = max(at - 1.0, ray.enters);
    var below = sample_at(ray.start + outer * ray.step) - wanted;
    if (below >= 0.0) {
        // What was cut lies open.
        return outer;
    }
    for (var i = 0; i < 5; i++) {
        // False position, kept away from the ends.
        let share = clamp(below / (below - above), 0.1, 0.9);
        let between = mix(outer, inner, share);
        let off = sample_at(ray.start + between * ray.step) - wanted;
        if (off >= 0.0) {
            inner = between;
            above = off;
        } else {
            outer = between;
            below = off;
        }
    }
    return mix(outer, inner, clamp(below / (below - above), 0.0, 1.0));
}
