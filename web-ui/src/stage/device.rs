//! Getting the graphics device.

use super::canvases::new_canvas;
use super::core::Core;
use super::surface::RendererFacts;
use crate::workspace::{DRAWN, UiProblem, VIEW_COUNT};
use glam::DVec2;
use std::rc::Rc;
use viewer_wasm::phantom::Phantom;
use viewer_wasm::render::{GpuTier, Rect, RenderError, Renderer};
use viewer_wasm::view::{PlaneView, ViewId, ViewState, VolumeView};
use viewer_wasm::volume::{SliceValues, Volume};
#[cfg(target_arch = "wasm32")]
use web_sys::HtmlCanvasElement;

impl Core {
    /// Gets the first renderer; reports if there is none to be had. Without one for a second scan the first is still shown.
    pub(super) async fn start_renderer(self: Rc<Self>) {
        let mut place = self.renderer.lock().await;
        if let Err(error) = self.create_renderer(&mut place).await
            && let Some(ws) = self.ws.get()
        {
            let code = if self.lender.is_some() {
                "gpu-memory"
            } else {
                "no-gpu"
            };
            ws.report(UiProblem::with_detail(code, error.to_string()));
        }
    }

    /// Makes canvases and a renderer for them, in place of those that were there.
    ///
    /// # Errors
    /// Why there is none to be had.
    pub(super) async fn create_renderer(
        &self,
        place: &mut Option<Renderer>,
    ) -> Result<(), RenderError> {
        *place = None;
        self.facts.replace(None);
        let mut canvases = Vec::new();
        for id in self.views() {
            let canvas = new_canvas()
                .ok_or_else(|| RenderError::Surface("the page makes no canvas".into()))?;
            canvases.push((*id, canvas));
        }
        #[cfg(target_arch = "wasm32")]
        let mut renderer = match &self.lender {
            Some(lender) => lender.renderer_beside(&canvases).await?,
            None => Renderer::for_canvases(&canvases).await?,
        };
        // Only for tests of the pure parts, which are built natively: there is no canvas.
        #[cfg(not(target_arch = "wasm32"))]
        let mut renderer = Renderer::headless().await?;
        if renderer.tier() == GpuTier::WebGl2 {
            canvases.truncate(1);
        }
        for (_, old) in self.canvases.replace(canvases) {
            old.remove();
        }
        self.straight.set_up(renderer.is_software());
        self.put_canvases();
        self.watch_device(&mut renderer);
        warm_up(&mut renderer, self.lender.is_none());
        // Whoever waits for the renderer waits for its programs; reading files does not.
        renderer.finish().await;
        renderer.set_layout(&[]);
        self.note_facts(&renderer);
        *place = Some(renderer);
        self.drawn.set([None; VIEW_COUNT]);
        self.layout_changed.set(true);
        self.ask_frame();
        Ok(())
    }

    /// What it draws: of a second scan the planes alone.
    fn views(&self) -> &'static [ViewId] {
        if self.lender.is_some() {
            &ViewId::PLANES
        } else {
            &DRAWN
        }
    }

    /// A renderer for further canvases, on the same device where the browser allows that.
    #[cfg(target_arch = "wasm32")]
    async fn renderer_beside(
        &self,
        canvases: &[(ViewId, HtmlCanvasElement)],
    ) -> Result<Renderer, RenderError> {
        let shared = {
            let place = self.lock_renderer().await;
            let renderer = place
                .as_ref()
                .ok_or_else(|| RenderError::NoDevice("the first scan has none".into()))?;
            renderer.beside(canvases)?
        };
        match shared {
            Some(renderer) => Ok(renderer),
            None => Renderer::for_canvases(canvases).await,
        }
    }

    pub(super) fn note_facts(&self, renderer: &Renderer) {
        self.facts.replace(Some(RendererFacts {
            tier: renderer.tier(),
            adapter: renderer.adapter(),
            texture_format: renderer.texture_format(),
            bricks: renderer.bricks(),
            held: renderer.held(),
            planes: self.straight.drawn_by(),
        }));
    }

    pub(super) fn forget_volume(&self, renderer: &mut Option<Renderer>) {
        if let Some(renderer) = renderer {
            renderer.drop_volume();
            self.note_facts(renderer);
        }
        self.begun.replace(None);
        self.content.set(self.content.get() + 1);
        self.ask_frame();
    }
}

pub(super) fn not_shown(id: ViewId) -> UiProblem {
    UiProblem::with_detail(
        "draw-failed",
        format!("the view {} is not on screen", id.name()),
    )
}

pub(super) fn problem_of(error: &RenderError) -> UiProblem {
    let code = if matches!(error, RenderError::DeviceLost(_)) {
        "gpu-lost"
    } else {
        "draw-failed"
    };
    UiProblem::with_detail(code, error.to_string())
}

/// Draws a tiny volume once in every way that the views do, so that the device has compiled its programs before the
/// first scan comes; otherwise the first image would wait for that. `rays`: it will draw volume renderings too.
fn warm_up(renderer: &mut Renderer, rays: bool) {
    const EDGE: u32 = 16;
    const SIZE: usize = 8;
    let series = Phantom::dental(SIZE).series();
    let mut volume = Volume::new(&series);
    for k in 0..SIZE {
        // Some bone in some air, so that rays have something to do.
        let values = (0..SIZE * SIZE).map(|at| if at % 3 == 0 { 1500 } else { -1000 });
        volume.insert(k, SliceValues::from_i16(values.collect()));
    }
    let begun = renderer.begin_volume(
        &series.geometry,
        &series.rescale,
        series.value_type,
        (0.0, 1.0),
    );
    if begun.is_err() {
        return;
    }
    let rect = |at: u32| Rect {
        x: at * EDGE,
        y: 0,
        width: EDGE,
        height: EDGE,
    };
    let size = DVec2::splat(f64::from(EDGE));
    let plane = PlaneView::axial(&series.geometry, size);
    let camera = VolumeView::fit(&series.geometry, size);
    renderer.set_surface_size(2 * EDGE, EDGE);
    renderer.set_layout(&[(ViewId::Axial, rect(0)), (ViewId::Volume, rect(1))]);
    let upload = |renderer: &mut Renderer, slices: std::ops::Range<usize>| {
        for k in slices {
            // A device that cannot do this says so when a scan is opened.
            let _ = volume.slice(k).map(|slice| renderer.upload_slice(k, slice));
        }
    };
    // The planes are drawn with other programs while slices are missing.
    upload(renderer, 0..1);
    renderer.render_view(ViewId::Axial, &ViewState::Plane(plane));
    let _ = renderer.present();
    upload(renderer, 1..series.geometry.dims[2]);
    let _ = renderer.finish_volume((-1000.0, 3071.0), &volume);
    renderer.render_view(ViewId::Axial, &ViewState::Plane(plane));
    if rays {
        renderer.render_view(ViewId::Volume, &ViewState::Volume(camera.while_moving()));
        renderer.render_view(ViewId::Volume, &ViewState::Volume(camera));
    }
    let _ = renderer.present();
    renderer.drop_volume();
}
