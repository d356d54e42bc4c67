//! Gamma, inversion, colour maps and pictures off the screen against the plain CPU reference.

use glam::{DVec2, DVec3};
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::render::{Rect, RenderError, Renderer};
use viewer_wasm::view::{
    ColorMap, GridView, Inset, PlaneView, Rendering, RgbaImage, SlabMode, Tones, ViewId, ViewState,
    VolumeView, Window,
};
use viewer_wasm::volume::Volume;

use crate::drawing::{draw_sized, expected, load, renderer};

const PX: u32 = 160;
const SIZE: DVec2 = DVec2::splat(PX as f64);
const EDGE: usize = 64;
const ALIKE: f64 = 0.998;

/// A renderer with the phantom in it.
fn loaded() -> Result<Option<(Renderer, Volume)>, RenderError> {
    let Some(mut renderer) = renderer() else {
        return Ok(None);
    };
    let phantom = Phantom::dental(EDGE);
    let volume = phantom.volume();
    load(&mut renderer, &phantom.series(), &volume)?;
    Ok(Some((renderer, volume)))
}

fn draw(renderer: &mut Renderer, state: &ViewState) -> Result<RgbaImage, RenderError> {
    draw_sized(renderer, state, PX)
}

/// The picture as a file gets it, drawn part by part.
fn export(
    renderer: &mut Renderer,
    state: ViewState,
    (width, height): (u32, u32),
) -> Result<(RgbaImage, usize), RenderError> {
    let mut export = renderer.begin_export(state, width, height)?;
    let mut parts = 0;
    while renderer.draw_export(&mut export) {
        parts += 1;
        pollster::block_on(renderer.finish());
    }
    assert_eq!(export.drawn(), 1.0);
    Ok((pollster::block_on(renderer.read_export(&export))?, parts))
}

/// The largest difference of a colour's part, and the share of parts that differ by more than two levels.
fn differences(a: &RgbaImage, b: &RgbaImage) -> (u8, f64) {
    let each = a.pixels.iter().zip(&b.pixels).map(|(a, b)| a.abs_diff(*b));
    let off = each.clone().filter(|off| *off > 2).count();
    (
        each.max().unwrap_or(u8::MAX),
        off as f64 / a.pixels.len() as f64,
    )
}

fn all_tones() -> Vec<Tones> {
    let mut all = Vec::new();
    for color_map in ColorMap::ALL {
        for (gamma, invert) in [(1.0, false), (1.0, true), (2.2, false), (0.4, true)] {
            all.push(Tones {
                invert,
                gamma,
                color_map,
            });
        }
    }
    all.extend([0.2, 5.0].map(|gamma| Tones {
        gamma,
        ..Tones::PLAIN
    }));
    all
}

/// Every way to show a brightness.
fn states(tones: Tones) -> [(&'static str, ViewState); 7] {
    let geometry = Phantom::dental(EDGE).geometry();
    let window = Window::new(900.0, 3000.0);
    let plane = PlaneView {
        tones,
        window,
        ..PlaneView::coronal(&geometry, SIZE)
    };
    let slab = |slab_mode| PlaneView {
        slab_mm: 5.0,
        slab_mode,
        ..plane
    };
    let projection = VolumeView {
        rendering: Rendering::Maximum,
        tones,
        window,
        ..VolumeView::fit(&geometry, SIZE)
    };
    let inset = Inset {
        point_mm: geometry.center_mm(),
        normal: DVec3::Z,
    };
    [
        ("plane", ViewState::Plane(plane)),
        ("mean", ViewState::Plane(slab(SlabMode::Mean))),
        ("mip", ViewState::Plane(slab(SlabMode::Mip))),
        (
            "grid",
            ViewState::Grid(GridView {
                first: plane,
                columns: 2,
                rows: 2,
                spacing_mm: 4.0,
            }),
        ),
        ("projection", ViewState::Volume(projection)),
        (
            "average",
            ViewState::Volume(VolumeView {
                rendering: Rendering::Average,
                ..projection
            }),
        ),
        (
            "inset",
            ViewState::Volume(VolumeView {
                rendering: Rendering::Composite,
                insets: [Some(inset), None, None],
                ..projection
            }),
        ),
    ]
}

#[test]
fn tones_look_like_the_reference_in_every_view() -> Result<(), RenderError> {
    let Some((mut renderer, volume)) = loaded()? else {
        return Ok(());
    };
    for tones in all_tones() {
        for (name, state) in states(tones) {
            let drawn = draw(&mut renderer, &state)?;
            let expected = expected(&volume, &state, (PX, PX));
            let alike = reference::ssim(&drawn, &expected);
            let (worst, share) = differences(&drawn, &expected);
            println!(
                "{name} {tones:?}: {alike:.5}, {worst} at most, {share:.5} of all by more than 2"
            );
            assert!(alike > ALIKE, "{name} {tones:?}: {alike}");
            // Colours, which structural similarity does not see. A steep gamma enlarges the rounding of half floats.
            assert!(share < 0.01, "{name} {tones:?}: {share}");
        }
    }
    Ok(())
}

#[test]
fn an_inverted_picture_is_the_plain_ones_negative() -> Result<(), RenderError> {
    let Some((mut renderer, _)) = loaded()? else {
        return Ok(());
    };
    let inverted = Tones {
        invert: true,
        ..Tones::PLAIN
    };
    let pairs = states(Tones::PLAIN).into_iter().zip(states(inverted));
    for ((name, plain), (_, inverted)) in pairs.filter(|((name, _), _)| *name != "inset") {
        let plain = draw(&mut renderer, &plain)?;
        let inverted = draw(&mut renderer, &inverted)?;
        let pixels = plain.pixels.as_chunks::<4>().0.iter();
        let off = pixels
            .zip(inverted.pixels.as_chunks::<4>().0)
            // Outside the volume both show the same.
            .filter(|(plain, inverted)| plain != inverted)
            .map(|(plain, inverted)| plain[0].abs_diff(255 - inverted[0]))
            .max();
        assert!(off.is_some_and(|off| off <= 1), "{name}: {off:?}");
    }
    Ok(())
}

#[test]
fn a_picture_off_the_screen_is_the_view_drawn_at_its_size() -> Result<(), RenderError> {
    let Some((mut renderer, volume)) = loaded()? else {
        return Ok(());
    };
    for (name, state) in states(Tones::PLAIN) {
        let (same, _) = export(&mut renderer, state, (PX, PX))?;
        assert!(same == draw(&mut renderer, &state)?, "{name}: as the view");
        let half = |view: PlaneView| PlaneView {
            mm_per_px: view.mm_per_px / 2.0,
            ..view
        };
        let twice = match state {
            ViewState::Plane(view) => ViewState::Plane(half(view)),
            ViewState::Grid(view) => ViewState::Grid(GridView {
                first: half(view.first),
                ..view
            }),
            ViewState::Volume(view) => ViewState::Volume(VolumeView {
                mm_per_px: view.mm_per_px / 2.0,
                ..view
            }),
        };
        let (larger, _) = export(&mut renderer, twice, (2 * PX, 2 * PX))?;
        let expected = expected(&volume, &twice, (2 * PX, 2 * PX));
        let alike = reference::ssim(&larger, &expected);
        assert!(alike > ALIKE, "{name} at twice the size: {alike}");
    }
    Ok(())
}

#[test]
fn a_large_picture_is_drawn_in_parts_without_a_seam() -> Result<(), RenderError> {
    let Some((mut renderer, volume)) = loaded()? else {
        return Ok(());
    };
    // Rays that see the bone; four times wider than high, so that few rows make a part.
    let geometry = *volume.geometry();
    let (width, height) = (1600, 400);
    let view = VolumeView::fit(&geometry, DVec2::new(width.into(), height.into()));
    let state = ViewState::Volume(view);
    let (picture, parts) = export(&mut renderer, state, (width, height))?;
    assert!(parts > 2, "{parts}");
    let rect = Rect {
        x: 0,
        y: 0,
        width,
        height,
    };
    renderer.set_layout(&[(ViewId::Volume, rect)]);
    renderer.render_view(ViewId::Volume, &state);
    let at_once = pollster::block_on(renderer.read_view(ViewId::Volume))?;
    assert!(picture == at_once);
    Ok(())
}

#[test]
fn a_picture_beyond_the_device_is_refused() -> Result<(), RenderError> {
    let Some((renderer, _)) = loaded()? else {
        return Ok(());
    };
    let [(_, state), ..] = states(Tones::PLAIN);
    for (width, height) in [(1_000_000, 10), (10, 1_000_000), (0, 10)] {
        let refused = renderer.begin_export(state, width, height).err();
        assert!(
            matches!(refused, Some(RenderError::PictureTooLarge { limit, .. }) if limit >= 2048),
            "{refused:?}"
        );
    }
    Ok(())
}
