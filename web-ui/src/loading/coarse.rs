//! The small volume of a saved scan, shown until its frames have come.

use super::CoarseVolume;
use viewer_wasm::volume::SliceValues;

/// Slices of the full volume's size, each with the index it is for, made by repeating voxels. Only every
/// `step`-th one: the renderer shows the nearest there is.
pub(super) fn enlarged(
    coarse: &CoarseVolume,
    full: [usize; 3],
) -> Option<Vec<(usize, SliceValues)>> {
    let [columns, rows, slices] = coarse.description.dims;
    let step = coarse.description.step.max(1);
    let fits = full
        .iter()
        .zip(coarse.description.dims)
        .all(|(full, small)| full.div_ceil(step) == small);
    let (words, rest) = coarse.bytes.as_chunks::<2>();
    if !fits || !rest.is_empty() || words.len() != columns * rows * slices || words.is_empty() {
        return None;
    }
    let slices = words
        .chunks_exact(columns * rows)
        .enumerate()
        .map(|(k, small)| {
            let mut bits = Vec::with_capacity(full[0] * full[1]);
            for row in 0..full[1] {
                let line = &small[row / step * columns..][..columns];
                bits.extend((0..full[0]).map(|column| u16::from_le_bytes(line[column / step])));
            }
            let value_type = coarse.description.value_type;
            (k * step, SliceValues::from_bits(bits, value_type))
        });
    Some(slices.collect())
}
