//! Volumes over the limit of the device's textures, under an artificial one: the same pictures as without it, and those of
//! the reference.

use viewer_wasm::reference;
use viewer_wasm::render::RenderError;

use crate::drawing::{PX, begin, draw, expected, load, renderer, upload, views, worst};
use crate::scans::middle_of_phantom;

const ALIKE: f64 = 0.998;

/// Sizes, a limit, and how many pieces and textures there must be: a single axis, two and three; in one texture and in
/// eight; a texture that is full to the last texel.
const CASES: [([usize; 3], usize, [usize; 3], usize); 6] = [
    ([96, 20, 20], 64, [2, 1, 1], 1),
    ([20, 96, 20], 64, [1, 2, 1], 1),
    ([20, 20, 96], 64, [1, 1, 2], 1),
    ([96, 96, 15], 64, [2, 2, 1], 1),
    ([40, 40, 40], 26, [2, 2, 2], 8),
    ([96, 96, 96], 49, [2, 2, 2], 8),
];

#[test]
fn folded_volumes_look_as_if_they_were_not() -> Result<(), RenderError> {
    let (Some(mut plain), Some(mut limited)) = (renderer(), renderer()) else {
        return Ok(());
    };
    for (dims, limit, pieces, textures) in CASES {
        let (series, volume) = middle_of_phantom(96, dims);
        load(&mut plain, &series, &volume)?;
        limited.limit_textures(limit);
        load(&mut limited, &series, &volume)?;
        let Some(fold) = limited.held() else {
            panic!("no volume")
        };
        assert_eq!((fold.pieces, fold.textures), (pieces, textures), "{fold:?}");
        assert!(fold.texture_size().iter().all(|n| *n <= limit), "{fold:?}");
        for (name, state) in views(&series.geometry) {
            let folded = draw(&mut limited, &state)?;
            let whole = draw(&mut plain, &state)?;
            let (off, equal) = (worst(&folded, &whole), reference::ssim(&folded, &whole));
            assert!(
                off <= 2 && equal > 0.9999,
                "{dims:?} {name}: {off}, {equal}"
            );
            if dims.contains(&96) && dims != [96; 3] {
                let alike = reference::ssim(&folded, &expected(&volume, &state, (PX, PX)));
                assert!(alike > ALIKE, "{dims:?} {name}: {alike}");
            }
        }
    }
    Ok(())
}

#[test]
fn folded_volumes_look_the_same_while_they_load() -> Result<(), RenderError> {
    let (Some(mut plain), Some(mut limited)) = (renderer(), renderer()) else {
        return Ok(());
    };
    for (dims, limit, ..) in CASES {
        let (series, volume) = middle_of_phantom(96, dims);
        limited.limit_textures(limit);
        let there = [0, dims[2] / 2, dims[2] / 2 + 1, dims[2] - 2];
        for renderer in [&mut plain, &mut limited] {
            begin(renderer, &series)?;
            upload(renderer, &volume, there)?;
        }
        for (name, state) in views(&series.geometry) {
            let (folded, whole) = (draw(&mut limited, &state)?, draw(&mut plain, &state)?);
            let (off, equal) = (worst(&folded, &whole), reference::ssim(&folded, &whole));
            assert!(
                off <= 2 && equal > 0.9999,
                "{dims:?} {name}: {off}, {equal}"
            );
        }
    }
    Ok(())
}

#[test]
fn what_has_no_room_says_so() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    renderer.limit_textures(24);
    let (series, _) = middle_of_phantom(96, [90, 80, 70]);
    let refused = begin(&mut renderer, &series);
    assert!(
        matches!(
            refused,
            Err(RenderError::TooLarge {
                axis: "columns",
                size: 90,
                limit: 24
            })
        ),
        "{refused:?}"
    );
    assert_eq!(renderer.held(), None);
    Ok(())
}
