//! Which bytes of a file are one chunk of the frames blob, and what a file is called in the package.

use viewer_wasm::intake::Instance;

/// Which bytes of a file are one chunk, and how to pack them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// From the beginning of the pixel data value.
    pub offset: u64,
    pub len: u64,
    /// Samples in a row, and bytes in each; `None` for pixels that arrived compressed and stay so.
    pub packing: Option<(usize, usize)>,
}

/// Native frames are a chunk each, so that one can be had without the others; compressed values stay whole, since
/// their offset table speaks of all frames.
pub(super) fn cuts(instance: &Instance) -> Vec<Cut> {
    let (pixels, attributes) = (&instance.pixels, &instance.attributes);
    let whole = |packing| {
        vec![Cut {
            offset: 0,
            len: pixels.len,
            packing,
        }]
    };
    if pixels.encapsulated {
        return whole(None);
    }
    let columns = attributes.columns as usize * usize::from(attributes.samples_per_pixel);
    // The packing knows bytes and 16-bit words; wider samples are words in a longer row.
    let (columns, bytes_per_sample) = match attributes.bits_allocated {
        1..=8 => (columns, 1),
        9..=16 => (columns, 2),
        bits => (columns * usize::from(bits.div_ceil(16)), 2),
    };
    let packing = Some((columns.max(1), bytes_per_sample));
    let frame_len = (columns * bytes_per_sample) as u64 * u64::from(attributes.rows);
    let frames = u64::from(attributes.frames);
    if frames <= 1
        || frame_len == 0
        || attributes.bits_allocated < 8
        || pixels.len < frame_len * frames
    {
        return whole(packing);
    }
    (0..frames)
        .map(|frame| Cut {
            offset: frame * frame_len,
            // The last one takes the padding byte.
            len: if frame + 1 == frames {
                pixels.len - frame * frame_len
            } else {
                frame_len
            },
            packing,
        })
        .collect()
}

/// Paths without the folders that all of them share, so that dropping a folder and dropping its files is the same.
pub(super) fn below_common_folder(paths: &[&str]) -> Vec<String> {
    let folder = |path: &str| path.rfind('/').map_or(0, |at| at + 1);
    let Some(first) = paths.first() else {
        return Vec::new();
    };
    let mut common = folder(first);
    for path in paths {
        while !path.starts_with(&first[..common]) {
            common = folder(first[..common].trim_end_matches('/'));
        }
    }
    paths.iter().map(|path| path[common..].to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use viewer_wasm::intake::{ImageAttributes, PixelLocation};

    fn instance(frames: u32, bits: u16, len: u64, encapsulated: bool) -> Instance {
        Instance {
            file: "a".to_owned(),
            attributes: ImageAttributes {
                rows: 3,
                columns: 5,
                frames,
                samples_per_pixel: 1,
                bits_allocated: bits,
                ..ImageAttributes::default()
            },
            identity: Default::default(),
            pixels: PixelLocation {
                offset: 100,
                len,
                encapsulated,
                deflated: false,
            },
        }
    }

    #[test]
    fn the_folder_that_all_share_is_left_out() {
        assert_eq!(below_common_folder(&["x/y/1", "x/y/2"]), ["1", "2"]);
        assert_eq!(below_common_folder(&["x/y/1", "x/z/2"]), ["y/1", "z/2"]);
        assert_eq!(below_common_folder(&["x/1", "xy/2"]), ["x/1", "xy/2"]);
        assert_eq!(below_common_folder(&["1"]), ["1"]);
        assert!(below_common_folder(&[]).is_empty());
    }

    #[test]
    fn cuts_cover_the_value_without_gap_or_overlap() {
        for (frames, bits, len) in [
            (1, 16, 30),
            (4, 16, 120),
            (3, 8, 46),
            (2, 32, 120),
            (4, 16, 90),
            (3, 1, 6),
        ] {
            let instance = instance(frames, bits, len, false);
            let mut at = 0;
            for cut in cuts(&instance) {
                assert_eq!(cut.offset, at);
                at += cut.len;
            }
            assert_eq!(at, len, "{frames} frames of {bits} bits");
        }
    }

    #[test]
    fn native_frames_are_apart_and_compressed_ones_stay_whole() {
        assert_eq!(cuts(&instance(4, 16, 120, false)).len(), 4);
        assert_eq!(cuts(&instance(3, 8, 46, false)).len(), 3);
        assert_eq!(
            cuts(&instance(4, 16, 999, true)),
            [Cut {
                offset: 0,
                len: 999,
                packing: None
            }]
        );
        // Truncated: the frames can't be told apart safely.
        assert_eq!(cuts(&instance(4, 16, 90, false)).len(), 1);
    }
}
