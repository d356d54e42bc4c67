//! The largest value of each brick, and of each block of bricks, for rays that look for the largest value: a block without
//! one that matters is passed in one step.

/// Edge of a block in bricks; `BLOCK` of `projection.wgsl`.
const BLOCK_EDGE: usize = 4;

/// Texels along each axis of the texture that holds both: the bricks, and behind them the blocks.
pub fn texels([x, y, z]: [usize; 3]) -> [usize; 3] {
    [x, y, z + z.div_ceil(BLOCK_EDGE)]
}

/// Its texels, from the largest value of each brick; `empty` where a layer of blocks ends.
pub fn with_blocks<T: Copy + PartialOrd>(bricks: [usize; 3], largest: &[T], empty: T) -> Vec<T> {
    let [across, down, deep] = bricks;
    let mut all = largest.to_vec();
    all.resize(texels(bricks).iter().product(), empty);
    let (own, blocks) = all.split_at_mut(across * down * deep);
    for (at, value) in own.iter().enumerate() {
        let place = [at % across, at / across % down, at / (across * down)];
        let [x, y, z] = place.map(|n| n / BLOCK_EDGE);
        let block = &mut blocks[(z * down + y) * across + x];
        if *value > *block {
            *block = *value;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_the_largest_value_of_its_bricks() {
        let bricks = [5, 4, 9];
        let largest: Vec<i32> = (0..5 * 4 * 9).map(|i| i * 7919 % 401).collect();
        let all = with_blocks(bricks, &largest, -1);
        assert_eq!(texels(bricks), [5, 4, 12]);
        assert_eq!(all.len(), 5 * 4 * 12);
        assert_eq!(all[..largest.len()], largest);
        let texel = |x: usize, y: usize, z: usize| all[(z * 4 + y) * 5 + x];
        for (at, value) in largest.iter().enumerate() {
            let [x, y, z] = [at % 5 / 4, at / 5 % 4 / 4, at / 20 / 4];
            assert!(texel(x, y, 9 + z) >= *value);
        }
        for z in 0..3 {
            for x in 0..2 {
                assert!(largest.contains(&texel(x, 0, 9 + z)));
            }
            assert_eq!(texel(2, 0, 9 + z), -1, "no block");
        }
    }
}
