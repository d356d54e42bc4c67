// Direct volume rendering (after light.wgsl).

// Whether some values are glass, and whether some are shown in bone only.
override glass: bool = false;
override in_bone: bool = false;

// How far a value is shown wherever it is, and how far a place is in bone.
fn seen_where(value: f32, voxel: vec3f) -> vec2f {
    if (!in_bone) {
        return vec2f(1.0, 0.0);
    }
    let anywhere = clamp(value * rays.in_bone.x + rays.in_bone.y, 0.0, 1.0);
    if (anywhere >= 1.0) {
        return vec2f(1.0, 0.0);
    }
    return vec2f(anywhere, smoothstep(rays.in_bone.z, rays.in_bone.w, hidden_at(voxel).g));
}

// Of a value's opacity, what is seen at a place.
fn share_seen(value: f32, seen: vec2f, bends: f32) -> f32 {
    var share = 1.0;
    if (glass) {
        let whole = clamp(value * rays.glass.x + rays.glass.y, 0.0, 1.0);
        share = mix(mix(rays.glass.z, 1.0, bends), 1.0, whole);
    }
    return mix(seen.y, share, seen.x);
}

@fragment
fn draw_composite(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let ray = ray_of(position.xy);
    let end = behind(ray);
    let last = end.last - ray.phase;
    var n = ceil(ray.enters - ray.phase);
    var known_until = n - 1.0;
    var color = vec3f(0.0);
    var through = 1.0;
    loop {
        // To the next place that is seen, in a loop of its own: where a device draws pixels in groups, the whole group is lit at
        // once.
        var value = 0.0;
        var sampled = vec4f(0.0);
        var seen = vec2f(0.0);
        loop {
            n = next_visible(ray, n, last, &known_until);
            if (n > last) {
                break;
            }
            let voxel = ray.start + (n + ray.phase) * ray.step;
            value = sample_at(voxel);
            let entry = value * rays.tables.x + rays.tables.y;
            if (entry > rays.bone.z) {
                sampled = textureSampleLevel(transfer, linear_sampler, vec2f(entry, 0.5), 0.0);
                if (sampled.a > 0.0 && is_there(voxel)) {
                    seen = seen_where(value, voxel);
                    if (seen.x + seen.y > 0.0) {
                        break;
                    }
                }
            }
            n += 1.0;
        }
        if (n > last) {
            break;
        }
        let place = place_at(ray, n + ray.phase, 1.0, 0.0);
        var opacity = sampled.a;
        if (glass || in_bone) {
            let share = share_seen(value, seen, place.bends);
            opacity = 1.0 - pow(1.0 - min(opacity, 0.9999), share);
        }
        color += lit(sampled.rgb, place) * (opacity * through);
        through *= 1.0 - opacity;
        if (through < rays.dims.w) {
            break;
        }
        n += 1.0;
    }
    return picture(color + end.color * through);
}
