//! The small volume that a recipient sees before the frames have come.

use crate::loading::CoarseDescription;
use viewer_wasm::volume::Volume;

/// Voxels along the longest side.
const LONGEST: usize = 64;

/// Every n-th voxel, as little-endian 16-bit words, and what they are.
pub(super) struct Coarse {
    pub description: CoarseDescription,
    pub bytes: Vec<u8>,
}

/// Takes every n-th voxel; a missing slice gives the padding value, or 0.
pub(super) fn coarse(volume: &Volume) -> Option<Coarse> {
    let full = volume.geometry().dims;
    let step = full.iter().copied().max()?.div_ceil(LONGEST).max(1);
    let dims = full.map(|side| side.div_ceil(step));
    if dims.contains(&0) {
        return None;
    }
    let blank = volume.padding().unwrap_or(0) as u16;
    let mut bytes = Vec::with_capacity(dims.iter().product::<usize>() * 2);
    let mut slice_bits = vec![blank; full[0] * full[1]];
    for k in (0..full[2]).step_by(step) {
        match volume.slice(k) {
            Some(slice) => slice.copy_to_i16_bits(&mut slice_bits),
            None => slice_bits.fill(blank),
        }
        for row in slice_bits.chunks_exact(full[0]).step_by(step) {
            for value in row.iter().step_by(step) {
                bytes.extend(value.to_le_bytes());
            }
        }
    }
    Some(Coarse {
        description: CoarseDescription {
            dims,
            step,
            value_type: volume.value_type(),
        },
        bytes,
    })
}
