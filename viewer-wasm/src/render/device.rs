//! Finding a graphics device.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::RenderError;
use super::pipelines::VOLUME_FORMAT;

/// The one capability decision: what the browser offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GpuTier {
    /// WebGPU (natively: Vulkan).
    WebGpu,
    /// WebGL 2.
    WebGl2,
}

impl GpuTier {
    /// The name scripts use: `webgpu` or `webgl2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WebGpu => "webgpu",
            Self::WebGl2 => "webgl2",
        }
    }
}

type OnLost = Box<dyn Fn(String) + Send>;

/// What the device reported on its own account.
#[derive(Default)]
struct Reports {
    error: Option<String>,
    lost: Option<String>,
    /// Whoever draws with it, by number.
    on_lost: Vec<(u32, OnLost)>,
    /// How many draw with it, or did.
    sharers: u32,
}

/// The reports of a device; clones are of the same ones.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<Reports>>);

impl Watch {
    fn reports(&self) -> MutexGuard<'_, Reports> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of one more who draws with the device.
    fn next_sharer(&self) -> u32 {
        let mut reports = self.reports();
        reports.sharers += 1;
        reports.sharers
    }

    /// Why the device was lost, if it was.
    #[cfg(target_arch = "wasm32")]
    pub fn lost(&self) -> Option<String> {
        self.reports().lost.clone()
    }

    fn note_error(&self, error: String) {
        self.reports().error.get_or_insert(error);
    }

    fn note_loss(&self, reason: String) {
        let mut reports = self.reports();
        if reports.lost.is_none() {
            reports.lost = Some(reason.clone());
            for (_, on_lost) in &reports.on_lost {
                on_lost(reason.clone());
            }
        }
    }
}

/// A device with its queue. Several may draw with one device, each with a [`Gpu`] of its own.
pub struct Gpu {
    pub tier: GpuTier,
    pub adapter_name: String,
    /// It is a program on the processor.
    pub is_software: bool,
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    /// The longest edge of a 3D texture, in texels.
    pub texture_edge: usize,
    /// It draws to textures of the volume's format.
    pub draws_halves: bool,
    pub watch: Watch,
    /// Which of those who draw with the device this is.
    sharer: u32,
    /// What further canvases are made with; `None` where each has a device of its own.
    #[cfg(target_arch = "wasm32")]
    origin: Option<(wgpu::Instance, wgpu::Adapter)>,
}

impl Drop for Gpu {
    /// A device that nobody wants any more is not missed.
    fn drop(&mut self) {
        let sharer = self.sharer;
        self.watch
            .reports()
            .on_lost
            .retain(|(listening, _)| *listening != sharer);
    }
}

impl Gpu {
    /// Vulkan, for tests and tools.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn headless() -> Result<Self, RenderError> {
        let instance = wgpu::Instance::new(descriptor(wgpu::Backends::VULKAN));
        let adapter = request_adapter(&instance, None).await?;
        Self::of_adapter(&adapter, GpuTier::WebGpu).await
    }

    /// What this page was built for: WebGPU, WebGL2, or the first of them that the browser has. With the surfaces of
    /// the canvases: of all with WebGPU, of the first one with WebGL2, which has a context for each canvas.
    #[cfg(target_arch = "wasm32")]
    pub async fn for_canvases(
        canvases: &[web_sys::HtmlCanvasElement],
    ) -> Result<(Self, Vec<wgpu::Surface<'static>>, wgpu::Adapter), RenderError> {
        // A canvas belongs to the first kind of context it is asked for, so WebGPU has to prove itself, with a
        // device, before it gets the canvas.
        if cfg!(feature = "webgpu") {
            match Self::with_webgpu().await {
                Ok((gpu, instance, adapter)) => {
                    let surfaces: Result<_, _> = canvases
                        .iter()
                        .map(|canvas| surface_of(&instance, canvas))
                        .collect();
                    return Ok((gpu, surfaces?, adapter));
                }
                Err(error) if !cfg!(feature = "webgl2") => return Err(error),
                Err(_) => {}
            }
        }
        let instance = wgpu::Instance::new(descriptor(wgpu::Backends::GL));
        let canvas = canvases
            .first()
            .ok_or_else(|| RenderError::Surface("there is no canvas".into()))?;
        let surface = surface_of(&instance, canvas)?;
        let adapter = request_adapter(&instance, Some(&surface)).await?;
        let gpu = Self::of_adapter(&adapter, GpuTier::WebGl2).await?;
        watch_context(canvas, gpu.watch.clone());
        Ok((gpu, vec![surface], adapter))
    }

    #[cfg(target_arch = "wasm32")]
    async fn with_webgpu() -> Result<(Self, wgpu::Instance, wgpu::Adapter), RenderError> {
        if !wgpu::util::is_browser_webgpu_supported().await {
            return Err(RenderError::NoDevice("the browser has no WebGPU".into()));
        }
        let instance = wgpu::Instance::new(descriptor(wgpu::Backends::BROWSER_WEBGPU));
        let adapter = request_adapter(&instance, None).await?;
        let mut gpu = Self::of_adapter(&adapter, GpuTier::WebGpu).await?;
        gpu.origin = Some((instance.clone(), adapter.clone()));
        Ok((gpu, instance, adapter))
    }

    /// The same device for further canvases, with their surfaces; `None` where each canvas has a device of its own.
    #[cfg(target_arch = "wasm32")]
    pub fn shared_with(
        &self,
        canvases: &[web_sys::HtmlCanvasElement],
    ) -> Result<Option<(Self, Vec<wgpu::Surface<'static>>, wgpu::Adapter)>, RenderError> {
        if let Some(lost) = self.watch.lost() {
            return Err(RenderError::DeviceLost(lost));
        }
        let Some((instance, adapter)) = self.origin.clone() else {
            return Ok(None);
        };
        let surfaces: Result<_, _> = canvases
            .iter()
            .map(|canvas| surface_of(&instance, canvas))
            .collect();
        let gpu = Self {
            tier: self.tier,
            adapter_name: self.adapter_name.clone(),
            is_software: self.is_software,
            device: self.device.clone(),
            queue: self.queue.clone(),
            texture_edge: self.texture_edge,
            draws_halves: self.draws_halves,
            watch: self.watch.clone(),
            sharer: self.watch.next_sharer(),
            origin: Some((instance, adapter.clone())),
        };
        Ok(Some((gpu, surfaces?, adapter)))
    }

    async fn of_adapter(adapter: &wgpu::Adapter, tier: GpuTier) -> Result<Self, RenderError> {
        let (device, queue) = adapter
            .request_device(&wgpu::DeviceDescriptor {
                label: Some("cuspid"),
                // The usual limits would cap a volume at 256 voxels along an edge.
                required_limits: adapter.limits(),
                memory_hints: wgpu::MemoryHints::MemoryUsage,
                ..Default::default()
            })
            .await
            .map_err(|error| RenderError::NoDevice(error.to_string()))?;
        let watch = Watch::default();
        let of_errors = watch.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            of_errors.note_error(error.to_string());
        }));
        // One that was destroyed is lost as well: nothing here does that to a device that is still wanted.
        let of_loss = watch.clone();
        device.set_device_lost_callback(move |_, message| of_loss.note_loss(message));
        let info = adapter.get_info();
        let is_software = is_software(&info);
        let adapter_name = if info.name.is_empty() {
            format!("{:?}", info.backend)
        } else {
            info.name
        };
        Ok(Self {
            tier,
            adapter_name,
            is_software,
            draws_halves: adapter
                .get_texture_format_features(VOLUME_FORMAT)
                .allowed_usages
                .contains(wgpu::TextureUsages::RENDER_ATTACHMENT),
            texture_edge: device.limits().max_texture_dimension_3d as usize,
            device,
            queue,
            sharer: watch.next_sharer(),
            watch,
            #[cfg(target_arch = "wasm32")]
            origin: None,
        })
    }

    pub fn set_on_lost(&self, f: OnLost) {
        let mut reports = self.watch.reports();
        reports
            .on_lost
            .retain(|(listening, _)| *listening != self.sharer);
        reports.on_lost.push((self.sharer, f));
    }

    /// What the device reported since it was last asked.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`], [`RenderError::Device`].
    pub fn check(&self) -> Result<(), RenderError> {
        let mut reports = self.watch.reports();
        if let Some(lost) = &reports.lost {
            return Err(RenderError::DeviceLost(lost.clone()));
        }
        match reports.error.take() {
            Some(error) => Err(RenderError::Device(error)),
            None => Ok(()),
        }
    }
}

/// Whether a device is a program on the processor, as it says itself (WebGPU) or as its name does (WebGL2).
fn is_software(info: &wgpu::AdapterInfo) -> bool {
    info.device_type == wgpu::DeviceType::Cpu
        || info.name.to_lowercase().contains("microsoft basic render")
}

fn descriptor(backends: wgpu::Backends) -> wgpu::InstanceDescriptor {
    wgpu::InstanceDescriptor {
        backends,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    }
}

#[cfg(target_arch = "wasm32")]
fn surface_of(
    instance: &wgpu::Instance,
    canvas: &web_sys::HtmlCanvasElement,
) -> Result<wgpu::Surface<'static>, RenderError> {
    instance
        .create_surface(wgpu::SurfaceTarget::Canvas(canvas.clone()))
        .map_err(|error| RenderError::Surface(error.to_string()))
}

/// WebGL2 says on the canvas that its context is lost, and nothing in wgpu listens.
#[cfg(target_arch = "wasm32")]
fn watch_context(canvas: &web_sys::HtmlCanvasElement, watch: Watch) {
    use wasm_bindgen::prelude::*;
    let on_lost = Closure::once_into_js(move || watch.note_loss("the context was lost".into()));
    // A known event with a function: cannot fail.
    let _ = canvas.add_event_listener_with_callback("webglcontextlost", on_lost.unchecked_ref());
}

async fn request_adapter(
    instance: &wgpu::Instance,
    compatible_surface: Option<&wgpu::Surface<'_>>,
) -> Result<wgpu::Adapter, RenderError> {
    instance
        .request_adapter(&wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            compatible_surface,
            ..Default::default()
        })
        .await
        .map_err(|error| RenderError::NoDevice(error.to_string()))
}
