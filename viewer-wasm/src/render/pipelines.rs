//! How pictures are drawn.

use super::device::Gpu;
use super::ray_pipelines::{RayPipeline, RayPipelines};
use super::shaders;

/// Pixels of a view's picture.
pub const PICTURE_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Every pipeline, and the layouts of what they read.
pub struct Pipelines {
    pub volume_layout: wgpu::BindGroupLayout,
    pub plane_layout: wgpu::BindGroupLayout,
    pub rays_layout: wgpu::BindGroupLayout,
    pub picture_layout: wgpu::BindGroupLayout,
    pub linear: wgpu::Sampler,
    plane: Stages,
    slab: Stages,
    /// Of the volume rendering; others than these are made by [`prepare_rays`](Self::prepare_rays).
    pub rays: RayPipelines,
    canvas: Option<CanvasStages>,
}

/// One pipeline for pictures as large as their rectangle, one for others.
struct CanvasStages {
    copy: wgpu::RenderPipeline,
    stretch: wgpu::RenderPipeline,
}

/// One pipeline for a complete volume, one for a volume that is loading.
struct Stages {
    complete: wgpu::RenderPipeline,
    loading: wgpu::RenderPipeline,
}

impl Stages {
    fn pick(&self, loading: bool) -> &wgpu::RenderPipeline {
        if loading {
            &self.loading
        } else {
            &self.complete
        }
    }
}

impl Pipelines {
    /// `canvas_format` is the format of the canvas, if there is one.
    pub fn new(gpu: &Gpu, canvas_format: Option<wgpu::TextureFormat>) -> Self {
        let device = &gpu.device;
        let layout = |label, entries: &[wgpu::BindingType]| {
            let entries: Vec<_> = (0u32..)
                .zip(entries)
                .map(|(binding, ty)| wgpu::BindGroupLayoutEntry {
                    binding,
                    visibility: wgpu::ShaderStages::FRAGMENT,
                    ty: *ty,
                    count: None,
                })
                .collect();
            let entries = &entries;
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
                label: Some(label),
                entries,
            })
        };
        use wgpu::TextureViewDimension::{D2, D3};
        let sampler = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
        let volume_layout = layout("volume", &[texture(D3), sampler, texture(D2)]);
        let plane_layout = layout("plane", &[UNIFORMS]);
        let rays_layout = layout(
            "rays",
            &[
                UNIFORMS,
                texture(D3),
                texture(D3),
                texture(D2),
                texture(D2),
                texture(D2),
            ],
        );
        let picture_layout = layout("picture", &[texture(D2), sampler]);

        let draw = |source: &str,
                    entries: [&str; 2],
                    groups: &[&wgpu::BindGroupLayout],
                    format,
                    constants: &[(&str, f64)]| {
            draw_pipeline(gpu, source, entries, groups, format, constants)
        };
        let stages = |source: &str,
                      fragment: &str,
                      own: &wgpu::BindGroupLayout,
                      constants: &[(&str, f64)]| {
            let of = |loading: f64| {
                let mut constants = constants.to_vec();
                constants.push(("loading", loading));
                draw(
                    source,
                    ["whole_target", fragment],
                    &[&volume_layout, own],
                    PICTURE_FORMAT,
                    &constants,
                )
            };
            Stages {
                complete: of(0.0),
                loading: of(1.0),
            }
        };
        let planes = |slab| {
            stages(
                shaders::PLANE,
                "draw_plane",
                &plane_layout,
                &[("slab", slab)],
            )
        };
        Self {
            plane: planes(0.0),
            slab: planes(1.0),
            canvas: canvas_format.map(|format| {
                let of = |fragment| {
                    let entries = ["whole_rectangle", fragment];
                    draw(shaders::COMPOSITE, entries, &[&picture_layout], format, &[])
                };
                CanvasStages {
                    copy: of("copy_picture"),
                    stretch: of("stretch_picture"),
                }
            }),
            rays: RayPipelines::default(),
            linear: device.create_sampler(&wgpu::SamplerDescriptor {
                label: Some("linear"),
                mag_filter: wgpu::FilterMode::Linear,
                min_filter: wgpu::FilterMode::Linear,
                ..Default::default()
            }),
            volume_layout,
            plane_layout,
            rays_layout,
            picture_layout,
        }
    }

    /// For a plane of one sample, or for a slab of several.
    pub fn plane(&self, slab: bool, loading: bool) -> &wgpu::RenderPipeline {
        let stages = if slab { &self.slab } else { &self.plane };
        stages.pick(loading)
    }

    /// Makes a pipeline of the volume rendering, if it is not there yet.
    pub fn prepare_rays(&mut self, gpu: &Gpu, wanted: RayPipeline) {
        let groups = [&self.volume_layout, &self.rays_layout];
        self.rays.prepare(gpu, wanted, groups);
    }

    /// Puts a picture on the canvas, `same_size` as its rectangle or stretched; `None` without a canvas.
    pub fn canvas(&self, same_size: bool) -> Option<&wgpu::RenderPipeline> {
        let stages = self.canvas.as_ref()?;
        Some(if same_size {
            &stages.copy
        } else {
            &stages.stretch
        })
    }
}

const UNIFORMS: wgpu::BindingType = wgpu::BindingType::Buffer {
    ty: wgpu::BufferBindingType::Uniform,
    has_dynamic_offset: false,
    min_binding_size: None,
};

fn texture(view_dimension: wgpu::TextureViewDimension) -> wgpu::BindingType {
    wgpu::BindingType::Texture {
        sample_type: wgpu::TextureSampleType::Float { filterable: true },
        view_dimension,
        multisampled: false,
    }
}

/// A pipeline from a vertex and a fragment entry of one source.
pub fn draw_pipeline(
    gpu: &Gpu,
    source: &str,
    [vertex, fragment]: [&str; 2],
    groups: &[&wgpu::BindGroupLayout],
    format: wgpu::TextureFormat,
    constants: &[(&str, f64)],
) -> wgpu::RenderPipeline {
    let device = &gpu.device;
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(fragment),
        source: wgpu::ShaderSource::Wgsl(source.into()),
    });
    let compilation_options = wgpu::PipelineCompilationOptions {
        constants,
        ..Default::default()
    };
    let groups: Vec<_> = groups.iter().map(|group| Some(*group)).collect();
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some(fragment),
        bind_group_layouts: &groups,
        immediate_size: 0,
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(fragment),
        layout: Some(&layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some(vertex),
            compilation_options: compilation_options.clone(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some(fragment),
            compilation_options,
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    })
}
