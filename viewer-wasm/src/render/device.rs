//! Finding a graphics device.

use std::sync::{Arc, Mutex, PoisonError};

use super::RenderError;

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
pub struct Reports {
    error: Option<String>,
    lost: Option<String>,
    on_lost: Option<OnLost>,
}

/// A device with its queue, and on the web the canvas it draws to.
pub struct Gpu {
    pub tier: GpuTier,
    pub adapter_name: String,
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    reports: Arc<Mutex<Reports>>,
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
        Ok((gpu, vec![surface], adapter))
    }

    #[cfg(target_arch = "wasm32")]
    async fn with_webgpu() -> Result<(Self, wgpu::Instance, wgpu::Adapter), RenderError> {
        if !wgpu::util::is_browser_webgpu_supported().await {
            return Err(RenderError::NoDevice("the browser has no WebGPU".into()));
        }
        let instance = wgpu::Instance::new(descriptor(wgpu::Backends::BROWSER_WEBGPU));
        let adapter = request_adapter(&instance, None).await?;
        let gpu = Self::of_adapter(&adapter, GpuTier::WebGpu).await?;
        Ok((gpu, instance, adapter))
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
        let reports = Arc::new(Mutex::new(Reports::default()));
        let of_errors = Arc::clone(&reports);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let mut reports = of_errors.lock().unwrap_or_else(PoisonError::into_inner);
            reports.error.get_or_insert_with(|| error.to_string());
        }));
        let of_loss = Arc::clone(&reports);
        device.set_device_lost_callback(move |reason, message| {
            if reason == wgpu::DeviceLostReason::Destroyed {
                return;
            }
            let mut reports = of_loss.lock().unwrap_or_else(PoisonError::into_inner);
            reports.lost = Some(message.clone());
            if let Some(on_lost) = &reports.on_lost {
                on_lost(message);
            }
        });
        let info = adapter.get_info();
        let adapter_name = if info.name.is_empty() {
            format!("{:?}", info.backend)
        } else {
            info.name
        };
        Ok(Self {
            tier,
            adapter_name,
            device,
            queue,
            reports,
        })
    }

    pub fn set_on_lost(&self, f: OnLost) {
        self.reports
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .on_lost = Some(f);
    }

    /// What the device reported since it was last asked.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`], [`RenderError::Device`].
    pub fn check(&self) -> Result<(), RenderError> {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lost) = &reports.lost {
            return Err(RenderError::DeviceLost(lost.clone()));
        }
        match reports.error.take() {
            Some(error) => Err(RenderError::Device(error)),
            None => Ok(()),
        }
    }
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
