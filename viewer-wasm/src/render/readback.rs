//! Waiting for the GPU, and reading pictures back.
//!
//! Both read something that the GPU has written: on WebGL2 nothing else really waits.

use futures::channel::oneshot;

use super::RenderError;
use super::device::{Gpu, GpuTier, Watch};
use crate::view::RgbaImage;

/// Rows of a buffer that a texture is copied to start at multiples of this.
const ROW_ALIGNMENT: u32 = wgpu::COPY_BYTES_PER_ROW_ALIGNMENT;

/// Bytes of the buffer through which a picture is read.
pub fn bytes(width: u32, height: u32) -> u64 {
    (u64::from(width) * 4).next_multiple_of(ROW_ALIGNMENT.into()) * u64::from(height)
}

/// Reads a picture, or its first pixels, once the GPU has drawn it. The copy is queued at once; the future
/// only waits, and borrows nothing.
pub fn read(
    gpu: &Gpu,
    texture: &wgpu::Texture,
    (width, height): (u32, u32),
) -> impl Future<Output = Result<RgbaImage, RenderError>> + use<> {
    let row_bytes = (width * 4).next_multiple_of(ROW_ALIGNMENT);
    let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("readback"),
        size: bytes(width, height),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = gpu
        .device
        .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(row_bytes),
                rows_per_image: Some(height),
            },
        },
        wgpu::Extent3d {
            width,
            height,
            depth_or_array_layers: 1,
        },
    );
    gpu.queue.submit([encoder.finish()]);
    let (sender, receiver) = oneshot::channel();
    buffer.map_async(wgpu::MapMode::Read, .., move |mapped| {
        // If nobody waits any more, nobody needs to know.
        let _ = sender.send(mapped);
    });
    let (device, tier, watch) = (gpu.device.clone(), gpu.tier, gpu.watch.clone());
    async move {
        wait(&device, tier, &watch, receiver).await?;
        let mapped = buffer
            .get_mapped_range(..)
            .map_err(|error| RenderError::Device(error.to_string()))?;
        let pixels = mapped
            .chunks_exact(row_bytes as usize)
            .flat_map(|row| &row[..width as usize * 4])
            .copied()
            .collect();
        drop(mapped);
        buffer.unmap();
        Ok(RgbaImage {
            width,
            height,
            pixels,
        })
    }
}

type Mapped = oneshot::Receiver<Result<(), wgpu::BufferAsyncError>>;

async fn wait(
    device: &wgpu::Device,
    tier: GpuTier,
    watch: &Watch,
    receiver: Mapped,
) -> Result<(), RenderError> {
    let lost = |what: String| RenderError::DeviceLost(what);
    #[cfg(not(target_arch = "wasm32"))]
    {
        let _ = (tier, watch);
        device
            .poll(wgpu::PollType::wait_indefinitely())
            .map_err(|error| lost(error.to_string()))?;
    }
    #[cfg(target_arch = "wasm32")]
    let receiver = {
        let mut receiver = receiver;
        // WebGL2 has no event for it: ask after every turn of the event loop.
        if tier == GpuTier::WebGl2 {
            loop {
                // A context that is lost never finishes anything.
                if let Some(reason) = watch.lost() {
                    return Err(lost(reason));
                }
                device
                    .poll(wgpu::PollType::Poll)
                    .map_err(|error| lost(error.to_string()))?;
                match receiver.try_recv() {
                    Ok(None) => next_task().await,
                    Ok(Some(mapped)) => {
                        return mapped.map_err(|error| RenderError::Device(error.to_string()));
                    }
                    Err(oneshot::Canceled) => return Err(lost("the wait was cancelled".into())),
                }
            }
        }
        receiver
    };
    match receiver.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(RenderError::Device(error.to_string())),
        Err(oneshot::Canceled) => Err(lost("the wait was cancelled".into())),
    }
}

/// Resolves in the next turn of the event loop. A message, since timers wait for at least 4 ms.
#[cfg(target_arch = "wasm32")]
async fn next_task() {
    let promise = js_sys::Promise::new(&mut |resolve, _reject| {
        if let Ok(channel) = web_sys::MessageChannel::new() {
            channel.port1().set_onmessage(Some(&resolve));
            if channel
                .port2()
                .post_message(&wasm_bindgen::JsValue::NULL)
                .is_ok()
            {
                return;
            }
        }
        let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
    });
    // It is only ever resolved.
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
