//! What a renderer refuses, and with which reason.

use viewer_wasm::render::RenderError;
use viewer_wasm::series::{Geometry, ValueType};
use viewer_wasm::view::ViewId;

use crate::drawing::{load, renderer};
use crate::scans::phantom;

#[test]
fn what_does_not_fit_is_refused_with_its_reason() -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    let (series, volume) = phantom();
    let huge = Geometry {
        dims: [64, 64, 1_000_000],
        ..series.geometry
    };
    let refused = renderer.begin_volume(&huge, &series.rescale, ValueType::I16, (0.0, 1.0));
    assert!(
        matches!(
            refused,
            Err(RenderError::TooLarge {
                axis: "slices",
                size: 1_000_000,
                ..
            })
        ),
        "{refused:?}"
    );
    let empty = Geometry {
        dims: [64, 0, 64],
        ..series.geometry
    };
    let refused = renderer.begin_volume(&empty, &series.rescale, ValueType::I16, (0.0, 1.0));
    assert!(matches!(refused, Err(RenderError::Empty)), "{refused:?}");
    let Some(slice) = volume.slice(0) else {
        return Ok(());
    };
    assert!(matches!(
        renderer.upload_slice(0, slice),
        Err(RenderError::NoVolume)
    ));
    load(&mut renderer, &series, &volume)?;
    assert_eq!(renderer.bricks(), 12 * 12 * 12);
    let refused = renderer.upload_slice(96, slice);
    assert!(
        matches!(refused, Err(RenderError::SliceMismatch { index: 96, .. })),
        "{refused:?}"
    );
    let refused = pollster::block_on(renderer.read_view(ViewId::Coronal));
    assert!(matches!(refused, Err(RenderError::NoView)), "{refused:?}");
    renderer.drop_volume();
    assert_eq!(renderer.bricks(), 0);
    renderer.present()
}
