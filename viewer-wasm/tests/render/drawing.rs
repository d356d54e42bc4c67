//! Drawing a phantom on a real (software) graphics device.

use glam::{DVec2, DVec3};
use viewer_wasm::reference;
use viewer_wasm::render::{Rect, RenderError, Renderer};
use viewer_wasm::series::{Geometry, Series};
use viewer_wasm::view::{PlaneView, Rendering, RgbaImage, SlabMode, ViewId, ViewState, VolumeView};
use viewer_wasm::volume::Volume;

pub const PX: u32 = 192;
pub const SIZE: DVec2 = DVec2::splat(PX as f64);
pub const RANGE: (f64, f64) = (-1024.0, 3071.0);

/// A renderer; `None`, with a line that says so, where there is no device. With `CUSPID_REQUIRE_GPU=1` that is a failure.
pub fn renderer() -> Option<Renderer> {
    match pollster::block_on(Renderer::headless()) {
        Ok(renderer) => Some(renderer),
        Err(error) => {
            assert!(
                std::env::var("CUSPID_REQUIRE_GPU").as_deref() != Ok("1"),
                "{error}"
            );
            println!("skipped: {error}");
            None
        }
    }
}

pub fn begin(renderer: &mut Renderer, series: &Series) -> Result<(), RenderError> {
    renderer.begin_volume(&series.geometry, &series.rescale, series.value_type, RANGE)
}

pub fn upload(
    renderer: &mut Renderer,
    volume: &Volume,
    slices: impl IntoIterator<Item = usize>,
) -> Result<(), RenderError> {
    for k in slices {
        if let Some(slice) = volume.slice(k) {
            renderer.upload_slice(k, slice)?;
        }
    }
    Ok(())
}

pub fn load(renderer: &mut Renderer, series: &Series, volume: &Volume) -> Result<(), RenderError> {
    begin(renderer, series)?;
    upload(renderer, volume, 0..series.geometry.dims[2])?;
    renderer.finish_volume(RANGE, volume)
}

/// One view, square.
pub fn lay_out(renderer: &mut Renderer, id: ViewId, px: u32) {
    let rect = Rect {
        width: px,
        height: px,
        ..Rect::default()
    };
    renderer.set_layout(&[(id, rect)]);
}

/// Draws a view of [`PX`] pixels.
pub fn draw(renderer: &mut Renderer, state: &ViewState) -> Result<RgbaImage, RenderError> {
    draw_sized(renderer, state, PX)
}

/// Draws a view of any size.
pub fn draw_sized(
    renderer: &mut Renderer,
    state: &ViewState,
    px: u32,
) -> Result<RgbaImage, RenderError> {
    let id = ViewId::Axial;
    lay_out(renderer, id, px);
    renderer.render_view(id, state);
    renderer.present()?;
    pollster::block_on(renderer.finish());
    pollster::block_on(renderer.read_view(id))
}

/// What the reference makes of a view.
pub fn expected(volume: &Volume, state: &ViewState, size: (u32, u32)) -> RgbaImage {
    match state {
        ViewState::Plane(view) => reference::plane(volume, view, size),
        ViewState::Grid(view) => reference::grid(volume, view, size),
        ViewState::Volume(view) => reference::volume(volume, view, size),
    }
}

/// Planes, slabs, and the volume rendering both ways.
pub fn views(geometry: &Geometry) -> Vec<(String, ViewState)> {
    let mut views = Vec::new();
    for id in ViewId::PLANES {
        let Some(plane) = PlaneView::of_view(id, geometry, SIZE) else {
            continue;
        };
        let oblique = plane.turned(geometry.center_mm(), DVec3::new(0.4, 1.0, -0.3), 0.7);
        let slab = PlaneView {
            slab_mm: 7.3,
            slab_mode: SlabMode::Mean,
            ..oblique
        };
        views.push((id.name().to_owned(), ViewState::Plane(plane)));
        views.push((format!("oblique {}", id.name()), ViewState::Plane(oblique)));
        views.push((format!("slab {}", id.name()), ViewState::Plane(slab)));
    }
    for rendering in [Rendering::Composite, Rendering::Maximum] {
        let view = VolumeView {
            rendering,
            azimuth_deg: 37.0,
            elevation_deg: 12.0,
            ..VolumeView::fit(geometry, SIZE)
        };
        views.push((format!("{rendering:?}"), ViewState::Volume(view)));
    }
    views
}

/// The largest difference of two pictures in any channel of any pixel.
pub fn worst(a: &RgbaImage, b: &RgbaImage) -> u8 {
    assert_eq!((a.width, a.height), (b.width, b.height));
    let differences = a.pixels.iter().zip(&b.pixels).map(|(a, b)| a.abs_diff(*b));
    differences.max().unwrap_or_default()
}
