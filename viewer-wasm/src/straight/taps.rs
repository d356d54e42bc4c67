//! Which voxels along an axis make each pixel, and how much of each.

/// How the place between voxels is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Nearest,
    Linear,
    /// Catmull-Rom.
    Cubic,
    /// Linear between the means of two voxels each.
    Coarser,
}

/// For each pixel in a line the voxels that it is made of.
pub enum Taps {
    One(Vec<Tap<1>>),
    Two(Vec<Tap<2>>),
    Four(Vec<Tap<4>>),
}

/// Indices of voxels and their weights, which add up to one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tap<const N: usize> {
    pub at: [u32; N],
    pub weight: [f32; N],
}

impl Taps {
    /// Of `pixels` pixels, the first at voxel position `first`, the next `step` further, on an axis of `count` voxels. Beyond
    /// the outer voxels' middles those go on.
    pub fn new(kind: Kind, first: f64, step: f64, pixels: usize, count: usize) -> Self {
        let last = count.saturating_sub(1) as f64;
        let places = (0..pixels).map(|px| first + px as f64 * step);
        let index = |at: f64| at.clamp(0.0, last) as u32;
        match kind {
            Kind::Nearest => Self::One(
                places
                    .map(|place| Tap {
                        at: [index((place + 0.5).floor())],
                        weight: [1.0],
                    })
                    .collect(),
            ),
            Kind::Linear => Self::Two(
                places
                    .map(|place| {
                        let low = place.floor();
                        let part = (place - low) as f32;
                        Tap {
                            at: [index(low), index(low + 1.0)],
                            weight: [1.0 - part, part],
                        }
                    })
                    .collect(),
            ),
            Kind::Cubic => Self::Four(
                places
                    .map(|place| {
                        let low = place.floor();
                        let weights = crate::view::Interpolation::cubic_weights(place - low);
                        Tap {
                            at: [-1.0, 0.0, 1.0, 2.0].map(|step| index(low + step)),
                            weight: weights.map(|weight| weight as f32),
                        }
                    })
                    .collect(),
            ),
            Kind::Coarser => Self::Four(
                places
                    .map(|place| {
                        let texel = (place - 0.5) / 2.0;
                        let low = texel.floor();
                        let part = (texel - low) as f32;
                        let most = (last / 2.0).floor();
                        let of = |texel: f64| texel.clamp(0.0, most) * 2.0;
                        let (a, b) = (of(low), of(low + 1.0));
                        let (near, far) = ((1.0 - part) / 2.0, part / 2.0);
                        Tap {
                            at: [a, a + 1.0, b, b + 1.0].map(index),
                            weight: [near, near, far, far],
                        }
                    })
                    .collect(),
            ),
        }
    }

    /// The voxels that pixel `px` is made of, those without weight left out.
    pub fn of(&self, px: usize) -> Vec<(usize, f32)> {
        fn pairs<const N: usize>(tap: Option<&Tap<N>>) -> Vec<(usize, f32)> {
            let tap = tap.into_iter();
            tap.flat_map(|tap| tap.at.into_iter().zip(tap.weight))
                .filter(|(_, weight)| *weight != 0.0)
                .map(|(at, weight)| (at as usize, weight))
                .collect()
        }
        match self {
            Self::One(taps) => pairs(taps.get(px)),
            Self::Two(taps) => pairs(taps.get(px)),
            Self::Four(taps) => pairs(taps.get(px)),
        }
    }

    /// The first voxel that any pixel is made of, and the one after the last.
    pub fn reach(&self) -> std::ops::Range<usize> {
        fn ends<const N: usize>(taps: &[Tap<N>]) -> std::ops::Range<usize> {
            let all = || taps.iter().flat_map(|tap| tap.at);
            let (low, high) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
            low as usize..high as usize + 1
        }
        match self {
            Self::One(taps) => ends(taps),
            Self::Two(taps) => ends(taps),
            Self::Four(taps) => ends(taps),
        }
    }

    /// Adds to each pixel of a line what it is made of, `part` of it.
    pub fn add(&self, voxels: &[f32], part: f32, line: &mut [f32]) {
        fn each<const N: usize>(taps: &[Tap<N>], voxels: &[f32], part: f32, line: &mut [f32]) {
            for (tap, pixel) in taps.iter().zip(line) {
                let of = |n: usize| voxels.get(tap.at[n] as usize).copied().unwrap_or_default();
                let mut sum = 0.0;
                for n in 0..N {
                    sum += of(n) * tap.weight[n];
                }
                *pixel += part * sum;
            }
        }
        match self {
            Self::One(taps) => each(taps, voxels, part, line),
            Self::Two(taps) => each(taps, voxels, part, line),
            Self::Four(taps) => each(taps, voxels, part, line),
        }
    }
}
