// Projections (after rays.wgsl).

// Bricks along the edge of a block of them (maxima.rs).
const BLOCK: f32 = 4.0;
// So many steps are read at once, whatever bricks they lie in: where a device draws pixels in groups, the group then reads
// together, which is worth more than what the last of them could have left out.
const RUN: f32 = 20.0;
// Below all values.
const NONE: f32 = -70000.0;

// A brick or a block on a ray: its largest value, and the steps between which the ray is in it.
struct Passed {
    highest: f32,
    from_step: f32,
    until: f32,
}

// The block, or the brick, in which the ray is at a step.
fn passed_at(ray: Ray, n: f32, is_block: bool) -> Passed {
    let bricks = select(1.0, BLOCK, is_block);
    let cell = floor(brick_of(ray.start + (n + ray.phase) * ray.step) / bricks);
    let ahead = select(cell, cell + 1.0, ray.step > vec3f(0.0));
    let leave = (ahead * (bricks * rays.origin.w) - 0.5 - ray.start) * ray.inv_step;
    count_one(4u);
    // Blocks lie behind the bricks.
    let texel = vec3i(cell + vec3f(0.0, 0.0, select(0.0, rays.bricks.z, is_block)));
    let highest = textureLoad(brick_max, texel, 0).r;
    return Passed(highest, n, max(n, min(min(leave.x, leave.y), leave.z) - ray.phase));
}

// Of the blocks, or bricks, between two steps the one with the largest value, or the first with as much as is `enough`.
fn highest_between(ray: Ray, first: f32, last: f32, is_block: bool, enough: f32) -> Passed {
    var best = Passed(NONE, first, first);
    var n = first;
    while (n <= last && best.highest < enough) {
        let passed = passed_at(ray, n, is_block);
        if (passed.highest > best.highest) {
            best = passed;
        }
        n = floor(passed.until) + 1.0;
    }
    return best;
}

// The next brick from a step on with a value above `than`; it begins beyond `last` where there is none.
fn next_above(ray: Ray, first: f32, last: f32, than: f32) -> Passed {
    var found = Passed(NONE, first, first);
    // Up to here the ray is in a block with such a value.
    var in_block_until = first - 1.0;
    while (found.from_step <= last) {
        let n = found.from_step;
        let is_block = n > in_block_until;
        let passed = passed_at(ray, n, is_block);
        if (passed.highest <= than) {
            found.from_step = floor(passed.until) + 1.0;
        } else if (is_block) {
            in_block_until = passed.until;
        } else {
            found = passed;
            break;
        }
    }
    return found;
}

// Values up to this one are shown as the same grey as `value`; as another colour, perhaps, where greys are not shown as they are.
fn same_grey_up_to(value: f32) -> f32 {
    if (tinted || value <= NONE) {
        return value;
    }
    let grey = clamp(value * rays.tables.z + rays.tables.w, 0.0, 1.0) * 255.0;
    return max(value, ((floor(grey + 0.5) + 0.49) / 255.0 - rays.tables.w) / rays.tables.z);
}

@fragment
fn draw_maximum(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let ray = ray_of(position.xy);
    let last = ray.leaves - ray.phase;
    let first = ceil(ray.enters - ray.phase);
    if (first > last) {
        return picture(rays.background.rgb);
    }
    // What is black stays black and what is white stays white, so that nothing below the one or above the other needs to be
    // found. While loading there may be nothing on a ray, which is not black.
    let white = (1.0 - rays.tables.w) / rays.tables.z;
    var largest = select(-rays.tables.w / rays.tables.z, NONE, loading);
    // It begins in the brick with the largest value, goes on to the end, and then from the start: beside what is found
    // first most others cannot matter.
    let block = highest_between(ray, first, last, true, white);
    let brick = highest_between(ray, block.from_step, min(block.until, last), false, white);
    var n = brick.from_step;
    var end = last;
    loop {
        if (n > end) {
            if (end < last) {
                break;
            }
            n = first;
            end = brick.from_step - 1.0;
        }
        let next = next_above(ray, n, end, same_grey_up_to(largest));
        let read_until = min(max(next.until, next.from_step + RUN), end);
        for (n = next.from_step; n <= read_until; n += 1.0) {
            let voxel = ray.start + (n + ray.phase) * ray.step;
            if (is_there(voxel)) {
                largest = max(largest, sample_at(voxel));
            }
        }
        if (largest >= white) {
            break;
        }
    }
    if (largest <= NONE) {
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
