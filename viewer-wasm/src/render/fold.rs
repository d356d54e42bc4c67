//! How a volume lies in textures: as it is, or folded where an axis is longer than the device's textures may be.
//!
//! A folded axis is cut into pieces of equal size, each of which shares one voxel with the next, so that between any two
//! neighbouring voxels a piece has both. The pieces are laid beside each other in one texture wherever there is room, and
//! in several textures of one size where there is not.

/// Textures that the shaders can look into (`folded.wgsl`).
pub const MOST_TEXTURES: usize = 8;
/// More pieces of an axis than the fewest are tried, up to this many: smaller ones may be packed more tightly.
const MORE_PIECES: usize = 2;

/// How a volume of [`dims`](Self::dims) voxels lies in textures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fold {
    /// Voxels of the volume along each axis.
    pub dims: [usize; 3],
    /// Pieces along each axis; 1 for an axis that is not folded.
    pub pieces: [usize; 3],
    /// Voxels of a piece along each axis; the last piece may use fewer.
    pub piece: [usize; 3],
    /// Pieces beside each other in a texture, along each of its axes.
    pub places: [usize; 3],
    /// Textures, all of the same size.
    pub textures: usize,
}

/// A rectangle of a slice, and where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// First column and row in the slice.
    pub from: [usize; 2],
    /// Columns and rows.
    pub size: [usize; 2],
    /// Which texture.
    pub texture: usize,
    /// First texel there.
    pub origin: [usize; 3],
}

impl Fold {
    /// The fold with the fewest textures, and of those the one with the fewest texels. `None` if a volume of `dims` voxels
    /// (none of them 0) cannot be held in textures of at most `limit` texels along an edge.
    pub fn plan(dims: [usize; 3], limit: usize) -> Option<Self> {
        if dims.iter().all(|n| *n <= limit) {
            return Some(Self {
                dims,
                pieces: [1; 3],
                piece: dims,
                places: [1; 3],
                textures: 1,
            });
        }
        // A piece of one voxel would have nothing but the one that it shares.
        if limit < 2 {
            return None;
        }
        let choices = dims.map(|n| {
            let fewest = if n <= limit {
                1
            } else {
                (n - 1).div_ceil(limit - 1)
            };
            (fewest..=fewest + MORE_PIECES)
                .map(move |pieces| (pieces, (n - 1).div_ceil(pieces) + 1))
                .filter(move |(pieces, _)| *pieces == 1 || n > limit)
        });
        let [xs, ys, zs] = choices;
        let mut best: Option<Self> = None;
        for (px, x) in xs {
            for (py, y) in ys.clone() {
                for (pz, z) in zs.clone() {
                    let found = Self::packed(dims, [px, py, pz], [x, y, z], limit);
                    if found.textures <= MOST_TEXTURES
                        && best.is_none_or(|best| found.cost() < best.cost())
                    {
                        best = Some(found);
                    }
                }
            }
        }
        best
    }

    /// Pieces of this size, packed.
    fn packed(dims: [usize; 3], pieces: [usize; 3], size: [usize; 3], limit: usize) -> Self {
        let piece = std::array::from_fn(|axis| {
            if pieces[axis] == 1 {
                dims[axis]
            } else {
                size[axis]
            }
        });
        let count: usize = pieces.iter().product();
        let room = piece.map(|n: usize| limit / n);
        let mut best = Self {
            dims,
            pieces,
            piece,
            places: room,
            textures: count.div_ceil(room.iter().product()),
        };
        for x in 1..=room[0].min(count) {
            for y in 1..=room[1].min(count.div_ceil(x)) {
                let z = count.div_ceil(x * y).min(room[2]);
                let found = Self {
                    places: [x, y, z],
                    textures: count.div_ceil(x * y * z),
                    ..best
                };
                if found.cost() < best.cost() {
                    best = found;
                }
            }
        }
        best
    }

    fn cost(&self) -> (usize, usize) {
        (self.textures, self.texels())
    }

    /// Whether any axis is folded.
    pub fn is_folded(&self) -> bool {
        self.pieces != [1; 3]
    }

    /// Size of each texture.
    pub fn texture_size(&self) -> [usize; 3] {
        std::array::from_fn(|axis| self.places[axis] * self.piece[axis])
    }

    /// Texels of all textures together.
    pub fn texels(&self) -> usize {
        self.texture_size().iter().product::<usize>() * self.textures
    }

    /// Voxels from the start of one piece to that of the next.
    pub fn strides(&self) -> [usize; 3] {
        std::array::from_fn(|axis| {
            if self.pieces[axis] == 1 {
                self.dims[axis]
            } else {
                self.piece[axis] - 1
            }
        })
    }

    /// The pieces of an axis that hold a voxel.
    fn pieces_of(&self, axis: usize, voxel: usize) -> impl Iterator<Item = usize> + use<> {
        let (pieces, stride, piece) = (self.pieces[axis], self.strides()[axis], self.piece[axis]);
        (0..pieces).filter(move |p| (p * stride..p * stride + piece).contains(&voxel))
    }

    /// Where slice `k` lies, part by part; a slice that two pieces share lies there twice.
    pub fn parts(&self, k: usize) -> Vec<Part> {
        let strides = self.strides();
        let in_texture: usize = self.places.iter().product();
        let mut parts = Vec::new();
        for pz in self.pieces_of(2, k) {
            for py in 0..self.pieces[1] {
                for px in 0..self.pieces[0] {
                    let from = [px * strides[0], py * strides[1]];
                    let size = [0, 1].map(|axis| {
                        self.piece[axis].min(self.dims[axis].saturating_sub(from[axis]))
                    });
                    if size.contains(&0) {
                        continue;
                    }
                    let number = px + self.pieces[0] * (py + self.pieces[1] * pz);
                    let at = number % in_texture;
                    let place = [
                        at % self.places[0],
                        at / self.places[0] % self.places[1],
                        at / (self.places[0] * self.places[1]),
                    ];
                    parts.push(Part {
                        from,
                        size,
                        texture: number / in_texture,
                        origin: [
                            place[0] * self.piece[0],
                            place[1] * self.piece[1],
                            place[2] * self.piece[2] + k - pz * strides[2],
                        ],
                    });
                }
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_fits_is_not_folded() {
        let fold = Fold::plan([400, 400, 256], 400);
        assert_eq!(fold.map(|fold| fold.is_folded()), Some(false));
        assert_eq!(fold.map(|fold| fold.texels()), Some(400 * 400 * 256));
    }

    #[test]
    fn folds_are_tight() {
        // Four pieces in a row; then eight of which only one fits a texture; then a long stack beside itself.
        for (dims, limit, textures) in [
            ([400, 400, 60], 256, 1),
            ([400, 400, 400], 256, 8),
            ([16, 16, 2100], 2048, 1),
            ([300, 40, 40], 256, 1),
            ([512, 512, 512], 257, 8),
        ] {
            let Some(fold) = Fold::plan(dims, limit) else {
                panic!("{dims:?} is not held")
            };
            assert_eq!(fold.textures, textures, "{fold:?}");
            assert!(fold.texture_size().iter().all(|n| *n <= limit), "{fold:?}");
            let voxels: usize = dims.iter().product();
            assert!((fold.texels() as f64) < 1.06 * voxels as f64, "{fold:?}");
        }
    }

    #[test]
    fn what_has_no_room_is_refused() {
        assert_eq!(Fold::plan([536, 536, 536], 256), None);
        assert_eq!(Fold::plan([3, 3, 3], 1), None);
    }

    proptest! {
        /// Every voxel lies where its slice's parts put it, once in each piece that holds it, and nothing lies on anything
        /// else.
        #[test]
        fn parts_hold_every_voxel(dims in prop::array::uniform3(1usize..40), limit in 6usize..24) {
            let Some(fold) = Fold::plan(dims, limit) else { return Ok(()) };
            let size = fold.texture_size();
            prop_assert!(size.iter().all(|n| *n <= limit));
            prop_assert!(fold.textures <= MOST_TEXTURES);
            let mut texels = vec![None; fold.texels()];
            for k in 0..dims[2] {
                let mut seen = vec![false; dims[0] * dims[1]];
                for part in fold.parts(k) {
                    for y in 0..part.size[1] {
                        for x in 0..part.size[0] {
                            let [ox, oy, oz] = part.origin;
                            prop_assert!(ox + x < size[0] && oy + y < size[1] && oz < size[2]);
                            let at = ((part.texture * size[2] + oz) * size[1] + oy + y) * size[0] + ox + x;
                            prop_assert_eq!(texels[at], None);
                            let voxel = [part.from[0] + x, part.from[1] + y, k];
                            texels[at] = Some(voxel);
                            seen[voxel[1] * dims[0] + voxel[0]] = true;
                        }
                    }
                }
                prop_assert!(seen.iter().all(|seen| *seen));
            }
        }
    }
}
