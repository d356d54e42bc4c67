//! Grids of slices against the plain CPU reference.

use glam::{DVec2, DVec3};
use viewer_wasm::reference;
use viewer_wasm::render::RenderError;
use viewer_wasm::series::Series;
use viewer_wasm::view::{GridView, Interpolation, PlaneView, SlabMode, ViewState};
use viewer_wasm::volume::Volume;

use crate::drawing::{PX, SIZE, draw, load, renderer};
use crate::scans::{askew, phantom};

const ALIKE: f64 = 0.998;

fn compare_grids(series: &Series, volume: &Volume) -> Result<(), RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(());
    };
    load(&mut renderer, series, volume)?;
    let (columns, rows) = (4, 3);
    let tile_px = SIZE / DVec2::new(columns.into(), rows.into());
    let axial = PlaneView::axial(&series.geometry, tile_px);
    let first = axial.shifted(-14.0, &series.geometry);
    let grid = |first| GridView {
        first,
        columns,
        rows,
        spacing_mm: 2.3,
    };
    let tilted = first.turned(axial.center_mm, DVec3::new(0.3, 1.0, 0.1), 0.4);
    for (name, view) in [
        ("straight", grid(first)),
        ("oblique", grid(tilted)),
        (
            "slabs",
            grid(PlaneView {
                slab_mm: 2.0,
                slab_mode: SlabMode::Mip,
                ..first
            }),
        ),
        (
            "cubic",
            grid(PlaneView {
                interpolation: Interpolation::Cubic,
                ..tilted
            }),
        ),
    ] {
        let drawn = draw(&mut renderer, &ViewState::Grid(view))?;
        let expected = reference::grid(volume, &view, (PX, PX));
        let alike = reference::ssim(&drawn, &expected);
        println!("grid, {name}: {alike:.5}");
        assert!(alike > ALIKE, "grid, {name}: {alike}");
    }
    // Each tile is what the plane shows there.
    let view = grid(first);
    let drawn = draw(&mut renderer, &ViewState::Grid(view))?;
    for number in 0..view.count() {
        let corner = view.tile_corner(number, SIZE);
        let tile = reference::plane(
            volume,
            &view.tile(number),
            (tile_px.x as u32, tile_px.y as u32),
        );
        for (x, y) in [(10, 20), (24, 32), (33, 50)] {
            let seen = drawn.get(corner.x as u32 + x, corner.y as u32 + y);
            let plane = tile.get(x, y).unwrap_or_default();
            let off = seen.map(|seen| seen[0].abs_diff(plane[0]));
            assert!(
                off.is_some_and(|off| off <= 2),
                "tile {number} at {x}, {y}: {off:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn grids_of_slices_look_like_the_reference() -> Result<(), RenderError> {
    let (series, volume) = phantom();
    compare_grids(&series, &volume)?;
    let (series, volume) = askew();
    compare_grids(&series, &volume)
}
