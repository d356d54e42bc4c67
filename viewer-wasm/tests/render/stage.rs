//! A volume on a device, drawn as the volume rendering and held against the reference.

use glam::DVec2;
use viewer_wasm::phantom::Phantom;
use viewer_wasm::reference;
use viewer_wasm::render::{RayCounts, RenderError, Renderer};
use viewer_wasm::series::Series;
use viewer_wasm::view::{RgbaImage, ViewId, ViewState, VolumeView};
use viewer_wasm::volume::Volume;

use crate::drawing::{lay_out, load, renderer};

pub const PX: u32 = 128;
pub const SIZE: DVec2 = DVec2::splat(PX as f64);
pub const ALIKE: f64 = 0.99;
const ID: ViewId = ViewId::Volume;

/// A renderer with a volume on it.
pub struct Stage {
    pub renderer: Renderer,
    pub volume: Volume,
}

impl Stage {
    /// `None` where there is no device.
    pub fn new(series: &Series, volume: Volume) -> Result<Option<Self>, RenderError> {
        let Some(mut renderer) = renderer() else {
            return Ok(None);
        };
        load(&mut renderer, series, &volume)?;
        lay_out(&mut renderer, ID, PX);
        Ok(Some(Self { renderer, volume }))
    }

    /// With a phantom of `size` voxels on a side.
    pub fn phantom(size: usize) -> Result<Option<Self>, RenderError> {
        let phantom = Phantom::dental(size);
        Self::new(&phantom.series(), phantom.volume())
    }

    pub fn draw(&mut self, view: &VolumeView) -> Result<RgbaImage, RenderError> {
        self.renderer.render_view(ID, &ViewState::Volume(*view));
        self.renderer.present()?;
        pollster::block_on(self.renderer.read_view(ID))
    }

    /// What the rays of a picture do.
    pub fn count(&mut self, view: &VolumeView) -> Result<RayCounts, RenderError> {
        pollster::block_on(self.renderer.count(ID, view))
    }

    /// Draws a view and holds it against the reference: its structure, and how bright it is.
    pub fn compare(&mut self, name: &str, view: &VolumeView) -> Result<(), RenderError> {
        let drawn = self.draw(view)?;
        let expected = reference::volume(&self.volume, view, (PX, PX));
        let alike = reference::ssim(&drawn, &expected);
        let (a, b) = (mean(&drawn), mean(&expected));
        println!("{name}: {alike:.5}, mean {a:.2} and {b:.2}");
        assert!(alike > ALIKE, "{name}: {alike}");
        assert!((a - b).abs() < 0.6, "{name}: {a}, expected {b}");
        Ok(())
    }

    /// Draws from two sides, with both kinds of camera.
    pub fn compare_around(&mut self, name: &str, view: &VolumeView) -> Result<(), RenderError> {
        for (azimuth_deg, elevation_deg) in [(0.0, 0.0), (-140.0, 35.0)] {
            for perspective in [false, true] {
                let view = VolumeView {
                    azimuth_deg,
                    elevation_deg,
                    ..view.with_perspective(perspective, SIZE)
                };
                let name = format!("{name} from {azimuth_deg}°, perspective {perspective}");
                self.compare(&name, &view)?;
            }
        }
        Ok(())
    }

    /// The whole volume in view.
    pub fn fit(&self) -> VolumeView {
        VolumeView::fit(self.volume.geometry(), SIZE)
    }
}

/// How bright a picture is.
pub fn mean(image: &RgbaImage) -> f64 {
    let luminance = image.luminance();
    luminance.iter().sum::<f64>() / luminance.len() as f64
}
